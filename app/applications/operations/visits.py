"""When a leader was last here: what came in after that is new."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account, WebSession


def previous_visit(session: Session, account_id: UUID, visit_began: datetime) -> datetime | None:
    """Return when the actor's earlier visit ended, or None at the first one; written down once for each visit.

    The present session does not count: what came in since the earlier one stays new until the next sign-in.
    """
    seen = (
        select(func.max(WebSession.last_seen_at))
        .where(WebSession.actor_id == account_id, WebSession.created_at < visit_began)
        .scalar_subquery()
    )
    kept, earlier = session.execute(select(Account.last_visit_at, seen).where(Account.id == account_id)).one()
    if earlier is None or (kept is not None and kept >= earlier):
        return kept
    session.execute(update(Account).where(Account.id == account_id).values(last_visit_at=earlier))
    return earlier
