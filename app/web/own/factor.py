"""The second factor at signing in: a code of the app, a passkey, or a recovery code."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.accounts.operations.factors import come_in, give_code
from app.accounts.operations.passkeys import ask_passkey, give_passkey
from app.accounts.queries.factors import factors_of
from app.accounts.rules import FactorKind
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.web.doors import PENDING, Visit
from app.web.homes import HOMES, language_of
from app.web.own.door import GET_POST, CodeForm, PasskeyForm, blame, entrance_of, own, site
from app.web.pages import render

SET_UP = "own.factor_setup"


@own.page("/factor", who=PENDING, methods=GET_POST)
def factor(visit: Visit) -> ResponseReturnValue:
    """Ask for the second factor; nothing else opens before it is given."""
    posted = request.form if request.method == "POST" else None
    form = CodeForm(posted, texts=visit.texts, today=today_at(visit.now), required=("code",))
    status = 200
    if posted is not None:
        status = 422
        if form.validate():
            try:
                give_code(
                    visit.house.databases,
                    entrance_of(visit),
                    form.code.data or "",
                    visit.now,
                    visit.house.clock.unshifted(),
                )
            except Refused as refused:
                status = blame(form, "code", refused)
            else:
                return enter(visit)
    return _page(visit, form, status)


@own.page("/factor/passkey", who=PENDING, methods=("POST",))
def factor_passkey(visit: Visit) -> ResponseReturnValue:
    """Take what a passkey signed."""
    place = site(visit)
    if place is None:
        raise NotFound
    given = PasskeyForm(request.form, texts=visit.texts, today=today_at(visit.now), required=("answer",))
    form = CodeForm(None, texts=visit.texts, today=today_at(visit.now), required=("code",))
    given.validate()
    try:
        give_passkey(visit.house.databases, entrance_of(visit), place, given.answer.data or "", visit.now)
    except Refused as refused:
        return _page(visit, form, blame(form, "code", refused))
    return enter(visit)


@own.page("/factor/passkey/ask", who=PENDING, methods=("POST",))
def factor_ask(visit: Visit) -> ResponseReturnValue:
    """Say what the passkey has to sign; each time something else."""
    place = site(visit)
    if place is None:
        raise NotFound
    try:
        asked = ask_passkey(visit.house.databases, entrance_of(visit), place, visit.now)
    except Refused:
        raise NotFound from None
    return Response(asked, content_type="application/json")


def enter(visit: Visit) -> ResponseReturnValue:
    """Open the session that the factor earned, under a fresh id, and lead to where this kind of account begins."""
    found = come_in(visit.house.databases, entrance_of(visit), visit.now)
    visit.begin_session(found.kind, found.id)
    return visit.go(HOMES[found.kind], language=language_of(visit, found.kind, found.language))


def _page(visit: Visit, form: CodeForm, status: int) -> ResponseReturnValue:
    known = factors_of(visit.house.databases, visit.profile.key, visit.actor_id)
    if not known:
        return visit.go(SET_UP)
    kinds = {one.kind for one in known}
    return render(
        "own/factor.html",
        status=status,
        title=visit.texts.gettext(N_("One more step")),
        form=form,
        unsaved=False,
        has_code=FactorKind.TOTP in kinds,
        has_passkey=FactorKind.PASSKEY in kinds and site(visit) is not None,
        passkey_url=visit.url("own.factor_passkey"),
        ask_url=visit.url("own.factor_ask"),
        sign_out_url=visit.url("public.sign_out"),
    )
