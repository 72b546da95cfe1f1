"""What a facility reads of the requests that chose it: the ranked list, its counts, and one request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Interval,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    text,
    true,
    tuple_,
)
from sqlalchemy.orm import Session

from app.applications.models import OPEN_CHOICE, Application, Choice, Offer
from app.applications.queries.cursors import Cursor
from app.applications.queries.records import (
    COUNTED,
    Answers,
    CarePlan,
    ChildIdentity,
    Contact,
    Counts,
    DutchKnowledge,
    Filters,
    FoundRequest,
    Name,
    Neighbours,
    OfferMade,
    OwnChoice,
    OwnRefusal,
    PriorityResult,
    RequestList,
    RequestRecord,
    RequestRow,
)
from app.applications.rules import AgeBand, ChoiceState
from app.core.access import reached
from app.core.errors import NotFound
from app.facilities.models import Facility
from app.families.models import Applicant, Child, Circumstances, Dossier, Partner
from app.families.queries import CONTACT

PAGE_SIZE = 50

_member = table("member", column("facility_id"), schema="access")
_CHOSEN = reached("chosen", "choice_id", "choice.id")
_ENROLLED = (
    "exists (select 1 from access.enrolled r"
    " where r.application_id = choice.application_id and r.facility_id = choice.facility_id)"
)


_OWN_FACILITIES = (
    select(Facility.id, Facility.name, Facility.kind)
    .where(Facility.id.in_(select(_member.c.facility_id)))
    .order_by(Facility.name)
)
_LISTED = (
    Choice.id,
    Choice.dossier_id,
    Choice.application_id,
    Choice.facility_id,
    Choice.child_id,
    Choice.state,
    Choice.submitted_at,
    Choice.reply_due_on,
    Choice.start_date,
    Choice.half_days,
    Choice.priority_rank,
    Choice.grounds,
    Choice.sibling_here,
)
_CHILD = (Child.given_name, Child.family_name, Child.birth_date, Child.expected)
_ROWS = (
    select(*_LISTED, *_CHILD, Application.link)
    .join(Child, Child.id == Choice.child_id)
    .join(Application, Application.id == Choice.application_id)
)
_OWN_REFUSALS = text("select r.choice_id, r.facility_id, r.answered_at, r.start_month from access.own_refusals() r")
EVER = datetime(1900, 1, 1, tzinfo=UTC)


def own_facilities(session: Session) -> Mapping[UUID, str]:
    """The names of the facilities that the actor answers for today, in the order of the alphabet."""
    return own_facilities_and_kinds(session)[0]


def own_facilities_and_kinds(session: Session) -> tuple[Mapping[UUID, str], frozenset[str]]:
    """The names of the actor's own facilities, and what sorts of places they are."""
    rows = session.connection().execute(_OWN_FACILITIES).all()
    return {row.id: row.name for row in rows}, frozenset(row.kind for row in rows)


def open_requests(
    session: Session, filters: Filters, cursor: Cursor | None = None, *, size: int = PAGE_SIZE
) -> RequestList:
    """One page of the open requests at the actor's own facilities, by priority and then by date (BXL-53)."""
    backwards = cursor is not None and cursor.backwards
    statement = _page_statement(_shape(filters), bool(cursor), backwards, size)
    found = session.connection().execute(statement, filters.values() | _edge_values(cursor)).all()
    more = len(found) > size
    page = found[:size][::-1] if backwards else found[:size]
    before, after = (more, True) if backwards else (cursor is not None, more)
    return RequestList(
        rows=tuple(_row(row) for row in page),
        previous=_edge(page[0], backwards=True) if page and before else None,
        next=_edge(page[-1]) if page and after else None,
    )


def neighbours(session: Session, filters: Filters, at: Cursor) -> Neighbours:
    """The open requests right before and right after one in the ranked order, narrowed like the list."""
    statement = _neighbour_statement(_shape(filters))
    return Neighbours(*session.connection().execute(statement, filters.values() | _edge_values(at)).one())


def requests_by_id(session: Session, ids: Collection[UUID]) -> Mapping[UUID, RequestRow]:
    """Those of these requests that are open with the actor's own facilities, in one statement."""
    rows = session.execute(_ROWS.where(Choice.id.in_(ids), text(_CHOSEN)))
    return {row.id: _row(row) for row in rows}


def count_requests(session: Session, *, new_since: datetime | None, due_by: date) -> Counts:
    """Count what waits at the actor's own facilities, at a cost that does not grow with them."""
    values = {"new_since": new_since or EVER, "due_by": due_by}
    return Counts(*session.connection().execute(_count_statement(), values).one())


def count_news(session: Session, since: datetime) -> int:
    """How many open requests came in after an instant, among those that are counted at all."""
    return count_requests(session, new_since=since, due_by=since.date()).new


