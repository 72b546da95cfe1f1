"""What a facility reads of the urgent list: what is asked, for whom and from which municipality, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.applications.queries.cursors import Cursor
from app.applications.queries.records import CarePlan, ChildIdentity, Name, PriorityResult
from app.core.errors import NotFound

PAGE_SIZE = 50
REASON, OFFERED = "urgent", "urgent_offer"


@dataclass(frozen=True, slots=True)
class UrgentRow:
    """One line of the list; `subject` is the dossier, for the audit."""

    id: UUID
    subject: UUID
    child_identity: ChildIdentity
    care_plan: CarePlan
    priority_result: PriorityResult
    municipality: str | None


@dataclass(frozen=True, slots=True)
class UrgentList:
    """One page of the list, and where the next one begins."""

    rows: tuple[UrgentRow, ...]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class UrgentOffer:
    """The facility's own offer, as it stands."""

    id: UUID
    start_date: date
    half_days: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UrgentRecord:
    """One urgent request, by the groups of the catalogue; `present` withholds what the profile does not give."""

    applicant_name: Name
    language: str
    child_identity: ChildIdentity
    care_plan: CarePlan
    priority_result: PriorityResult
    municipality: str | None
    answers: UrgentOffer | None


@dataclass(frozen=True, slots=True)
class FoundUrgent:
    """An urgent request as one facility of the actor's reaches it: to offer a place, or to follow its own offer."""

    application_id: UUID
    dossier_id: UUID
    facility_id: UUID
    facility: str
    reason: str
    record: UrgentRecord


@dataclass(frozen=True, slots=True)
class OwnUrgentOffer:
    """A place that a facility of the actor's offered from the list, and that waits for the family."""

    id: UUID
    subject: UUID
    facility: str
    child_identity: Name
    answers: tuple[date, datetime]


_PAGE = text("select * from access.urgent_requests(cast(:rank as smallint), :start, :id, :limit)")
_ONE = text("select * from access.urgent_request(:application_id)")
_OFFERS = text("select * from access.urgent_offers()")
_TAKEN = text("select access.urgently_taken(:application_id)")


def urgent_requests(session: Session, edge: Cursor | None = None, *, size: int = PAGE_SIZE) -> UrgentList:
    """Return one page of the urgent list that the actor's facilities reach, by priority and then by start (LEU-31)."""
    values = {
        "rank": edge.rank if edge else None,
        "start": edge.submitted_at.date() if edge else None,
        "id": edge.id if edge else None,
        "limit": size + 1,
    }
    found = session.execute(_PAGE, values).all()
    rows = tuple(_row(row) for row in found[:size])
    last = rows[-1] if len(found) > size else None
    return UrgentList(rows, _edge(last) if last else None)


def urgent_ways(session: Session, application_id: UUID) -> tuple[FoundUrgent, ...]:
    """Return an urgent request once for each facility of the actor's that reaches it; raises NotFound."""
    found = tuple(_found(row) for row in session.execute(_ONE, {"application_id": application_id}))
    if not found:
        raise NotFound
    return found


def find_urgent(session: Session, application_id: UUID, facility_id: UUID) -> FoundUrgent:
    """Return an urgent request to which this facility may offer a place; raises NotFound."""
    for way in urgent_ways(session, application_id):
        if way.facility_id == facility_id and way.reason == REASON:
            return way
    raise NotFound


def own_urgent_offer(session: Session, application_id: UUID, offer_id: UUID) -> FoundUrgent:
    """Return the request behind an open offer that a facility of the actor's made from the list; raises NotFound."""
    for way in urgent_ways(session, application_id):
        if way.record.answers is not None and way.record.answers.id == offer_id:
            return way
    raise NotFound


def own_urgent_offers(session: Session) -> tuple[OwnUrgentOffer, ...]:
    """Return the offers from the list that wait for a family, the soonest term first."""
    return tuple(
        OwnUrgentOffer(
            row.application_id,
            row.dossier_id,
            row.facility,
            Name(row.child_given or "", row.child_family),
            (row.offered_start, row.offered_until),
        )
        for row in session.execute(_OFFERS)
    )


def was_taken(session: Session, application_id: UUID) -> bool:
    """Tell whether the request would be on the actor's list if nobody had offered a place: all that is said of it."""
    return bool(session.scalar(_TAKEN, {"application_id": application_id}))


def _edge(last: UrgentRow) -> Cursor:
    # The list is ordered by the start where another one is by when it was sent.
    return Cursor(last.priority_result.rank, datetime.combine(last.care_plan.start_date, time(), UTC), last.id)


def _row(row: Any) -> UrgentRow:
    return UrgentRow(row.application_id, row.dossier_id, _child(row), _plan(row), _priority(row), row.municipality)


def _found(row: Any) -> FoundUrgent:
    offer = None
    if row.offer_id is not None:
        offer = UrgentOffer(row.offer_id, row.offered_start, row.offered_half_days, row.offered_until)
    record = UrgentRecord(
        applicant_name=Name(row.parent_given, row.parent_family),
        language=row.language,
        child_identity=_child(row),
        care_plan=_plan(row),
        priority_result=_priority(row),
        municipality=row.municipality,
        answers=offer,
    )
    return FoundUrgent(row.application_id, row.dossier_id, row.facility_id, row.facility, row.reason, record)


def _child(row: Any) -> ChildIdentity:
    return ChildIdentity(row.child_given, row.child_family, row.birth_date, row.expected)


def _plan(row: Any) -> CarePlan:
    return CarePlan(row.start_date, row.half_days, row.hours, row.flexible, row.link)


def _priority(row: Any) -> PriorityResult:
    return PriorityResult(row.priority_rank, tuple(row.grounds), False)
