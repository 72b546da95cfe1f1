"""Changing to whom a request goes: one facility more, one less, or none at all."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.operations.changes import add_choice, cancel_application, withdraw_choice
from app.applications.queries.own import OwnChoice, OwnRequest, own_file
from app.applications.rules import FAMILY, STANDING, may_add_choice, may_cancel, may_choose_again
from app.catalogue.marking import N_
from app.core.actor import Kind
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.facilities.queries import search_facilities
from app.families.queries import own_family
from app.mandates.operations.joint_sessions import count_joint_change
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import home_of, links
from app.web.forms import ChoiceField, StepForm, TextField
from app.web.labels import FACILITY_KIND, TARIFF, towns_by_name
from app.web.pages import render

SHOWN = 20


class SearchForm(StepForm):
    """Which facilities to show."""

    municipality = ChoiceField()
    name = TextField(limit=80)


@family.page("/my/requests/<uuid:request_id>/add", who=PARENT, methods=("GET", "POST"), once=True, assisted=True)
def my_add(visit: Visit, request_id: UUID) -> ResponseReturnValue:
    """Look for a facility, the nearest first, and choose it."""
    assert visit.profile.application is not None
    if request.method == "POST" and (chosen := request.form.get("facility")):
        add_choice(visit.session, visit.profile, request_id, posted_id(chosen), now=visit.now)
        count_joint_change(visit.session)
        return visit.go(home_of(visit), done="added")
    found = own_file(visit.session)
    one = found.request(request_id)
    standing = {c.facility_id for c in one.choices if c.origin == FAMILY and one.own_choice[c.id].state in STANDING}
    most = visit.profile.application.max_choices
    if denied := may_add_choice(one.state, chosen=standing, facility=None, maximum=most):
        raise Refused(denied)
    towns = towns_by_name(visit.profile, visit.language)
    form = SearchForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        choices={"municipality": tuple(visit.profile.area)},
    )
    usable = not form.posted or form.validate()
    home = own_family(visit.session, found.dossier_id).applicant
    facilities = search_facilities(
        visit.session,
        municipality=form.municipality.data or "" if usable else "",
        postcode=home.postcode or "",
        name=form.name.data or "" if usable else "",
        limit=SHOWN + len(one.choices),
    )
    seen = {
        choice.facility_id
        for choice in one.choices
        if not may_choose_again(choice.origin, one.own_choice[choice.id].state, by=Kind.PARENT)
    }
    rows = tuple(
        (
            str(facility.id),
            facility.name,
            " · ".join(filter(None, (_town(visit, facility.municipality), _far(visit, facility.distance_km)))),
            " · ".join(visit.texts.gettext(words) for words in _words(facility.kind, facility.tariff)),
        )
        for facility in facilities
        if facility.id not in seen
    )
    return render(
        "family/my/add.html",
        status=200 if usable else 422,
        title=visit.texts.gettext("Choose one more facility"),
        form=form,
        towns=[("", visit.texts.gettext("Every municipality")), *towns],
        rows=rows[:SHOWN],
        left=most - len(standing),
        unsaved=False,
        **links(visit),
    )


@family.page("/my/choices/<uuid:choice_id>/withdraw", who=PARENT, methods=("GET", "POST"), once=True, assisted=True)
def my_withdraw(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    """Ask once more, then take back one choice (BXL-56)."""
    if request.method == "POST":
        withdraw_choice(visit.session, choice_id, now=visit.now)
        count_joint_change(visit.session)
        return visit.go(home_of(visit), done="withdrawn")
    choice = _choice(own_file(visit.session).requests, choice_id)
    return render(
        "family/my/withdraw.html",
        title=visit.texts.gettext("Take back this choice?"),
        facility=choice.facility,
        action=request.path,
        **links(visit),
    )


@family.page("/my/requests/<uuid:request_id>/cancel", who=PARENT, methods=("GET", "POST"), once=True)
def my_cancel(visit: Visit, request_id: UUID) -> ResponseReturnValue:
    """Ask once more, then cancel the request (BXL-45)."""
    if request.method == "POST":
        cancel_application(visit.session, request_id, now=visit.now)
        return visit.go("family.my", done="cancelled")
    one = own_file(visit.session).request(request_id)
    if denied := may_cancel(one.state):
        raise Refused(denied)
    return render(
        "family/my/cancel.html",
        title=visit.texts.gettext("Cancel your application?"),
        facilities=tuple(c.facility for c in one.choices if one.own_choice[c.id].state in STANDING),
        action=request.path,
        **links(visit),
    )


def _choice(requests: tuple[OwnRequest, ...], choice_id: UUID) -> OwnChoice:
    found = next((choice for one in requests for choice in one.choices if choice.id == choice_id), None)
    if found is None:
        raise NotFound
    return found


def posted_id(text: str) -> UUID:
    """Return the id that was posted; raises NotFound for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _town(visit: Visit, municipality: str) -> str:
    town = visit.profile.area.get(municipality)
    return town.name(visit.language) if town is not None else municipality


def _far(visit: Visit, kilometres: float | None) -> str:
    if kilometres is None:
        return ""
    return visit.texts.gettext(N_("%(distance)s km from your postcode"), distance=f"{kilometres:.1f}")


def _words(kind: str, tariff: str) -> tuple[str, ...]:
    return tuple(words for words in (FACILITY_KIND.get(kind, ""), TARIFF.get(tariff, "")) if words)
