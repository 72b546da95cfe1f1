"""A forgotten password: a link by mail, the same page for everybody, and a new password through the link."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import request_reset, reset_password
from app.accounts.queries import link_owner
from app.accounts.rules import SHORTEST_PASSWORD, Denied
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import Refused
from app.web.callers import caller
from app.web.doors import ANYONE, Visit
from app.web.forms import StepForm, TextField
from app.web.pages import render
from app.web.passwords import NewPasswordForm, judge_password
from app.web.public.door import public
from app.web.public.sign_in import require_accounts


class ForgottenForm(StepForm):
    """Who somebody is."""

    login = TextField(missing=N_("Fill in your e-mail address or your reference"), limit=254)


@public.page("/password/forgotten", who=ANYONE, methods=("GET", "POST"))
def forgotten(visit: Visit) -> ResponseReturnValue:
    """Mail a link; the answer does not tell whether the login is somebody's (BXL-46)."""
    require_accounts(visit)
    posted = request.form if request.method == "POST" else None
    form = ForgottenForm(posted, texts=visit.texts, today=today_at(visit.now), required=("login",))
    if posted is not None and form.validate():
        request_reset(
            visit.house.databases, visit.profile.key, form.login.data or "", caller(), visit.language, visit.now
        )
        visit.session.info["rings"] = True
        return visit.go("public.link_sent")
    return render(
        "public/forgotten.html",
        status=422 if form.posted else 200,
        title=visit.texts.gettext("Forgot your password?"),
        form=form,
        unsaved=False,
        back=visit.url("public.sign_in"),
    )


@public.page("/password/sent", who=ANYONE)
def link_sent(visit: Visit) -> ResponseReturnValue:
    """Say what happens now, the same for everybody."""
    require_accounts(visit)
    return render(
        "public/link_sent.html", title=visit.texts.gettext("Look in your mailbox"), back=visit.url("public.sign_in")
    )


@public.page("/password/new/<token>", who=ANYONE, methods=("GET", "POST"))
def new_password(visit: Visit, token: str) -> ResponseReturnValue:
    """Ask for the new password; opening the page spends nothing, because mail programs open links too."""
    require_accounts(visit)
    posted = request.form if request.method == "POST" else None
    form = NewPasswordForm(posted, texts=visit.texts, today=today_at(visit.now), required=("password",))
    owner = link_owner(visit.house.databases, visit.profile.key, token, "reset", visit.now)
    if owner is None:
        return link_spent(visit)
    if posted is not None and form.validate() and judge_password(form, "password", visit.profile):
        try:
            reset_password(visit.house.databases, visit.profile.key, token, form.password.data or "", visit.now)
        except Refused as refused:
            if refused.reason is Denied.LINK_SPENT:
                return link_spent(visit)
            raise
        visit.end_session()
        return visit.go("public.password_changed")
    return render(
        "public/new_password.html",
        status=422 if form.posted else 200,
        title=visit.texts.gettext("Choose a new password"),
        form=form,
        unsaved=False,
        shortest=SHORTEST_PASSWORD,
    )


@public.page("/password/changed", who=ANYONE)
def password_changed(visit: Visit) -> ResponseReturnValue:
    """Confirm, and lead to signing in with the new password."""
    require_accounts(visit)
    return render(
        "public/done.html",
        title=visit.texts.gettext("Your password is changed"),
        text=visit.texts.gettext("You are signed out everywhere. Sign in with your new password."),
        url=visit.url("public.sign_in"),
        label=visit.texts.gettext("Sign in"),
    )


def link_spent(visit: Visit) -> ResponseReturnValue:
    """Say that a link no longer works, whatever the reason, and how to get another."""
    return render(
        "public/link_spent.html",
        status=410,
        title=visit.texts.gettext("This link no longer works"),
        again=visit.url("public.forgotten"),
        sign_in=visit.url("public.sign_in"),
    )
