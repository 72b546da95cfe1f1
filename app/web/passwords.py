"""A new password on a page: judged, and told in plain words why it is too easy to guess.

form.validate() and judge_password(form, "password", visit.profile, own=(name, email))
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.accounts.operations import check_new_password
from app.accounts.rules import SHORTEST_PASSWORD, PasswordProblem
from app.catalogue.marking import N_
from app.organisations.profile import Profile
from app.web.forms import StepForm

PROBLEMS: Mapping[PasswordProblem, str] = {
    PasswordProblem.TOO_SHORT: N_(
        "Make your password longer: at least %(shortest)s characters. A short sentence works well."
    ),
    PasswordProblem.TOO_LONG: N_("Make your password shorter: at most 200 characters."),
    PasswordProblem.EASY_PATTERN: N_(
        "This row of characters is easy to guess. Use a few words that do not belong together."
    ),
    PasswordProblem.COMMON: N_("Many people use this password. Use a few words that do not belong together."),
    PasswordProblem.OWN_WORDS: N_(
        "This password looks like a name that others know. Use a few words that do not belong together."
    ),
}


def judge_password(form: StepForm, field: str, profile: Profile, *, own: Collection[str] = ()) -> bool:
    """Say whether the new password can be taken; when not, the reason stands beside the field."""
    password: str | None = form[field].data
    problems = check_new_password(profile, password, own=own) if password else ()
    for problem in problems:
        form.fail(field, PROBLEMS[problem], shortest=SHORTEST_PASSWORD)
    return not problems
