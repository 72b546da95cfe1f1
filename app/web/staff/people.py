"""Who works here: administrators invite, give another role, and end; nobody does so for themselves (KL-31)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations.people import appoint, change_role, end_work, invite_again, running
from app.accounts.queries.agreements import Standing
from app.accounts.queries.people import Colleague, colleagues, former_colleagues, standings_of, work_of
from app.accounts.rules import KIND_OF_ROLE, AppointDenied
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.organisations.municipalities import MUNICIPALITIES
from app.organisations.rules import roles_of
from app.web.doors import STAFF, Visit
from app.web.staff.door import ADMINISTRATOR, PEOPLE, open_frame, show, staff
from app.web.staff.forms_people import InviteForm, RoleForm

GET_POST = ("GET", "POST")
ONLY = frozenset({ADMINISTRATOR})
ROLE_NAMES = {
    "helpdesk": N_("Helpdesk"),
    "administrator": N_("Administrator"),
    "policy": N_("Policy officer"),
    "developer": N_("Developer"),
    "counter": N_("Counter"),
    "sick_care": N_("Care for sick children"),
    "dpo": N_("Data protection officer"),
    "security": N_("Security officer"),
}
ROLE_HINTS = {
    "helpdesk": N_("Opens a file while a family asks for help"),
    "administrator": N_("Invites colleagues, keeps agreements and devices"),
    "policy": N_("Sees figures only"),
    "developer": N_("Sees nothing until somebody allows it for one file"),
    "counter": N_("Sees names, contact data and choices, in the area of the counter"),
    "sick_care": N_("Sees only families that used the care at home"),
    "dpo": N_("Sees who looked at files, not what is in them"),
    "security": N_("Sees who looked at files, not what is in them"),
}
PROBLEMS = {
    AppointDenied.HERE_ALREADY: ("email", N_("Somebody with this address already works here")),
    AppointDenied.ROLE_UNKNOWN: ("role", N_("Choose what this person may do")),
    AppointDenied.AREA_MISSING: ("area", N_("Tick the municipalities of this counter")),
    AppointDenied.OTHER_DOOR: (
        "role",
        N_("For this role somebody needs a new invitation. End the work of today first, then invite again."),
    ),
}
DONE = {
    "invited": N_("The invitation is on its way."),
    "changed": N_("The role is changed. It counts at once."),
    "ended": N_("The work is ended. This person is signed out everywhere."),
}


@staff.page("/desk/people", who=STAFF, methods=GET_POST, once=True)
def people(visit: Visit) -> ResponseReturnValue:
    """Show who works here, and invite somebody; for anybody but an administrator there is no such page."""
    frame = open_frame(visit, ONLY)
    form = InviteForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("email", "role"),
        choices={"role": roles_of(visit.profile), "area": tuple(visit.profile.area)},
        demo=visit.house.settings.demo,
    )
    if form.posted and form.validate():
        try:
            with visit.session.begin_nested():
                appoint(
                    visit.session,
                    visit.profile,
                    str(form.email.data),
                    str(form.role.data),
                    form.area.data or (),
                    language=visit.language,
                    now=visit.now,
                )
        except Refused as refused:
            form.fail(*PROBLEMS[AppointDenied(refused.reason)])
        else:
            return visit.go(PEOPLE, done="invited")
    present = colleagues(visit.session)
    standings = standings_of(visit.session, visit.profile, {one.account_id: one.role for one in present})
    return show(
        visit,
        "staff/people.html",
        current=PEOPLE,
        frame=frame,
        status=422 if form.problems else 200,
        title=visit.texts.gettext("Who works here"),
        message=visit.texts.gettext(DONE.get(request.args.get("done", ""), "")),
        form=form,
        lines=tuple(_line(visit, one, standings[one.account_id]) for one in present),
        former=tuple(_line(visit, one, ()) for one in former_colleagues(visit.session)),
        partners=visit.url("staff.partners"),
        looks=visit.url("staff.grants"),
        **_choices(visit),
    )


@staff.page("/desk/people/<uuid:account_id>", who=STAFF, methods=GET_POST, once=True)
def person(visit: Visit, account_id: UUID) -> ResponseReturnValue:
    """Show what somebody did here; give another role, send the invitation again, or end the work."""
    frame = open_frame(visit, ONLY)
    work = work_of(visit.session, account_id)
    latest, own = work[0], account_id == visit.actor_id
    same_door = tuple(role for role in roles_of(visit.profile) if KIND_OF_ROLE[role] == latest.kind)
    deed = request.form.get("deed", "")
    form = RoleForm(
        request.form if deed == "role" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        answers={"role": latest.role, "area": latest.area},
        required=("role",),
        choices={"role": same_door, "area": tuple(visit.profile.area)},
    )
    if deed and (deed != "role" or form.validate()):
        try:
            with visit.session.begin_nested():
                done = _act(visit, deed, account_id, form)
        except Refused as refused:
            if refused.reason not in PROBLEMS:
                raise
            form.fail(*PROBLEMS[AppointDenied(refused.reason)])
        else:
            return visit.go(PEOPLE, done=done)
    return show(
        visit,
        "staff/person.html",
        current=PEOPLE,
        frame=frame,
        status=422 if form.problems else 200,
        title=latest.address or visit.texts.gettext("Invitation that ended"),
        back=visit.url(PEOPLE),
        here=visit.url("staff.person", account_id=account_id),
        form=form,
        own=own,
        works=running(latest, visit.now),
        again=not latest.joined and running(latest, visit.now),
        history=tuple(_line(visit, one, ()) for one in work),
        **_choices(visit, same_door),
    )


def _act(visit: Visit, deed: str, account_id: UUID, form: RoleForm) -> str:
    """Do one of the deeds of the page; return what is said of it. Raises NotFound and Refused."""
    session, now = visit.session, visit.now
    if deed == "role":
        role, area = str(form.role.data), form.area.data or ()
        change_role(session, visit.profile, account_id, role, area, now=now)
        return "changed"
    if deed == "again":
        invite_again(session, account_id, language=visit.language, now=now)
        return "invited"
    if deed == "end":
        end_work(session, account_id, now=now)
        return "ended"
    raise NotFound


def _choices(visit: Visit, roles: tuple[str, ...] = ()) -> dict[str, Any]:
    gettext = visit.texts.gettext
    return {
        "has_counter": "counter" in (roles or roles_of(visit.profile)),
        "role_choices": tuple(
            (role, gettext(ROLE_NAMES[role]), gettext(ROLE_HINTS[role])) for role in roles or roles_of(visit.profile)
        ),
        "areas": tuple((key, MUNICIPALITIES[key].name(visit.language)) for key in visit.profile.area),
    }


def _line(visit: Visit, one: Colleague, standings: tuple[Standing, ...]) -> tuple[str, str, str, str, str, str, str]:
    """Return who, as what, where, since when or until when, the last visit, the state of the agreements, the way."""
    texts = visit.texts
    if not running(one, visit.now) and one.ends_at is not None:
        since = texts.gettext("Until %(moment)s", moment=texts.format_moment(one.ends_at))
    elif not one.joined:
        since = texts.gettext("Invited on %(day)s, not here yet", day=texts.format_day_short(one.starts_at))
    else:
        since = texts.gettext("Since %(day)s", day=texts.format_day_short(one.starts_at))
    return (
        one.address or texts.gettext("Invitation that ended"),
        texts.gettext(ROLE_NAMES[one.role]),
        ", ".join(MUNICIPALITIES[key].name(visit.language) for key in one.area),
        since,
        texts.format_day_short(one.last_visit_at) if one.last_visit_at else "",
        _state(visit, standings),
        visit.url("staff.person", account_id=one.account_id),
    )


def _state(visit: Visit, standings: tuple[Standing, ...]) -> str:
    gettext = visit.texts.gettext
    if not standings:
        return ""
    if any(one.accepted_at is None for one in standings):
        return gettext(N_("not accepted yet"))
    return gettext(N_("in order")) if all(one.holds for one in standings) else gettext(N_("waits for a check"))
