"""A family's own view of its file: its requests, the facilities chosen, and how far each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, case, func, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.applications.models import Application, Choice
from app.applications.rules import STANDING, ChoiceState, end_of_day, state_on
from app.core.clock import today_at
from app.core.db import actor_of, now_of
from app.core.errors import NotFound
from app.facilities.models import Facility
from app.families.models import Child, Dossier, DossierParty, FamilyNotice, Restriction


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """How the family signs in; `login` is None for a family without an e-mail address."""

    reference: str
    login: str | None
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class OwnChild:
    """For whom a place is asked."""

    id: UUID
    given_name: str | None
    family_name: str
    birth_date: date
    expected: bool


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """From when and in which half days care is asked."""

    start_date: date
    half_days: int
    hours: Mapping[str, Any] | None
    flexible: bool


@dataclass(frozen=True, slots=True)
class OwnChoice:
    """A facility that the family chose, with what it publishes about itself."""

    id: UUID
    facility_id: UUID
    facility: str
    municipality: str
    phone: str | None
    email: str | None
    position: int
    # The family's own choice, or that of a facility that offered a place from the urgent list.
    origin: str
    # Around when it answers, as the facility itself says.
    answers_around: date | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request is with one facility."""

    state: str
    submitted_at: datetime
    reply_due_on: date


@dataclass(frozen=True, slots=True)
class Answered:
    """What one facility answered, and when."""

    answered_at: datetime | None
    refusal_reason: str | None


