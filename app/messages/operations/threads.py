"""Writing in a thread, filing what came in elsewhere, reading, and noting.

Who may is asked of the access relation; the door gives the file and the side. A facility that lost the file is refused
by the same facts that close its pages.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.applications.operations.notices import tell_family
from app.core.audit import note_change
from app.core.clock import BRUSSELS, today_at
from app.core.crypto import seal_json
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.messages.models import StaffNote, Thread, ThreadMessage
from app.messages.queries.records import ThreadState
from app.messages.queries.threads import KEY_CLASS, find_thread, message_place, note_place, own_thread, require_owner
from app.messages.rules import Channel, Denied, Side, filing_problem, may_write, notice_key, text_problem

GROUPS = ("messages",)
NOON = time(12)
_FACILITY_REACH = text(
    "select r.reason from ("
    " select 'chosen' as reason, c.dossier_id, c.facility_id from access.chosen c"
    " union all select 'enrolled', e.dossier_id, e.facility_id from access.enrolled e"
    ") r where r.dossier_id = :dossier_id and r.facility_id = :facility_id limit 1"
)
_EMPLOYED = text("select 'desk' from access.employed limit 1")
_DESK_REACH = text("select 'desk' from access.desk r where r.dossier_id = :dossier_id limit 1")


def send_message(
    session: Session, dossier_id: UUID, facility_id: UUID | None, *, side: Side, words: str, now: datetime
) -> UUID:
    """Write a message and return its id; a family is told that one waits. Raises NotFound, Refused (BXL-14)."""
    reason = _require(session, dossier_id, facility_id, side, now)
    _refuse_if(text_problem(words))
    thread = _thread(session, dossier_id, facility_id, side, now)
    made = _add(session, thread, side, Channel.PORTAL, words, now, now)
    _move(session, thread, side, now)
    note_change(session, "message_sent", dossier_id=dossier_id, groups=GROUPS, reasons=(reason,))
    if side is not Side.FAMILY:
        tell_family(session, dossier_id, "message_waiting", notice_key(thread.id, thread.family_read_at))
    return made


def file_message(
    session: Session,
    dossier_id: UUID,
    facility_id: UUID | None,
    *,
    side: Side,
    by_family: bool,
    channel: Channel,
    received_on: date,
    words: str,
    now: datetime,
) -> UUID:
    """Keep what was said or written elsewhere with the thread; nobody is told. Raises NotFound, Refused (BXL-42)."""
    if side is Side.FAMILY:
        raise NotFound
    reason = _require(session, dossier_id, facility_id, side, now)
    _refuse_if(text_problem(words) or filing_problem(channel, received_on, today_at(now)))
    thread = _thread(session, dossier_id, facility_id, side, now)
    sender = Side.FAMILY if by_family else side
    # Of an earlier day only the day is known.
    received = now if received_on == today_at(now) else datetime.combine(received_on, NOON, BRUSSELS)
    made = _add(session, thread, sender, channel, words, received, now)
    _move(session, thread, sender, now, filed=True)
    note_change(session, "message_filed", dossier_id=dossier_id, groups=GROUPS, reasons=(reason,))
    return made


def mark_read(session: Session, state: ThreadState, *, by_family: bool, now: datetime) -> None:
    """Note how far a side has read; what came in since it looked stays unread."""
    mark = Thread.family_read_at if by_family else Thread.other_read_at
    session.execute(
        update(Thread)
        .where(Thread.id == state.id, Thread.last_at == state.last_at, mark.is_(None) | (mark < Thread.last_at))
        .values({mark: now})
        .execution_options(synchronize_session=False)
    )


def settle(session: Session, dossier_id: UUID, facility_id: UUID | None, *, side: Side, now: datetime) -> None:
    """Say that what the family wrote last needs no answer. Raises NotFound, Refused."""
    reason = _require(session, dossier_id, facility_id, side, now)
    state = find_thread(session, dossier_id, facility_id)
    if state is None or side is Side.FAMILY:
        raise NotFound
    if not state.waits():
        raise Refused(Denied.DONE_BEFORE)
    session.execute(
        update(Thread)
        .where(Thread.id == state.id, Thread.last_at == state.last_at)
        .values(settled_at=now, other_read_at=now)
        .execution_options(synchronize_session=False)
    )
    note_change(session, "message_settled", dossier_id=dossier_id, groups=GROUPS, reasons=(reason,))


def write_note(
    session: Session, dossier_id: UUID, facility_id: UUID | None, *, side: Side, words: str, now: datetime
) -> UUID:
    """Keep a note about a file, which its family can read. Raises NotFound, Refused."""
    if side is Side.FAMILY:
        raise NotFound
    reason = _require(session, dossier_id, facility_id, side, now)
    _refuse_if(text_problem(words))
    made = uuid4()
    actor = actor_of(session)
    session.execute(
        insert(StaffNote).values(
            id=made,
            organisation=actor.organisation,
            dossier_id=dossier_id,
            facility_id=facility_id,
            author_id=actor.id,
            sealed=_sealed(session, dossier_id, words, note_place(made)),
            created_at=now,
        )
    )
    note_change(session, "note_written", dossier_id=dossier_id, groups=("notes",), reasons=(reason,))
    return made


def open_desk_thread(session: Session, dossier_id: UUID, *, now: datetime) -> UUID:
    """Open the desk's thread of a file, if there is none, and return its id; raises NotFound (BXL-14)."""
    if session.execute(_EMPLOYED).first() is None:
        raise NotFound
    state = find_thread(session, dossier_id, None)
    if state is None:
        state = _thread(session, dossier_id, None, Side.DESK, now)
        note_change(session, "thread_opened", dossier_id=dossier_id, groups=GROUPS, reasons=("desk",))
    return state.id