def find_request(session: Session, choice_id: UUID) -> FoundRequest:
    """One request that the actor reaches, open with its facility or enrolled there; raises NotFound."""
    row = session.execute(_request().where(Choice.id == choice_id)).one_or_none()
    if row is None:
        raise NotFound
    partner = Name(row.partner_given, row.partner_family) if row.partner_family is not None else None
    dutch = DutchKnowledge(row.dutch, row.dutch_proof) if row.dutch_proof is not None else None
    record = RequestRecord(
        applicant_name=Name(row.applicant_given, row.applicant_family),
        contact=Contact(row.street, row.house_number, row.postcode, row.municipality, row.phone, row.email),
        language=row.language,
        partner_name=partner,
        child_identity=ChildIdentity(row.given_name, row.family_name, row.birth_date, row.expected),
        care_plan=CarePlan(row.start_date, row.half_days, row.hours, row.flexible, row.link),
        own_choice=OwnChoice(row.state, row.submitted_at, row.reply_due_on),
        dutch_knowledge=dutch,
        priority_result=PriorityResult(row.priority_rank, tuple(row.grounds), row.sibling_here),
        answers=Answers(row.answered_at, row.refusal_reason, _offers(session, choice_id)),
    )
    reason = "chosen" if row.chosen else "enrolled"
    return FoundRequest(
        row.id, row.dossier_id, row.application_id, row.facility_id, row.facility, reason, record, row.group_id
    )


def find_twins(session: Session, found: FoundRequest) -> Mapping[UUID, RequestRow]:
    """The other requests for children of the same birth that are open with the same facility (LEU-12)."""
    if found.group_id is None:
        return {}
    same = (Application.group_id == found.group_id, Choice.facility_id == found.facility_id, Choice.id != found.id)
    return {row.id: _row(row) for row in session.execute(_ROWS.where(*same, text(_CHOSEN)).order_by(Choice.id))}


def was_refused_here(session: Session, choice_id: UUID) -> bool:
    """Tell whether the actor's own facility refused this request: all that it still knows of it."""
    asked = text("select 1 from access.answered r where r.choice_id = :choice_id")
    return session.execute(asked, {"choice_id": choice_id}).first() is not None


def own_refusals(session: Session) -> tuple[OwnRefusal, ...]:
    """The refusals of the last day that the actor gave and can take back, the latest first."""
    return tuple(OwnRefusal(*row) for row in session.connection().execute(_OWN_REFUSALS))


def _mine() -> Any:
    return select(_member.c.facility_id).distinct().subquery("mine")


def _shape(filters: Filters) -> frozenset[str]:
    return frozenset(filters.values()) | ({f"age_{filters.age}"} if filters.age else set())


def _edge_values(cursor: Cursor | None) -> dict[str, Any]:
    if cursor is None:
        return {}
    return {"edge_rank": cursor.rank, "edge_submitted_at": cursor.submitted_at, "edge_id": cursor.id}


@cache
def _page_statement(shape: frozenset[str], from_edge: bool, backwards: bool, size: int) -> Any:
    """Return the statement for a page narrowed like this; made once, since making it costs more than running it."""
    ranked = _ranked(*_narrowed(shape, from_edge, backwards), limit=size + 1, backwards=backwards)
    return (
        select(ranked, *_CHILD, Application.link)
        .select_from(_mine())
        .join(ranked, true())
        .join(Child, Child.id == ranked.c.child_id)
        .join(Application, Application.id == ranked.c.application_id)
        .order_by(*_in_order(ranked, backwards))
        .limit(size + 1)
    )


@cache
def _neighbour_statement(shape: frozenset[str]) -> Any:
    """Return the statement for the two neighbours of a request, nothing but their ids."""
    sides = []
    for backwards in (True, False):
        ranked = _ranked(*_narrowed(shape, True, backwards), limit=1, backwards=backwards)
        first = select(ranked.c.id).select_from(_mine()).join(ranked, true())
        sides.append(first.order_by(*_in_order(ranked, backwards)).limit(1).scalar_subquery())
    return select(*sides)


def _narrowed(shape: frozenset[str], from_edge: bool, backwards: bool) -> list[ColumnElement[bool]]:
    where = [condition for name in sorted(shape) for condition in _CONDITIONS[name]]
    if from_edge:
        key = tuple_(Choice.priority_rank, Choice.submitted_at, Choice.id)
        edge = tuple_(
            bindparam("edge_rank", type_=Choice.priority_rank.type),
            bindparam("edge_submitted_at", type_=Choice.submitted_at.type),
            bindparam("edge_id", type_=Choice.id.type),
        )
        where.append(key < edge if backwards else key > edge)
    return where


def _in_order(ranked: Any, backwards: bool) -> list[Any]:
    order = [ranked.c.priority_rank, ranked.c.submitted_at, ranked.c.id]
    return [each.desc() for each in order] if backwards else order