@dataclass(frozen=True, slots=True)
class Priority:
    """The place that the family's answers give it in the order, and why."""

    rank: int
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """One request as its family sees it; what is kept per choice goes by the choice's id."""

    id: UUID
    dossier_id: UUID
    # As it is today: past its last day a request has expired, whatever a job did.
    state: str
    submitted_at: datetime
    closed_at: datetime | None
    expires_on: date
    child_identity: OwnChild
    care_plan: OwnPlan
    priority_result: Priority
    choices: tuple[OwnChoice, ...]
    own_choice: Mapping[UUID, Progress]
    answers: Mapping[UUID, Answered]


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A family's file as one of its parents sees it; the newest request first."""

    dossier_id: UUID
    # Why the actor reaches it: as the parent who applied, or as the second parent.
    reason: str
    language: str
    last_activity_at: datetime
    account: OwnAccount
    requests: tuple[OwnRequest, ...]
    # How often somebody else changed the file since this parent last looked at those changes (BXL-49).
    told: int = 0
    # Whether the file is kept and not used: then nobody but its family sees it (BXL-63).
    restricted: bool = False

    def request(self, request_id: UUID) -> OwnRequest:
        """Return one request; raises NotFound."""
        found = next((request for request in self.requests if request.id == request_id), None)
        if found is None:
            raise NotFound
        return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reaches the file now: for which reason, at which facility, and how many people that are."""

    reason: str
    facility: str | None
    people: int
    until: datetime | None


# The family's page asks these at each visit: putting a statement together anew would cost more than asking.
_FIRST = select(Dossier.id).where(Dossier.account_id == bindparam("account_id"))
_SECOND = select(DossierParty.dossier_id).where(
    DossierParty.account_id == bindparam("account_id"),
    DossierParty.joined_at.is_not(None),
    DossierParty.ended_at.is_(None),
)
_OWN_ID = func.coalesce(_FIRST.scalar_subquery(), _SECOND.scalar_subquery())
_DOSSIER = (
    select(
        Dossier.id,
        Dossier.account_id,
        Dossier.language,
        Dossier.last_activity_at,
        Dossier.reference,
        Account.login,
        Account.login_confirmed_at,
        select(func.count())
        .select_from(FamilyNotice)
        .where(
            FamilyNotice.dossier_id == Dossier.id,
            FamilyNotice.at > func.coalesce(Account.last_visit_at, Dossier.created_at),
        )
        .correlate(Dossier, Account)
        .scalar_subquery()
        .label("told"),
        select(Restriction.id)
        .where(Restriction.dossier_id == Dossier.id, Restriction.ended_at.is_(None))
        .correlate(Dossier)
        .exists()
        .label("restricted"),
    )
    .join(Account, Account.id == bindparam("account_id"))
    .where(Dossier.id == _OWN_ID)
)
_REQUESTS = (
    select(
        Application.id,
        Application.state,
        Application.submitted_at,
        Application.closed_at,
        Application.expires_on,
        Application.start_date,
        Application.half_days,
        Application.hours,
        Application.flexible,
        Application.priority_rank,
        Application.grounds,
        Child.id.label("child_id"),
        Child.given_name,
        Child.family_name,
        Child.birth_date,
        Child.expected,
    )
    .join(Child, Child.id == Application.child_id)
    .where(Application.dossier_id == bindparam("dossier_id"))
    .order_by(Application.submitted_at.desc(), Application.id)
)
_CHOICES = (
    select(
        Choice.id,
        Choice.application_id,
        Choice.facility_id,
        Facility.name.label("facility"),
        Facility.municipality,
        # A provider at home may keep its number to the families that it cares for.
        case((Facility.hides_phone & (Choice.state != ChoiceState.ENROLLED), None), else_=Facility.phone).label(
            "phone"
        ),
        Facility.email,
        Facility.answers_around,
        Choice.position,
        Choice.origin,
        Choice.state,
        Choice.submitted_at,
        Choice.reply_due_on,
        Choice.answered_at,
        Choice.refusal_reason,
    )
    .join(Facility, Facility.id == Choice.facility_id)
    .where(Choice.dossier_id == bindparam("dossier_id"))
    .order_by(Choice.position, Choice.id)
)


def own_dossier_id(session: Session, *, either: bool = False) -> UUID:
    """Return the id of the dossier that the actor applied with, or with `either` is a parent in; raises NotFound."""
    found: UUID | None = session.scalar(select(_OWN_ID) if either else _FIRST, {"account_id": actor_of(session).id})
    if found is None:
        raise NotFound
    return found


def own_reason(session: Session, dossier_id: UUID) -> str:
    """Return why the actor reaches this file of its own: as the parent who applied, or as the second one."""
    first = session.scalar(select(Dossier.account_id).where(Dossier.id == dossier_id))
    return "owner" if first == actor_of(session).id else "co_parent"


def own_file(session: Session, *, either: bool = False) -> OwnFile:
    """Return the file of the parent who applied, in three statements whatever it holds; raises NotFound.

    With `either` the second parent finds it too: only for pages that are theirs as well.
    """
    connection = session.connection()
    dossier = connection.execute(_DOSSIER, {"account_id": actor_of(session).id}).one_or_none()
    if dossier is None or (not either and dossier.account_id != actor_of(session).id):
        raise NotFound
    choices = _choices(connection, dossier.id)
    rows = connection.execute(_REQUESTS, {"dossier_id": dossier.id}).all()
    today = today_at(now_of(session))
    # The end of a request is an activity, on its own day and not on that of the job that writes it (BXL-40, BXL-44).
    ends = [end_of_day(row.expires_on) for row in rows if state_on(row.state, row.expires_on, today) != row.state]
    return OwnFile(
        dossier.id,
        "owner" if dossier.account_id == actor_of(session).id else "co_parent",
        dossier.language,
        max([dossier.last_activity_at, *ends]),
        OwnAccount(dossier.reference, dossier.login, dossier.login_confirmed_at is not None),
        tuple(_request(dossier.id, row, choices.get(row.id, []), today) for row in rows),
        dossier.told if dossier.account_id == actor_of(session).id else 0,
        dossier.restricted,
    )


def requests_of(session: Session, dossier_id: UUID) -> tuple[OwnRequest, ...]:
    """Return the requests of a file that the actor reaches, as its family sees them, the newest first."""
    connection = session.connection()
    choices = _choices(connection, dossier_id)
    rows = connection.execute(_REQUESTS, {"dossier_id": dossier_id}).all()
    today = today_at(now_of(session))
    return tuple(_request(dossier_id, row, choices.get(row.id, []), today) for row in rows)


def own_readers(session: Session, dossier_id: UUID) -> tuple[Reader, ...]:
    """Return who reaches the actor's own dossier at this moment: the same relation that the database obeys."""
    rows = session.execute(
        text(
            "select r.reason, f.name as facility, count(distinct r.actor_id) as people,"
            " case when bool_or(r.until is null) then null else max(r.until) end as until"
            # The urgent list opens a request to many at once: they are counted, and named when they offer a place.
            " from access.readers r left join facility f on f.id = r.facility_id and r.reason <> 'urgent'"
            " where r.dossier_id = :dossier_id group by r.reason, f.id, f.name order by r.reason, f.name"
        ),
        {"dossier_id": dossier_id},
    )
    return tuple(Reader(row.reason, row.facility, row.people, row.until) for row in rows)


def _choices(connection: Connection, dossier_id: UUID) -> dict[UUID, list[Any]]:
    rows = connection.execute(_CHOICES, {"dossier_id": dossier_id})
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.application_id, []).append(row)
    return found


def _request(dossier_id: UUID, row: Any, choices: list[Any], today: date) -> OwnRequest:
    state = state_on(row.state, row.expires_on, today)
    ended = state != row.state
    return OwnRequest(
        id=row.id,
        dossier_id=dossier_id,
        state=state,
        submitted_at=row.submitted_at,
        closed_at=end_of_day(row.expires_on) if ended else row.closed_at,
        expires_on=row.expires_on,
        child_identity=OwnChild(row.child_id, row.given_name, row.family_name, row.birth_date, row.expected),
        care_plan=OwnPlan(row.start_date, row.half_days, row.hours, row.flexible),
        priority_result=Priority(row.priority_rank, tuple(row.grounds)),
        choices=tuple(
            OwnChoice(
                *(c.id, c.facility_id, c.facility, c.municipality, c.phone, c.email, c.position, c.origin),
                c.answers_around,
            )
            for c in choices
        ),
        own_choice={
            c.id: Progress(
                ChoiceState.CLOSED if ended and c.state in STANDING else c.state, c.submitted_at, c.reply_due_on
            )
            for c in choices
        },
        answers={c.id: Answered(c.answered_at, c.refusal_reason) for c in choices},
    )
