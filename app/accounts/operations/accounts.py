"""Making an account, choosing its language, closing it when nobody uses it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rules import UNUSED_TERM, normalised_email
from app.core.actor import WITH_SECOND_FACTOR, Kind
from app.core.audit import note_event
from app.core.db import actor_of


def create_parent_account(
    session: Session, *, email: str | None, password_hash: str | None, language: str, now: datetime
) -> None:
    """Write the account that a draft grows into; its id is the draft's, so a draft grows into one at most."""
    actor = actor_of(session)
    session.execute(
        insert(Account.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=actor.id,
            organisation=actor.organisation,
            kind=Kind.PARENT,
            login=normalised_email(email) if email else None,
            login_confirmed_at=None,
            password_hash=password_hash,
            language=language,
            created_at=now,
            active=True,
            last_visit_at=None,
        )
    )


def choose_language(session: Session, language: str) -> None:
    """Let the actor's own pages and mails be in another language."""
    session.execute(update(Account).where(Account.id == actor_of(session).id).values(language=language))
    note_event(session, "language_chosen")


def close_unused_accounts(session: Session, *, now: datetime, limit: int) -> int:
    """Close the accounts of who works here with which nobody signed in for half a year; return how many (KL-31)."""
    last = func.greatest(
        Account.created_at,
        func.coalesce(Account.login_confirmed_at, Account.created_at),
        func.coalesce(Account.last_visit_at, Account.created_at),
    )
    unused = session.scalars(
        select(Account.id)
        .where(Account.kind.in_(sorted(WITH_SECOND_FACTOR)), Account.active, last < now - UNUSED_TERM)
        .order_by(Account.id)
        .limit(limit)
    ).all()
    closed = 0
    for account_id in unused:
        closing = update(Account).where(Account.id == account_id, Account.active).values(active=False)
        if session.connection().execute(closing).rowcount:
            note_event(session, "account_closed_unused")
            closed += 1
    return closed
