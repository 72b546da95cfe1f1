"""The list of preferred facilities at a counter: one more, or one less. The counter is neutral (LEU-02).

Facilities stand by distance from the home, or by name; nothing that they or the desk do puts one first.
"""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.rules import Denied
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.facilities.queries import search_facilities
from app.mandates.operations.counter_changes import choose, take_back
from app.mandates.queries.contacts import contact_of
from app.mandates.queries.counter import CounterFile, file_in_area, is_in_area
from app.mandates.rules import Denied as NotHere
from app.web.counter.door import FIND, counter, require_counter, show
from app.web.counter.file import shown_file
from app.web.doors import COUNTER, Visit
from app.web.forms import ChoiceField, StepForm, TextField
from app.web.labels import FACILITY_KIND, TARIFF, towns_by_name, where_in_words

SHOWN = 20
PROBLEMS = {
    Denied.APPLICATION_CLOSED: N_("This request is closed. Its list can no longer be changed."),
    Denied.CHOICE_CLOSED: N_(
        "This facility cannot be changed on the list any more. The family sees why on its own page."
    ),
    Denied.ALREADY_CHOSEN: N_("This facility already stands on the list."),
    Denied.TOO_MANY_CHOICES: N_("The list is full. Take a facility off first."),
    Denied.LAST_CHOICE: N_(
        "This is the last facility on the list. The family can cancel its request on its own page, or the desk can."
    ),
    NotHere.NOT_AT_COUNTER: N_(
        "For this facility other rules count than for the rest of the list. The family adds it on its own page, or the"
        " desk does."
    ),
}


class SearchForm(StepForm):
    """Which facilities to show."""

    municipality = ChoiceField()
    name = TextField(limit=80)


@counter.page(
    "/counter/files/<uuid:dossier_id>/requests/<uuid:request_id>/add", who=COUNTER, methods=("GET", "POST"), once=True
)
def add(visit: Visit, dossier_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Look for a facility, the nearest to the home first, and put it on the list."""
    roles = require_counter(visit)
    found = file_in_area(visit.session, dossier_id)
    if not any(one.application_id == request_id for one in found.record.choices):
        raise NotFound
    if request.method == "GET" and not _may_change(visit, dossier_id):
        return visit.go("counter.file", dossier_id=dossier_id)
    problem = ""
    if request.method == "POST" and (chosen := request.form.get("facility")):
        problem = _chosen(visit, found, request_id, chosen)
        if not problem:
            return visit.go("counter.file", dossier_id=dossier_id, done="changed")
    shown = shown_file(visit, found)
    form = SearchForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        choices={"municipality": tuple(visit.profile.area)},
    )
    usable = not form.posted or form.validate()
    listed = {one.facility_id for one in shown.choices if one.application_id == request_id}
    facilities = search_facilities(
        visit.session,
        municipality=form.municipality.data or "" if usable else "",
        postcode=shown.contact.postcode or "",
        name=form.name.data or "" if usable else "",
        limit=SHOWN + len(listed),
    )
    texts = visit.texts
    rows = [
        (
            str(one.id),
            one.name,
            where_in_words(one, texts),
            texts.gettext(FACILITY_KIND[one.kind]),
            texts.gettext(TARIFF[one.tariff]),
        )
        for one in facilities
        if one.id not in listed
    ]
    return show(
        visit,
        "counter/add.html",
        roles,
        status=422 if problem or not usable else 200,
        title=texts.gettext(N_("Add a facility to the list")),
        form=form,
        problem=problem,
        towns=[("", texts.gettext(N_("Every municipality"))), *towns_by_name(visit.profile, visit.language)],
        rows=rows[:SHOWN],
        back=visit.url("counter.file", dossier_id=dossier_id),
    )


@counter.page(
    "/counter/files/<uuid:dossier_id>/choices/<uuid:choice_id>/off", who=COUNTER, methods=("GET", "POST"), once=True
)
def take_off(visit: Visit, dossier_id: UUID, choice_id: UUID) -> ResponseReturnValue:
    """Ask once more, then take a facility off the list: it loses the file at once (BXL-56)."""
    roles = require_counter(visit)
    found = file_in_area(visit.session, dossier_id)
    one = next((one for one in found.record.choices if one.id == choice_id), None)
    if one is None:
        raise NotFound
    if request.method == "GET" and not _may_change(visit, dossier_id):
        return visit.go("counter.file", dossier_id=dossier_id)
    problem = ""
    if request.method == "POST":
        try:
            with visit.session.begin_nested():
                take_back(visit.session, dossier_id, choice_id, now=visit.now)
        except Refused as refused:
            problem = _in_words(visit, refused)
        else:
            if is_in_area(visit.session, dossier_id):
                return visit.go("counter.file", dossier_id=dossier_id, done="changed")
            return visit.go(FIND, done="gone")
    shown_file(visit, found)
    return show(
        visit,
        "counter/off.html",
        roles,
        status=422 if problem else 200,
        title=visit.texts.gettext(N_("Take this facility off the list?")),
        facility=one.facility,
        problem=problem,
        action=visit.url("counter.take_off", dossier_id=dossier_id, choice_id=choice_id),
        back=visit.url("counter.file", dossier_id=dossier_id),
    )


def _may_change(visit: Visit, dossier_id: UUID) -> bool:
    standing = contact_of(visit.session, dossier_id)
    return standing is not None and standing.unchangeable is None


def _chosen(visit: Visit, found: CounterFile, request_id: UUID, chosen: str) -> str:
    """Put a facility on the list; return in words what is against it, or nothing."""
    try:
        facility_id = UUID(chosen)
    except ValueError:
        raise NotFound from None
    try:
        with visit.session.begin_nested():
            choose(visit.session, visit.profile, found.dossier_id, request_id, facility_id, now=visit.now)
    except Refused as refused:
        return _in_words(visit, refused)
    return ""


def _in_words(visit: Visit, refused: Refused) -> str:
    words = PROBLEMS.get(refused.reason)
    if words is None:
        raise refused
    return visit.texts.gettext(words)
