"""The page of evidence: each promise of the organisation's own statement, its rule, its proof, how it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import Refused
from app.privacy.operations import add_check
from app.privacy.queries.evidence import Evidence, Indicator, find_promise
from app.privacy.queries.evidence import evidence as evidence_of
from app.privacy.queries.oversight import require_overseer
from app.privacy.rules import CheckKind, Light, RegisterDenied
from app.web.doors import OVERSIGHT, Visit
from app.web.oversight.door import oversight, show
from app.web.oversight.register_check import PROBLEMS
from app.web.oversight.register_forms import DoneForm
from app.web.oversight.registers import GET_POST

EVIDENCE, PROMISE = "oversight.evidence", "oversight.evidence_promise"
LIGHTS = {
    Light.STOP: (N_("wrong"), "red"),
    Light.WAIT: (N_("to check"), "wait"),
    Light.GO: (N_("in order"), "go"),
}
PROOFS = {
    "proved": N_("A test shows it: without this rule the test fails."),
    "marked": N_("A test holds it. That it fails without the rule was not shown yet."),
    "open": N_("No test holds it."),
}
COUNTED: Mapping[str, str] = {
    "requests": N_("Requests about rights that are late: %(count)s"),
    "complaints": N_("Complaints that are late: %(count)s"),
    "leaks": N_("Leaks that are older than 72 hours: %(count)s"),
    "held_back": N_("Rules of keeping that wait or failed: %(count)s"),
    "broken": N_("Parts of the audit that do not hold: %(count)s"),
}


@dataclass(frozen=True)
class Line:
    """One promise, in words."""

    id: str
    title: str
    rules: tuple[str, ...]
    proof: str
    signs: tuple[str, ...]
    tick: str
    state: str
    tone: str
    url: str


@oversight.page("/oversight/evidence", who=OVERSIGHT)
def evidence(visit: Visit) -> ResponseReturnValue:
    """Show each promise with what shows that it is kept, what is wrong first (KG-39, KG-40)."""
    require_overseer(visit.session)
    found = evidence_of(visit.session, visit.profile, today=today_at(visit.now), now=visit.now)
    wanted = request.args.get("only", "")
    shown = tuple(one for one in found if wanted not in set(Light) or one.light == wanted)
    return show(
        visit,
        "oversight/evidence.html",
        current=EVIDENCE,
        title=visit.texts.gettext("Evidence"),
        organisation=visit.profile.name,
        made=visit.texts.format_moment(visit.now),
        lines=tuple(_line(visit, one) for one in shown),
        filters=tuple(
            (
                visit.url(EVIDENCE, only=str(light)),
                visit.texts.gettext(LIGHTS[light][0]),
                sum(one.light is light for one in found),
                wanted == light,
            )
            for light in Light
        ),
        all_url=visit.url(EVIDENCE),
        total=len(found),
    )


@oversight.page("/oversight/evidence/<promise>", who=OVERSIGHT, methods=GET_POST, once=True)
def evidence_promise(visit: Visit, promise: str) -> ResponseReturnValue:
    """Tick one promise by hand, with the day and what was found; it is due again after the term of the profile."""
    require_overseer(visit.session)
    found, today = find_promise(visit.profile, promise), today_at(visit.now)
    form = DoneForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today,
        required=("done_on", "result"),
    )
    if form.posted and form.validate():
        try:
            with visit.session.begin_nested():
                add_check(
                    visit.session,
                    visit.profile,
                    CheckKind.PROMISE,
                    title=found.id,
                    promise=found.id,
                    due_on=None,
                    done_on=form.done_on.data,
                    result=str(form.result.data),
                    now=visit.now,
                )
            return visit.go(EVIDENCE)
        except Refused as refused:
            form.fail(*PROBLEMS[RegisterDenied(refused.reason)])
    return show(
        visit,
        "oversight/evidence_promise.html",
        status=422 if form.problems else 200,
        current=EVIDENCE,
        title=found.id,
        sentence=found.title,
        rules=found.rules,
        months=visit.profile.settings.review_months,
        back=visit.url(EVIDENCE),
        form=form,
    )


def _line(visit: Visit, one: Evidence) -> Line:
    texts, tick = visit.texts, one.tick
    state, tone = LIGHTS[one.light]
    proof = texts.gettext(PROOFS[one.promise.proof])
    if one.promise.proved_on:
        proof = f"{proof} {texts.format_day(one.promise.proved_on)}."
    said = ""
    if tick is not None and tick.done_on is not None:
        said = texts.gettext(
            "Checked by hand on %(day)s: %(result)s", day=texts.format_day(tick.done_on), result=tick.result
        )
        if tick.due_on is not None:
            said = f"{said} {texts.gettext('Due again on %(day)s.', day=texts.format_day(tick.due_on))}"
    return Line(
        one.promise.id,
        one.promise.title,
        one.promise.rules,
        proof,
        tuple(_sign(visit, indicator) for indicator in one.indicators),
        said,
        texts.gettext(state),
        tone,
        visit.url(PROMISE, promise=one.promise.id),
    )


def _sign(visit: Visit, one: Indicator) -> str:
    texts = visit.texts
    if one.count is not None:
        return texts.gettext(COUNTED[one.name], count=one.count)
    if one.finished_at is None:
        return texts.gettext("The job %(name)s did not run in the last three days", name=one.name)
    return texts.gettext(
        "The job %(name)s ran on %(moment)s", name=one.name, moment=texts.format_moment(one.finished_at)
    )