@cache
def _count_statement() -> Any:
    first = _ranked(limit=COUNTED)
    new = first.c.submitted_at > bindparam("new_since")
    due = (first.c.state == ChoiceState.OPEN) & (first.c.reply_due_on <= bindparam("due_by"))
    urgent: ColumnElement[int] = literal_column("(select access.count_urgent())")
    counts = select(func.count(), func.count().filter(new), func.count().filter(due), urgent)
    return counts.select_from(_mine()).join(first, true())


def _ranked(*where: ColumnElement[bool], limit: int, backwards: bool = False) -> Any:
    """Read the first of each facility from its own ranked index; the condition is the index's, to the letter."""
    order = [Choice.priority_rank, Choice.submitted_at, Choice.id]
    return (
        select(*_LISTED)
        .where(text("choice.facility_id = mine.facility_id"), text(f"choice.{OPEN_CHOICE}"), *where)
        .order_by(*((each.desc() for each in order) if backwards else order))
        .limit(limit)
        .lateral("ranked")
    )


_ONE, _TWO = (Choice.start_date - cast(f"{months} months", Interval) for months in (12, 24))
# What each filter adds to the statement, by the name of its value; a child's age counts on the day that care starts.
_CONDITIONS: Mapping[str, tuple[ColumnElement[bool], ...]] = {
    "month_first": (Choice.start_date >= bindparam("month_first"),),
    "month_after": (Choice.start_date < bindparam("month_after"),),
    "half_days": (Choice.half_days.op("&")(bindparam("half_days")) != 0,),
    "sibling": (Choice.sibling_here == bindparam("sibling"),),
    "state": (Choice.state == bindparam("state"),),
    "new_since": (Choice.submitted_at > bindparam("new_since"),),
    "due_by": (Choice.state == ChoiceState.OPEN.value, Choice.reply_due_on <= bindparam("due_by")),
    f"age_{AgeBand.UNBORN}": (Choice.child_birth_date > Choice.start_date,),
    f"age_{AgeBand.UNDER_ONE}": (Choice.child_birth_date > _ONE, Choice.child_birth_date <= Choice.start_date),
    f"age_{AgeBand.ONE}": (Choice.child_birth_date > _TWO, Choice.child_birth_date <= _ONE),
    f"age_{AgeBand.TWO_AND_OVER}": (Choice.child_birth_date <= _TWO,),
}


def _row(row: Any) -> RequestRow:
    return RequestRow(
        id=row.id,
        subject=row.dossier_id,
        facility_id=row.facility_id,
        child_identity=ChildIdentity(row.given_name, row.family_name, row.birth_date, row.expected),
        care_plan=CarePlan(row.start_date, row.half_days, link=row.link),
        own_choice=OwnChoice(row.state, row.submitted_at, row.reply_due_on),
        priority_result=PriorityResult(row.priority_rank, tuple(row.grounds), row.sibling_here),
    )


def _edge(row: Any, *, backwards: bool = False) -> Cursor:
    return Cursor(row.priority_rank, row.submitted_at, row.id, backwards)


def _request() -> Any:
    return (
        select(
            Choice.id,
            Choice.dossier_id,
            Choice.application_id,
            Choice.facility_id,
            Facility.name.label("facility"),
            literal_column(_CHOSEN, Boolean).label("chosen"),
            Choice.state,
            Choice.submitted_at,
            Choice.reply_due_on,
            Choice.priority_rank,
            Choice.grounds,
            Choice.sibling_here,
            Choice.answered_at,
            Choice.refusal_reason,
            Application.start_date,
            Application.half_days,
            Application.hours,
            Application.flexible,
            Application.link,
            Application.group_id,
            Dossier.language,
            Applicant.given_name.label("applicant_given"),
            Applicant.family_name.label("applicant_family"),
            *CONTACT,
            Partner.given_name.label("partner_given"),
            Partner.family_name.label("partner_family"),
            Child.given_name,
            Child.family_name,
            Child.birth_date,
            Child.expected,
            Circumstances.dutch,
            Circumstances.dutch_proof,
        )
        .join(Application, Application.id == Choice.application_id)
        .join(Dossier, Dossier.id == Choice.dossier_id)
        .join(Applicant, Applicant.dossier_id == Choice.dossier_id)
        .join(Child, Child.id == Choice.child_id)
        .join(Facility, Facility.id == Choice.facility_id)
        .outerjoin(Partner, Partner.dossier_id == Choice.dossier_id)
        .outerjoin(Circumstances, Circumstances.dossier_id == Choice.dossier_id)
        .where(text(f"({_CHOSEN} or {_ENROLLED})"))
    )


def _offers(session: Session, choice_id: UUID) -> tuple[OfferMade, ...]:
    rows = session.execute(
        select(
            Offer.id,
            Offer.start_date,
            Offer.half_days,
            Offer.deviating,
            Offer.expires_at,
            Offer.state,
            Offer.created_at,
        )
        .where(Offer.choice_id == choice_id)
        .order_by(Offer.created_at.desc())
    )
    return tuple(OfferMade(*row) for row in rows)
