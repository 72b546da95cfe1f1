"""Verbs of privacy: telling the overseers when the audit no longer holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import actor_of
from app.core.outbox import Message, enqueue


def warn_overseers(session: Session, *, now: datetime) -> int:
    """Mail each overseer of the actor's organisation that the audit was tampered with; once a day (KL-36)."""
    found = session.execute(
        select(Account.id, Account.login, Account.language).where(
            Account.organisation == actor_of(session).organisation, Account.kind == "oversight", Account.active
        )
    ).all()
    told = [row for row in found if row.login]
    for row in told:
        enqueue(
            session,
            Message(
                once_key=f"audit-broken:{row.id}:{now:%Y-%m-%d}",
                kind="audit_broken",
                recipient=row.login,
                language=row.language,
                owner_id=row.id,
            ),
        )
    return len(told)
