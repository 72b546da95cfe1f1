"""Complaints: all of them for the officer, one's own for a family, a count for the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.core.crypto import Unreadable, open_json
from app.core.errors import NotFound
from app.incidents.rules import COMPLAINT_KEY

LISTED = 200
_COLUMNS = (
    "c.id, c.reference, c.about, c.language, c.account_id, c.received_at, c.due_on, c.state, c.answered_at,"
    " c.sealed, c.sealed_answer"
)
# The columns are fixed words of this file.
_LIST = text(
    f"select {_COLUMNS} from complaint c where c.organisation = app.organisation()"  # noqa: S608
    " order by c.state = 'answered', c.due_on, c.received_at limit :most"
)
_ONE = text(f"select {_COLUMNS} from complaint c where c.id = :id and c.organisation = app.organisation()")  # noqa: S608
_OWN = text(
    f"select {_COLUMNS} from complaint c where c.account_id = app.actor_id()"  # noqa: S608
    " order by c.received_at desc limit :most"
)
_OVERDUE = text(
    "select count(*) from complaint where organisation = app.organisation() and state <> 'answered'"
    " and due_on < app.today()"
)


@dataclass(frozen=True, slots=True)
class ComplaintLine:
    """How one complaint stands."""

    reference: str
    about: str
    state: str
    received_at: datetime
    due_on: date
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedComplaint:
    """A complaint in the list, as a record that is shown."""

    id: UUID
    subject: UUID
    cases: ComplaintLine


@dataclass(frozen=True, slots=True)
class Complained:
    """One complaint, opened."""

    line: ComplaintLine
    language: str
    words: str
    name: str
    reply: str
    email: str
    address: str
    # Through an account: the answer is read there.
    by_account: bool
    answer: str


@dataclass(frozen=True, slots=True)
class OpenedComplaint:
    """A complaint as a record that is shown."""

    cases: Complained


@dataclass(frozen=True, slots=True)
class OwnComplaints:
    """A family's own complaints, as a record that is shown."""

    cases: tuple[Complained, ...]


def complaints(session: Session) -> tuple[ListedComplaint, ...]:
    """Return the complaints without a word of them, what is due first on top."""
    return tuple(ListedComplaint(row.id, row.id, _line(row)) for row in session.execute(_LIST, {"most": LISTED}))


def complaint(session: Session, complaint_id: UUID) -> Complained:
    """Return one complaint with what was written; raises NotFound."""
    row = session.execute(_ONE, {"id": complaint_id}).first()
    if row is None:
        raise NotFound
    return _opened(session, row)


def own_complaints(session: Session) -> tuple[Complained, ...]:
    """Return what whoever is signed in complained about, the newest first."""
    return tuple(_opened(session, row) for row in session.execute(_OWN, {"most": LISTED}))


def overdue_complaints(session: Session) -> int:
    """Return how many complaints are past the day of their answer."""
    found: int = session.scalar(_OVERDUE) or 0
    return found


def _line(row: Row[Any]) -> ComplaintLine:
    return ComplaintLine(row.reference, row.about, row.state, row.received_at, row.due_on, row.answered_at)


def _opened(session: Session, row: Row[Any]) -> Complained:
    said, answer = _open(session, row, "sealed"), _open(session, row, "sealed_answer")
    return Complained(
        _line(row),
        row.language,
        said.get("words", ""),
        said.get("name", ""),
        said.get("reply", ""),
        said.get("email", ""),
        said.get("address", ""),
        row.account_id is not None,
        answer.get("words", ""),
    )


def _open(session: Session, row: Row[Any], column: str) -> dict[str, Any]:
    sealed = getattr(row, column)
    if sealed is None:
        return {}
    try:
        found: dict[str, Any] = open_json(
            session, sealed, owner_id=row.id, key_class=COMPLAINT_KEY, place=f"complaint:{column}:{row.id}"
        )
    except Unreadable:
        return {}
    return found
