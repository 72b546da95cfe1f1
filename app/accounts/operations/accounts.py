"""Making an account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rules import normalised_email
from app.core.actor import Kind
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
