"""A facility's own page: around when it answers, what it keeps to itself, its people, one's password."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.queries import own_login
from app.accounts.rules import SHORTEST_PASSWORD
from app.applications.queries.requests import own_facilities
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.facilities.operations.places import say_of_itself
from app.facilities.queries import OwnFacility, own_facility_settings
from app.facilities.rules import FacilityKind
from app.web.doors import FACILITY, Visit
from app.web.facility.door import OWN, PEOPLE, facility, section, show
from app.web.facility.forms_own import SaidForm
from app.web.facility.words import PEOPLE_DONE
from app.web.passwords import ChangePasswordForm, change_own_password

GET_POST = ("GET", "POST")


@facility.page("/facility/own", who=FACILITY)
def own(visit: Visit) -> ResponseReturnValue:
    """Lead to what can be said of each of one's facilities."""
    found = own_facility_settings(visit.session)
    today = today_at(visit.now)
    return show(
        visit,
        "facility/own.html",
        {one.id: one.name for one in found},
        nav=section(visit, OWN),
        lines=tuple(
            (
                one.name,
                visit.texts.format_day(one.answers_around)
                if one.answers_around and one.answers_around >= today
                else "",
                one.kind == FacilityKind.FAMILY,
                one.hides_house_number,
                one.hides_phone,
                visit.url("facility.own_change", facility_id=one.id),
            )
            for one in found
        ),
        people_url=visit.url(PEOPLE) if any(one.leads for one in found) else "",
        password_url=visit.url("facility.password"),
        message=visit.texts.gettext(PEOPLE_DONE.get(request.args.get("done", ""), "")),
    )


@facility.page("/facility/own/<uuid:facility_id>", who=FACILITY, methods=GET_POST, once=True)
def own_change(visit: Visit, facility_id: UUID) -> ResponseReturnValue:
    """Ask around when the facility answers; of a provider at home also what it keeps from public pages."""
    found = own_facility_settings(visit.session)
    one = next((one for one in found if one.id == facility_id), None)
    if one is None:
        raise NotFound
    at_home, today = one.kind == FacilityKind.FAMILY, today_at(visit.now)
    form = SaidForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today,
        answers=_answers(one, visit),
        shown=None if at_home else ("answers_around",),
    )
    if form.posted and form.validate():
        try:
            with visit.session.begin_nested():
                say_of_itself(
                    visit.session,
                    facility_id,
                    answers_around=form.answers_around.data,
                    hides_house_number=at_home and bool(form.hides_house_number.data),
                    hides_phone=at_home and bool(form.hides_phone.data),
                    now=visit.now,
                )
        except Refused as refused:
            form.tell(refused.reason)
        else:
            return visit.go(OWN, done="said")
    return show(
        visit,
        "facility/own_change.html",
        {each.id: each.name for each in found},
        nav=section(visit, OWN),
        status=422 if form.problems else 200,
        form=form,
        name=one.name,
        at_home=at_home,
        back=visit.url(OWN),
    )


@facility.page("/facility/own/password", who=FACILITY, methods=GET_POST)
def password(visit: Visit) -> ResponseReturnValue:
    """Change the password after asking for the present one; every other session ends."""
    login = own_login(visit.session) or ""
    form = ChangePasswordForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("current", "password"),
    )
    facilities = own_facilities(visit.session)
    if form.posted:
        change_own_password(visit, form, own=(login, *facilities.values()))
        if not form.problems:
            return visit.go(OWN, done="password")
    return show(
        visit,
        "facility/password.html",
        facilities,
        nav=section(visit, OWN),
        status=422 if form.problems else 200,
        form=form,
        login=login,
        shortest=SHORTEST_PASSWORD,
        back=visit.url(OWN),
    )


def _answers(one: OwnFacility, visit: Visit) -> dict[str, object]:
    passed = one.answers_around is None or one.answers_around < today_at(visit.now)
    return {
        "answers_around": None if passed else one.answers_around,
        "hides_house_number": one.hides_house_number,
        "hides_phone": one.hides_phone,
    }
