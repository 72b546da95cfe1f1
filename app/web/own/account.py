"""One's own account: how one signs in, where one is signed in, in which language."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import change_password, end_other_sessions, end_own_session
from app.accounts.operations.accounts import choose_language
from app.accounts.queries import own_login, own_sessions
from app.accounts.queries.factors import own_codes_left, own_factors
from app.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, FactorKind
from app.catalogue.marking import N_
from app.core.audit import note_event
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.web.doors import Visit, session_terms
from app.web.forms import PasswordField
from app.web.i18n import name_of_language
from app.web.own.door import ACCOUNT, GET_POST, WORKER, ProofForm, blame, own, show
from app.web.passwords import judge_password
from app.web.visit import browser_here

OTHERS = "others"
KINDS = {FactorKind.TOTP: N_("App with codes"), FactorKind.PASSKEY: N_("Passkey")}
DONE = {
    "password": N_("Your password is changed. You are signed out everywhere else."),
    "added": N_("It is added. You can sign in with it from now on."),
    "ended": N_("It is taken away. Nobody can sign in with it any more."),
    "language": N_("Your language is changed."),
    "sessions": N_("You are signed out there."),
}


class PasswordForm(ProofForm):
    """The password of today, and the next one."""

    password = PasswordField(missing=N_("Choose a password"), limit=LONGEST_PASSWORD)


@dataclass(frozen=True)
class FactorLine:
    """One authenticator or passkey as the page shows it."""

    name: str
    kind: str
    added: str
    used: str
    end_url: str


@dataclass(frozen=True)
class SessionLine:
    """One place where somebody is, or was, signed in."""

    key: str
    began: str
    seen: str
    is_this: bool
    is_live: bool


@own.page("/account", who=WORKER)
def account(visit: Visit) -> ResponseReturnValue:
    """Show how one signs in, and where one is signed in."""
    factors = own_factors(visit.session)
    moment = visit.texts.format_moment
    sessions = own_sessions(
        visit.session, browser_here().need_id(), visit.now, session_terms(visit.profile, visit.actor.kind).idle
    )
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
        sessions=tuple(
            SessionLine(one.id_hash.hex(), moment(one.created_at), moment(one.last_seen_at), one.is_this, one.is_live)
            for one in sessions
        ),
        several=sum(one.is_live for one in sessions) > 1,
        languages=tuple((code, name_of_language(code)) for code in visit.profile.languages.staff),
        chosen=visit.language,
        password_url=visit.url("own.password"),
        authenticator_url=visit.url("own.authenticator"),
        passkey_url=visit.url("own.passkey"),
        codes_url=visit.url("own.recovery_codes"),
        end_url=visit.url("own.end_session"),
        language_url=visit.url("own.language"),
    )


@own.page("/account/end", who=WORKER, methods=("POST",), once=True)
def end_session(visit: Visit) -> ResponseReturnValue:
    """End one session of one's own, or all but this one."""
    which = request.form.get("which", "")
    if which == OTHERS:
        end_other_sessions(visit.session, browser_here().need_id(), visit.now)
    else:
        try:
            end_own_session(visit.session, bytes.fromhex(which), visit.now)
        except ValueError:
            raise NotFound from None
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
    form = PasswordForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("current", "password"),
    )
    status = 422 if form.posted else 200
    if form.posted and form.validate() and judge_password(form, "password", visit.profile, own=(login,)):
        try:
            change_password(
                visit.house.databases,
                visit.profile.key,
                visit.actor_id,
                old=form.current.data or "",
                new=form.password.data or "",
                now=visit.now,
            )
        except Refused as refused:
            status = blame(form, "current", refused)
        else:
            note_event(visit.session, "password_changed")
            visit.begin_session(visit.actor.kind, visit.actor_id)
            return visit.go(ACCOUNT, done="password")
    return show(
        visit,
        "own/password.html",
        status=status,
        title=visit.texts.gettext(N_("Choose a new password")),
        form=form,
        login=login,
        shortest=SHORTEST_PASSWORD,
    )
