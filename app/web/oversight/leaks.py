"""The cases of possible leaks: the list with its clocks, and a case that somebody who works here told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import present_list
from app.core.clock import today_at
from app.families.rules import grouped_reference
from app.incidents.operations.reports import Report, report_leak
from app.incidents.queries.cases import CaseLine, cases
from app.incidents.rules import LONGEST_NAME, LONGEST_REPORT, CaseState, Category, Origin, Risk, hours_left, presses
from app.privacy.queries.oversight import require_overseer
from app.web.doors import OVERSIGHT, Visit
from app.web.forms import ChoiceField, DatePartsField, LongTextField, StepForm, TextField
from app.web.incident_words import CATEGORY
from app.web.oversight.door import REASON, oversight, show
from app.web.oversight.leak_moments import moment_of
from app.web.oversight.leak_words import CASE_STATES, ORIGINS

LEAKS = "oversight.leaks"


class ToldForm(StepForm):
    """What somebody told, and since when they knew."""

    category = ChoiceField(missing=N_("Choose what happened"), values=tuple(Category))
    words = LongTextField(missing=N_("Write down what was told"), limit=LONGEST_REPORT)
    contact = TextField(limit=LONGEST_NAME)
    known = DatePartsField(missing=N_("Fill in the day"))
    hour = TextField(missing=N_("Fill in the hour, for example 14:30"), limit=8)

    known_at: datetime | None = None

    def check(self) -> None:
        """Read the moment: an hour without a day says nothing."""
        self.known_at = moment_of(self, "known", "hour")


@dataclass(frozen=True)
class CaseRow:
    """A case in words."""

    url: str
    reference: str
    category: str
    origin: str
    state: str
    clock: str
    tone: str


@oversight.page("/oversight/leaks", who=OVERSIGHT)
def leaks(visit: Visit) -> ResponseReturnValue:
    """Show the cases, the oldest clock first."""
    require_overseer(visit.session)
    rows = present_list(
        visit.session, cases(visit.session), reasons=REASON, readable=visit.readable(REASON), public=("id", "subject")
    )
    return show(
        visit,
        "oversight/leaks.html",
        title=visit.texts.gettext("Leaks"),
        current=LEAKS,
        rows=tuple(_row(visit, str(row.id), row.cases) for row in rows if row.cases),
        new_url=visit.url("oversight.leak_new"),
    )


@oversight.page("/oversight/leaks/new", who=OVERSIGHT, methods=("GET", "POST"), once=True)
def leak_new(visit: Visit) -> ResponseReturnValue:
    """Write down what a colleague or a caller told; the clock runs from when somebody here knew."""
    require_overseer(visit.session)
    posted = request.form if request.method == "POST" else None
    form = ToldForm(posted, texts=visit.texts, today=today_at(visit.now), required=("category", "words"))
    if posted is not None and form.validate() and not _too_late(form, visit.now):
        report = Report(
            uuid4(),
            Category(form.category.data or ""),
            Origin.WORKER,
            visit.language,
            form.words.data or "",
            form.contact.data or "",
            known_at=form.known_at,
        )
        report_leak(visit.session, report, now=visit.now)
        return visit.go("oversight.leak", case_id=report.id)
    return show(
        visit,
        "oversight/leak_new.html",
        status=200 if posted is None else 422,
        title=visit.texts.gettext("A leak that you were told of"),
        current=LEAKS,
        form=form,
        categories=tuple((value, visit.texts.gettext(label)) for value, label in CATEGORY.items()),
        back=visit.url(LEAKS),
    )


def clock_words(visit: Visit, known_at: datetime, *, running: bool) -> tuple[str, str]:
    """Return how much of the 72 hours is left, and how it presses."""
    if not running:
        return "", ""
    left = hours_left(known_at, visit.now)
    texts = visit.texts
    if left < 0:
        return texts.ngettext("%(count)s hour too late", "%(count)s hours too late", -left), "red"
    said = texts.ngettext("%(count)s hour left", "%(count)s hours left", left)
    return said, "red" if presses(known_at, visit.now) else "wait"


def _row(visit: Visit, case_id: str, line: CaseLine) -> CaseRow:
    texts = visit.texts
    running = line.state != CaseState.CLOSED and not line.decided and line.risk != Risk.NONE
    clock, tone = clock_words(visit, line.known_at, running=running)
    return CaseRow(
        visit.url("oversight.leak", case_id=case_id),
        grouped_reference(line.reference),
        texts.gettext(CATEGORY[line.category]),
        texts.gettext(ORIGINS[line.origin]),
        texts.gettext(CASE_STATES[line.state]),
        clock,
        tone,
    )


def _too_late(form: ToldForm, now: datetime) -> bool:
    if form.known_at is not None and form.known_at > now:
        form.fail("known", N_("This moment has not come yet"))
    return form.problems
