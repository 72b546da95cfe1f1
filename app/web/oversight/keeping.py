"""What is deleted when: the calendar of twelve months, the last nights, and what waits for the officer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask import request
from flask.typing import ResponseReturnValue

from app.core.clock import today_at
from app.core.errors import NotFound
from app.privacy.queries.oversight import require_officer, require_overseer
from app.retention.operations.running import release
from app.retention.queries import is_late, last_runs, plan
from app.retention.queries.holds import open_holds
from app.retention.queries.runs import Month, Run
from app.retention.rules import Outcome
from app.web.doors import OVERSIGHT, Visit
from app.web.oversight.door import REASON, oversight, show
from app.web.oversight.holds import RETENTION, HoldForm, hold_lines, place
from app.web.oversight.keeping_words import DONE, OUTCOMES, RULES

OFFICER = "dpo"


@dataclass(frozen=True)
class MonthLine:
    """One month of the calendar: what goes, in words, and how much of it."""

    month: str
    goes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class RunLine:
    """The last run of one rule, in words."""

    rule: str
    name: str
    when: str
    due: int
    handled: int
    state: str
    tone: str
    waits: bool


@oversight.page("/oversight/retention", who=OVERSIGHT, methods=("GET", "POST"), once=True)
def retention(visit: Visit) -> ResponseReturnValue:
    """Show what goes when and what went; the officer holds a file back by its reference (KL-36)."""
    role = require_overseer(visit.session)
    texts, today = visit.texts, today_at(visit.now)
    form = HoldForm(
        request.form if request.method == "POST" else None,
        texts=texts,
        today=today,
        required=("reference", "reason", "until"),
    )
    if form.posted:
        require_officer(visit.session)
        if form.validate() and place(visit, form):
            return visit.go(RETENTION, done="held")
    months = plan(visit.session, today, officer=True)
    runs = last_runs(visit.session)
    now_due = {month.rule: month.due for month in months if month.month <= today}
    holds = open_holds(visit.session, today=today) if role == OFFICER else ()
    return show(
        visit,
        "oversight/keeping.html",
        status=422 if form.problems else 200,
        current=RETENTION,
        title=texts.gettext("Keeping and deleting"),
        message=texts.gettext(DONE.get(request.args.get("done", ""), "")),
        limit=visit.house.settings.retention_limit,
        is_late=is_late(visit.session, now=visit.now),
        months=_months(visit, months),
        runs=tuple(_run(visit, run, role) for run in sorted(runs.values(), key=lambda one: _name(visit, one.rule))),
        due_now=sum(now_due.values()),
        form=form if role == OFFICER else None,
        holds=hold_lines(visit, holds),
        held=len(holds),
        release_url=visit.url("oversight.retention_release"),
        reasons=REASON,
    )


@oversight.page("/oversight/retention/release", who=OVERSIGHT, methods=("POST",), once=True)
def retention_release(visit: Visit) -> ResponseReturnValue:
    """Let the next night take what was held back; the officer alone. Raises NotFound."""
    require_officer(visit.session)
    if not release(visit.session, request.form.get("rule", ""), now=visit.now):
        raise NotFound
    return visit.go(RETENTION, done="released")


def _months(visit: Visit, months: tuple[Month, ...]) -> tuple[MonthLine, ...]:
    return tuple(
        MonthLine(
            visit.texts.format_month(month),
            tuple((_name(visit, one.rule), one.due) for one in found),
        )
        for month, found in groupby(months, key=lambda one: one.month)
    )


def _run(visit: Visit, run: Run, role: str) -> RunLine:
    words, tone = OUTCOMES[Outcome(run.outcome)]
    waits = run.outcome == Outcome.HELD_BACK and run.released_at is None
    if run.outcome == Outcome.HELD_BACK and run.released_at is not None:
        words, tone = OUTCOMES[Outcome.LIMITED][0], "wait"
    return RunLine(
        rule=run.rule,
        name=_name(visit, run.rule),
        when=visit.texts.format_moment(run.finished_at),
        due=run.due,
        handled=run.handled,
        state=visit.texts.gettext(words),
        tone=tone,
        waits=waits and role == OFFICER,
    )


def _name(visit: Visit, rule: str) -> str:
    return visit.texts.gettext(RULES[rule])
