"""Accepting a text that gates a role, and the check of a signature by somebody else (BXL-51, LEU-24, LEU-34)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, update
from sqlalchemy.orm import Session

from app.accounts.models import Agreement
from app.accounts.queries.people import find_signature, require_manager
from app.accounts.rules import SignatureDenied
from app.core.audit import note_event
from app.core.db import actor_of
from app.core.errors import Refused
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


def check_signature(session: Session, agreement_id: UUID, *, now: datetime) -> None:
    """Note that the actor checked somebody else's signature; raises NotFound and Refused (LEU-24, LEU-34)."""
    require_manager(session)
    _refuse_own(session, find_signature(session, agreement_id).account_id)
    _change(session, agreement_id, Agreement.checked_at.is_(None), checked_by=actor_of(session).id, checked_at=now)
    note_event(session, "signature_checked")


def withdraw_agreement(session: Session, agreement_id: UUID, *, now: datetime) -> None:
    """End somebody's agreement: their role closes at the next request. Raises NotFound and Refused (LEU-24)."""
    require_manager(session)
    _refuse_own(session, find_signature(session, agreement_id).account_id)
    _change(session, agreement_id, Agreement.ended_at.is_(None), ended_by=actor_of(session).id, ended_at=now)
    note_event(session, "agreement_withdrawn")


def _refuse_own(session: Session, account_id: UUID) -> None:
    if account_id == actor_of(session).id:
        raise Refused(SignatureDenied.OWN_SIGNATURE)


def _change(session: Session, agreement_id: UUID, expected: ColumnElement[bool], **values: object) -> None:
    changed = session.connection().execute(
        update(Agreement).where(Agreement.id == agreement_id, Agreement.ended_at.is_(None), expected).values(**values)
    )
    if changed.rowcount != 1:
        raise Refused(SignatureDenied.DONE_ALREADY)
