"""Who could still take this child: facilities that say they have a place that fits, one tap to choose."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.operations.changes import add_choice
from app.applications.queries.own import own_file
from app.applications.rules import STANDING, ApplicationState, ChoiceState, may_add_choice
from app.catalogue.marking import N_
from app.core.audit import note_read
from app.core.errors import NotFound, Refused
from app.facilities.queries import FreeFacility, free_places_for
from app.families.queries import own_family
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.family.my_choices import posted_id
from app.web.forms import grouped_phone
from app.web.labels import days_in_words, where_in_words
from app.web.own_requests import OWNER
from app.web.pages import render

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Other:
    """A facility that could take the child, in words."""

    key: str
    name: str
    where: str
    place: str
    fits: bool
    phone: str
    phone_link: str


@family.page("/my/requests/<uuid:request_id>/others", who=PARENT, methods=("GET", "POST"), once=True)
def my_others(visit: Visit, request_id: UUID) -> ResponseReturnValue:
    """Show the facilities with a free place for this child that were not chosen yet; a tap chooses one."""
    if request.method == "POST":
        add_choice(visit.session, visit.profile, request_id, posted_id(request.form.get("facility", "")), now=visit.now)
        return visit.go("family.my", done="added")
    assert visit.profile.application is not None
    found = own_file(visit.session)
    one = found.request(request_id)
    if one.state != ApplicationState.OPEN:
        raise NotFound
    standing = {c.facility_id for c in one.choices if one.own_choice[c.id].state in STANDING}
    most = visit.profile.application.max_choices
    if denied := may_add_choice(one.state, chosen=standing, facility=None, maximum=most):
        raise Refused(denied)
    home = own_family(visit.session, found.dossier_id).applicant
    seen = [c.facility_id for c in one.choices if one.own_choice[c.id].state != ChoiceState.WITHDRAWN]
    fitting = free_places_for(
        visit.session,
        half_days=one.care_plan.half_days,
        birth_date=one.child_identity.birth_date,
        start_date=one.care_plan.start_date,
        postcode=home.postcode or "",
        without=seen,
        limit=SHOWN,
    )
    note_read(visit.session, subjects=(found.dossier_id,), groups=("care_plan", "contact"), reasons=OWNER)
    return render(
        "family/my/others.html",
        title=visit.texts.gettext("Who could still take your child?"),
        others=tuple(_in_words(visit, each) for each in fitting),
        search_url=visit.url("family.my_add", request_id=request_id),
        **links(visit),
    )


def _in_words(visit: Visit, each: FreeFacility) -> Other:
    texts, facility, place = visit.texts, each.facility, each.places[0]
    return Other(
        key=str(facility.id),
        name=facility.name,
        where=where_in_words(facility, texts),
        place=texts.gettext(
            N_("Free from %(day)s: %(days)s"),
            day=texts.format_day(place.starts_on),
            days=days_in_words(place.half_days, texts, begins=False),
        ),
        fits=each.covers,
        phone=grouped_phone(facility.phone) if facility.phone else "",
        phone_link=facility.phone or "",
    )
