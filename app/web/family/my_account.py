"""Signing in: where one is signed in, another password, another e-mail address."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import drop_login, require_password
from app.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, normalised_email
from app.applications.operations.addresses import change_email, remove_email
from app.applications.queries.own import own_file
from app.catalogue.marking import N_
from app.core.audit import note_read
from app.core.clock import today_at
from app.core.errors import Refused
from app.families.queries import own_family
from app.organisations.rules import field_required
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.forms import EmailField, PasswordField, StepForm, TickField
from app.web.own_requests import OWNER
from app.web.own_sessions import end_chosen_sessions, session_lines
from app.web.pages import StepPlace, render
from app.web.passwords import ChangePasswordForm, blame_password, change_own_password

SAME_ADDRESS = N_("You already use this address.")


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


@family.page("/my/account", who=PARENT)
def my_account(visit: Visit) -> ResponseReturnValue:
    """Show how one signs in, and where one is signed in (BXL-47)."""
    found = own_file(visit.session, either=True)
    sessions = session_lines(visit)
    note_read(visit.session, subjects=(found.dossier_id,), groups=("account",), reasons=(found.reason,))
    return render(
        "family/my/account.html",
        title=visit.texts.gettext("Signing in and password"),
        login=found.account.login or "",
        is_confirmed=found.account.is_confirmed,
        sessions=sessions,
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
    end_chosen_sessions(visit)
    return visit.go("family.my_account")


@family.page("/my/account/password", who=PARENT, methods=("GET", "POST"))
def my_password(visit: Visit) -> ResponseReturnValue:
    """Change the password after asking for the present one; every other session ends."""
    posted = request.form if request.method == "POST" else None
    form = ChangePasswordForm(posted, texts=visit.texts, today=today_at(visit.now), required=("current", "password"))
    if form.posted:
        change_own_password(visit, form, own=_own_words(visit))
        if not form.problems:
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
            blame_password(form, refused)
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
