"""Accepting a text that gates a role, and the check of a signature by somebody else (BXL-51, LEU-24, LEU-34)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.models import Agreement
from app.core.audit import note_event
from app.core.db import actor_of
from app.organisations.terms import AgreementText


def accept_text(session: Session, text: AgreementText, *, language: str, now: datetime) -> None:
    """Write down that the actor accepts this version of a text; nobody accepts for another (BXL-51)."""
    session.execute(
        insert(Agreement.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            account_id=actor_of(session).id,
            kind=text.key,
            version=text.version,
            counterparty=text.counterparty or None,
            language=language,
            accepted_at=now,
            expires_at=now + timedelta(days=text.days) if text.days else None,
        )
    )
    note_event(session, "agreement_accepted")
