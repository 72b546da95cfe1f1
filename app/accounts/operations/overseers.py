"""Mails to those who oversee, when a job of ours met something that they have to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import actor_of
from app.core.outbox import Message, enqueue


def mail_overseers(session: Session, kind: str, once: str, params: Mapping[str, Any] | None = None) -> int:
    """Mail each overseer of the actor's organisation, once per `once`; return how many there are."""
    found = session.execute(
        select(Account.id, Account.login, Account.language).where(
            Account.organisation == actor_of(session).organisation,
            Account.kind == "oversight",
            Account.active,
            Account.login.is_not(None),
        )
    ).all()
    for row in found:
        enqueue(
            session,
            Message(
                once_key=f"{once}:{row.id}",
                kind=kind,
                recipient=row.login,
                language=row.language,
                owner_id=row.id,
                params=dict(params or {}),
            ),
        )
    return len(found)


def tell_overseers(session: Session, kind: str, *, now: datetime) -> int:
    """Mail each overseer of the actor's organisation once a day that something happened; return how many there are."""
    return mail_overseers(session, kind, f"{kind.replace('_', '-')}:{now:%Y-%m-%d}")
