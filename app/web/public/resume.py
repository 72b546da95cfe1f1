"""Going on with an application on another device: a code or a mailed link, and the birth date of the child."""

from __future__ import annotations

from datetime import date, timedelta

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.operations.passes import continue_draft, keep_draft
from app.applications.queries.drafts import CODE, LINK
from app.applications.rules import add_months
from app.catalogue.marking import N_
from app.core.actor import Kind
from app.core.clock import today_at
from app.core.errors import Refused
from app.families.rules import is_code
from app.web.callers import caller
from app.web.doors import ANYONE, Visit
from app.web.forms import DatePartsField, StepForm, TextField
from app.web.pages import render
from app.web.public.door import public
from app.web.public.sign_in import TOO_MANY, require_accounts

START = "family.start"
KEEP = "keep"
# The same words for what is unknown, spent, too old and wrong: nobody learns which codes there are.
NO_CODE = N_("This code and this date do not open an application. Check both. A code works once.")
NO_LINK = N_("This link and this date do not open an application. Check the date. A link works once.")


def _child_dates(today: date) -> tuple[date, date]:
    return add_months(today, -12 * 18), today + timedelta(days=400)


class ContinueForm(StepForm):
    """The code, and what only the family knows."""

    code = TextField(missing=N_("Fill in the code"), limit=60)
    birth_date = DatePartsField(missing=N_("Fill in the birth date of your child"), bounds=_child_dates)


@public.page("/continue", who=ANYONE, methods=("GET", "POST"))
def resume(visit: Visit) -> ResponseReturnValue:
    """Ask for the code that was written down, and for the second factor."""
    return _ask(visit, CODE, "")


@public.page("/continue/<token>", who=ANYONE, methods=("GET", "POST"))
def resume_link(visit: Visit, token: str) -> ResponseReturnValue:
    """Ask for the second factor of a mailed link; opening the page spends nothing, and says nothing (BXL-46)."""
    require_accounts(visit)
    if request.method == "POST" and KEEP in request.form:
        assert visit.profile.application is not None
        kept = keep_draft(visit.house.databases, visit.profile.key, token, visit.profile.application, visit.now)
        if kept is None:
            return _over(visit)
        return visit.go("public.resume_kept")
    # The square on a public device holds the code itself.
    return _ask(visit, CODE if is_code(token) else LINK, token)


@public.page("/answers-kept", who=ANYONE)
def resume_kept(visit: Visit) -> ResponseReturnValue:
    """Say that the answers live on."""
    require_accounts(visit)
    assert visit.profile.application is not None
    return render(
        "public/done.html",
        title=visit.texts.gettext("We keep your answers"),
        text=visit.texts.gettext(
            "We keep them for %(days)s more days. The link in your message still works.",
            days=visit.profile.application.draft_days,
        ),
        url=visit.url("public.home"),
        label=visit.texts.gettext("To the start page"),
    )


def _ask(visit: Visit, kind: str, token: str) -> ResponseReturnValue:
    require_accounts(visit)
    asked = ("birth_date",) if token else ("code", "birth_date")
    posted = request.form if request.method == "POST" else None
    form = ContinueForm(posted, texts=visit.texts, today=today_at(visit.now), required=asked, shown=asked)
    if posted is None or not form.validate():
        return _show(visit, form, token, 200 if posted is None else 422)
    secret, birth_date = token or str(form.code.data), form.birth_date.data
    assert birth_date is not None
    try:
        found = continue_draft(visit.house.databases, visit.profile.key, kind, secret, birth_date, caller(), visit.now)
    except Refused:
        form.fail(asked[0], TOO_MANY)
        return _show(visit, form, token, 429)
    if found is None:
        form.fail(asked[0], NO_LINK if token else NO_CODE)
        return _show(visit, form, token, 422)
    if found.is_sent:
        return _sent(visit)
    visit.begin_session(Kind.DRAFT, found.draft_id)
    return visit.go(START)


def _show(visit: Visit, form: StepForm, token: str, status: int) -> ResponseReturnValue:
    return render(
        "public/continue.html",
        status=status,
        title=visit.texts.gettext("Continue your application"),
        form=form,
        by_link=bool(token),
        unsaved=False,
        later=False,
        start=visit.url(START),
    )


def _sent(visit: Visit) -> ResponseReturnValue:
    tr = visit.texts.gettext
    return render(
        "public/done.html",
        title=tr("This application has been sent"),
        text=tr("You follow it on your own page. Sign in with your e-mail address or your reference."),
        url=visit.url("public.sign_in"),
        label=tr("Sign in"),
    )


def _over(visit: Visit) -> ResponseReturnValue:
    tr = visit.texts.gettext
    return render(
        "public/done.html",
        status=410,
        title=tr("This link no longer works"),
        text=tr("Perhaps you used it already, or the answers were deleted. You can begin again, or call us."),
        url=visit.url(START),
        label=tr("Start your application"),
    )
