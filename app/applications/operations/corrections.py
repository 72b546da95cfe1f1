"""What a chosen facility corrects in a request that is open with it, where the organisation lets it (LEU-28).

Each change is held to the rules of the family's own forms, noted, and told to the family: who changed which part, no
value. Choices, consents, numbers and the answers behind the priority are nobody's but the family's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice
from app.applications.operations.answers import REACHED
from app.applications.operations.changes import NewPlan
from app.applications.operations.notices import note_notice, tell_family
from app.applications.rules import Denied, Plan, expires_on, may_change, plan_problems
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.core.models import Base
from app.core.outbox import Message, enqueue
from app.facilities.models import Facility
from app.families.models import Applicant, Child, Dossier
from app.families.queries import CONTACT
from app.organisations.profile import Profile

# The keys of lists are copies: every chosen facility ranks and filters by what the request says now.
_FOLLOW = text("select access.follow_correction(:application_id, :reply_days, :horizon_months)")


@dataclass(frozen=True, slots=True)
class CorrectedName:
    """Who applies."""

    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class CorrectedContact:
    """How to reach the family."""

    street: str | None
    house_number: str | None
    postcode: str | None
    municipality: str
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class CorrectedChild:
    """The child, born or expected."""

    given_name: str | None
    family_name: str
    birth_date: date
    expected: bool


def correct_name(session: Session, choice_id: UUID, name: CorrectedName, *, now: datetime) -> None:
    """Correct the name of who applies; raises NotFound and Refused (LEU-28)."""
    request = _take(session, choice_id)
    if (request.applicant_given, request.applicant_family) != (name.given_name, name.family_name):
        _tell(session, request, "applicant_name", now)
        _write(session, Applicant, Applicant.dossier_id == request.dossier_id, asdict(name))


def correct_contact(session: Session, choice_id: UUID, contact: CorrectedContact, *, now: datetime) -> None:
    """Correct how to reach the family, unless its address is protected; raises NotFound and Refused (LEU-28)."""
    request = _take(session, choice_id)
    values = asdict(contact)
    if {name: getattr(request, name) for name in values} == values:
        return
    if request.email and contact.email != request.email:
        # What somebody else wrote must not be all that the family can hear of it.
        _tell_at(session, request, request.email, now)
    _tell(session, request, "contact", now)
    _write(session, Applicant, Applicant.dossier_id == request.dossier_id, values)


def correct_child(session: Session, profile: Profile, choice_id: UUID, child: CorrectedChild, *, now: datetime) -> None:
    """Correct the child's name and birth date; raises NotFound and Refused (LEU-28, BXL-08)."""
    request = _take(session, choice_id)
    values = asdict(child)
    if {name: getattr(request, name) for name in values} == values:
        return
    if request.start_date < child.birth_date:
        raise Refused(Denied.START_BEFORE_BIRTH)
    _tell(session, request, "child_identity", now)
    _write(session, Child, Child.id == request.child_id, values)
    _follow(session, profile, request)


def correct_plan(session: Session, profile: Profile, choice_id: UUID, plan: NewPlan, *, now: datetime) -> None:
    """Correct start, days and hours; raises NotFound and Refused (LEU-28, BXL-08)."""
    request = _take(session, choice_id)
    hours = dict(plan.hours) if plan.hours else None
    wanted = (plan.start_date, plan.half_days, hours, plan.flexible)
    if (request.start_date, request.half_days, request.hours, request.flexible) == wanted:
        return
    problems = plan_problems(
        Plan(plan.start_date, plan.half_days),
        birth_date=request.birth_date,
        today=today_at(now),
        kept_start=request.start_date,
    )
    _refuse_if(next(iter(problems), None))
    assert profile.application is not None
    last_day = expires_on(plan.start_date, today=today_at(now), days=profile.application.expiry_days)
    _tell(session, request, "care_plan", now)
    values = {"start_date": plan.start_date, "half_days": plan.half_days, "hours": hours, "flexible": plan.flexible}
    _write(session, Application, Application.id == request.application_id, values | {"expires_on": last_day})
    _follow(session, profile, request)


def _take(session: Session, choice_id: UUID) -> Any:
    """Read a request that the actor reaches and may write, and hold it as the family's own verbs do."""
    request = session.execute(
        select(
            Choice.application_id,
            Choice.dossier_id,
            Choice.child_id,
            Facility.name.label("facility"),
            Application.state,
            Application.start_date,
            Application.half_days,
            Application.hours,
            Application.flexible,
            Dossier.language,
            Dossier.reference,
            Applicant.given_name.label("applicant_given"),
            Applicant.family_name.label("applicant_family"),
            *CONTACT,
            Child.given_name,
            Child.family_name,
            Child.birth_date,
            Child.expected,
        )
        .join(Application, Application.id == Choice.application_id)
        .join(Facility, Facility.id == Choice.facility_id)
        .join(Dossier, Dossier.id == Choice.dossier_id)
        .join(Applicant, Applicant.dossier_id == Choice.dossier_id)
        .join(Child, Child.id == Choice.child_id)
        .where(Choice.id == choice_id, REACHED)
        .with_for_update(of=Application)
    ).one_or_none()
    if request is None:
        raise NotFound
    _refuse_if(may_change(request.state))
    return request


def _write(session: Session, table: type[Base], which: Any, values: dict[str, Any]) -> None:
    if session.connection().execute(update(table).where(which).values(**values)).rowcount != 1:
        raise Refused(Denied.PROTECTED)


def _follow(session: Session, profile: Profile, request: Any) -> None:
    assert profile.application is not None
    session.execute(
        _FOLLOW,
        {
            "application_id": request.application_id,
            "reply_days": profile.application.reply_days,
            "horizon_months": profile.application.horizon_months,
        },
    )


def _tell(session: Session, request: Any, group: str, now: datetime) -> None:
    note_change(session, f"corrected_{group}", dossier_id=request.dossier_id, groups=(group,), reasons=("chosen",))
    key = f"changed-by-facility:{request.application_id}:{group}:{now.isoformat()}"
    tell_family(session, request.dossier_id, f"changed_by_facility_{group}", key, facility=request.facility)
    note_notice(
        session,
        request.dossier_id,
        reason="chosen",
        event=f"corrected_{group}",
        groups=(group,),
        message_key=key,
    )


def _tell_at(session: Session, request: Any, address: str, now: datetime) -> None:
    enqueue(
        session,
        Message(
            once_key=f"changed-by-facility:{request.application_id}:former:{now.isoformat()}",
            kind="changed_by_facility_contact",
            recipient=address,
            language=request.language,
            owner_id=request.dossier_id,
            dossier_id=request.dossier_id,
            params={"reference": request.reference, "facility": request.facility},
        ),
    )


def _refuse_if(denied: Denied | None) -> None:
    if denied is not None:
        raise Refused(denied)
