"""Telling those who oversee that something needs their eyes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import actor_of
from app.core.outbox import Message, enqueue


def mail_overseers(session: Session, kind: str, once: str, params: Mapping[str, Any] | None = None) -> int:
    """Mail each overseer of the actor's organisation, once for each `once`; returns how many there are."""
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
                once_key=f"{once}:{row.id}",
                kind=kind,
                recipient=row.login,
                language=row.language,
                owner_id=row.id,
                params=params or {},
            ),
        )
    return len(told)
