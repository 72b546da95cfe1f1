"""The page of whoever was invited, at any door: a password of their own, and then signing in."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import accept_invite
from app.accounts.queries import link_owner
from app.accounts.rules import SHORTEST_PASSWORD, Denied
from app.core.clock import today_at
from app.core.errors import Refused
from app.web.doors import Visit
from app.web.pages import render
from app.web.passwords import NewPasswordForm, judge_password


def choose_first_password(
    visit: Visit, token: str, template: str, done: str, refuse: Callable[[Visit, int], ResponseReturnValue]
) -> ResponseReturnValue:
    """Ask an invited person for a password; opening the page spends nothing, because mail programs open links too.

    `done` is the page after it; `refuse` shows why the link cannot be used: 410 spent or too old, 409 address taken.
    """
    databases, organisation = visit.house.databases, visit.profile.key
    if link_owner(databases, organisation, token, "invite", visit.now) is None:
        return refuse(visit, 410)
    form = NewPasswordForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("password",),
    )
    if form.posted and form.validate() and judge_password(form, "password", visit.profile):
        try:
            accept_invite(databases, organisation, token, form.password.data or "", visit.now)
        except Refused as refused:
            return refuse(visit, 409 if refused.reason is Denied.ADDRESS_TAKEN else 410)
        visit.end_session()
        return visit.go(done)
    return render(template, status=422 if form.problems else 200, form=form, shortest=SHORTEST_PASSWORD, unsaved=False)


def show_joined(visit: Visit) -> ResponseReturnValue:
    """Confirm, and lead to signing in."""
    return render(
        "public/done.html",
        title=visit.texts.gettext("Your password is saved"),
        text=visit.texts.gettext("Sign in with your e-mail address and your new password."),
        url=visit.url("public.sign_in"),
        label=visit.texts.gettext("Sign in"),
    )
