"""One case of a possible leak: what was reported, what was decided, and the steps to its end (KL-35)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.groups import GROUPS
from app.catalogue.marking import N_
from app.core.access import present
from app.core.errors import NotFound, Refused
from app.families.rules import grouped_reference
from app.incidents.operations.cases import close_case
from app.incidents.queries.cases import Assessment, Case, OpenedCase, case, groups_touched
from app.incidents.rules import CaseState, Denied, Risk, why_not_close
from app.privacy.queries.oversight import require_overseer
from app.web.doors import OVERSIGHT, Visit
from app.web.incident_words import CATEGORY
from app.web.oversight.door import REASON, oversight, show
from app.web.oversight.leak_words import CASE_STATES, FINDINGS, FOUND_IN, ORIGINS, RISKS
from app.web.oversight.leaks import LEAKS, clock_words

PROBLEMS = {
    Denied.CLOSED: N_("This case is closed. Nothing can be changed any more."),
    Denied.NOT_ASSESSED: N_("First write down how bad it is."),
    Denied.AUTHORITY_OPEN: N_("First tell the authority, or write down why that is not needed."),
    Denied.PERSONS_OPEN: N_("First tell the families, or write down why that is not needed."),
    Denied.ABOUT_ONESELF: N_("This case is about you. Somebody else ends it."),
    Denied.NOBODY: N_("There is nobody who still has to be told."),
}
DONE = {
    "assess": N_("Your assessment is saved."),
    "affected": N_("We looked in the audit. The number of families is below."),
    "file": N_("The family was added."),
    "authority": N_("It is noted that the authority knows."),
    "notice": N_("The families get your text, each in its own way. Letters wait at the desk."),
}


@dataclass(frozen=True)
class Step:
    """A step of a case: where it is done, what it is called, what was done so far."""

    url: str
    label: str
    done: str


@oversight.page("/oversight/leaks/<uuid:case_id>", who=OVERSIGHT)
def leak(visit: Visit, case_id: UUID) -> ResponseReturnValue:
    """Show a case; opening it is noted."""
    return case_page(visit, case_id, message=DONE.get(request.args.get("done", ""), ""))


@oversight.page("/oversight/leaks/<uuid:case_id>/close", who=OVERSIGHT, methods=("POST",), once=True)
def leak_close(visit: Visit, case_id: UUID) -> ResponseReturnValue:
    """End a case that is decided."""
    require_overseer(visit.session)
    try:
        close_case(visit.session, case_id, now=visit.now)
    except Refused as refused:
        return case_page(visit, case_id, problem=PROBLEMS[Denied(refused.reason)])
    return visit.go(LEAKS)


@oversight.page("/oversight/leaks/<uuid:case_id>/summary", who=OVERSIGHT)
def leak_summary(visit: Visit, case_id: UUID) -> ResponseReturnValue:
    """Show what the authority asks for, to print: numbers, categories, measures, and nobody's name (article 33)."""
    shown = read_case(visit, case_id)
    texts = visit.texts
    return show(
        visit,
        "oversight/leak_summary.html",
        title=texts.gettext("Notice to the authority"),
        current=LEAKS,
        rows=_summary(visit, case_id, shown),
        authority=visit.profile.authority,
        back=visit.url("oversight.leak", case_id=case_id),
    )


def case_page(visit: Visit, case_id: UUID, *, message: str = "", problem: str = "") -> ResponseReturnValue:
    """Return the page of a case, with what was done or why something was not; raises NotFound."""
    shown = read_case(visit, case_id)
    texts = visit.texts
    running = shown.state != CaseState.CLOSED and not shown.decisions.authority and shown.risk != Risk.NONE
    clock, tone = clock_words(visit, shown.known_at, running=running)
    missing = why_not_close(shown.decisions)
    return show(
        visit,
        "oversight/leak.html",
        status=409 if problem else 200,
        title=texts.gettext("Case %(reference)s", reference=grouped_reference(shown.reference)),
        current=LEAKS,
        message=texts.gettext(message),
        problem=texts.gettext(problem),
        case=shown,
        facts=_facts(visit, shown),
        judged=_judged(visit, shown.assessment),
        found=_found(visit, shown.found),
        clock=clock,
        tone=tone,
        groups=_groups(visit, case_id) if shown.since else (),
        is_open=shown.state != CaseState.CLOSED,
        steps=_steps(visit, case_id, shown),
        missing=texts.gettext(PROBLEMS[missing]) if missing else "",
        close_url=visit.url("oversight.leak_close", case_id=case_id),
        summary_url=visit.url("oversight.leak_summary", case_id=case_id),
        back=visit.url(LEAKS),
    )


