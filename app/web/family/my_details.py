"""The answers of a sent application: read them all, change each on the page that first asked it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.applications.operations.changes import change_answers, change_plan
from app.applications.operations.doubles import NumberTaken, report_number, set_applicant_number, set_child_number
from app.applications.queries.own import OwnRequest, own_file
from app.applications.rules import ApplicationState, Denied
from app.catalogue.marking import N_
from app.consents.queries import own_consents
from app.core.access import Presented, present
from app.core.audit import note_change, note_read
from app.core.errors import NotFound, Refused
from app.families.queries import FamilyRecord, own_family
from app.families.rules import Channel, Nationality, grouped_reference
from app.mandates.operations.joint_sessions import count_joint_change
from app.web.doors import PARENT, Visit
from app.web.family.apply import WORDS
from app.web.family.apply_answers import token_in
from app.web.family.apply_content import Content
from app.web.family.apply_pages import Desk
from app.web.family.apply_settle import settle
from app.web.family.apply_steps import BY_NAME, OF_FAMILY_ALONE, Step
from app.web.family.apply_summary import EMAIL, Overview, overview
from app.web.family.door import family
from app.web.family.my import links
from app.web.family.my_answers import content_of, plan_of, told_by
from app.web.forms import DatePartsField, StepForm
from app.web.forms.base import strings
from app.web.own_requests import OWNER
from app.web.pages import StepPlace, render

PLAN_PAGES = frozenset({"start", "days"})
# These change the request's addressees; they have pages of their own.
NOT_HERE = frozenset({"facilities", "order", "children", "consents"})
START_FIRST = N_("Your start date lies before this day. First change the start date.")
NO_EMAIL = N_("We have no e-mail address of yours. Choose another way, or first give us an address.")
# What one answer makes necessary on a next page.
FOLLOWED_BY = {"partner": "partner-details", "dutch": "dutch-proof", "you": "number", "child": "child-number"}
NUMBER_PAGES = frozenset({"number", "child-number"})
# On the way from such an answer the number is needed; later an empty box keeps the one that is there.
FIRST = "first"
CALL_THE_DESK = N_("We cannot take this number here. Please call us and tell us this code: %(code)s")


@dataclass(frozen=True)
class File:
    """What a page of answers works on."""

    family: FamilyRecord
    one: OwnRequest
    content: Content
    requests: tuple[OwnRequest, ...]


@family.page("/my/details", who=PARENT, assisted=True)
def my_details(visit: Visit) -> ResponseReturnValue:
    """Show every answer with a way to change it (BXL-29)."""
    file = _open(visit, None)
    return render(
        "family/my/details.html",
        title=visit.texts.gettext("Your answers"),
        overview=_overview(visit, file, file.one),
        children=tuple(_overview(visit, file, one) for one in file.requests),
        changed=request.args.get("done") == "changed",
        **links(visit),
    )


@family.page("/my/requests/<uuid:request_id>/<step>", who=PARENT, methods=("GET", "POST"), assisted=True)
def my_change(visit: Visit, request_id: UUID, step: str) -> ResponseReturnValue:
    """Ask the questions of one page again, with the answers of today filled in."""
    found = BY_NAME.get(step)
    file = _open(visit, request_id)
    closed = step in PLAN_PAGES and file.one.state != ApplicationState.OPEN
    # Permissions and the health answer are the family's own to give, whoever sits beside it (LEU-14).
    apart = step in OF_FAMILY_ALONE and visit.actor.typed_by is not None
    if found is None or step in NOT_HERE or closed or apart:
        raise NotFound
    if step == FOLLOWED_BY["partner"]:
        file.content.answers["partner"] = {"has_partner": True}
    if not found.concerns(visit.profile, file.content):
        raise NotFound
    desk = Desk(visit, found, None, file.content)
    posted = request.form if request.method == "POST" else None
    form = desk.form(posted=posted, answers=None if posted is not None else file.content.answers.get(step))
    _fit(form, step, file)
    if posted is None or not _judge(desk, form, file):
        return _show(desk, form, file)
    answers = form.to_answers()
    if step == "contact":
        answers["email"] = file.family.applicant.email
    following, before = _following(visit, step, answers, file), dict(file.content.answers.get(step, {}))
    if step == "partner" and following is not None:
        return visit.go("family.my_change", request_id=request_id, step=following)
    file.content.save(step, answers)
    settle(visit.profile, file.content)
    try:
        _write(visit, step, file)
        _count(desk, before, answers)
    except NumberTaken as taken:
        one = file.one
        code = report_number(
            visit.session, taken.token, dossier_id=one.dossier_id, application_id=one.id, now=visit.now
        )
        form.fail("national_number", CALL_THE_DESK, code=grouped_reference(code))
        return _show(desk, form, file)
    except Refused as refused:
        if refused.reason is not Denied.START_BEFORE_BIRTH:
            raise
        form.fail("birth_date", START_FIRST)
        return _show(desk, form, file)
    if following is not None:
        query = {FIRST: "yes"} if following in NUMBER_PAGES else {}
        return visit.go("family.my_change", request_id=request_id, step=following, **query)
    return visit.go("family.my_details", done="changed")


def _count(desk: Desk, before: dict[str, Any], answers: dict[str, Any]) -> None:
    """Count a change that helper and family made together; saving what stood there is none (BXL-52)."""
    if desk.visit.actor.typed_by is None:
        return
    shown = desk.form(posted=MultiDict(desk.form(answers=before).to_typed()))
    shown.validate()
    kept = shown.to_answers()
    if any(kept.get(name) != value for name, value in answers.items() if name in shown):
        count_joint_change(desk.visit.session)


def _open(visit: Visit, request_id: UUID | None) -> File:
    """Return the file around one request, or around the newest; raises NotFound."""
    found = own_file(visit.session)
    if not found.requests:
        raise NotFound
    one = found.request(request_id) if request_id is not None else found.requests[0]
    known = own_family(visit.session, found.dossier_id)
    given = [consent.recipient for consent in own_consents(visit.session, found.dossier_id) if consent.given]
    return File(known, one, content_of(visit.profile, known, one, given), found.requests)


def _overview(visit: Visit, file: File, one: OwnRequest) -> Presented:
    content = file.content
    if one is not file.one:
        given = strings(content.get("consents", "agree"))
        content = content_of(visit.profile, file.family, one, given)
    return present(
        visit.session,
        _with_own_email_page(visit, overview(visit, content, (), _link(visit, one))),
        subject=one.dossier_id,
        reasons=OWNER,
        readable=_readable(visit) - {"choices"},
    )


def _readable(visit: Visit) -> frozenset[str]:
    """Return what stands on the page: beside a helper, no more than a helper may see."""
    own = visit.readable(OWNER)
    return own if visit.actor.typed_by is None else own & visit.readable((str(visit.actor.typed_kind),))


def _with_own_email_page(visit: Visit, found: Overview) -> Overview:
    """Lead from the e-mail address to the page that asks for the password first; nobody else changes it."""
    if visit.actor.typed_by is not None:
        return found
    question, url = visit.texts.gettext(EMAIL), visit.url("family.my_email")
    return replace(found, contact=tuple((q, a, url if q == question else u) for q, a, u in found.contact))


def _link(visit: Visit, one: OwnRequest) -> Callable[[Step], str]:
    def link(step: Step) -> str:
        if step.name in PLAN_PAGES and one.state != ApplicationState.OPEN:
            return ""
        if step.name in OF_FAMILY_ALONE and visit.actor.typed_by is not None:
            return ""
        # Permissions stand on one page, each with a tap of its own and its history (BXL-66).
        if step.name == "consents":
            return visit.url("family.my_consents")
        return visit.url("family.my_change", request_id=one.id, step=step.name)

    return link


def _fit(form: StepForm, step: str, file: File) -> None:
    """Fit a page to a file that exists: the address has its own page, and a start that has passed may stay."""
    if step == "household" and "siblings" in form:
        del form["siblings"]
    if step == "child":
        # A twin has a request and a page of its own.
        del form["count"]
    if step in NUMBER_PAGES and FIRST not in request.args:
        form.national_number.needed = False
    if step == "contact" and "email" in form:
        del form["email"]
    kept = file.one.care_plan.start_date
    if step == "start" and isinstance(form.start_date, DatePartsField) and kept < form.today:
        within = form.start_date.bounds
        form.start_date.bounds = lambda today: (kept, within(today)[1])


def _judge(desk: Desk, form: StepForm, file: File) -> bool:
    form.validate()
    if desk.step.name == "contact" and form.channel.data == Channel.MAIL and not file.family.applicant.email:
        form.fail("channel", NO_EMAIL)
    unchanged = desk.step.name == "start" and form.start_date.data == file.one.care_plan.start_date
    if not unchanged:
        desk.step.judge(form, desk.content, form.today)
    return not form.problems


def _following(visit: Visit, step: str, answers: dict[str, Any], file: File) -> str | None:
    """Return the page that the answer makes necessary: a new partner has a name, and Dutch asks for a proof."""
    if step == "partner" and answers.get("has_partner") and file.family.partner is None:
        return FOLLOWED_BY[step]
    if step == "dutch" and answers.get("level") not in (None, "neither", file.family.circumstances.dutch):
        return FOLLOWED_BY[step]
    before = file.family.applicant.nationality
    if step == "you" and answers.get("nationality") not in (before, None, Nationality.OTHER):
        return FOLLOWED_BY[step]
    asks = BY_NAME[FOLLOWED_BY["child"]].concerns(visit.profile, Content({"child": answers}))
    if step == "child" and file.one.child_identity.expected and asks:
        return FOLLOWED_BY[step]
    return None


def _write(visit: Visit, step: str, file: File) -> None:
    dossier_id = file.one.dossier_id
    if step in PLAN_PAGES:
        change_plan(visit.session, visit.profile, file.one.id, plan_of(file.content), now=visit.now)
    elif step in NUMBER_PAGES:
        _write_number(visit, step, file)
    else:
        told = told_by(file.content, file.one.child_identity.id)
        change_answers(visit.session, visit.profile, dossier_id, told, now=visit.now)


def _write_number(visit: Visit, step: str, file: File) -> None:
    """Put another number in the place of the one that is there; an empty box changes nothing."""
    token = token_in(file.content, step, "national_number")
    if token is None:
        return
    if step == "number":
        set_applicant_number(visit.session, file.one.dossier_id, token)
    else:
        set_child_number(visit.session, file.one.id, token)
    groups = ("national_number",)
    note_change(visit.session, "number_changed", dossier_id=file.one.dossier_id, groups=groups, reasons=OWNER)


def _show(desk: Desk, form: StepForm, file: File) -> ResponseReturnValue:
    visit, step = desk.visit, desk.step
    groups = step.groups(visit.profile, desk.content)
    note_read(visit.session, subjects=(file.one.dossier_id,), groups=groups, reasons=OWNER)
    words = WORDS[step.name](desk) if step.name in WORDS else {}
    if step.name in NUMBER_PAGES:
        words["known"] = FIRST not in request.args
    return render(
        f"family/apply/{step.name}.html",
        status=422 if form.problems else 200,
        form=form,
        step=StepPlace(back_url=visit.url("family.my_details")),
        reasons=step.reasons(visit.profile, visit.texts),
        submit=visit.texts.gettext("Save"),
        later=False,
        unsaved=False,
        **words,
    )
