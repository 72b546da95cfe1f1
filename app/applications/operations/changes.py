"""What a family changes in a request after it was sent: its plan, its choices, its answers, or the request as a whole.

Every verb takes the request's row first and its choices before their offers, as the verbs on offers do: two that meet
wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text, true, update
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice, Offer
from app.applications.operations.doubles import drop_child_number, set_applicant_number
from app.applications.operations.keys import rekey_choices
from app.applications.operations.notices import tell_facility, tell_family
from app.applications.rules import (
    FAMILY,
    STANDING,
    ApplicationState,
    ChoiceState,
    Denied,
    OfferState,
    Plan,
    expires_on,
    may_add_choice,
    may_cancel,
    may_change,
    may_choose_again,
    may_withdraw_choice,
    plan_problems,
    state_on,
)
from app.core.access import reached
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.facilities.models import Facility
from app.facilities.queries import facilities_by_id
from app.families.models import Child, Dossier
from app.families.operations import (
    change_applicant,
    change_child,
    change_circumstances,
    change_health,
    change_language,
    change_partner,
    remove_partner,
    touch_dossier,
)
from app.families.policy import writing_reason
from app.families.queries import own_family
from app.families.rules import (
    ApplicantDetails,
    ChildDetails,
    CircumstancesDetails,
    Nationality,
    PartnerDetails,
    grouped_reference,
)
from app.organisations.profile import Profile
from app.priority.rules import Rank


@dataclass(frozen=True, slots=True)
class NewPlan:
    """The care that is wanted from now on."""

    start_date: date
    half_days: int
    hours: Mapping[str, Any] | None
    flexible: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Everything a family tells about itself, as it wants it to be from now on."""

    language: str
    applicant: ApplicantDetails
    partner: PartnerDetails | None
    child_id: UUID
    child: ChildDetails
    circumstances: CircumstancesDetails
    health: bool | None


def cancel_application(session: Session, application_id: UUID, *, now: datetime) -> None:
    """Cancel a request: no facility finds it any more and an open offer ends; the family still reads it (BXL-45).

    Raises NotFound, Refused.
    """
    reference = end_application(session, application_id, now=now)
    tell_family(
        session,
        reference.dossier_id,
        "cancelled",
        f"cancelled:{application_id}:{now.isoformat()}",
        reference=grouped_reference(reference.reference),
    )


def end_application(session: Session, application_id: UUID, *, now: datetime) -> Any:
    """End a request with its choices and offers, and tell nobody but the facilities; raises NotFound, Refused."""
    request = _take(session, application_id)
    _refuse_if(may_cancel(_state(request, now)))
    session.execute(
        update(Choice)
        .where(Choice.application_id == application_id, Choice.state.in_(STANDING))
        .values(state=ChoiceState.CLOSED, previous_state=Choice.state, closing_offer_id=None)
    )
    _end_offers(session, Offer.application_id == application_id, now)
    closed = session.connection().execute(
        update(Application)
        .where(Application.id == application_id, Application.state == ApplicationState.OPEN)
        .values(state=ApplicationState.CANCELLED, closed_at=now)
    )
    if closed.rowcount != 1:
        raise Refused(Denied.APPLICATION_CLOSED)
    _changed(session, request, "application_cancelled", ("own_choice", "answers"), now)
    return request


def change_plan(session: Session, profile: Profile, application_id: UUID, plan: NewPlan, *, now: datetime) -> None:
    """Change start, days and hours; the chosen facilities see it at once. Raises NotFound, Refused."""
    request = _take(session, application_id)
    _refuse_if(may_change(_state(request, now)))
    problems = plan_problems(
        Plan(plan.start_date, plan.half_days),
        birth_date=request.birth_date,
        today=today_at(now),
        kept_start=request.start_date,
    )
    _refuse_if(next(iter(problems), None))
    assert profile.application is not None
    last_day = expires_on(plan.start_date, today=today_at(now), days=profile.application.expiry_days)
    session.execute(update(Choice).where(Choice.application_id == application_id).values(expires_on=last_day))
    session.execute(
        update(Application)
        .where(Application.id == application_id)
        .values(
            expires_on=last_day,
            start_date=plan.start_date,
            half_days=plan.half_days,
            hours=dict(plan.hours) if plan.hours else None,
            flexible=plan.flexible,
        )
    )
    rekey_choices(session, profile, request.dossier_id, now=now)
    _changed(session, request, "plan_changed", ("care_plan",), now)


