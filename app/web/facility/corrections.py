"""Correcting what a family told, where the organisation lets a chosen facility write (LEU-28); elsewhere no such page.

One page for each group of data that the profile gives the chosen facility to write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.operations import corrections
from app.applications.queries.records import CarePlan, ChildIdentity, Contact, FoundRequest, Name
from app.applications.queries.requests import find_request, own_facilities
from app.applications.rules import Denied
from app.core.access import Presented, present
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.organisations.profile import Profile
from app.organisations.rules import field_required, municipality_of_postcode, writable_groups
from app.web.doors import FACILITY, Visit
from app.web.facility.door import facility, gone, show
from app.web.facility.forms_corrections import ChildForm, ContactForm, CorrectionForm, NameForm, PlanForm
from app.web.facility.view import ListView
from app.web.facility.words import CORRECTED

REASON = "chosen"
OPEN = "open"
WEEK, WORKING_DAYS = 7, 5
FORMS: dict[str, type[CorrectionForm]] = {
    "applicant_name": NameForm,
    "contact": ContactForm,
    "child_identity": ChildForm,
    "care_plan": PlanForm,
}
CONTACT = ("phone", "email", "street", "house_number", "postcode")


@dataclass(frozen=True, slots=True)
class Correctable:
    """What can be corrected of a request, by the groups of the catalogue."""

    applicant_name: Name
    contact: Contact
    child_identity: ChildIdentity
    care_plan: CarePlan


def correctable(profile: Profile, found: FoundRequest) -> tuple[str, ...]:
    """Return the groups that the reader of a request may correct in this organisation."""
    if profile.settings.facility_write != OPEN or found.reason != REASON:
        return ()
    groups = writable_groups(profile, {REASON})
    # Nothing of the contact data is there to read: the family's address is protected, or there is nothing to correct.
    hidden = {"contact"} if not any(getattr(found.record.contact, name) for name in CONTACT) else set()
    return tuple(group for group in FORMS if group in groups - hidden)


@facility.page("/facility/requests/<uuid:choice_id>/change/<part>", who=FACILITY, methods=("GET", "POST"), once=True)
def correct(visit: Visit, choice_id: UUID, part: str) -> ResponseReturnValue:
    """Ask one group of data again, filled in as it stands; a change is told to the family."""
    asked = ListView.read(request.args)
    if visit.profile.settings.facility_write != OPEN:
        raise NotFound
    try:
        found = find_request(visit.session, choice_id)
    except NotFound:
        return gone(visit, **asked.query())
    if part not in correctable(visit.profile, found):
        raise NotFound
    record = found.record
    shown = present(
        visit.session,
        Correctable(record.applicant_name, record.contact, record.child_identity, record.care_plan),
        subject=found.dossier_id,
        reasons={REASON},
        readable=visit.readable({REASON}) & {part, "child_identity"},
    )
    form = _form(visit, part, shown)
    if form.posted and form.validate() and _corrected(visit, choice_id, part, form, shown):
        return visit.go("facility.request_page", choice_id=choice_id, **asked.query(), done="changed")
    return show(
        visit,
        "facility/correct.html",
        own_facilities(visit.session),
        status=422 if form.problems else 200,
        form=form,
        part=part,
        title=visit.texts.gettext(CORRECTED[part]),
        child=shown.child_identity,
        back=visit.url("facility.request_page", choice_id=choice_id, **asked.query()),
    )


def _form(visit: Visit, part: str, shown: Presented) -> CorrectionForm:
    answers: dict[str, Any] = {}
    required: tuple[str, ...] = ("given_name", "family_name")
    days = WORKING_DAYS
    if part == "applicant_name":
        answers = {"given_name": shown.applicant_name.given_name, "family_name": shown.applicant_name.family_name}
    elif part == "contact":
        answers = {name: getattr(shown.contact, name) for name in CONTACT}
        # What a family gave can be corrected, not taken away.
        needed = [name for name in CONTACT if field_required(visit.profile, f"contact.{name}")]
        required = (*needed, *(["email"] if shown.contact.email and "email" not in needed else []))
    elif part == "child_identity":
        child = shown.child_identity
        answers = {
            "born": not child.expected,
            "given_name": child.given_name,
            "family_name": child.family_name,
            "birth_date": child.birth_date,
        }
        required = ("born", "family_name", "birth_date")
    else:
        plan = shown.care_plan
        answers = {
            "start_date": plan.start_date,
            "half_days": plan.half_days,
            "hours": plan.hours,
            "flexible": plan.flexible,
        }
        required = ("start_date", "half_days", "flexible")
        days = WEEK if plan.half_days >> 2 * WORKING_DAYS else WORKING_DAYS
    return FORMS[part](
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        answers=answers,
        required=required,
        days=days,
        demo=visit.house.settings.demo,
    )


def _corrected(visit: Visit, choice_id: UUID, part: str, form: Any, shown: Presented) -> bool:
    """Carry a correction out whole or not at all; a rule that says no is told beside its question."""
    session, profile, now = visit.session, visit.profile, visit.now
    try:
        with session.begin_nested():
            if part == "applicant_name":
                corrections.correct_name(session, choice_id, form.corrected(), now=now)
            elif part == "contact":
                place = municipality_of_postcode(profile, form.postcode.data or "") or shown.contact.municipality
                corrections.correct_contact(session, choice_id, form.corrected(place), now=now)
            elif part == "child_identity":
                corrections.correct_child(session, profile, choice_id, form.corrected(), now=now)
            else:
                corrections.correct_plan(session, profile, choice_id, form.corrected(), now=now)
    except Refused as refused:
        form.tell(Denied(refused.reason))
        return False
    return True
