"""What the desk settles: letters that were printed, messages that reached nobody, two requests for one child.

Each is one UPDATE from the state that is expected: of two workers who press at once, one is told that it is done.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.applications.models import PossibleDouble
from app.core.audit import note_change, note_event
from app.core.db import actor_of
from app.core.errors import Refused
from app.core.models import OutboxMessage
from app.messages.operations.threads import open_desk_thread
from app.messages.queries.desk import find_double, require_worker
from app.messages.rules import Decision, Denied


def mark_printed(session: Session, letters: Collection[tuple[UUID, UUID | None]], *, now: datetime) -> int:
    """Note letters (id, file) as printed and destroy their text; returns how many still waited. Raises NotFound."""
    require_worker(session)
    done = 0
    for letter_id, dossier_id in letters:
        changed = session.connection().execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == letter_id, OutboxMessage.state == "to_print")
            .values(state="sent", sent_at=now, sealed=None, handled_at=now, handled_by=actor_of(session).id)
        )
        if changed.rowcount:
            done += 1
            _note(session, "letter_printed", dossier_id)
    return done


def mark_handled(session: Session, message_id: UUID, dossier_id: UUID | None, *, now: datetime) -> None:
    """Note that somebody dealt with a message that reached nobody. Raises NotFound, Refused."""
    require_worker(session)
    changed = session.connection().execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state == "dead", OutboxMessage.handled_at.is_(None))
        .values(handled_at=now, handled_by=actor_of(session).id)
    )
    if not changed.rowcount:
        raise Refused(Denied.DONE_BEFORE)
    _note(session, "undelivered_handled", dossier_id)


def decide_double(session: Session, double_id: UUID, decision: Decision, *, now: datetime) -> tuple[UUID, ...]:
    """Keep two requests apart, or say that they are about one child; then the desk writes to both families.

    Nothing in either file changes, and neither family learns of the other. Returns the threads that were opened.
    Raises NotFound, Refused (LEU-12).
    """
    require_worker(session)
    found = find_double(session, double_id)
    files = [one for one in (found.dossier_id, found.other_dossier_id) if one is not None]
    # First the threads: once the pair is decided, nothing else opens the files to the desk.
    opened: tuple[UUID, ...] = ()
    if decision is Decision.JOINED:
        opened = tuple(open_desk_thread(session, one, now=now) for one in dict.fromkeys(files))
    changed = session.connection().execute(
        update(PossibleDouble)
        .where(PossibleDouble.id == double_id, PossibleDouble.state == "open")
        .values(state=decision, decided_at=now, decided_by=actor_of(session).id)
    )
    if not changed.rowcount:
        raise Refused(Denied.DONE_BEFORE)
    for one in dict.fromkeys(files):
        note_change(session, f"double_{decision}", dossier_id=one, groups=("doubles",), reasons=("desk",))
    return opened


def _note(session: Session, event: str, dossier_id: UUID | None) -> None:
    if dossier_id is None:
        note_event(session, event)
    else:
        note_change(session, event, dossier_id=dossier_id, groups=("messages",), reasons=("desk",))
