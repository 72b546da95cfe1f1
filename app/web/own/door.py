"""The door of one's own account, for all who work with a second factor, and the forms that its pages share."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import Response

from app.accounts.operations import require_password
from app.accounts.operations.factors import Entrance
from app.accounts.operations.passkeys import Site, site_of
from app.accounts.rules import LONGEST_FACTOR_NAME, LONGEST_PASSWORD, Denied, in_groups
from app.catalogue.marking import N_
from app.core.errors import Refused
from app.web.doors import COUNTER, HELPER, LOGIN_OF_KIND, OVERSIGHT, STAFF, Door, Visit
from app.web.forms import LongTextField, PasswordField, StepForm, TextField
from app.web.homes import HOMES
from app.web.pages import render, shell
from app.web.visit import browser_here

own = Door("own", login=LOGIN_OF_KIND, languages="staff", module="application")

WORKER = STAFF | COUNTER | HELPER | OVERSIGHT
ACCOUNT = "own.account"
GET_POST = ("GET", "POST")
CODE_GROUP, SECRET_GROUP = 5, 4
LONGEST_ANSWER = 20_000
# The same words whatever is wrong: they tell nobody how far they came.
PROBLEMS = {
    Denied.WRONG_FACTOR: N_("This did not work. Wait for the next code and try again."),
    Denied.FACTOR_TAKEN: N_("This did not work. Wait for the next code and try again."),
    Denied.TOO_MANY_TRIES: N_("There were too many tries. Wait 15 minutes and try again. Your data are safe."),
    Denied.WRONG_PASSWORD: N_("This is not your password. Type it again."),
    Denied.LAST_FACTOR: N_("This is the last one. First add another."),
}


class CodeForm(StepForm):
    """A code: of the app, or from the list on paper."""

    code = TextField(missing=N_("Fill in the code"), limit=40)


class PasskeyForm(StepForm):
    """What a passkey answered; a script fills it in."""

    answer = LongTextField(missing=N_("This did not work. Wait for the next code and try again."), limit=LONGEST_ANSWER)


class ProofForm(StepForm):
    """One's password once more, before something changes about signing in."""

    current = PasswordField(missing=N_("Fill in your password"), limit=LONGEST_PASSWORD)


class NewCodeForm(ProofForm):
    """Another authenticator: its name, the code that it shows, and the password as a proof."""

    code = TextField(missing=N_("Fill in the code"), limit=40)
    label = TextField(limit=LONGEST_FACTOR_NAME)


class NewPasskeyForm(ProofForm):
    """Another passkey: its name, what it answered, and the password as a proof."""

    answer = LongTextField(missing=N_("This did not work. Wait for the next code and try again."), limit=LONGEST_ANSWER)
    label = TextField(limit=LONGEST_FACTOR_NAME)


def entrance_of(visit: Visit) -> Entrance:
    """Return whose account this is, in which browser."""
    return Entrance(visit.profile.key, visit.actor_id, browser_here().need_id())


def site(visit: Visit) -> Site | None:
    """Return where passkeys of this installation belong; None where browsers take none."""
    return site_of(visit.house.settings.base_url)


def blame(form: StepForm, field: str, refused: Refused) -> int:
    """Put the reason of a refusal beside a field and return the status of the page; raises what is no slip."""
    if not isinstance(refused.reason, Denied) or refused.reason not in PROBLEMS:
        raise refused
    form.fail("current" if refused.reason is Denied.WRONG_PASSWORD else field, PROBLEMS[refused.reason])
    return 429 if refused.reason is Denied.TOO_MANY_TRIES else 422


def prove(visit: Visit, form: StepForm) -> None:
    """Ask for the password once more; raises Refused and TooBusy."""
    require_password(visit.house.databases, visit.profile.key, visit.actor_id, form.current.data or "", visit.now)


def show(visit: Visit, template: str, **context: Any) -> Response:
    """Return a page of one's own account, with the way back to one's work."""
    home = visit.url(HOMES[visit.actor.kind])
    return render(
        template,
        shell=dataclasses.replace(shell(visit.texts), home=home),
        account_name=visit.texts.gettext(N_("My account")),
        sign_out_url=visit.url("public.sign_out"),
        home_url=home,
        account_url=visit.url(ACCOUNT),
        **context,
    )


def show_codes(visit: Visit, codes: tuple[str, ...], onward: str) -> Response:
    """Show recovery codes, this once: no page has them again, so none leads there in another language."""
    return render(
        "own/codes.html",
        shell=dataclasses.replace(shell(visit.texts), languages=(), more_languages=()),
        title=visit.texts.gettext(N_("Your recovery codes")),
        codes=[in_groups(code, CODE_GROUP) for code in codes],
        onward=onward,
    )
