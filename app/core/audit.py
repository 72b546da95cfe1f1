"""What was read and what was changed, noted in the same transaction, without values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.core.db import Databases, actor_of, call_signin, now_of

# Every page that shows a person writes an entry, so the statement goes to the driver as it stands.
_INSERT = """
    insert into audit_entry
        (id, organisation, at, actor_kind, actor_id, event, reasons, groups, subjects, request_id, typed_by)
    values (%(id)s, %(organisation)s, %(at)s, %(actor_kind)s, %(actor_id)s, %(event)s, %(reasons)s, %(groups)s,
        %(subjects)s, %(request_id)s, %(typed_by)s)
"""


def note_read(session: Session, *, subjects: Iterable[UUID], groups: Iterable[str], reasons: Iterable[str]) -> None:
    """Note which dossiers were shown, which groups of them, and for which reasons (KL-36)."""
    _note(session, "read", subjects, groups, reasons)


def note_change(
    session: Session, event: str, *, dossier_id: UUID, groups: Iterable[str] = (), reasons: Iterable[str] = ()
) -> None:
    """Note a change of a dossier: the event and the groups it touched (KL-36)."""
    _note(session, event, (dossier_id,), groups, reasons)


def note_event(session: Session, event: str) -> None:
    """Note something that concerns no dossier, such as a sign-in."""
    _note(session, event, (), (), ())


def note_batch(session: Session, event: str, *, reasons: Iterable[str], groups: Iterable[str] = ()) -> None:
    """Note what a job did to many files at once, by which rule; which files they were is not said."""
    _note(session, event, (), groups, reasons)


def note_before_sign_in(
    databases: Databases, organisation: str, event: str, *, kind: str, actor_id: UUID | None, now: datetime
) -> None:
    """Note something that happens before there is an actor, such as a sign-in or a link that is followed."""
    call_signin(
        databases, "note", id=uuid4(), organisation=organisation, now=now, kind=kind, actor_id=actor_id, event=event
    )


def _note(
    session: Session, event: str, subjects: Iterable[UUID], groups: Iterable[str], reasons: Iterable[str]
) -> None:
    actor = actor_of(session)
    notes: list[dict[str, Any]] = session.info.setdefault("notes", [])
    if not notes:
        session.info["before_commit"].append(_write)
    notes.append(
        {
            "id": uuid4(),
            "organisation": actor.organisation,
            "at": now_of(session),
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "event": event,
            "reasons": sorted(set(reasons)),
            "groups": sorted(set(groups)),
            "subjects": list(dict.fromkeys(subjects)),
            "request_id": session.info.get("request_id"),
            "typed_by": actor.typed_by,
        }
    )


def _write(session: Session) -> None:
    notes: list[dict[str, Any]] = session.info.pop("notes")
    session.connection().exec_driver_sql(_INSERT, notes if len(notes) > 1 else notes[0])
