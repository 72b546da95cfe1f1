"""What time does to a request: it can be renewed, and the child that was expected is born."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.operations.births import note_birth
from app.applications.operations.terms import renew_application
from app.applications.queries.own import OwnRequest, own_file
from app.applications.rules import ApplicationState, add_months, may_renew
from app.catalogue.marking import N_
from app.core.audit import note_read
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.queries import own_family
from app.families.rules import ChildDetails
from app.organisations.rules import field_asked
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.forms_apply import FIRST_NAME
from app.web.family.my import links
from app.web.family.my_details import FIRST, FOLLOWED_BY
from app.web.forms import DatePartsField, StepForm, TextField
from app.web.forms.parts import FURTHEST_START_MONTHS, child_bounds
from app.web.own_requests import OWNER
from app.web.pages import StepPlace, render

IN_FUTURE = N_("This date lies in the future. Is your child not born yet? Then come back later.")
START_FIRST = N_("Your child is born after this day. Choose a later first day of care.")


class BirthForm(StepForm):
    """The real date and name, and the first day of care."""

    birth_date = DatePartsField(missing=N_("Fill in the birth date of your child"), bounds=child_bounds)
    given_name = TextField(missing=FIRST_NAME, limit=80)
    call_name = TextField(limit=80)
    start_date = DatePartsField(missing=N_("Fill in the first day of care"))

    def check(self) -> None:
        """Hold the dates against today and against each other (BXL-07, BXL-08)."""
        born = self.birth_date.data
        if born is None:
            return
        if born > self.today:
            self.fail("birth_date", IN_FUTURE)
        elif self.start_date is not None and self.start_date.data and self.start_date.data < born:
            self.fail("start_date", START_FIRST)


@family.page("/my/renew/<uuid:request_id>", who=PARENT, methods=("GET", "POST"), once=True)
def my_renew(visit: Visit, request_id: UUID) -> ResponseReturnValue:
    """Let a request go on that ends soon, that has ended or that was cancelled (BXL-44)."""
    if request.method == "POST":
        renew_application(visit.session, visit.profile, request_id, now=visit.now)
        return visit.go("family.my", done="renewed")
    one = own_file(visit.session).request(request_id)
    assert visit.profile.application is not None
    notice = visit.profile.application.expiry_notice_days
    if denied := may_renew(one.state, one.expires_on, today_at(visit.now), notice):
        raise Refused(denied)
    note_read(visit.session, subjects=(one.dossier_id,), groups=("care_plan",), reasons=OWNER)
    return render(
        "family/my/renew.html",
        title=visit.texts.gettext("Does your application go on?"),
        is_open=one.state == ApplicationState.OPEN,
        last_day=visit.texts.format_weekday(one.expires_on),
        action=request.path,
        **links(visit),
    )


@family.page("/my/born/<uuid:child_id>", who=PARENT, methods=("GET", "POST"), once=True)
def my_born(visit: Visit, child_id: UUID) -> ResponseReturnValue:
    """Ask for the real date and the name; the start stays unless the family shifts it (BXL-07)."""
    found = own_file(visit.session)
    known = own_family(visit.session, found.dossier_id).children.get(child_id)
    if known is None or not known.expected:
        raise NotFound
    one = next(
        (r for r in found.requests if r.child_identity.id == child_id and r.state == ApplicationState.OPEN), None
    )
    form = _birth_form(visit, known, one)
    if not form.posted or not form.validate() or form.birth_date.data is None:
        return _birth_page(visit, form, one, found.dossier_id)
    note_birth(
        visit.session,
        visit.profile,
        found.dossier_id,
        child_id,
        replace(
            known,
            birth_date=form.birth_date.data,
            expected=False,
            given_name=form.given_name.data,
            call_name=form.call_name.data or None if form.call_name is not None else known.call_name,
        ),
        start_date=form.start_date.data if form.start_date is not None else None,
        now=visit.now,
    )
    if one is not None and field_asked(visit.profile, "child.national_number"):
        # Of a child that is born Leuven asks the number, in the answer that the birth makes possible (LEU-11).
        return visit.go("family.my_change", request_id=one.id, step=FOLLOWED_BY["child"], **{FIRST: "yes"})
    return visit.go("family.my", done="born")


def _birth_form(visit: Visit, known: ChildDetails, one: OwnRequest | None) -> BirthForm:
    asked = ["birth_date", "given_name"]
    asked += ["call_name"] if field_asked(visit.profile, "child.call_name") else []
    asked += ["start_date"] if one is not None else []
    today = today_at(visit.now)
    form = BirthForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today,
        answers={"start_date": one.care_plan.start_date.isoformat()} if one is not None else None,
        required=("birth_date", "given_name", "start_date"),
        shown=tuple(asked),
    )
    if one is not None:
        kept = one.care_plan.start_date
        form.start_date.bounds = lambda day: (min(kept, day), add_months(day, FURTHEST_START_MONTHS))
    return form


def _birth_page(visit: Visit, form: BirthForm, one: OwnRequest | None, dossier_id: UUID) -> ResponseReturnValue:
    note_read(visit.session, subjects=(dossier_id,), groups=("child_identity", "care_plan"), reasons=OWNER)
    return render(
        "family/my/born.html",
        status=422 if form.posted else 200,
        title=visit.texts.gettext("Our baby is born"),
        form=form,
        step=StepPlace(back_url=visit.url("family.my")),
        start=visit.texts.format_weekday(one.care_plan.start_date) if one is not None else "",
        unsaved=False,
        **links(visit),
    )
