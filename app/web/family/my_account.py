"""Signing in: where one is signed in, another password, another e-mail address."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask import session as browser
from flask.typing import ResponseReturnValue

from app.accounts.operations import (
    change_password,
    drop_login,
    end_other_sessions,
    end_own_session,
    require_password,
)
from app.accounts.queries import OwnSession, own_sessions
from app.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, Denied, normalised_email
from app.applications.operations.addresses import change_email, remove_email
from app.applications.queries.own import own_file
from app.catalogue.marking import N_
from app.core.audit import note_event, note_read
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.queries import own_family
from app.organisations.rules import field_required
from app.web.doors import PARENT, Visit, session_terms
from app.web.family.door import family
from app.web.family.my import links
from app.web.forms import EmailField, PasswordField, StepForm, TickField
from app.web.own_requests import OWNER
from app.web.pages import StepPlace, render
from app.web.passwords import judge_password

WRONG = N_("This is not your password. Type it again.")
TOO_MANY = N_("There were too many tries. Wait 15 minutes and try again. Your data are safe.")
SAME_ADDRESS = N_("You already use this address.")
OTHERS = "others"


class PasswordForm(StepForm):
    """The password of today, and the next one."""

    current = PasswordField(missing=N_("Fill in your password"), limit=LONGEST_PASSWORD)
    password = PasswordField(missing=N_("Choose a password"), limit=LONGEST_PASSWORD)


class EmailForm(StepForm):
    """The new address or none, and the password as a proof."""

    email = EmailField(missing=N_("Fill in your e-mail address"))
    without = TickField()
    current = PasswordField(missing=N_("Fill in your password"), limit=LONGEST_PASSWORD)

    def check(self) -> None:
        """Ask for an address, unless they want to give none."""
        if self.without is None or not self.without.data:
            self.require("email")
        elif self.email.data:
            self.fail("email", N_("Fill in an address, or tick the box. Not both."))


@dataclass(frozen=True)
class SessionLine:
    """One place where somebody is, or was, signed in."""

    key: str
    began: str
    seen: str
    is_this: bool
    is_live: bool


@family.page("/my/account", who=PARENT)
def my_account(visit: Visit) -> ResponseReturnValue:
    """Show how one signs in, and where one is signed in (BXL-47)."""
    found = own_file(visit.session, either=True)
    sessions = own_sessions(visit.session, _browser_id(), visit.now, session_terms(visit.profile).idle)
    note_read(visit.session, subjects=(found.dossier_id,), groups=("account",), reasons=(found.reason,))
    return render(
        "family/my/account.html",
        title=visit.texts.gettext("Signing in and password"),
        login=found.account.login or "",
        is_confirmed=found.account.is_confirmed,
        sessions=tuple(_line(visit, one) for one in sessions),
        is_second=(found.reason,) != OWNER,
        several=sum(one.is_live for one in sessions) > 1,
        password_url=visit.url("family.my_password"),
        email_url=visit.url("family.my_email"),
        end_url=visit.url("family.my_end_session"),
        **links(visit),
    )


@family.page("/my/account/end", who=PARENT, methods=("POST",), once=True)
def my_end_session(visit: Visit) -> ResponseReturnValue:
    """End one session of one's own, or all but this one."""
    which = request.form.get("which", "")
    if which == OTHERS:
        end_other_sessions(visit.session, _browser_id(), visit.now)
    else:
        try:
            end_own_session(visit.session, bytes.fromhex(which), visit.now)
        except ValueError:
            raise NotFound from None
    return visit.go("family.my_account")


@family.page("/my/account/password", who=PARENT, methods=("GET", "POST"))
def my_password(visit: Visit) -> ResponseReturnValue:
    """Change the password after asking for the present one; every other session ends."""
    posted = request.form if request.method == "POST" else None
    form = PasswordForm(posted, texts=visit.texts, today=today_at(visit.now), required=("current", "password"))
    if (
        posted is not None
        and form.validate()
        and judge_password(form, "password", visit.profile, own=_own_words(visit))
    ):
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
            blame(form, refused)
        else:
            note_event(visit.session, "password_changed")
            visit.begin_session(visit.actor.kind, visit.actor_id)
            return visit.go("family.my", done="password")
    return _form_page(visit, "family/my/password.html", form, visit.texts.gettext("Choose a new password"))


@family.page("/my/account/email", who=PARENT, methods=("GET", "POST"))
def my_email(visit: Visit) -> ResponseReturnValue:
    """Change the e-mail address after asking for the password; both are told, the new one is confirmed first."""
    found = own_file(visit.session)
    posted = request.form if request.method == "POST" else None
    form = EmailForm(
        posted,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("current",),
        shown=("email", "current") if field_required(visit.profile, "contact.email") else None,
        demo=visit.house.settings.demo,
    )
    if posted is not None and form.validate():
        address: str = form.email.data or ""
        try:
            require_password(
                visit.house.databases, visit.profile.key, visit.actor_id, form.current.data or "", visit.now
            )
        except Refused as refused:
            blame(form, refused)
        else:
            if not address:
                drop_login(visit.house.databases, visit.profile.key, visit.actor_id, visit.now)
                remove_email(visit.session, found.dossier_id, now=visit.now)
                return visit.go("family.my", done="no_email")
            if normalised_email(address) == found.account.login:
                form.fail("email", SAME_ADDRESS)
            else:
                change_email(visit.session, found.dossier_id, visit.actor_id, address, now=visit.now)
                return visit.go("family.my", done="email")
    return _form_page(visit, "family/my/email.html", form, visit.texts.gettext("Another e-mail address"))


def _form_page(visit: Visit, template: str, form: StepForm, title: str) -> ResponseReturnValue:
    return render(
        template,
        status=422 if form.posted else 200,
        title=title,
        form=form,
        step=StepPlace(back_url=visit.url("family.my_account")),
        unsaved=False,
        shortest=SHORTEST_PASSWORD,
        **links(visit),
    )


def _own_words(visit: Visit) -> tuple[str, ...]:
    """Return what a stranger who knows the family would try first."""
    found = own_file(visit.session, either=True)
    if (found.reason,) != OWNER:
        return (found.account.login,) if found.account.login else ()
    known = own_family(visit.session, found.dossier_id)
    people = (known.applicant, known.partner, *known.children.values())
    names = [name for one in people if one is not None for name in (one.given_name, one.family_name)]
    return tuple(word for word in (*names, known.applicant.email, known.applicant.street) if word)


def blame(form: StepForm, refused: Refused) -> None:
    """Say at the password box why a password was not taken; raises what is about something else."""
    if refused.reason is Denied.WRONG_PASSWORD:
        form.fail("current", WRONG)
    elif refused.reason is Denied.TOO_MANY_TRIES:
        form.fail("current", TOO_MANY)
    else:
        raise refused


def _line(visit: Visit, one: OwnSession) -> SessionLine:
    moment = visit.texts.format_moment
    return SessionLine(one.id_hash.hex(), moment(one.created_at), moment(one.last_seen_at), one.is_this, one.is_live)


def _browser_id() -> str:
    # A parent's page is shown only to a browser with an id.
    return str(browser.id)  # type: ignore[attr-defined]