def _require(session: Session, dossier_id: UUID, facility_id: UUID | None, side: Side, now: datetime) -> str:
    """Return why the actor may write here; raises NotFound, and Refused where a family no longer may."""
    if side is Side.FAMILY:
        require_owner(session, dossier_id)
        _refuse_if(may_write(own_thread(session, dossier_id, facility_id, today=today_at(now)).reached))
        return "owner"
    asked = _DESK_REACH if side is Side.DESK else _FACILITY_REACH
    if (side is Side.DESK) is not (facility_id is None):
        raise NotFound
    values: dict[str, Any] = {"dossier_id": dossier_id}
    if facility_id is not None:
        values["facility_id"] = facility_id
    reason = session.execute(asked, values).scalar()
    if reason is None:
        raise NotFound
    return str(reason)


def _refuse_if(problem: Denied | None) -> None:
    if problem is not None:
        raise Refused(problem)


def _thread(session: Session, dossier_id: UUID, facility_id: UUID | None, side: Side, now: datetime) -> ThreadState:
    """Return the thread, made now when this is its first message; two at once make one."""
    state = find_thread(session, dossier_id, facility_id)
    if state is not None:
        return state
    session.execute(
        insert(Thread)
        .values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            dossier_id=dossier_id,
            facility_id=facility_id,
            created_at=now,
            last_at=now,
            last_sender=side,
        )
        .on_conflict_do_nothing()
    )
    state = find_thread(session, dossier_id, facility_id)
    if state is None:
        raise NotFound
    return state


def _add(
    session: Session,
    thread: ThreadState,
    sender: Side,
    channel: Channel,
    words: str,
    received_at: datetime,
    now: datetime,
) -> UUID:
    made = uuid4()
    actor = actor_of(session)
    session.execute(
        insert(ThreadMessage).values(
            id=made,
            organisation=actor.organisation,
            thread_id=thread.id,
            dossier_id=thread.dossier_id,
            facility_id=thread.facility_id,
            sender=sender,
            author_id=actor.id,
            channel=channel,
            sealed=_sealed(session, thread.dossier_id, words, message_place(made)),
            received_at=received_at,
            created_at=now,
        )
    )
    return made


def _move(session: Session, thread: ThreadState, sender: Side, now: datetime, *, filed: bool = False) -> None:
    """Give the thread its last word; whoever writes or files has read it."""
    read = "family_read_at" if sender is Side.FAMILY and not filed else "other_read_at"
    values = {"last_at": now, "last_sender": sender, read: now}
    session.execute(
        update(Thread).where(Thread.id == thread.id).values(**values).execution_options(synchronize_session=False)
    )


def _sealed(session: Session, dossier_id: UUID, words: str, place: str) -> bytes:
    return seal_json(session, {"text": words}, owner_id=dossier_id, key_class=KEY_CLASS, place=place)
