"""Signing in with e-mail or reference and password, and signing out."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import sign_in as let_in
from app.accounts.rules import LONGEST_PASSWORD, Denied
from app.catalogue.marking import N_
from app.core.actor import WITH_SECOND_FACTOR, Kind
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.web.callers import caller
from app.web.doors import ANYONE, Visit
from app.web.forms import PasswordField, StepForm, TextField
from app.web.homes import HOMES, language_of
from app.web.pages import render
from app.web.public.door import public

NOBODY = N_("This e-mail address or reference and this password do not belong together. Check both and try again.")
TOO_MANY = N_("There were too many tries. Wait 15 minutes and try again. Your data are safe.")
FACTOR = "own.factor"


class SignInForm(StepForm):
    """Who somebody is, and the proof."""

    login = TextField(missing=N_("Fill in your e-mail address or your reference"), limit=254)
    password = PasswordField(missing=N_("Fill in your password"), limit=LONGEST_PASSWORD)


@public.page("/sign-in", who=ANYONE, methods=("GET", "POST"))
def sign_in(visit: Visit) -> ResponseReturnValue:
    """Ask for login and password, and lead each kind of account to its own pages (BXL-46)."""
    require_accounts(visit)
    posted = request.form if request.method == "POST" else None
    form = SignInForm(posted, texts=visit.texts, today=today_at(visit.now), required=("login", "password"))
    if posted is None:
        return _page(visit, form, 200)
    if not form.validate():
        return _page(visit, form, 422)
    try:
        found = let_in(
            visit.house.databases,
            visit.profile.key,
            form.login.data or "",
            form.password.data or "",
            caller(),
            visit.now,
        )
    except Refused as refused:
        if refused.reason is not Denied.TOO_MANY_TRIES:
            raise
        form.fail("login", TOO_MANY)
        return _page(visit, form, 429)
    if found is None:
        form.fail("login", NOBODY)
        return _page(visit, form, 422)
    language = language_of(visit, found.kind, found.language)
    if found.kind in WITH_SECOND_FACTOR:
        # Who works with data of families proves it twice: this session opens nothing but the page that asks.
        visit.begin_session(Kind.PENDING, found.id)
        return visit.go(FACTOR, language=language)
    visit.begin_session(found.kind, found.id)
    return visit.go(HOMES[found.kind], language=language)


@public.page("/sign-out", who=ANYONE, methods=("POST",))
def sign_out(visit: Visit) -> ResponseReturnValue:
    """End the session in the database and take the cookie away."""
    visit.end_session()
    return visit.go("public.home")


def require_accounts(visit: Visit) -> None:
    """Raise NotFound where the organisation has no accounts."""
    if visit.profile.application is None:
        raise NotFound


def _page(visit: Visit, form: SignInForm, status: int) -> ResponseReturnValue:
    return render(
        "public/sign_in.html",
        status=status,
        title=visit.texts.gettext("Sign in"),
        form=form,
        unsaved=False,
        forgotten=visit.url("public.forgotten"),
        home=visit.url("public.home"),
    )
