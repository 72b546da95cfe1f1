"""The registers: who works with data for us, what people check and when it is due, and the review of the statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.organisations.rules import statement_in_force
from app.organisations.texts import PURPOSES
from app.privacy.queries.checks import CheckLine, check_lines, last_review
from app.privacy.queries.oversight import require_overseer
from app.privacy.queries.processors import ProcessorLine, processor_lines
from app.privacy.rules import CheckKind, Light, Standing, review_due
from app.web.doors import OVERSIGHT, Visit
from app.web.oversight.door import oversight, show

REGISTERS, PROCESSOR, CHECK = "oversight.registers", "oversight.register_processor", "oversight.register_check"
GET_POST = ("GET", "POST")
STANDINGS = {
    Standing.HOLDS: (N_("in order"), "go"),
    Standing.RENEW: (N_("to be renewed"), "wait"),
    Standing.EXPIRED: (N_("is over"), "red"),
    Standing.NONE: (N_("no agreement"), "red"),
    Standing.ENDED: (N_("works for us no longer"), ""),
}
KINDS = {
    CheckKind.AUDIT: N_("Audit"),
    CheckKind.FINDING: N_("Finding, with its measure"),
    CheckKind.TRAINING: N_("Training"),
    CheckKind.DECLARATION: N_("Declaration"),
    CheckKind.REVIEW: N_("Review of the privacy statement"),
}
LIGHTS = {
    Light.STOP: (N_("past its date"), "red"),
    Light.WAIT: (N_("to do"), "wait"),
    Light.GO: (N_("in order"), "go"),
}
DONE = {
    "added": N_("It is in the register."),
    "signed": N_("The agreement is in the register. It counts at once."),
    "ended": N_("The last day is in the register."),
    "checked": N_("The check is in the register."),
}


@dataclass(frozen=True)
class Line:
    """One line of a register, in words."""

    url: str
    name: str
    what: str
    state: str
    tone: str
    due: str
    done: str


@oversight.page("/oversight/registers", who=OVERSIGHT)
def registers(visit: Visit) -> ResponseReturnValue:
    """Show every register: what is wrong first (KG-07, KG-39, LEU-53, LEU-54)."""
    require_overseer(visit.session)
    texts, today = visit.texts, today_at(visit.now)
    in_force = statement_in_force(visit.profile, today)
    reviewed = last_review(visit.session)
    review = review_due(in_force.published, reviewed, visit.profile.settings.review_months)
    return show(
        visit,
        "oversight/registers.html",
        current=REGISTERS,
        title=texts.gettext("Registers"),
        version=in_force.version,
        published=texts.format_day(in_force.published),
        reviewed=texts.format_day(reviewed) if reviewed else "",
        review_due=texts.format_day(review),
        is_review_late=review < today,
        review_url=visit.url("oversight.register_check_new", kind=CheckKind.REVIEW),
        processors=tuple(_processor(visit, one) for one in processor_lines(visit.session, visit.profile, today)),
        checks=tuple(_check(visit, one) for one in check_lines(visit.session, today)),
        add_processor_url=visit.url("oversight.register_processor_new"),
        add_check_url=visit.url("oversight.register_check_new"),
    )


def day_or_dash(visit: Visit, day: date | None) -> str:
    """Return the day in words, or a dash."""
    return visit.texts.format_day(day) if day else "–"


def _processor(visit: Visit, one: ProcessorLine) -> Line:
    label, tone = STANDINGS[one.standing]
    return Line(
        visit.url(PROCESSOR, processor_id=one.id),
        one.name,
        visit.texts.gettext(PURPOSES.get(one.purpose, one.purpose)),
        visit.texts.gettext(label),
        tone,
        day_or_dash(visit, one.until),
        one.version or "–",
    )


def _check(visit: Visit, one: CheckLine) -> Line:
    label, tone = LIGHTS[one.light]
    return Line(
        visit.url(CHECK, check_id=one.id),
        one.title,
        visit.texts.gettext(KINDS[one.kind]),
        visit.texts.gettext(label),
        tone,
        day_or_dash(visit, one.due_on),
        day_or_dash(visit, one.done_on),
    )