def add_choice(session: Session, profile: Profile, application_id: UUID, facility_id: UUID, *, now: datetime) -> None:
    """Choose one more facility; it can read the request from this moment. Raises NotFound, Refused.

    A choice that was taken back can be made again and then counts from today; a facility that refused stays refused.
    """
    assert profile.application is not None
    request = _take(session, application_id)
    if not any(facility.active for facility in facilities_by_id(session, [facility_id])):
        raise NotFound
    rows = session.execute(
        select(Choice.id, Choice.facility_id, Choice.state, Choice.position, Choice.origin).where(
            Choice.application_id == application_id
        )
    ).all()
    standing = {row.facility_id for row in rows if row.state in STANDING and row.origin == FAMILY}
    most = profile.application.max_choices
    _refuse_if(may_add_choice(_state(request, now), chosen=standing, facility=facility_id, maximum=most))
    earlier = next((row for row in rows if row.facility_id == facility_id), None)
    if earlier is not None and not may_choose_again(earlier.origin, earlier.state, by=actor_of(session).kind):
        raise Refused(Denied.CHOICE_CLOSED)
    values = {
        "position": max((row.position for row in rows), default=-1) + 1,
        "state": ChoiceState.OPEN,
        "submitted_at": now,
        "reply_due_on": today_at(now),
        "answered_at": None,
        "refusal_reason": None,
        # The real keys follow below, from the answers in the database.
        "priority_rank": int(Rank.OTHER),
        "grounds": [],
        "start_date": request.start_date,
        "half_days": request.half_days,
        "child_birth_date": request.birth_date,
        "expires_on": request.expires_on,
    }
    if earlier is not None:
        if earlier.origin != FAMILY:
            values["origin"] = FAMILY
        session.execute(update(Choice).where(Choice.id == earlier.id, Choice.state == earlier.state).values(**values))
    else:
        session.execute(
            insert(Choice).values(
                id=uuid4(),
                organisation=actor_of(session).organisation,
                application_id=application_id,
                dossier_id=request.dossier_id,
                child_id=request.child_id,
                facility_id=facility_id,
                sibling_here=False,
                **values,
            )
        )
    rekey_choices(session, profile, request.dossier_id, now=now)
    _changed(session, request, "choice_added", ("choices",), now)


def withdraw_choice(session: Session, choice_id: UUID, *, now: datetime) -> None:
    """Take back a choice: that facility loses the file at once (BXL-56). Raises NotFound, Refused."""
    application_id = session.scalar(
        select(Choice.application_id).where(Choice.id == choice_id, _written(session, "choice.dossier_id"))
    )
    if application_id is None:
        raise NotFound
    request = _take(session, application_id)
    _refuse_if(may_change(_state(request, now)))
    own = (Choice.application_id == application_id, Choice.origin == FAMILY)
    states = dict(session.execute(select(Choice.id, Choice.state).where(*own)).all())
    standing = sum(state in STANDING for state in states.values())
    # A choice that a facility made by an offer is declined, not taken back.
    _refuse_if(may_withdraw_choice(states.get(choice_id, ChoiceState.CLOSED), standing=standing))
    moved = session.connection().execute(
        update(Choice)
        .where(Choice.id == choice_id, Choice.state == states[choice_id])
        .values(state=ChoiceState.WITHDRAWN)
    )
    if moved.rowcount != 1:
        raise Refused(Denied.CHANGED_MEANWHILE)
    _end_offers(session, Offer.choice_id == choice_id, now)
    _changed(session, request, "choice_withdrawn", ("choices",), now)


