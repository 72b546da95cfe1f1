"""The page of whoever is invited to work here or to help: a password of their own."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import accept_invite
from app.accounts.queries import link_owner
from app.accounts.rules import SHORTEST_PASSWORD, Denied
from app.core.clock import today_at
from app.core.errors import Refused
from app.web.doors import ANYONE, Visit
from app.web.pages import render
from app.web.passwords import judge_password
from app.web.staff.door import staff
from app.web.staff.forms_people import JoinForm


@staff.page("/desk/join/<token>", who=ANYONE, methods=("GET", "POST"))
def join(visit: Visit, token: str) -> ResponseReturnValue:
    """Ask an invited person for a password; opening the page spends nothing, because mail programs open links too."""
    databases, organisation = visit.house.databases, visit.profile.key
    if link_owner(databases, organisation, token, "invite", visit.now) is None:
        return _refused(visit, 410)
    form = JoinForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("password",),
    )
    if form.posted and form.validate() and judge_password(form, "password", visit.profile):
        try:
            accept_invite(databases, organisation, token, form.password.data or "", visit.now)
        except Refused as refused:
            return _refused(visit, 409 if refused.reason is Denied.ADDRESS_TAKEN else 410)
        visit.end_session()
        return visit.go("staff.joined")
    return render(
        "staff/join.html", status=422 if form.problems else 200, form=form, shortest=SHORTEST_PASSWORD, unsaved=False
    )


@staff.page("/desk/joined", who=ANYONE)
def joined(visit: Visit) -> ResponseReturnValue:
    """Confirm, and lead to signing in: there the second step is set up."""
    return render(
        "public/done.html",
        title=visit.texts.gettext("Your password is saved"),
        text=visit.texts.gettext("Sign in with your e-mail address and your new password."),
        url=visit.url("public.sign_in"),
        label=visit.texts.gettext("Sign in"),
    )


def _refused(visit: Visit, status: int) -> ResponseReturnValue:
    return render("staff/join_no.html", status=status, sign_in=visit.url("public.sign_in"))
