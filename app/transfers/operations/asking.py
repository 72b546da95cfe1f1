"""Before a file is made: one overseer asks for it, another agrees; after it, the officer fetches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.core.audit import note_event
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.organisations.profile import Profile
from app.organisations.rules import statement_in_force
from app.organisations.terms import Ground
from app.organisations.texts import PURPOSES
from app.transfers.models import Delivery
from app.transfers.rules import FETCHED_TERM, Denied, Kind, State, Wanted, columns_of, may_leave, order_grounds

PURPOSE_KEYS = {text: key for key, text in PURPOSES.items()}
FORMATS = ("csv", "json")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file on its way out: encrypted, under a name that says nothing about a person."""

    name: str
    content: bytes


def ask_delivery(session: Session, profile: Profile, recipient: str, written_as: str, *, now: datetime) -> UUID:
    """Ask for a file for a recipient of the register; returns its id, raises Refused."""
    actor = actor_of(session)
    entry = profile.recipients.get(recipient)
    if entry is None or entry.ground is Ground.PROCESSOR:
        raise Refused(Denied.NOT_IN_REGISTER)
    kind = Kind.RESEARCH if entry.ground is Ground.RESEARCH else Kind.REGULAR
    wanted = Wanted(
        recipient,
        PURPOSE_KEYS[entry.purpose],
        entry.ground,
        kind,
        columns_of(kind, entry.columns),
        asked_by=actor.id,
        # What is asked now is judged as if somebody had agreed; that is judged again when the file is made.
        approved_by=actor,
    )
    denied = may_leave(wanted, profile.recipients, PURPOSE_KEYS, today=today_at(now), has_agreement=True)
    if denied is not None or written_as not in FORMATS:
        raise Refused(denied or Denied.OTHER_COLUMNS)
    delivery_id = uuid4()
    session.execute(
        insert(Delivery).values(
            id=delivery_id,
            organisation=profile.key,
            recipient=recipient,
            purpose=wanted.purpose,
            ground=wanted.ground,
            kind=kind,
            format=written_as,
            columns=list(wanted.columns),
            text_version=statement_in_force(profile, today_at(now)).version,
            state=State.ASKED,
            asked_by=actor.id,
            asked_at=now,
        )
    )
    note_event(session, "delivery_asked")
    return delivery_id


def approve_delivery(session: Session, profile: Profile, delivery_id: UUID, *, now: datetime) -> None:
    """Agree, as a second person, that a file is made; raises Refused, NotFound (LEU-37)."""
    actor = actor_of(session)
    row = session.execute(
        select(
            *(Delivery.recipient, Delivery.purpose, Delivery.ground, Delivery.kind, Delivery.columns, Delivery.law),
            *(Delivery.asked_by, Delivery.sealed.is_not(None).label("has_reference")),
        ).where(Delivery.id == delivery_id, Delivery.state == State.ASKED)
    ).one_or_none()
    if row is None:
        raise NotFound
    wanted = Wanted(
        *(row.recipient, row.purpose, row.ground, row.kind, tuple(row.columns), row.law),
        has_reference=row.has_reference,
        asked_by=row.asked_by,
        approved_by=actor.id,
    )
    denied = may_leave(
        wanted,
        profile.recipients,
        PURPOSE_KEYS,
        today=today_at(now),
        has_agreement=True,
        order_grounds=order_grounds(profile.settings.disclosure_kind),
    )
    if denied is not None:
        raise Refused(denied)
    _move(session, delivery_id, State.ASKED, state=State.APPROVED, approved_by=actor.id, approved_at=now)
    note_event(session, "delivery_approved")


def cancel_delivery(session: Session, delivery_id: UUID) -> None:
    """Take back a file that was not made yet; raises Refused when it was."""
    state = session.scalar(select(Delivery.state).where(Delivery.id == delivery_id))
    if state not in (State.ASKED, State.APPROVED):
        raise Refused(Denied.NOT_NOW)
    _move(session, delivery_id, state, state=State.CANCELLED)
    note_event(session, "delivery_cancelled")


def fetch_delivery(session: Session, delivery_id: UUID, *, now: datetime) -> Fetched:
    """Return a file that was made and note who fetched it; raises NotFound when it lies here no more."""
    row = session.execute(
        select(Delivery.recipient, Delivery.kind, Delivery.made_at, Delivery.file, Delivery.state).where(
            Delivery.id == delivery_id,
            Delivery.state.in_((State.MADE, State.FETCHED)),
            Delivery.file.is_not(None),
            Delivery.file_until > now,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.state == State.MADE:
        # A line that breaks halfway: for a little longer the file can be fetched again.
        _move(
            session,
            delivery_id,
            State.MADE,
            state=State.FETCHED,
            fetched_at=now,
            fetched_by=actor_of(session).id,
            file_until=now + FETCHED_TERM,
        )
    note_event(session, "delivery_fetched")
    return Fetched(f"{row.recipient}-{row.kind}-{row.made_at:%Y%m%d}.p7m", row.file)


def _move(session: Session, delivery_id: UUID, expected: str, **values: object) -> None:
    moved = session.connection().execute(
        update(Delivery).where(Delivery.id == delivery_id, Delivery.state == expected).values(**values)
    )
    if moved.rowcount != 1:
        raise Refused(Denied.NOT_NOW)
