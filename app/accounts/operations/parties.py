"""Agreements with organisations that process data through the platform: put on record, extended, ended (LEU-35)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, update
from sqlalchemy.orm import Session

from app.accounts.models import PartyAgreement
from app.accounts.queries.people import require_manager
from app.accounts.rules import PartyDenied, may_record
from app.core.audit import note_event
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import Refused


def record_agreement(
    session: Session,
    party_kind: str,
    party_id: UUID,
    *,
    signed_on: date,
    ends_on: date | None,
    name: str | None = None,
    now: datetime,
) -> None:
    """Put an agreement with a party on record; raises NotFound and Refused (LEU-35, BXL-51, BXL-59)."""
    require_manager(session)
    denied = may_record(signed_on, ends_on, today_at(now))
    if denied is not None:
        raise Refused(denied)
    session.execute(
        insert(PartyAgreement.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            party_kind=party_kind,
            party_id=party_id,
            party_name=name,
            signed_on=signed_on,
            ends_on=ends_on,
            recorded_by=actor_of(session).id,
            recorded_at=now,
            ended_at=None,
        )
    )
    note_event(session, "party_agreement_recorded")


def extend_agreement(session: Session, agreement_id: UUID, until: date, *, now: datetime) -> None:
    """Move the last day of an agreement that holds; raises NotFound and Refused (LEU-35)."""
    require_manager(session)
    if until < today_at(now):
        raise Refused(PartyDenied.ENDS_BEFORE)
    _change(session, agreement_id, PartyAgreement.signed_on <= until, ends_on=until)
    note_event(session, "party_agreement_extended")


def end_agreement(session: Session, agreement_id: UUID, *, now: datetime) -> None:
    """End an agreement at once: its party reads nothing from the next request on. Raises NotFound and Refused."""
    require_manager(session)
    _change(session, agreement_id, PartyAgreement.ended_at.is_(None), ended_at=now)
    note_event(session, "party_agreement_ended")


def _change(session: Session, agreement_id: UUID, expected: ColumnElement[bool], **values: object) -> None:
    changed = session.connection().execute(
        update(PartyAgreement)
        .where(PartyAgreement.id == agreement_id, PartyAgreement.ended_at.is_(None), expected)
        .values(**values)
    )
    if changed.rowcount != 1:
        raise Refused(PartyDenied.ENDED_ALREADY)
