"""The two pages on which a file is changed for its family: what can be changed, and one part of it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request

from app.applications.rules import ApplicationState
from app.catalogue.marking import N_
from app.core.audit import note_read
from app.families.queries import FamilyRecord, own_family
from app.families.rules import grouped_reference
from app.mandates.operations.changes import require_ground
from app.mandates.queries.changes import HelpedRequest, helped_requests
from app.web import labels
from app.web.changing import SPOKEN, Changing, parts_of
from app.web.changing_parts import CHOICES, PARTS
from app.web.doors import Visit
from app.web.forms.parts import ELSEWHERE
from app.web.i18n import name_of_language

# Parts of one request; the others are the family's as a whole.
OF_REQUEST = ("child", "plan", CHOICES)
CHANGED, SAME = "changed", "same"
SOMEWHERE_ELSE = N_("Somewhere else")
EVERYWHERE = N_("Every municipality")
HEADING = N_("Request for %(child)s")
CHILD = N_("a child")

Links = tuple[tuple[str, str], ...]
Options = list[tuple[str, str]]


@dataclass(frozen=True)
class ChangesPage:
    """What can be changed of a file, in words: of the family, and of each request."""

    reason: str
    reference: str
    requests: tuple[HelpedRequest, ...]
    of_family: Links
    by_request: tuple[tuple[str, str, Links], ...]


def changes_page(visit: Visit, dossier_id: UUID, endpoint: str) -> ChangesPage:
    """Return what the actor may change in a file now; raises NotFound and Refused as a change would."""
    ground = require_ground(visit.session, dossier_id)
    family, requests = own_family(visit.session, dossier_id), helped_requests(visit.session, dossier_id)
    note_read(
        visit.session, subjects=(dossier_id,), groups=("applicant_name", "child_identity"), reasons=(ground.reason,)
    )
    keys = parts_of(visit, ground.reason)

    def link(key: str, **query: Any) -> tuple[str, str]:
        return visit.texts.gettext(PARTS[key].title), visit.url(endpoint, dossier_id=dossier_id, part=key, **query)

    return ChangesPage(
        ground.reason,
        grouped_reference(family.reference),
        requests,
        tuple(link(key) for key in keys if key not in OF_REQUEST),
        tuple(
            (
                str(one.id),
                visit.texts.gettext(HEADING, child=child_name(visit, family, one)),
                tuple(
                    link(key, request=str(one.id))
                    for key in OF_REQUEST
                    if key in keys and (key == "child" or one.state == ApplicationState.OPEN)
                ),
            )
            for one in requests
        ),
    )


def change_page(opened: Changing) -> str | dict[str, Any]:
    """Carry out what was posted and return what came of it, or return what the page of this part shows."""
    if opened.key == CHOICES:
        return _choices_page(opened)
    form = opened.form()
    if form.posted and form.validate():
        before = opened.family
        if opened.save(form):
            changed = opened.key == "plan" or own_family(opened.visit.session, before.dossier_id) != before
            return CHANGED if changed else SAME
    return _context(opened, form) | {"status": 422 if form.problems else 200}


def child_name(visit: Visit, family: FamilyRecord, one: HelpedRequest) -> str:
    """Return for whom a request is, as the family named the child."""
    child = family.children[one.child_id]
    return " ".join(filter(None, (child.given_name, child.family_name))) or visit.texts.gettext(CHILD)


def _choices_page(opened: Changing) -> str | dict[str, Any]:
    form = opened.form()
    if request.method == "POST" and opened.choose():
        return CHANGED
    usable = not form.posted or form.validate()
    return _context(opened, form) | {
        "status": 200 if usable else 422,
        "choices": opened.standing,
        "rows": opened.found(form) if usable else (),
    }


def _context(opened: Changing, form: Any) -> dict[str, Any]:
    visit = opened.visit
    return {
        "title": visit.texts.gettext(opened.part.title),
        "part": opened.key,
        "form": form,
        "child": child_name(visit, opened.family, opened.one),
        "offered": _offered(opened),
    }


def _offered(opened: Changing) -> dict[str, Any]:
    visit, texts = opened.visit, opened.visit.texts
    towns = labels.towns_by_name(visit.profile, visit.language)
    first, last = ("", texts.gettext(EVERYWHERE)), (ELSEWHERE, texts.gettext(SOMEWHERE_ELSE))
    no_answer = ("", texts.gettext(labels.NO_ANSWER))

    def words(named: Mapping[str, str], *more: tuple[str, str]) -> Options:
        return [*((key, texts.gettext(label)) for key, label in named.items()), *more]

    return {
        "none": no_answer[1],
        "municipality": [first, *towns] if opened.key == CHOICES else [*towns, last],
        "language": [(code, name_of_language(code)) for code in visit.profile.languages.for_families],
        "home_language": [
            (code, texts.gettext(labels.OTHER_LANGUAGE) if code == "other" else name_of_language(code))
            for code in SPOKEN
        ],
        "sex": words(labels.SEX),
        "relation": words(labels.RELATION),
        "channel": words(labels.CHANNEL),
        "family_situation": words(labels.FAMILY, no_answer),
        "income": words(labels.INCOME, no_answer),
        "work": words(labels.WORK),
        "education": words(labels.EDUCATION),
        "dutch": [(key, word) for key, word in words(labels.DUTCH) if key in opened.dutch],
    }
