"""The application, page by page: each is one question, saved when posted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.actor import Kind
from app.core.errors import NotFound
from app.facilities.queries import facilities_by_id
from app.organisations.rules import field_required
from app.web import labels
from app.web.doors import PARENT, Visit
from app.web.family.apply_answers import children_of
from app.web.family.apply_content import COUNTS
from app.web.family.apply_pages import (
    APPLYING,
    CHECK_PAGE,
    FIRST_PAGE,
    SENT_PAGE,
    Desk,
    content_of_draft,
    judge,
    open_desk,
    read_draft,
    shown_form,
    to_missing,
)
from app.web.family.apply_steps import BY_NAME, OTHER, SPOKEN, STEP_PAGE, Step, choices_of
from app.web.family.door import family
from app.web.forms import StepForm
from app.web.forms.parts import ELSEWHERE
from app.web.i18n import name_of_language

ANOTHER_MUNICIPALITY = N_("Another municipality")
Options = list[tuple[str, str]]


@family.page("/apply", who=APPLYING, assisted=True)
def start(visit: Visit) -> ResponseReturnValue:
    """Begin, or go on where the family was."""
    draft = read_draft(visit)
    if draft is None:
        return visit.go(SENT_PAGE if visit.actor.kind == Kind.PARENT else FIRST_PAGE)
    if draft.submitted_at is not None:
        return visit.go(CHECK_PAGE)
    return to_missing(visit, content_of_draft(visit, draft))


@family.page(
    "/apply/language", who=APPLYING, methods=("GET", "POST"), leads_on=PARENT, starts_draft=True, assisted=True
)
def apply_language(visit: Visit) -> ResponseReturnValue:
    """Ask in which language we write and where they live; the first post begins the draft."""
    return _ask(visit, BY_NAME["language"])


@family.page("/apply/<step>", who=APPLYING, methods=("GET", "POST"), leads_on=PARENT, assisted=True)
def apply_step(visit: Visit, step: str) -> ResponseReturnValue:
    """Ask the questions of one page."""
    found = BY_NAME.get(step)
    if found is None or found.endpoint != STEP_PAGE:
        raise NotFound
    return _ask(visit, found)


def _ask(visit: Visit, step: Step) -> ResponseReturnValue:
    desk = open_desk(visit, step)
    if not isinstance(desk, Desk):
        return desk
    if request.method == "GET":
        return _show(desk, shown_form(desk))
    form = desk.form(posted=request.form)
    if (aside := desk.set_aside(form)) is not None:
        return aside
    if not judge(desk, form):
        return _show(desk, form)
    desk.take(form.to_answers())
    return desk.onward()


def _show(desk: Desk, form: StepForm) -> ResponseReturnValue:
    return desk.show(form, **WORDS[desk.step.name](desk) if desk.step.name in WORDS else {})


def options(desk: Desk, name: str, words: Mapping[str, str]) -> Options:
    """Return the values that a list of this page offers, each with its word."""
    offered = choices_of(desk.step, desk.visit.profile, desk.content)[name]
    return [(value, desk.visit.texts.gettext(words[value])) for value in offered]


def voluntary(desk: Desk, name: str, words: Mapping[str, str]) -> Options:
    """Return the values of a voluntary question, with a way back to no answer: a radio cannot be unticked."""
    return [*options(desk, name, words), ("", desk.visit.texts.gettext(labels.NO_ANSWER))]


def municipalities(visit: Visit) -> Options:
    """Return the municipalities of the organisation by name."""
    return labels.towns_by_name(visit.profile, visit.language)


def _language(desk: Desk) -> dict[str, Any]:
    visit = desk.visit
    elsewhere = (ELSEWHERE, visit.texts.gettext(ANOTHER_MUNICIPALITY))
    return {
        "languages": [(code, name_of_language(code)) for code in visit.profile.languages.for_families],
        "municipalities": [*municipalities(visit), elsewhere],
        "hours": visit.profile.session.draft_hours,
        "resume_url": visit.url("public.resume") if desk.draft is None and visit.actor.kind != Kind.PARENT else "",
    }


def _you(desk: Desk) -> dict[str, Any]:
    texts = desk.visit.texts
    spoken = [(code, name_of_language(code)) for code in SPOKEN if code != OTHER]
    # Who need not answer gets a way back to no answer.
    sexes = options if field_required(desk.visit.profile, "applicant.sex") else voluntary
    return {
        "sexes": sexes(desk, "sex", labels.SEX),
        "nationalities": options(desk, "nationality", labels.NATIONALITY),
        "relations": options(desk, "relation", labels.RELATION),
        "home_languages": [*spoken, (OTHER, texts.gettext(labels.OTHER_LANGUAGE))],
    }


def _children(desk: Desk) -> dict[str, Any]:
    texts, content = desk.visit.texts, desk.content
    return {
        "others": [(which, texts.gettext(labels.BIRTH_ORDER[which - 1])) for which in range(2, content.children + 1)],
        "links": options(desk, "link", labels.LINK),
        "born": content.born,
    }


def _child_numbers(desk: Desk) -> dict[str, Any]:
    texts, content = desk.visit.texts, desk.content
    one = [("national_number", texts.gettext(N_("National number of your child")))]
    several = [
        (
            f"national_number_{which}" if which > 1 else "national_number",
            texts.gettext(N_("National number of %(name)s"), name=child.call_name or child.given_name),
        )
        for which, child in enumerate(children_of(content), start=1)
    ]
    return {"numbers": one if content.children == 1 else several, "known": False}


def _household(desk: Desk) -> dict[str, Any]:
    chosen = facilities_by_id(desk.visit.session, desk.content.facility_ids)
    return {
        "situations": voluntary(desk, "situation", labels.FAMILY),
        "incomes": voluntary(desk, "income", labels.INCOME),
        "places": [(record.id.hex, record.name) for record in chosen],
    }


def _consents(desk: Desk) -> dict[str, Any]:
    profile, texts = desk.visit.profile, desk.visit.texts
    return {
        "consents": [
            (consent.recipient, texts.gettext(consent.text), profile.recipients[consent.recipient])
            for consent in profile.consents
        ]
    }


WORDS: Mapping[str, Callable[[Desk], dict[str, Any]]] = {
    "language": _language,
    "you": _you,
    "number": lambda desk: {"known": False},
    "child": lambda desk: {"counts": [(count, count) for count in COUNTS[1:]]},
    "children": _children,
    "child-number": _child_numbers,
    "contact": lambda desk: {"channels": options(desk, "channel", labels.CHANNEL)},
    "dutch": lambda desk: {"levels": voluntary(desk, "level", labels.DUTCH)},
    "work": lambda desk: {
        "regimes": options(desk, "regime", labels.WORK),
        "has_partner": desk.content.has_partner,
    },
    "household": _household,
    "education": lambda desk: {"levels": voluntary(desk, "level", labels.EDUCATION)},
    "consents": _consents,
}
