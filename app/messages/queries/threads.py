"""Threads as each side reads them: state, messages, notes; what is sealed is opened here."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, text, tuple_
from sqlalchemy.orm import Session

from app.applications.models import OPEN_CHOICE
from app.applications.queries.cursors import Cursor
from app.core.crypto import keyring_of, open_json_with
from app.core.errors import NotFound
from app.core.models import DataKey
from app.facilities.models import Facility
from app.messages.models import StaffNote, Thread, ThreadMessage
from app.messages.queries.records import Letter, Letters, Note, OwnThread, ThreadState

KEY_CLASS = "thread"
PAGE_SIZE = 50
STATE = (
    Thread.id,
    Thread.dossier_id,
    Thread.facility_id,
    Thread.last_at,
    Thread.last_sender,
    Thread.family_read_at,
    Thread.other_read_at,
    Thread.settled_at,
)
# Who reads a family's file at this moment, by the same facts as the branches of the access relation.
_REACHING = (
    "select c.facility_id from choice c"  # noqa: S608  the part is a constant of ours
    f" where c.dossier_id = :dossier_id and c.origin = 'family' and c.{OPEN_CHOICE} and c.expires_on >= :today"
    " union select p.facility_id from placement p"
    " where p.dossier_id = :dossier_id and (p.end_date is null or p.end_date >= :today)"
)
_OWN = text(
    f"""
    select f.id as facility_id, f.name, f.id in ({_REACHING}) as reached, t.id, t.last_at, t.last_sender,
           t.family_read_at, t.other_read_at, t.settled_at
    from facility f left join thread t on t.facility_id = f.id and t.dossier_id = :dossier_id
    where f.id in ({_REACHING} union select o.facility_id from thread o where o.dossier_id = :dossier_id)
    union all
    select null, '', true, t.id, t.last_at, t.last_sender, t.family_read_at, t.other_read_at, t.settled_at
    from (select cast(:dossier_id as uuid) as dossier_id) d
    left join thread t on t.dossier_id = d.dossier_id and t.facility_id is null
    """  # noqa: S608  the parts are constants of ours
)


def message_place(message_id: UUID) -> str:
    """Return the place that a message's words are bound to."""
    return f"thread_message:sealed:{message_id}"


def note_place(note_id: UUID) -> str:
    """Return the place that a note's words are bound to."""
    return f"staff_note:sealed:{note_id}"


def require_owner(session: Session, dossier_id: UUID) -> None:
    """Raise NotFound for anybody but the family whose file it is."""
    asked = text("select 1 from access.owner r where r.dossier_id = :dossier_id")
    if session.execute(asked, {"dossier_id": dossier_id}).first() is None:
        raise NotFound


def own_threads(session: Session, dossier_id: UUID, *, today: date) -> tuple[OwnThread, ...]:
    """Return everybody with whom the family can write or wrote: the desk first, then facilities by name."""
    rows = session.execute(_OWN, {"dossier_id": dossier_id, "today": today}).all()
    found = (OwnThread(row.facility_id, row.name, row.reached, _state_of(row, dossier_id)) for row in rows)
    return tuple(sorted(found, key=lambda one: (one.facility_id is not None, one.name.casefold())))


def own_thread(session: Session, dossier_id: UUID, facility_id: UUID | None, *, today: date) -> OwnThread:
    """Return one of them; raises NotFound."""
    for found in own_threads(session, dossier_id, today=today):
        if found.facility_id == facility_id:
            return found
    raise NotFound


def find_thread(session: Session, dossier_id: UUID, facility_id: UUID | None) -> ThreadState | None:
    """Return the thread of a file with the desk or a facility; None before its first message."""
    query = select(*STATE).where(Thread.dossier_id == dossier_id, Thread.facility_id.is_not_distinct_from(facility_id))
    row = session.execute(query).one_or_none()
    return ThreadState(*row) if row else None


def letters_of(session: Session, state: ThreadState | None, before: Cursor | None = None) -> Letters:
    """Return the latest messages of a thread, or those before a place in it, oldest first."""
    if state is None:
        return Letters((), None)
    query = (
        select(
            ThreadMessage.id,
            ThreadMessage.sender,
            ThreadMessage.channel,
            ThreadMessage.sealed,
            ThreadMessage.received_at,
            DataKey.wrapped,
        )
        .join(DataKey, and_(DataKey.owner_id == ThreadMessage.dossier_id, DataKey.key_class == KEY_CLASS))
        .where(ThreadMessage.thread_id == state.id)
        .order_by(ThreadMessage.received_at.desc(), ThreadMessage.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if before is not None:
        query = query.where(
            tuple_(ThreadMessage.received_at, ThreadMessage.id) < tuple_(before.submitted_at, before.id)
        )
    rows = session.execute(query).all()
    shown = rows[:PAGE_SIZE]
    edge = Cursor(0, shown[-1].received_at, shown[-1].id) if len(rows) > PAGE_SIZE else None
    opened = tuple(
        Letter(
            row.id,
            row.sender,
            row.channel,
            _open(session, row, state.dossier_id, message_place(row.id)),
            row.received_at,
        )
        for row in reversed(shown)
    )
    return Letters(opened, edge)


def notes_of(
    session: Session, dossier_id: UUID, facility_id: UUID | None = None, *, of_all: bool = False
) -> tuple[Note, ...]:
    """Return the notes of the desk or of one facility, newest first; `of_all` for the family, which reads each."""
    query = (
        select(
            StaffNote.id,
            Facility.name.label("facility"),
            StaffNote.sealed,
            StaffNote.created_at,
            DataKey.wrapped,
        )
        .join(DataKey, and_(DataKey.owner_id == StaffNote.dossier_id, DataKey.key_class == KEY_CLASS))
        .outerjoin(Facility, Facility.id == StaffNote.facility_id)
        .where(StaffNote.dossier_id == dossier_id)
        .order_by(StaffNote.created_at.desc(), StaffNote.id)
    )
    if not of_all:
        query = query.where(StaffNote.facility_id.is_not_distinct_from(facility_id))
    rows = session.execute(query)
    return tuple(
        Note(row.id, row.facility, _open(session, row, dossier_id, note_place(row.id)), row.created_at) for row in rows
    )


def _open(session: Session, row: Any, dossier_id: UUID, place: str) -> str:
    opened = open_json_with(
        keyring_of(session), row.wrapped, row.sealed, owner_id=dossier_id, key_class=KEY_CLASS, place=place
    )
    return str(opened["text"])


def _state_of(row: Any, dossier_id: UUID) -> ThreadState | None:
    if row.id is None:
        return None
    return ThreadState(
        row.id,
        dossier_id,
        row.facility_id,
        row.last_at,
        row.last_sender,
        row.family_read_at,
        row.other_read_at,
        row.settled_at,
    )
