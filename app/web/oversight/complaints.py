"""Complaints: for the data protection officer alone (BXL-68)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import present, present_list
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.rules import grouped_reference
from app.incidents.operations.complaints import answer_complaint, take_up
from app.incidents.queries.complaints import Complained, ComplaintLine, OpenedComplaint
from app.incidents.queries.complaints import complaint as one_complaint
from app.incidents.queries.complaints import complaints as all_complaints
from app.incidents.rules import LONGEST_REPORT, REMINDED_DAYS, ComplaintState, Reply
from app.privacy.queries.oversight import require_officer
from app.web.doors import OVERSIGHT, Visit
from app.web.forms import LongTextField, StepForm
from app.web.incident_words import ABOUT, COMPLAINT_STATES, REPLY
from app.web.oversight.door import REASON, oversight, show

COMPLAINTS = "oversight.complaints"
DONE = {
    "taken": N_("It is noted that you work at it."),
    "answered": N_("Your answer is saved."),
}
ALREADY = N_("This complaint was answered already.")


class AnswerForm(StepForm):
    """The answer."""

    words = LongTextField(missing=N_("Write your answer"), limit=LONGEST_REPORT)


@dataclass(frozen=True)
class ComplaintRow:
    """A complaint in words, without a word of what it says."""

    url: str
    reference: str
    about: str
    state: str
    due_on: date
    tone: str


@oversight.page("/oversight/complaints", who=OVERSIGHT)
def complaints(visit: Visit) -> ResponseReturnValue:
    """Show the complaints, what is due first on top."""
    require_officer(visit.session)
    rows = present_list(
        visit.session,
        all_complaints(visit.session),
        reasons=REASON,
        readable=visit.readable(REASON),
        public=("id", "subject"),
    )
    return show(
        visit,
        "oversight/complaints.html",
        title=visit.texts.gettext("Complaints"),
        current=COMPLAINTS,
        rows=tuple(_row(visit, str(row.id), row.cases) for row in rows if row.cases),
    )


@oversight.page("/oversight/complaints/<uuid:complaint_id>", who=OVERSIGHT, methods=("GET", "POST"), once=True)
def complaint(visit: Visit, complaint_id: UUID) -> ResponseReturnValue:
    """Read one complaint, which is noted, and answer it."""
    require_officer(visit.session)
    texts = visit.texts
    posted = request.form if request.method == "POST" else None
    if posted is not None and posted.get("deed") == "take":
        _read(visit, complaint_id)
        take_up(visit.session, complaint_id)
        return visit.go("oversight.complaint", complaint_id=complaint_id, done="taken")
    form = AnswerForm(posted, texts=texts, today=today_at(visit.now), required=("words",))
    shown, status = _read(visit, complaint_id), 200 if posted is None else 422
    if posted is not None and form.validate():
        try:
            answer_complaint(visit.session, complaint_id, form.words.data or "", now=visit.now)
            return visit.go("oversight.complaint", complaint_id=complaint_id, done="answered")
        except Refused:
            form.fail("words", ALREADY)
            status = 409
    line = shown.line
    return show(
        visit,
        "oversight/complaint.html",
        status=status,
        title=texts.gettext("Complaint %(reference)s", reference=grouped_reference(line.reference)),
        current=COMPLAINTS,
        message=texts.gettext(DONE.get(request.args.get("done", ""), "")),
        form=form,
        shown=shown,
        facts=_facts(visit, shown),
        is_new=line.state == ComplaintState.RECEIVED,
        is_open=line.state != ComplaintState.ANSWERED,
        by_mail=shown.reply == Reply.MAIL and not shown.by_account,
        by_letter=shown.reply == Reply.LETTER and not shown.by_account,
        organisation=visit.profile.name,
        back=visit.url(COMPLAINTS),
    )


def _read(visit: Visit, complaint_id: UUID) -> Complained:
    shown = present(
        visit.session,
        OpenedComplaint(one_complaint(visit.session, complaint_id)),
        subject=complaint_id,
        reasons=REASON,
        readable=visit.readable(REASON),
    )
    found: Complained | None = shown.cases
    if found is None:
        raise NotFound
    return found


def _row(visit: Visit, complaint_id: str, line: ComplaintLine) -> ComplaintRow:
    texts = visit.texts
    return ComplaintRow(
        visit.url("oversight.complaint", complaint_id=complaint_id),
        grouped_reference(line.reference),
        texts.gettext(ABOUT[line.about]),
        texts.gettext(COMPLAINT_STATES[line.state]),
        line.due_on,
        _tone(visit, line),
    )


def _tone(visit: Visit, line: ComplaintLine) -> str:
    if line.state == ComplaintState.ANSWERED:
        return "go"
    left = (line.due_on - today_at(visit.now)).days
    return "red" if left < 0 else "wait" if left <= max(REMINDED_DAYS) else ""


def _facts(visit: Visit, shown: Complained) -> tuple[tuple[str, str, str], ...]:
    texts, line = visit.texts, shown.line
    rows = [
        (N_("About"), texts.gettext(ABOUT[line.about])),
        (N_("Received"), texts.format_moment(line.received_at)),
        (N_("Answer by"), texts.format_weekday(line.due_on)),
        (N_("How far"), texts.gettext(COMPLAINT_STATES[line.state])),
    ]
    if shown.by_account:
        rows.append((N_("Answer goes to"), texts.gettext(N_("The family's own page"))))
    else:
        rows.append((N_("Answer goes to"), texts.gettext(REPLY[shown.reply]) if shown.reply else ""))
        rows += [(N_("Name"), shown.name), (N_("E-mail"), shown.email), (N_("Address"), shown.address)]
    return tuple((texts.gettext(label), value, "") for label, value in rows if value)
