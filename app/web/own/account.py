"""One's own account: how one signs in, where one is signed in, in which language."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations.accounts import choose_language
from app.accounts.queries import own_login
from app.accounts.queries.factors import own_codes_left, own_factors
from app.accounts.rules import SHORTEST_PASSWORD, Denied, FactorKind
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound
from app.web.doors import Visit
from app.web.i18n import name_of_language
from app.web.own.door import ACCOUNT, GET_POST, WORKER, own, show
from app.web.own_sessions import end_chosen_sessions, session_lines
from app.web.passwords import ChangePasswordForm, change_own_password

KINDS = {FactorKind.TOTP: N_("App with codes"), FactorKind.PASSKEY: N_("Passkey")}
DONE = {
    "password": N_("Your password is changed. You are signed out everywhere else."),
    "added": N_("It is added. You can sign in with it from now on."),
    "ended": N_("It is taken away. Nobody can sign in with it any more."),
    "language": N_("Your language is changed."),
    "sessions": N_("You are signed out there."),
}


@dataclass(frozen=True)
class FactorLine:
    """One authenticator or passkey as the page shows it."""

    name: str
    kind: str
    added: str
    used: str
    end_url: str


@own.page("/account", who=WORKER)
def account(visit: Visit) -> ResponseReturnValue:
    """Show how one signs in, and where one is signed in."""
    factors = own_factors(visit.session)
    moment = visit.texts.format_moment
    sessions = session_lines(visit)
    return show(
        visit,
        "own/account.html",
        title=visit.texts.gettext(N_("My account")),
        message=visit.texts.gettext(DONE.get(request.args.get("done", ""), "")),
        login=own_login(visit.session) or "",
        factors=tuple(
            FactorLine(
                one.label or visit.texts.gettext(KINDS[FactorKind(one.kind)]),
                visit.texts.gettext(KINDS[FactorKind(one.kind)]),
                moment(one.created_at),
                moment(one.used_at) if one.used_at else "",
                visit.url("own.end_factor", factor_id=one.id) if len(factors) > 1 else "",
            )
            for one in factors
        ),
        codes_left=own_codes_left(visit.session),
        sessions=sessions,
        several=sum(one.is_live for one in sessions) > 1,
        languages=tuple((code, name_of_language(code)) for code in visit.profile.languages.staff),
        chosen=visit.language,
        password_url=visit.url("own.password"),
        authenticator_url=visit.url("own.authenticator"),
        passkey_url=visit.url("own.passkey"),
        codes_url=visit.url("own.recovery_codes"),
        end_url=visit.url("own.end_session"),
        rights_url=visit.url("own.my_rights"),
        language_url=visit.url("own.language"),
    )


@own.page("/account/end", who=WORKER, methods=("POST",), once=True)
def end_session(visit: Visit) -> ResponseReturnValue:
    """End one session of one's own, or all but this one."""
    end_chosen_sessions(visit)
    return visit.go(ACCOUNT, done="sessions")


@own.page("/account/language", who=WORKER, methods=("POST",), once=True)
def language(visit: Visit) -> ResponseReturnValue:
    """Choose the language of one's pages and mails; raises NotFound for one that is not offered."""
    chosen = request.form.get("language", "")
    if chosen not in visit.profile.languages.staff:
        raise NotFound
    choose_language(visit.session, chosen)
    return visit.go(ACCOUNT, language=chosen, done="language")


@own.page("/account/password", who=WORKER, methods=GET_POST)
def password(visit: Visit) -> ResponseReturnValue:
    """Change the password after asking for the present one; every other session ends."""
    login = own_login(visit.session) or ""
    form = ChangePasswordForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("current", "password"),
    )
    denied = change_own_password(visit, form, own=(login,)) if form.posted else None
    if form.posted and not form.problems:
        return visit.go(ACCOUNT, done="password")
    return show(
        visit,
        "own/password.html",
        status=429 if denied is Denied.TOO_MANY_TRIES else 422 if form.posted else 200,
        title=visit.texts.gettext(N_("Choose a new password")),
        form=form,
        login=login,
        shortest=SHORTEST_PASSWORD,
    )
