"""Complaining: about the service, somebody who works here, privacy or the website (BXL-68, LEU-57, KK-57)."""

from __future__ import annotations

from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound
from app.families.rules import grouped_reference
from app.incidents.operations.reports import Grievance, complain
from app.incidents.queries.receipts import receipt
from app.incidents.rules import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_REPORT, About, Reply
from app.web.doors import ANYONE, Visit
from app.web.forms import ChoiceField, EmailField, LongTextField, StepForm, TextField
from app.web.incident_words import ABOUT, REPLY, TOO_MANY, TRAP, id_of_form, may_report
from app.web.pages import render
from app.web.public.door import public
from app.web.replay import FORM_KEY


class OpenComplaintForm(StepForm):
    """What it is about, and how one wants to be answered."""

    about = ChoiceField(missing=N_("Choose what your complaint is about"), values=tuple(About))
    words = LongTextField(missing=N_("Tell us what is wrong"), limit=LONGEST_REPORT)
    reply = ChoiceField(missing=N_("Choose how you want our answer"), values=tuple(Reply))
    name = TextField(missing=N_("Fill in your name"), limit=LONGEST_NAME)
    email = EmailField(missing=N_("Fill in your e-mail address"))
    address = LongTextField(missing=N_("Fill in the address for our letter"), limit=LONGEST_ADDRESS)
    # A machine fills in every box.
    website = TextField(limit=200)

    def check(self) -> None:
        """Ask for what the answer needs, and refuse a form that a machine filled in."""
        if self.reply.data == Reply.MAIL:
            self.require("email")
        elif self.reply.data == Reply.LETTER:
            self.require("name", "address")
        if self.website.data:
            self.fail("website", TRAP)


@public.page("/complaint", who=ANYONE, methods=("GET", "POST"), tokenless=True)
def complaint(visit: Visit) -> ResponseReturnValue:
    """Take a complaint of anybody; the same page for everybody."""
    posted = request.form if request.method == "POST" else None
    if visit.profile.application is None:
        return _elsewhere(visit, posting=posted is not None)
    form = OpenComplaintForm(
        posted,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("about", "words", "reply"),
        demo=visit.house.settings.demo,
    )
    status, days = 200 if posted is None else 422, visit.profile.settings.complaint_days
    if posted is not None and form.validate():
        once = posted.get("once", "")
        if not FORM_KEY.fullmatch(once):
            abort(400, "form")
        if may_report(visit):
            grievance = Grievance(
                id_of_form(visit, once),
                form.about.data or "",
                visit.language,
                form.words.data or "",
                name=form.name.data or "",
                reply=form.reply.data or Reply.NONE,
                email=form.email.data or "",
                address=form.address.data or "",
            )
            complain(visit.session, grievance, days=days, now=visit.now)
            return visit.go("public.complaint_received", report_id=grievance.id)
        form.fail("words", TOO_MANY)
        status = 429
    return render(
        "public/complaint.html",
        status=status,
        title=visit.texts.gettext("Make a complaint"),
        form=form,
        abouts=tuple((value, visit.texts.gettext(label)) for value, label in ABOUT.items()),
        replies=tuple((value, visit.texts.gettext(label)) for value, label in REPLY.items()),
        days=days,
        authority=visit.profile.authority,
        leak_url=visit.url("public.leak"),
        own_url=visit.url("family.my_complaint"),
    )


@public.page("/complaint/<uuid:report_id>", who=ANYONE)
def complaint_received(visit: Visit, report_id: UUID) -> ResponseReturnValue:
    """Show the receipt to whoever knows the address of it; raises NotFound."""
    found = receipt(visit.session, report_id)
    if found is None or found.due_on is None:
        raise NotFound
    return render(
        "public/complaint_received.html",
        title=visit.texts.gettext("We have received your complaint"),
        reference=grouped_reference(found.reference),
        due=visit.texts.format_weekday(found.due_on),
        authority=visit.profile.authority,
        home_url=visit.url("public.home"),
    )


def _elsewhere(visit: Visit, *, posting: bool) -> ResponseReturnValue:
    """Say where to complain, in an organisation whose officer has no pages here; raises NotFound for a complaint."""
    if posting:
        raise NotFound
    return render(
        "public/complaint_elsewhere.html",
        title=visit.texts.gettext("Make a complaint"),
        contacts=visit.profile.contacts,
        authority=visit.profile.authority,
        contact_url=visit.url("public.contact"),
    )
