"""The people of a facility: its leaders invite and end; and the page of whoever is invited."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.queries.requests import own_facilities
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.facilities.operations.people import end_membership, invite, invite_again
from app.facilities.queries import Colleague, colleagues, own_facility_settings
from app.facilities.rules import Role
from app.web.doors import ANYONE, FACILITY, Visit
from app.web.facility.door import OWN, PEOPLE, facility, section, show
from app.web.facility.forms_own import EndForm, InviteForm
from app.web.facility.words import MEMBER_PROBLEMS, PEOPLE_DONE, ROLES
from app.web.joining import choose_first_password, show_joined
from app.web.pages import render

GET_POST = ("GET", "POST")


@facility.page("/facility/people", who=FACILITY, methods=GET_POST, once=True)
def people(visit: Visit) -> ResponseReturnValue:
    """Show who answers for the facilities that one leads, and invite somebody; for a deputy there is no such page."""
    led = {one.id: one.name for one in own_facility_settings(visit.session) if one.leads}
    if not led:
        raise NotFound
    only = next(iter(led)) if len(led) == 1 else None
    form = InviteForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        answers={"role": Role.DEPUTY},
        required=("email", "role", *(() if only else ("facility",))),
        shown=None if only is None else ("email", "role"),
        choices={"facility": [str(key) for key in led]},
        demo=visit.house.settings.demo,
    )
    if form.posted and form.validate():
        try:
            with visit.session.begin_nested():
                invite(
                    visit.session,
                    only or UUID(form.facility.data),
                    str(form.email.data),
                    Role(str(form.role.data)),
                    language=visit.language,
                    now=visit.now,
                )
        except Refused as refused:
            form.fail("email", MEMBER_PROBLEMS[refused.reason])
        else:
            return visit.go(PEOPLE, done="invited")
    return show(
        visit,
        "facility/people.html",
        own_facilities(visit.session),
        nav=section(visit, OWN),
        status=422 if form.problems else 200,
        form=form,
        facilities_shown=tuple((str(key), name) for key, name in led.items()),
        roles=tuple((role, visit.texts.gettext(words)) for role, words in ROLES.items()),
        lines=tuple(_line(visit, one, led) for one in colleagues(visit.session)),
        several=len(led) > 1,
        back=visit.url(OWN),
        message=visit.texts.gettext(PEOPLE_DONE.get(request.args.get("done", ""), "")),
    )


@facility.page("/facility/people/<uuid:member_id>/again", who=FACILITY, methods=("POST",), once=True)
def person_again(visit: Visit, member_id: UUID) -> ResponseReturnValue:
    """Send a new link to somebody who did not follow the first one."""
    try:
        invite_again(visit.session, member_id, language=visit.language, now=visit.now)
    except Refused:
        return visit.go(PEOPLE)
    return visit.go(PEOPLE, done="invited")


@facility.page("/facility/people/<uuid:member_id>/end", who=FACILITY, methods=GET_POST, once=True)
def person_end(visit: Visit, member_id: UUID) -> ResponseReturnValue:
    """Ask for the last day, today unless something else is said, then end the membership."""
    one = next((one for one in colleagues(visit.session) if one.member_id == member_id), None)
    if one is None:
        raise NotFound
    today = today_at(visit.now)
    form = EndForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today,
        answers={"last_day": today},
        required=("last_day",),
    )
    if form.posted and form.validate():
        assert form.last_day.data is not None
        try:
            with visit.session.begin_nested():
                end_membership(visit.session, member_id, form.last_day.data, now=visit.now)
        except Refused as refused:
            form.fail("last_day", MEMBER_PROBLEMS[refused.reason])
        else:
            # Whoever ended their own membership may lead nothing any more, and then has no such page.
            return visit.go(OWN if one.account_id == visit.actor_id else PEOPLE, done="ended")
    return show(
        visit,
        "facility/person_end.html",
        own_facilities(visit.session),
        status=422 if form.problems else 200,
        form=form,
        login=one.login or "",
        back=visit.url(PEOPLE),
    )


@facility.page("/facility/join/<token>", who=ANYONE, methods=GET_POST)
def join(visit: Visit, token: str) -> ResponseReturnValue:
    """Ask an invited person for a password."""
    return choose_first_password(visit, token, "facility/join.html", "facility.joined", _refused)


@facility.page("/facility/joined", who=ANYONE)
def joined(visit: Visit) -> ResponseReturnValue:
    """Confirm, and lead to signing in."""
    return show_joined(visit)


def _refused(visit: Visit, status: int) -> ResponseReturnValue:
    sign_in = visit.url("public.sign_in")
    return render("facility/join_no.html", status=status, taken=status == 409, sign_in=sign_in)


def _line(visit: Visit, one: Colleague, led: dict[UUID, str]) -> tuple[str, str, str, str, str, str]:
    texts = visit.texts
    if not one.joined:
        since = texts.gettext("Invited on %(day)s, not here yet", day=texts.format_day_short(one.starts_at))
    elif one.ends_at is not None:
        since = texts.gettext("Until %(moment)s", moment=texts.format_moment(one.ends_at))
    else:
        since = texts.gettext("Since %(day)s", day=texts.format_day_short(one.starts_at))
    return (
        one.login or texts.gettext("Invitation that ended"),
        texts.gettext(ROLES[one.role]),
        since,
        led.get(one.facility_id, ""),
        visit.url("facility.person_end", member_id=one.member_id) if one.ends_at is None else "",
        "" if one.joined else visit.url("facility.person_again", member_id=one.member_id),
    )
