"""One's own factors: another app, a passkey, new recovery codes; never fewer than one."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations.factors import end_own_factor, replace_codes, secret_to_set_up, set_up_authenticator
from app.accounts.operations.passkeys import add_passkey
from app.accounts.queries.factors import own_factors, own_factors_ever
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.web.doors import Visit
from app.web.forms.base import PostedData
from app.web.own.door import (
    ACCOUNT,
    GET_POST,
    WORKER,
    NewCodeForm,
    NewPasskeyForm,
    ProofForm,
    blame,
    entrance_of,
    own,
    prove,
    show,
    show_codes,
    site,
)
from app.web.own.factor_setup import drawn_secret, new_passkey


@own.page("/account/authenticator", who=WORKER, methods=GET_POST)
def authenticator(visit: Visit) -> ResponseReturnValue:
    """Add an app on another device."""
    form = NewCodeForm(_posted(), texts=visit.texts, today=today_at(visit.now), required=("code", "current"))
    status = 422 if form.posted else 200
    known = own_factors_ever(visit.session)
    if form.posted and form.validate():
        try:
            prove(visit, form)
            set_up_authenticator(
                visit.house.databases,
                entrance_of(visit),
                form.code.data or "",
                label=form.label.data or "",
                now=visit.now,
                unshifted=visit.house.clock.unshifted(),
                known=known,
            )
        except Refused as refused:
            status = blame(form, "code", refused)
        else:
            return visit.go(ACCOUNT, done="added")
    secret = secret_to_set_up(visit.house.databases, entrance_of(visit), known)
    return show(
        visit,
        "own/authenticator.html",
        status=status,
        title=visit.texts.gettext(N_("Add an app")),
        form=form,
        **drawn_secret(visit, secret),
    )


@own.page("/account/passkey", who=WORKER, methods=GET_POST)
def passkey(visit: Visit) -> ResponseReturnValue:
    """Add a passkey: a script asks the device for it."""
    place = site(visit)
    form = NewPasskeyForm(_posted(), texts=visit.texts, today=today_at(visit.now), required=("current", "answer"))
    status = 422 if form.posted else 200
    if form.posted and form.validate() and place is not None:
        try:
            prove(visit, form)
            add_passkey(
                visit.house.databases,
                entrance_of(visit),
                place,
                form.answer.data or "",
                label=form.label.data or "",
                now=visit.now,
            )
        except Refused as refused:
            status = blame(form, "answer", refused)
        else:
            return visit.go(ACCOUNT, done="added")
    return show(
        visit,
        "own/passkey.html",
        status=status,
        title=visit.texts.gettext(N_("Add a passkey")),
        form=form,
        takes_passkeys=place is not None,
        ask_url=visit.url("own.passkey_ask"),
    )


@own.page("/account/passkey/ask", who=WORKER, methods=("POST",))
def passkey_ask(visit: Visit) -> ResponseReturnValue:
    """Say what a device makes the passkey from."""
    return new_passkey(visit)


@own.page("/account/factor/<uuid:factor_id>/end", who=WORKER, methods=GET_POST)
def end_factor(visit: Visit, factor_id: UUID) -> ResponseReturnValue:
    """Take a factor away that was lost or is not used any more."""
    known = {one.id: one for one in own_factors(visit.session)}
    if factor_id not in known:
        raise NotFound
    form = ProofForm(_posted(), texts=visit.texts, today=today_at(visit.now), required=("current",))
    status = 422 if form.posted else 200
    if form.posted and form.validate():
        try:
            prove(visit, form)
            end_own_factor(visit.session, factor_id, visit.now)
        except Refused as refused:
            status = blame(form, "current", refused)
        else:
            return visit.go(ACCOUNT, done="ended")
    return show(
        visit,
        "own/end_factor.html",
        status=status,
        title=visit.texts.gettext(N_("Take it away")),
        form=form,
        name=known[factor_id].label,
        kind=known[factor_id].kind,
        is_last=len(known) == 1,
    )


@own.page("/account/codes", who=WORKER, methods=GET_POST)
def recovery_codes(visit: Visit) -> ResponseReturnValue:
    """Make new recovery codes, shown once; the old ones end."""
    form = ProofForm(_posted(), texts=visit.texts, today=today_at(visit.now), required=("current",))
    status = 422 if form.posted else 200
    if form.posted and form.validate():
        try:
            prove(visit, form)
        except Refused as refused:
            status = blame(form, "current", refused)
        else:
            codes = replace_codes(visit.house.databases, entrance_of(visit), visit.now)
            return show_codes(visit, codes, visit.url(ACCOUNT))
    return show(
        visit,
        "own/new_codes.html",
        status=status,
        title=visit.texts.gettext(N_("New recovery codes")),
        form=form,
    )


def _posted() -> PostedData | None:
    return request.form if request.method == "POST" else None
