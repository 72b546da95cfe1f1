"""When somebody was last here: what came in after that is new to them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import actor_of, now_of

# Rarely enough that reading costs no write, often enough that little counts as new twice.
NOTED_EVERY = timedelta(minutes=10)
_KEPT = select(Account.last_visit_at, Account.previous_visit_at).where(Account.id == bindparam("account_id"))


def note_looked(session: Session) -> None:
    """Note that the actor saw what was new to them until now."""
    looked = update(Account).where(Account.id == actor_of(session).id)
    session.execute(looked.values(last_visit_at=now_of(session)))


def note_visit(session: Session, visit_began: datetime) -> datetime | None:
    """Note that the actor looks, and return when the visit before this one ended; None at the first.

    What came in after it stays new until the visit ends, however often the page is loaded.
    """
    account_id, now = actor_of(session).id, now_of(session)
    last, previous = session.connection().execute(_KEPT, {"account_id": account_id}).one()
    begins = last is None or last < visit_began
    if last is None or begins or now - last >= NOTED_EVERY:
        previous = last if begins else previous
        looked = update(Account).where(Account.id == account_id)
        session.execute(looked.values(last_visit_at=now, previous_visit_at=previous))
    return previous
