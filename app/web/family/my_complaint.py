"""A family's own complaints: making one, and following it to its answer (LEU-57)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.queries import own_login
from app.catalogue.marking import N_
from app.core.access import present
from app.core.clock import today_at
from app.families.rules import grouped_reference
from app.incidents.operations.reports import Grievance, complain
from app.incidents.queries.complaints import Complained, OwnComplaints, own_complaints
from app.incidents.rules import LONGEST_REPORT, About, ComplaintState
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.forms import ChoiceField, LongTextField, StepForm
from app.web.incident_words import ABOUT, COMPLAINT_STATES, TOO_MANY, id_of_form, may_report
from app.web.own_requests import OWNER
from app.web.pages import render


class OwnComplaintForm(StepForm):
    """What it is about; the answer comes on the same page."""

    about = ChoiceField(missing=N_("Choose what your complaint is about"), values=tuple(About))
    words = LongTextField(missing=N_("Tell us what is wrong"), limit=LONGEST_REPORT)


@dataclass(frozen=True)
class OwnLine:
    """One complaint in words."""

    reference: str
    about: str
    state: str
    tone: str
    made: str
    due_on: date
    words: str
    answer: str


@family.page("/my/complaint", who=PARENT, methods=("GET", "POST"), once=True)
def my_complaint(visit: Visit) -> ResponseReturnValue:
    """Show one's own complaints with their answers, and take another."""
    texts = visit.texts
    posted = request.form if request.method == "POST" else None
    form = OwnComplaintForm(posted, texts=texts, today=today_at(visit.now), required=("about", "words"))
    status, days = 200 if posted is None else 422, visit.profile.settings.complaint_days
    if posted is not None and form.validate():
        if may_report(visit):
            grievance = Grievance(
                id_of_form(visit, posted["once"]),
                form.about.data or "",
                visit.language,
                form.words.data or "",
                account_id=visit.actor_id,
                email=own_login(visit.session) or "",
            )
            complain(visit.session, grievance, days=days, now=visit.now)
            return visit.go("family.my_complaint", done="sent")
        form.fail("words", TOO_MANY)
        status = 429
    shown = present(
        visit.session,
        OwnComplaints(own_complaints(visit.session)),
        subject=visit.actor_id,
        reasons=OWNER,
        readable=visit.readable(OWNER),
    )
    return render(
        "family/my/complaint.html",
        status=status,
        title=texts.gettext("Your complaints"),
        form=form,
        sent=request.args.get("done") == "sent",
        lines=tuple(_line(visit, one) for one in shown.cases or ()),
        abouts=tuple((value, texts.gettext(label)) for value, label in ABOUT.items()),
        days=days,
        authority=visit.profile.authority,
        **links(visit),
    )


def _line(visit: Visit, one: Complained) -> OwnLine:
    texts, line = visit.texts, one.line
    return OwnLine(
        grouped_reference(line.reference),
        texts.gettext(ABOUT[line.about]),
        texts.gettext(COMPLAINT_STATES[line.state]),
        "go" if line.state == ComplaintState.ANSWERED else "wait",
        texts.format_moment(line.received_at),
        line.due_on,
        one.words,
        one.answer,
    )
