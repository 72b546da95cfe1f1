"""Requests about rights as their officer works on them, and as whoever asked follows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.crypto import open_json
from app.core.errors import NotFound
from app.rights.rules import KEY_CLASS, OVERDUE, Case, Part, answer_place, days_left, details_place

MOST_LINES = 200
WEEK = 7
_COLUMNS = """
    select q.id, q.reference, q.kind, q.subject_kind, q.dossier_id, q.account_id, q.channel, q.language, q.received_on,
           q.due_on, q.entered_at, q.entered_kind, q.state, q.identity_how, q.identity_at, q.outcome, q.refusal, q.law,
           q.answered_at, q.sent_how, q.copy_until, q.carried_out_at, q.deferred_until, q.finished_at
"""
# KK-59: what an officer asked themselves is for another officer.
_NOT_OWN = "q.account_id is distinct from app.actor_id()"
_OPEN = text(
    f"{_COLUMNS} from rights_request q where q.state <> 'answered' and {_NOT_OWN} order by q.due_on, q.id limit :limit"
)
_ANSWERED = text(
    f"{_COLUMNS} from rights_request q where q.state = 'answered' and {_NOT_OWN}"
    " order by q.answered_at desc, q.id limit :limit"
)
_COUNTS = text(
    """
    select count(*) as open, count(*) filter (where q.due_on < app.today()) as overdue,
           count(*) filter (where q.due_on between app.today() and app.today() + :week) as week,
           count(*) filter (where q.state = 'unclear') as unclear
    from rights_request q where q.state <> 'answered'
    """
)
_ONE = text(f"{_COLUMNS}, q.sealed, q.sealed_answer from rights_request q where q.id = :id and {_NOT_OWN}")
_OWN = text(f"{_COLUMNS} from rights_request q where q.account_id = app.actor_id() order by q.entered_at desc, q.id")
_OWN_ANSWER = text(
    f"{_COLUMNS}, q.sealed_answer from rights_request q"
    " where q.id = :id and q.account_id = app.actor_id() and q.state = 'answered'"
)
_LEFT = text("select count(*) from erasure_order o where o.request_id = :id and o.done_at is null and o.due_on <= :day")
_RESTRICTED = text("select 1 from restriction x where x.dossier_id = :dossier_id and x.ended_at is null")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: what it is, how far it is, and by when it is answered; never what it says."""

    kind: str
    subject_kind: str
    channel: str
    language: str
    received_on: date
    due_on: date
    entered_kind: str
    state: str
    identity_how: str | None
    identity_at: datetime | None
    outcome: str | None
    refusal: str | None
    answered_at: datetime | None
    sent_how: str | None
    copy_until: date | None
    carried_out_at: datetime | None
    deferred_until: date | None
    finished_at: datetime | None
    has_file: bool
    has_account: bool

    def late(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return self.state != "answered" and days_left(self.due_on, today) < 0

    @property
    def identified(self) -> bool:
        """Tell whether somebody saw who asks."""
        return self.identity_at is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A request with what its line in a list leads to."""

    id: UUID
    subject: UUID
    reference: str
    rights_requests: Asked


@dataclass(frozen=True, slots=True)
class Opened:
    """A request with what was asked and what is being answered, unsealed."""

    asked: Asked
    details: Mapping[str, Any]
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Whole:
    """One request, whole."""

    id: UUID
    subject: UUID
    reference: str
    dossier_id: UUID | None
    account_id: UUID | None
    rights_requests: Opened


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to do."""

    open: int
    overdue: int
    week: int
    unclear: int


def open_requests(session: Session) -> tuple[Line, ...]:
    """Return the requests that wait for an answer, the nearest last day first (KK-35)."""
    return tuple(_line(row) for row in session.execute(_OPEN, {"limit": MOST_LINES}))


def answered_requests(session: Session) -> tuple[Line, ...]:
    """Return the requests that were answered, the latest first."""
    return tuple(_line(row) for row in session.execute(_ANSWERED, {"limit": MOST_LINES}))


def counts(session: Session) -> Counts:
    """Return how many wait, how many are too late, and how many are due within a week."""
    row = session.execute(_COUNTS, {"week": WEEK}).one()
    return Counts(row.open, row.overdue, row.week, row.unclear)


def one_request(session: Session, request_id: UUID) -> Whole:
    """Return one request, unsealed; raises NotFound."""
    row = session.execute(_ONE, {"id": request_id}).one_or_none()
    if row is None:
        raise NotFound
    return whole_of(session, row)


def own_requests(session: Session) -> tuple[Line, ...]:
    """Return what the actor asked through the own account, the latest first."""
    return tuple(_line(row) for row in session.execute(_OWN))


def own_answer(session: Session, request_id: UUID) -> Whole:
    """Return the answer to what the actor asked, once it was sent; raises NotFound (LEU-43)."""
    row = session.execute(_OWN_ANSWER, {"id": request_id}).one_or_none()
    if row is None:
        raise NotFound
    answer = unsealed(session, row.id, row.sealed_answer)
    return Whole(row.id, _subject(row), row.reference, row.dossier_id, row.account_id, _opened(row, answer))


def whole_of(session: Session, row: Any) -> Whole:
    """Return a row of a request with both of its sealed parts opened."""
    details = open_json(session, row.sealed, owner_id=row.id, key_class=KEY_CLASS, place=details_place(row.id))
    opened = _opened(row, unsealed(session, row.id, row.sealed_answer), details)
    return Whole(row.id, _subject(row), row.reference, row.dossier_id, row.account_id, opened)


def unsealed(session: Session, request_id: UUID, sealed: bytes | None) -> Mapping[str, Any]:
    """Return what was sealed of an answer, or nothing."""
    if sealed is None:
        return {}
    answer: Mapping[str, Any] = open_json(
        session, sealed, owner_id=request_id, key_class=KEY_CLASS, place=answer_place(request_id)
    )
    return answer


def left_to_erase(session: Session, request_id: UUID, today: date) -> int:
    """Return how much of what had to go by now is still there (LEU-42)."""
    return int(session.scalar(_LEFT, {"id": request_id, "day": today}) or 0)


def is_restricted(session: Session, dossier_id: UUID) -> bool:
    """Tell whether a file is kept and not used (BXL-63)."""
    return session.execute(_RESTRICTED, {"dossier_id": dossier_id}).first() is not None


def case_of(one: Whole, actor_id: UUID | None) -> Case:
    """Return what the rules judge of a request."""
    asked, draft = one.rights_requests.asked, one.rights_requests.answer.get("draft")
    parts = None
    if draft is not None:
        parts = tuple(
            Part(s["label"], bool(s["why"]), bool(s["origins"])) for s in draft.get("sections", ()) if s["rows"]
        )
    return Case(
        kind=asked.kind,
        identity_seen=asked.identified,
        answered=asked.state == "answered",
        has_file=one.dossier_id is not None,
        about_worker=asked.subject_kind == "worker",
        subject=asked.subject_kind,
        is_own=one.account_id is not None and one.account_id == actor_id,
        parts=parts,
        open_requests=int((draft or {}).get("open", 0)),
        kept=len((draft or {}).get("kept", ())),
        one_child=(draft or {}).get("children", 1) == 1,
        sealed_contact=bool((draft or {}).get("protected")),
    )


def standing(asked: Asked, today: date) -> str:
    """Return how urgent a request is: overdue, due within a week, or neither."""
    if asked.late(today):
        return OVERDUE
    return "soon" if asked.state != "answered" and days_left(asked.due_on, today) <= WEEK else ""


def _opened(row: Any, answer: Mapping[str, Any], details: Mapping[str, Any] | None = None) -> Opened:
    return Opened(_asked(row), details or {}, answer)


def _subject(row: Any) -> UUID:
    """Return what a read is noted of: the file of whoever asks about it, and else the request alone."""
    subject: UUID = row.dossier_id if row.dossier_id is not None and row.subject_kind == "applicant" else row.id
    return subject


def _line(row: Any) -> Line:
    return Line(row.id, _subject(row), row.reference, _asked(row))


def _asked(row: Any) -> Asked:
    return Asked(
        *(row.kind, row.subject_kind, row.channel, row.language, row.received_on, row.due_on, row.entered_kind),
        *(row.state, row.identity_how, row.identity_at, row.outcome, row.refusal, row.answered_at, row.sent_how),
        *(row.copy_until, row.carried_out_at, row.deferred_until, row.finished_at),
        has_file=row.dossier_id is not None,
        has_account=row.account_id is not None,
    )
