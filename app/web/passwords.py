"""A new password on a page: judged, and told in plain words why it is too easy to guess.

form.validate() and judge_password(form, "password", visit.profile, own=(name, email))
"""

from __future__ import annotations

from collections.abc import Collection

from app.accounts.operations import check_new_password
from app.organisations.profile import Profile
from app.web.forms import StepForm
from app.web.labels import PASSWORD


def judge_password(form: StepForm, field: str, profile: Profile, *, own: Collection[str] = ()) -> bool:
    """Say whether the new password can be taken; when not, the reason stands beside the field."""
    password: str | None = form[field].data
    problems = check_new_password(profile, password, own=own) if password else ()
    for problem in problems:
        form.fail(field, PASSWORD[problem])
    return not problems