def change_answers(session: Session, profile: Profile, dossier_id: UUID, told: Told, *, now: datetime) -> None:
    """Write what differs from what was known; facilities see it, and the order follows, at once (BXL-29, BXL-07).

    Raises NotFound, and Refused when an open request would begin before the child is born.
    """
    known = own_family(session, dossier_id)
    if told.language != known.language:
        change_language(session, dossier_id, told.language, now=now)
    if told.applicant != known.applicant:
        change_applicant(session, dossier_id, told.applicant, now=now)
        if told.applicant.nationality == Nationality.OTHER != known.applicant.nationality:
            set_applicant_number(session, dossier_id, None)
    if told.partner is None and known.partner is not None:
        remove_partner(session, dossier_id, now=now)
    elif told.partner is not None and told.partner != known.partner:
        change_partner(session, dossier_id, told.partner, now=now)
    if told.child != known.children.get(told.child_id):
        _require_start_after(session, told.child_id, told.child.birth_date)
        change_child(session, dossier_id, told.child_id, told.child, now=now)
        if told.child.expected and not known.children[told.child_id].expected:
            drop_child_number(session, told.child_id)
    if told.circumstances != known.circumstances:
        change_circumstances(session, dossier_id, told.circumstances, now=now)
    if told.health != known.health:
        change_health(session, dossier_id, told.health, now=now)
    rekey_choices(session, profile, dossier_id, now=now)


def _require_start_after(session: Session, child_id: UUID, birth_date: date) -> None:
    """Refuse a birth date that lies after the start of an open request (BXL-08)."""
    first = session.scalar(
        select(Application.start_date).where(
            Application.child_id == child_id, Application.state == ApplicationState.OPEN
        )
    )
    if first is not None and first < birth_date:
        raise Refused(Denied.START_BEFORE_BIRTH)


def _take(session: Session, application_id: UUID) -> Any:
    """Read a request of a file that the actor writes in, and hold it; raises NotFound."""
    request = session.execute(
        select(
            Application.id,
            Application.dossier_id,
            Application.child_id,
            Application.state,
            Application.start_date,
            Application.half_days,
            Application.expires_on,
            Child.birth_date,
            Dossier.reference,
        )
        .join(Child, Child.id == Application.child_id)
        .join(Dossier, Dossier.id == Application.dossier_id)
        .where(Application.id == application_id, _written(session, "application.dossier_id"))
        .with_for_update(of=Application)
    ).one_or_none()
    if request is None:
        raise NotFound
    return request


def _written(session: Session, column: str) -> Any:
    """Return the condition that the actor may write in the file of a row, on whichever ground it has.

    A job has no branch: what its purpose lets it change is the whole of its ground.
    """
    if actor_of(session).is_system:
        return true()
    return text(reached(writing_reason(actor_of(session).kind), "dossier_id", column))


def _state(request: Any, now: datetime) -> str:
    return state_on(request.state, request.expires_on, today_at(now))


def _end_offers(session: Session, which: Any, now: datetime) -> None:
    """Withdraw the open offers and tell their facilities that the place is free again."""
    for offer in session.execute(
        select(Offer.id, Offer.choice_id, Offer.facility_id, Offer.start_date)
        .join(Facility, Facility.id == Offer.facility_id)
        .where(which, Offer.state == OfferState.OPEN)
    ).all():
        session.execute(
            update(Offer)
            .where(Offer.id == offer.id, Offer.state == OfferState.OPEN)
            .values(state=OfferState.WITHDRAWN, decided_at=now)
        )
        tell_facility(
            session,
            offer.facility_id,
            "facility_offer_declined",
            f"declined:{offer.id}",
            choice_id=str(offer.choice_id),
            start_date=offer.start_date.isoformat(),
        )


def _changed(session: Session, request: Any, event: str, groups: tuple[str, ...], now: datetime) -> None:
    touch_dossier(session, request.dossier_id, event, now=now)
    reason = writing_reason(actor_of(session).kind)
    note_change(session, event, dossier_id=request.dossier_id, groups=groups, reasons=(reason,))


def _refuse_if(denied: Denied | None) -> None:
    if denied is not None:
        raise Refused(denied)
