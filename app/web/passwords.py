"""Passwords on pages: a new one judged in plain words, one's own changed at any door.

form.validate() and judge_password(form, "password", visit.profile, own=(name, email))
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.accounts.operations import change_password, check_new_password
from app.accounts.rules import LONGEST_PASSWORD, Denied
from app.catalogue.marking import N_
from app.core.audit import note_event
from app.core.errors import Refused
from app.organisations.profile import Profile
from app.web.doors import Visit
from app.web.forms import PasswordField, StepForm
from app.web.labels import PASSWORD

SLIPS: Mapping[str, str] = {
    Denied.WRONG_PASSWORD: N_("This is not your password. Type it again."),
    Denied.TOO_MANY_TRIES: N_("There were too many tries. Wait 15 minutes and try again. Your data are safe."),
}


class NewPasswordForm(StepForm):
    """The password that somebody chooses through a link."""

    password = PasswordField(missing=N_("Choose a password"), limit=LONGEST_PASSWORD)


class ChangePasswordForm(StepForm):
    """The password of today, and the next one."""

    current = PasswordField(missing=N_("Fill in your password"), limit=LONGEST_PASSWORD)
    password = PasswordField(missing=N_("Choose a password"), limit=LONGEST_PASSWORD)


def judge_password(form: StepForm, field: str, profile: Profile, *, own: Collection[str] = ()) -> bool:
    """Say whether the new password can be taken; when not, the reason stands beside the field."""
    password: str | None = form[field].data
    problems = check_new_password(profile, password, own=own) if password else ()
    for problem in problems:
        form.fail(field, PASSWORD[problem])
    return not problems


def change_own_password(visit: Visit, form: ChangePasswordForm, *, own: Collection[str]) -> Denied | None:
    """Change the password of who is signed in, who stays so in this browser alone; a slip stands in the form.

    `own` is what a stranger would try first. Returns what the password of today was refused for, if it was.
    """
    if not (form.validate() and judge_password(form, "password", visit.profile, own=own)):
        return None
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
        blame_password(form, refused)
        return Denied(refused.reason)
    note_event(visit.session, "password_changed")
    visit.begin_session(visit.actor.kind, visit.actor_id)
    return None


def blame_password(form: StepForm, refused: Refused) -> None:
    """Put what is wrong with the password of today beside it; raises what is no slip."""
    if refused.reason not in SLIPS:
        raise refused
    form.fail("current", SLIPS[refused.reason])
