"""Reporting a possible leak: anybody, without a name, an account or a cookie (LEU-55)."""

from __future__ import annotations

from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound
from app.families.rules import grouped_reference
from app.incidents.operations.reports import Report, report_leak
from app.incidents.queries.receipts import receipt
from app.incidents.rules import LONGEST_NAME, LONGEST_REPORT, Category, Origin
from app.web.doors import ANYONE, Visit
from app.web.forms import ChoiceField, EmailField, LongTextField, StepForm, TextField
from app.web.incident_words import CATEGORY, TOO_MANY, TRAP, id_of_form, may_report
from app.web.pages import render
from app.web.public.door import public
from app.web.replay import FORM_KEY


class LeakForm(StepForm):
    """What happened, in one's own words; nothing of whoever writes is needed."""

    category = ChoiceField(missing=N_("Choose what happened"), values=tuple(Category))
    words = LongTextField(missing=N_("Tell us what you saw"), limit=LONGEST_REPORT)
    contact = TextField(limit=LONGEST_NAME)
    email = EmailField()
    # A machine fills in every box.
    website = TextField(limit=200)

    def check(self) -> None:
        """Refuse a form that a machine filled in, and keep what a person wrote."""
        if self.website.data:
            self.fail("website", TRAP)


@public.page("/leak", who=ANYONE, methods=("GET", "POST"), tokenless=True)
def leak(visit: Visit) -> ResponseReturnValue:
    """Take a report of a possible leak; the same page for everybody."""
    posted = request.form if request.method == "POST" else None
    if visit.profile.application is None:
        return _elsewhere(visit, posting=posted is not None)
    form = LeakForm(
        posted,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("category", "words"),
        demo=visit.house.settings.demo,
    )
    status = 200 if posted is None else 422
    if posted is not None and form.validate():
        once = posted.get("once", "")
        if not FORM_KEY.fullmatch(once):
            abort(400, "form")
        if may_report(visit):
            report = Report(
                id_of_form(visit, once),
                Category(form.category.data or ""),
                Origin.VISITOR,
                visit.language,
                form.words.data or "",
                form.contact.data or "",
                form.email.data or "",
            )
            report_leak(visit.session, report, now=visit.now)
            return visit.go("public.leak_received", report_id=report.id)
        form.fail("words", TOO_MANY)
        status = 429
    return render(
        "public/leak.html",
        status=status,
        title=visit.texts.gettext("Report a data leak"),
        form=form,
        categories=tuple((value, visit.texts.gettext(label)) for value, label in CATEGORY.items()),
        complaint_url=visit.url("public.complaint"),
        contact_url=visit.url("public.contact"),
    )


@public.page("/leak/<uuid:report_id>", who=ANYONE)
def leak_received(visit: Visit, report_id: UUID) -> ResponseReturnValue:
    """Show the receipt to whoever knows the address of it; raises NotFound."""
    found = receipt(visit.session, report_id)
    if found is None or found.due_on is not None:
        raise NotFound
    return render(
        "public/leak_received.html",
        title=visit.texts.gettext("We have received your report"),
        reference=grouped_reference(found.reference),
        home_url=visit.url("public.home"),
    )


def _elsewhere(visit: Visit, *, posting: bool) -> ResponseReturnValue:
    """Say where to report it, in an organisation whose officer has no pages here; raises NotFound for a report."""
    if posting:
        raise NotFound
    return render(
        "public/leak_elsewhere.html",
        title=visit.texts.gettext("Report a data leak"),
        contacts=visit.profile.contacts,
        contact_url=visit.url("public.contact"),
    )
