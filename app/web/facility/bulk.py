"""One answer to several requests: picked in the list, looked at once more, then given to each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.applications.operations.answers import answer_several
from app.applications.queries.records import RequestRow
from app.applications.queries.requests import own_facilities, requests_by_id
from app.applications.rules import (
    MOST_AT_ONCE,
    ChoiceState,
    RefusalReason,
    may_answer,
    may_answer_several,
    still_as_seen,
)
from app.core.access import Presented, present_list
from app.core.clock import today_at
from app.web.doors import FACILITY, Visit
from app.web.facility.door import LIST, facility, show
from app.web.facility.forms import SeveralForm
from app.web.facility.view import ListView
from app.web.facility.words import REASONS, SEVERAL_ANSWERS, SKIPPED, STATES, days_text

GET_POST = ("GET", "POST")
REASON = "chosen"
PICK = "pick"
SEVERAL = "several"


class Line(NamedTuple):
    """One picked request in words: whose it is, how it stands, and why it would be left out."""

    value: str
    child: str
    start: str
    days: str
    state: str
    skipped: str


@facility.page("/facility/answers", who=FACILITY, methods=GET_POST, once=True)
def several(visit: Visit) -> ResponseReturnValue:
    """Ask which answer, name each request with what will happen to it, then answer them (LEU-17)."""
    asked = ListView.read(request.args)
    if request.method == "GET":
        return visit.go(LIST, **asked.query())
    picked = _picked()
    form = SeveralForm(request.form, texts=visit.texts, today=today_at(visit.now), required=("answer",))
    valid = "change" not in request.form and form.validate()
    # What is wrong with the picking stands above what is wrong with the answer, as on the page.
    wrong = may_answer_several(len(picked)) if "change" not in request.form else None
    if valid and wrong is None and "confirmed" in request.form:
        return _answer(visit, asked, picked, form)
    rows = requests_by_id(visit.session, picked)
    confirms = valid and wrong is None
    answer = ChoiceState(str(form.answer.data)) if confirms else None
    lines = _lines(visit, rows, picked, answer)
    errors = [("pick", visit.texts.gettext(SKIPPED[wrong], limit=MOST_AT_ONCE))] if wrong else []
    return show(
        visit,
        "facility/several_confirm.html" if confirms else "facility/several.html",
        own_facilities(visit.session),
        status=422 if wrong or form.problems else 200,
        form=form,
        errors=errors + form.errors_in_order(),
        go=[line for line in lines if not line.skipped],
        skipped=[line for line in lines if line.skipped],
        gone=len(picked) - len(rows),
        answer=answer,
        answer_text=visit.texts.gettext(SEVERAL_ANSWERS[answer]) if answer else "",
        reason_text=visit.texts.gettext(REASONS[str(form.reason.data)]) if form.reason.data else "",
        **options(visit),
        back=visit.url(LIST, **asked.query()),
    )


def _answer(visit: Visit, asked: ListView, picked: Mapping[UUID, str], form: SeveralForm) -> ResponseReturnValue:
    answer = ChoiceState(str(form.answer.data))
    reason = RefusalReason(str(form.reason.data)) if answer == ChoiceState.REFUSED else None
    became = answer_several(visit.session, picked, answer, reason=reason, now=visit.now)
    done = sum(denied is None for denied in became.values())
    if done == len(picked):
        return visit.go(LIST, **asked.query(), done=SEVERAL, number=done)
    left = [choice_id for choice_id, denied in became.items() if denied is not None]
    rows = requests_by_id(visit.session, left)
    return show(
        visit,
        "facility/several_done.html",
        own_facilities(visit.session),
        status=200 if done else 409,
        done=done,
        left=len(left),
        gone=len(left) - len(rows),
        skipped=_lines(visit, rows, {key: picked[key] for key in left}, answer),
        back=visit.url(LIST, **asked.query()),
    )


def _picked() -> dict[UUID, str]:
    """Return what was ticked, with the state that it showed; a value that no page of ours made is answered with 400."""
    found = {}
    for word in request.form.getlist(PICK):
        key, _, seen = word.partition(".")
        try:
            found[UUID(key)] = seen
        except ValueError:
            abort(400)
    return found


def _lines(
    visit: Visit, rows: Mapping[UUID, RequestRow], picked: Mapping[UUID, str], answer: ChoiceState | None
) -> list[Line]:
    shown = present_list(
        visit.session,
        tuple(rows.values()),
        reasons={REASON},
        readable=visit.readable({REASON}),
        public=("id", "subject", "facility_id"),
    )
    return [_line(visit, row, picked[row.id], rows[row.id].own_choice.state, answer) for row in _ordered(shown)]


def _ordered(rows: Iterable[Presented]) -> list[Presented]:
    return sorted(rows, key=lambda row: (row.child_identity.family_name if row.child_identity else "", row.id))


def _line(visit: Visit, row: Presented, seen: str, state: str, answer: ChoiceState | None) -> Line:
    child, plan, texts = row.child_identity, row.care_plan, visit.texts
    # A second press of the same button finds its own answer: that is no change by somebody else.
    denied = (may_answer(state, answer) or still_as_seen(state, seen)) if answer else None
    return Line(
        f"{row.id}.{seen}",
        f"{child.given_name or ''} {child.family_name}".strip() if child else "",
        texts.format_day_short(plan.start_date) if plan else "",
        days_text(plan.half_days, texts) if plan else "",
        texts.gettext(STATES.get(state, "")),
        texts.gettext(SKIPPED[denied]) if denied else "",
    )


def options(visit: Visit) -> dict[str, Any]:
    """Return the answers and the reasons that can be chosen, in words."""

    def said(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        return tuple((code, visit.texts.gettext(text)) for code, text in words.items())

    return {"answers": said(SEVERAL_ANSWERS), "reasons_shown": said(REASONS)}
