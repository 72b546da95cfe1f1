"""A file that its family shows to one worker of a counter: everything to read and nothing to write."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from app.applications.rules import ApplicationState, ChoiceState
from app.catalogue.marking import N_
from app.core.access import Presented, present
from app.families.rules import ApplicantDetails, ChildDetails, CircumstancesDetails, PartnerDetails, grouped_reference
from app.mandates.queries.looking import LookedChoice, LookedPlan, looked_file
from app.web.doors import COUNTER, Visit
from app.web.forms import grouped_phone
from app.web.i18n import name_of_language
from app.web.labels import CHANNEL, EDUCATION, FAMILY, INCOME, WORK, days_in_words, town_in_words
from app.web.lookalong.door import lookalong
from app.web.pages import NavLink, render, shell

REASON = ("looking",)
STATES: Mapping[str, str] = {
    ApplicationState.OPEN: N_("Open"),
    ApplicationState.ENROLLED: N_("The child has a place"),
    ApplicationState.CANCELLED: N_("Cancelled"),
    ApplicationState.EXPIRED: N_("Ended"),
}
ANSWERS: Mapping[str, str] = {
    ChoiceState.OPEN: N_("Waiting for an answer"),
    ChoiceState.CONSIDERING: N_("They are looking at it"),
    ChoiceState.NOT_NOW: N_("No place now"),
    ChoiceState.OFFERED: N_("The family has an offer"),
    ChoiceState.REFUSED: N_("Refused"),
    ChoiceState.WITHDRAWN: N_("Taken back by the family"),
    ChoiceState.CLOSED: N_("Closed"),
    ChoiceState.ENROLLED: N_("The child has a place"),
}
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Looked:
    """A file by the groups of the catalogue, as the profile lets a look along read it."""

    applicant_name: ApplicantDetails
    contact: ApplicantDetails
    language: str
    partner_name: PartnerDetails | None
    partner_contact: PartnerDetails | None
    child_identity: Mapping[UUID, ChildDetails]
    care_plan: Mapping[UUID, LookedPlan]
    choices: Mapping[UUID, tuple[LookedChoice, ...]]
    answers: Mapping[UUID, tuple[LookedChoice, ...]]
    family_situation: CircumstancesDetails
    work_situation: CircumstancesDetails
    income_situation: CircumstancesDetails
    education: CircumstancesDetails


@dataclass(frozen=True)
class RequestLine:
    """One request in words."""

    child: str
    state: str
    sent: str
    plan: str
    choices: tuple[tuple[str, str], ...]


@lookalong.page("/look/<uuid:dossier_id>", who=COUNTER)
def look_file(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Show a file that its family shows; each look is noted, and the family can end it at any moment."""
    found = looked_file(visit.session, dossier_id)
    family, told = found.family, found.family.circumstances
    shown = present(
        visit.session,
        Looked(
            applicant_name=family.applicant,
            contact=family.applicant,
            language=family.language,
            partner_name=family.partner,
            partner_contact=family.partner,
            child_identity=found.children,
            care_plan=found.requests,
            choices=found.choices,
            answers=found.choices,
            family_situation=told,
            work_situation=told,
            income_situation=told,
            education=told,
        ),
        subject=dossier_id,
        reasons=REASON,
        readable=visit.readable(REASON),
    )
    texts = visit.texts
    return render(
        "lookalong/file.html",
        title=texts.gettext(N_("File %(reference)s"), reference=grouped_reference(family.reference)),
        nav=(NavLink(visit.url("counter.find"), texts.gettext(N_("Find")), False),),
        shell=dataclasses.replace(shell(texts), home=visit.url("counter.start")),
        account_name=texts.gettext(N_("Counter")),
        sign_out_url=visit.url("public.sign_out"),
        until=texts.format_moment(found.until),
        parent=_parent(visit, shown),
        partner=_partner(visit, shown),
        requests=tuple(_request(visit, shown, key, plan) for key, plan in (shown.care_plan or {}).items()),
        situation=_situation(visit, shown),
    )


def _parent(visit: Visit, shown: Presented) -> tuple[Row, ...]:
    _, one = visit.texts.gettext, shown.contact
    rows = [(_(N_("Name")), _name(shown.applicant_name), "")]
    if one is not None and one.protected:
        rows.append((_(N_("Address")), _(N_("Protected. Ask the desk.")), ""))
    elif one is not None:
        rows += [
            (_(N_("Address")), _address(visit, one), ""),
            (_(N_("Phone number")), grouped_phone(one.phone) if one.phone else "", ""),
            (_(N_("E-mail address")), one.email or "", ""),
            (_(N_("How to write to them")), _worded(visit, CHANNEL, one.channel), ""),
        ]
    if shown.language:
        rows.append((_(N_("Language")), name_of_language(shown.language), ""))
    return tuple(rows)


def _partner(visit: Visit, shown: Presented) -> tuple[Row, ...]:
    _, one = visit.texts.gettext, shown.partner_contact
    if shown.partner_name is None:
        return ()
    rows = [(_(N_("Name")), _name(shown.partner_name), "")]
    if one is not None:
        rows.append((_(N_("Phone number")), grouped_phone(one.phone) if one.phone else "", ""))
        rows.append((_(N_("E-mail address")), one.email or "", ""))
    return tuple(rows)


def _situation(visit: Visit, shown: Presented) -> tuple[Row, ...]:
    asked: tuple[tuple[str, Any, Callable[[Any], str | None], Mapping[str, str]], ...] = (
        (N_("Family"), shown.family_situation, lambda told: told.family_situation, FAMILY),
        (N_("Work"), shown.work_situation, lambda told: told.work, WORK),
        (N_("Low income"), shown.income_situation, lambda told: told.income, INCOME),
        (N_("Diploma"), shown.education, lambda told: told.education, EDUCATION),
    )
    return tuple(
        (visit.texts.gettext(question), _worded(visit, words, answer(told)), "")
        for question, told, answer, words in asked
        if told is not None
    )


def _request(visit: Visit, shown: Presented, application_id: UUID, plan: LookedPlan) -> RequestLine:
    texts = visit.texts
    child = (shown.child_identity or {}).get(plan.child_id)
    answers = shown.answers is not None
    return RequestLine(
        _name(child) if child else "",
        texts.gettext(STATES[plan.state]),
        texts.format_moment(plan.submitted_at),
        texts.gettext(
            N_("From %(start)s: %(days)s"),
            start=texts.format_day(plan.start_date),
            days=days_in_words(plan.half_days, texts, begins=False),
        ),
        tuple(
            (one.facility, texts.gettext(ANSWERS[one.state]) if answers else "")
            for one in (shown.choices or {}).get(application_id, ())
        ),
    )


def _name(one: Any) -> str:
    return f"{one.given_name or ''} {one.family_name}".strip()


def _address(visit: Visit, one: Any) -> str:
    street = f"{one.street or ''} {one.house_number or ''}".strip()
    town = f"{one.postcode or ''} {town_in_words(one.municipality, visit.language)}".strip()
    return ", ".join(part for part in (street, town) if part)


def _worded(visit: Visit, words: Mapping[str, str], code: str | None) -> str:
    return visit.texts.gettext(words[code]) if code is not None and code in words else ""
