"""The overview: which doors stand open now, whether the audit holds, and the questions that can be asked of it."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core import heads
from app.core.clock import today_at
from app.core.errors import NotFound
from app.families.rules import plain_reference
from app.incidents.queries.cases import open_cases
from app.privacy.queries.oversight import (
    chain,
    file_of_reference,
    grounds_open,
    reads_without_ground,
    require_overseer,
)
from app.privacy.rules import Question
from app.web.doors import OVERSIGHT, Visit
from app.web.forms import StepForm, TextField
from app.web.oversight.door import HOME, QUESTION, oversight, show

NO_FILE = N_("There is no file with this reference. Look at it again.")
ASKED = (
    (Question.NO_VISIT, N_("Who opened a file without a visit?"), N_("No contact, code, grant or mandate was open.")),
    (Question.FAR_BACK, N_("Who looked far back?"), N_("Nothing had happened in the file for a year.")),
    (Question.ODD_HOURS, N_("Who looked at odd hours?"), N_("At night, early, late, or in the weekend.")),
)
LONGEST_REFERENCE = 40
ONE_DAY = timedelta(days=1)


class FileForm(StepForm):
    """Which file the question is about."""

    reference = TextField(missing=N_("Fill in the reference"), limit=LONGEST_REFERENCE)


@oversight.page("/oversight", who=OVERSIGHT, methods=("GET", "POST"))
def home(visit: Visit) -> ResponseReturnValue:
    """Show what stands open and whether the chain holds; find a file by its reference."""
    require_overseer(visit.session)
    posted = request.form if request.method == "POST" else None
    form = FileForm(posted, texts=visit.texts, today=today_at(visit.now), required=("reference",))
    if posted is not None and form.validate():
        try:
            found = file_of_reference(visit.session, plain_reference(form.reference.data or ""))
            return visit.go("oversight.file", dossier_id=found)
        except NotFound:
            form.fail("reference", NO_FILE)
    texts, state = visit.texts, chain(visit.session)
    return show(
        visit,
        "oversight/home.html",
        status=200 if posted is None else 422,
        title=texts.gettext("Overview"),
        current=HOME,
        form=form,
        open_now=grounds_open(visit.session),
        without_visit=reads_without_ground(visit.session, visit.now - ONE_DAY),
        without_visit_url=visit.url(QUESTION, asked=Question.NO_VISIT),
        open_cases=open_cases(visit.session),
        cases_url=visit.url("oversight.leaks"),
        chain=state,
        restored=heads.behind(visit.session, visit.house.settings.kept_apart) is not None,
        sealed=texts.format_moment(state.sealed_at) if state and state.sealed_at else "",
        checked=texts.format_moment(state.checked_at) if state and state.checked_at else "",
        questions=tuple(
            (visit.url(QUESTION, asked=question), texts.gettext(title), texts.gettext(hint))
            for question, title, hint in ASKED
        ),
    )
