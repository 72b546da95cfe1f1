"""Organisations of helpers: made and ended by administrators, with their roster."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.rules import AppointDenied
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.mandates.operations.roster import (
    HELPER_ROLES,
    add_partner,
    end_helper,
    invite_helper,
    invite_helper_again,
    set_active,
)
from app.mandates.queries.roster import Helper, Partner, find_partner, helpers
from app.mandates.queries.roster import partners as all_partners
from app.web.doors import STAFF, Visit
from app.web.i18n import name_of_language
from app.web.staff.door import PEOPLE, open_frame, show, staff
from app.web.staff.forms_people import HelperForm, PartnerForm
from app.web.staff.people import GET_POST, ONLY, PROBLEMS

NAMES = {"helper": N_("Helper"), "coordinator": N_("Coordinator")}
DONE = {
    "invited": N_("The invitation is on its way."),
    "ended": N_("The work is ended. This person is signed out everywhere."),
    "closed": N_("This organisation helps no longer. It counts at once."),
    "opened": N_("This organisation can help again."),
    "added": N_("The organisation is added. Now put its agreement on record."),
}


@staff.page("/desk/helpers", who=STAFF, methods=GET_POST, once=True)
def partners(visit: Visit) -> ResponseReturnValue:
    """Show the organisations of helpers, and add one."""
    frame = open_frame(visit, ONLY)
    languages = visit.profile.languages.staff
    form = PartnerForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        answers={"language": visit.language},
        required=("name", "language"),
        choices={"language": languages},
    )
    if form.posted and form.validate():
        made = add_partner(visit.session, str(form.name.data), str(form.language.data), now=visit.now)
        return visit.go("staff.partner", partner_id=made, done="added")
    return show(
        visit,
        "staff/partners.html",
        current=PEOPLE,
        frame=frame,
        status=422 if form.problems else 200,
        title=visit.texts.gettext("Organisations of helpers"),
        back=visit.url(PEOPLE),
        form=form,
        lines=tuple(_partner_line(visit, one) for one in all_partners(visit.session)),
        languages=tuple((code, name_of_language(code)) for code in languages),
    )


@staff.page("/desk/helpers/<uuid:partner_id>", who=STAFF, methods=GET_POST, once=True)
def partner(visit: Visit, partner_id: UUID) -> ResponseReturnValue:
    """Show who helps for one organisation; invite, end, close."""
    frame = open_frame(visit, ONLY)
    one = find_partner(visit.session, partner_id)
    deed = request.form.get("deed", "")
    form = HelperForm(
        request.form if deed == "invite" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        answers={"role": "helper"},
        required=("email", "role"),
        choices={"role": HELPER_ROLES},
        demo=visit.house.settings.demo,
    )
    if deed and (deed != "invite" or form.validate()):
        try:
            with visit.session.begin_nested():
                done = _act(visit, deed, partner_id, form)
        except Refused as refused:
            if refused.reason not in PROBLEMS:
                raise
            form.fail(*PROBLEMS[AppointDenied(refused.reason)])
        else:
            return visit.go("staff.partner", partner_id=partner_id, done=done)
    gettext = visit.texts.gettext
    return show(
        visit,
        "staff/partner.html",
        current=PEOPLE,
        frame=frame,
        status=422 if form.problems else 200,
        title=one.name,
        message=gettext(DONE.get(request.args.get("done", ""), "")),
        back=visit.url("staff.partners"),
        here=visit.url("staff.partner", partner_id=partner_id),
        agreement_url=visit.url("staff.party", party_id=partner_id),
        form=form,
        active=one.active,
        lines=tuple(_helper_line(visit, helper) for helper in helpers(visit.session, partner_id)),
        role_choices=tuple((role, gettext(NAMES[role])) for role in HELPER_ROLES),
    )


def _act(visit: Visit, deed: str, partner_id: UUID, form: HelperForm) -> str:
    """Do one of the deeds of the page; return what is said of it. Raises NotFound and Refused."""
    session, now, language = visit.session, visit.now, visit.language
    if deed == "invite":
        invite_helper(session, partner_id, str(form.email.data), str(form.role.data), language=language, now=now)
        return "invited"
    if deed in ("close", "open"):
        set_active(session, partner_id, deed == "open")
        return "opened" if deed == "open" else "closed"
    try:
        account_id = UUID(request.form.get("who", ""))
    except ValueError:
        raise NotFound from None
    if deed == "again":
        invite_helper_again(session, partner_id, account_id, language=language, now=now)
        return "invited"
    if deed == "end":
        end_helper(session, partner_id, account_id, now=now)
        return "ended"
    raise NotFound


def _partner_line(visit: Visit, one: Partner) -> tuple[str, str, str, str, bool]:
    texts = visit.texts
    return (
        visit.url("staff.partner", partner_id=one.id),
        one.name,
        name_of_language(one.language),
        texts.ngettext("%(count)s person", "%(count)s people", one.people),
        one.active,
    )


def _helper_line(visit: Visit, one: Helper) -> tuple[str, str, str, str, str, bool]:
    texts = visit.texts
    when = texts.format_day_short(one.starts_at)
    return (
        str(one.account_id),
        one.address or texts.gettext("Invitation that ended"),
        texts.gettext(NAMES[one.role]),
        texts.gettext("Since %(day)s", day=when)
        if one.joined
        else texts.gettext("Invited on %(day)s, not here yet", day=when),
        texts.format_day_short(one.last_visit_at) if one.last_visit_at else "",
        not one.joined,
    )
