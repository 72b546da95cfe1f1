"""Setting up the first second factor: asked of everybody who signs in without one."""

from __future__ import annotations

import pyotp
from flask import Response, request
from flask.typing import ResponseReturnValue

from app.accounts.operations.factors import come_in, secret_to_set_up, set_up_authenticator
from app.accounts.operations.passkeys import add_passkey, ask_new_passkey
from app.accounts.queries import own_login
from app.accounts.queries.factors import factors_of
from app.accounts.rules import in_groups
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.web.doors import PENDING, Visit
from app.web.homes import HOMES, language_of
from app.web.own.door import (
    GET_POST,
    SECRET_GROUP,
    CodeForm,
    PasskeyForm,
    blame,
    entrance_of,
    own,
    show_codes,
    site,
)
from app.web.pages import render
from app.web.qr import qr_drawing

FACTOR = "own.factor"


@own.page("/factor/setup", who=PENDING, methods=GET_POST)
def factor_setup(visit: Visit) -> ResponseReturnValue:
    """Show what an app needs, and ask for the code that it then shows."""
    if _has_factor(visit):
        return visit.go(FACTOR)
    posted = request.form if request.method == "POST" else None
    form = CodeForm(posted, texts=visit.texts, today=today_at(visit.now), required=("code",))
    status = 200
    if posted is not None:
        status = 422
        if form.validate():
            try:
                codes = set_up_authenticator(
                    visit.house.databases,
                    entrance_of(visit),
                    form.code.data or "",
                    label="",
                    now=visit.now,
                    unshifted=visit.house.clock.unshifted(),
                )
            except Refused as refused:
                status = blame(form, "code", refused)
            else:
                return _entered(visit, codes)
    return _page(visit, form, status)


@own.page("/factor/setup/passkey", who=PENDING, methods=("POST",))
def setup_passkey(visit: Visit) -> ResponseReturnValue:
    """Take the passkey that a device made."""
    place = site(visit)
    if place is None or _has_factor(visit):
        raise NotFound
    given = PasskeyForm(request.form, texts=visit.texts, today=today_at(visit.now), required=("answer",))
    form = CodeForm(None, texts=visit.texts, today=today_at(visit.now), required=("code",))
    given.validate()
    try:
        codes = add_passkey(
            visit.house.databases, entrance_of(visit), place, given.answer.data or "", label="", now=visit.now
        )
    except Refused as refused:
        return _page(visit, form, blame(form, "code", refused))
    return _entered(visit, codes)


@own.page("/factor/setup/passkey/ask", who=PENDING, methods=("POST",))
def setup_ask(visit: Visit) -> ResponseReturnValue:
    """Say what a device makes the passkey from."""
    if _has_factor(visit):
        raise NotFound
    return new_passkey(visit)


def new_passkey(visit: Visit) -> Response:
    """Answer a script with what a device makes a passkey from; raises NotFound where browsers take none."""
    place = site(visit)
    if place is None:
        raise NotFound
    who = own_login(visit.session) or ""
    asked = ask_new_passkey(
        visit.house.databases, entrance_of(visit), place, who, f"Opvangloket {visit.profile.name}", visit.now
    )
    return Response(asked, content_type="application/json")


def drawn_secret(visit: Visit, secret: str) -> dict[str, object]:
    """Return the secret of a new authenticator as a page shows it: a square code to scan, and letters to type."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=own_login(visit.session) or "", issuer_name=visit.profile.name)
    return {
        "drawing": qr_drawing(uri, visit.texts.gettext(N_("Square code for your app"))),
        "secret": in_groups(secret, SECRET_GROUP),
    }


def _has_factor(visit: Visit) -> bool:
    return bool(factors_of(visit.house.databases, visit.profile.key, visit.actor_id))


def _entered(visit: Visit, codes: tuple[str, ...]) -> ResponseReturnValue:
    found = come_in(visit.house.databases, entrance_of(visit), visit.now)
    visit.begin_session(found.kind, found.id)
    return show_codes(
        visit, codes, visit.url(HOMES[found.kind], language=language_of(visit, found.kind, found.language))
    )


def _page(visit: Visit, form: CodeForm, status: int) -> ResponseReturnValue:
    secret = secret_to_set_up(visit.house.databases, entrance_of(visit))
    return render(
        "own/factor_setup.html",
        status=status,
        title=visit.texts.gettext(N_("Protect your account")),
        form=form,
        unsaved=False,
        takes_passkeys=site(visit) is not None,
        passkey_url=visit.url("own.setup_passkey"),
        ask_url=visit.url("own.setup_ask"),
        sign_out_url=visit.url("public.sign_out"),
        **drawn_secret(visit, secret),
    )