def read_case(visit: Visit, case_id: UUID) -> Case:
    """Return a case that an overseer opens, and note it; raises NotFound for everybody else."""
    require_overseer(visit.session)
    shown = present(
        visit.session,
        OpenedCase(case(visit.session, case_id)),
        subject=case_id,
        reasons=REASON,
        readable=visit.readable(REASON),
    )
    found: Case | None = shown.cases
    if found is None:
        raise NotFound
    return found


def _facts(visit: Visit, shown: Case) -> tuple[tuple[str, str, str], ...]:
    texts = visit.texts
    moment = texts.format_moment
    rows = [
        (N_("What happened"), texts.gettext(CATEGORY[shown.category])),
        (N_("Who found it"), texts.gettext(ORIGINS[shown.origin])),
        (N_("Known since"), moment(shown.known_at)),
        (N_("How far"), texts.gettext(CASE_STATES[shown.state])),
        (N_("Handled by"), shown.handler),
        (N_("How bad"), texts.gettext(RISKS[shown.risk]) if shown.risk else ""),
    ]
    if shown.since and shown.until:
        rows.append((N_("Looked for in the audit"), f"{moment(shown.since)} – {moment(shown.until)} {shown.suspect}"))
    if shown.closed_at:
        rows.append((N_("Closed"), f"{moment(shown.closed_at)} {shown.closed_by}"))
    return tuple((texts.gettext(label), value, "") for label, value in rows)


def _found(visit: Visit, found: Mapping[str, Any]) -> str:
    if not found:
        return ""
    texts, about = visit.texts, str(found["about"])
    where = texts.gettext(FOUND_IN[about]) if about in FOUND_IN else about
    sentence = FINDINGS[found["finding"]]
    return texts.gettext(sentence, about=where, count=found["count"])


def _judged(visit: Visit, told: Assessment) -> tuple[tuple[str, str, str], ...]:
    rows = (
        (N_("Why"), told.reasons),
        (N_("What can follow"), told.consequences),
        (N_("What we do about it"), told.measures),
        (N_("Why the authority is not told"), told.why_not_authority),
        (N_("Why the families are not told"), told.why_not_persons),
    )
    return tuple((visit.texts.gettext(label), value, "") for label, value in rows if value)


def _summary(visit: Visit, case_id: UUID, shown: Case) -> tuple[tuple[str, str, str], ...]:
    texts, contacts = visit.texts, visit.profile.contacts
    officer = (contacts.dpo_name, contacts.dpo_email, contacts.dpo_phone)
    rows = (
        (N_("Organisation"), visit.profile.name),
        (N_("Questions about this case"), ", ".join(part for part in officer if part)),
        (N_("Case"), grouped_reference(shown.reference)),
        (N_("What happened"), texts.gettext(CATEGORY[shown.category])),
        (N_("Known since"), texts.format_moment(shown.known_at)),
        (N_("Number of families"), str(shown.persons)),
        (N_("Data"), ", ".join(_groups(visit, case_id))),
        (N_("How bad"), texts.gettext(RISKS[shown.risk]) if shown.risk else ""),
        (N_("Families who were told"), str(shown.told)),
    )
    return (*((texts.gettext(label), value, "") for label, value in rows), *_judged(visit, shown.assessment))


def _steps(visit: Visit, case_id: UUID, shown: Case) -> tuple[Step, ...]:
    texts = visit.texts
    told = texts.ngettext("%(count)s family was told", "%(count)s families were told", shown.told)
    if shown.persons_excused_at and not shown.persons_told_at:
        told = texts.gettext(N_("not needed"))
    authority = texts.format_moment(shown.authority_told_at) if shown.authority_told_at else ""
    if shown.authority_excused_at and not authority:
        authority = texts.gettext(N_("not needed"))
    rows = (
        (
            "affected",
            N_("Who was affected?"),
            texts.ngettext("%(count)s family", "%(count)s families", shown.persons),
        ),
        ("file", N_("Add one family by its reference"), ""),
        ("assess", N_("How bad is it?"), texts.gettext(RISKS[shown.risk]) if shown.risk else ""),
        ("authority", N_("Tell the authority"), authority),
        ("notice", N_("Tell the families"), told if shown.notice_asked_at or shown.persons_excused_at else ""),
    )
    return tuple(
        Step(visit.url("oversight.leak_step", case_id=case_id, step=step), texts.gettext(label), done)
        for step, label, done in rows
    )


def _groups(visit: Visit, case_id: UUID) -> tuple[str, ...]:
    return tuple(
        visit.texts.gettext(GROUPS[key].label) for key in groups_touched(visit.session, case_id) if key in GROUPS
    )
