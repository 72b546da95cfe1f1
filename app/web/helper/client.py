"""One family of a helper: what was filed together, and sitting down together again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.catalogue.marking import N_
from app.core.access import present
from app.core.actor import Kind
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.mandates.operations.joint_sessions import ask_joint, prove_by_code, prove_by_paper, prove_by_word
from app.mandates.operations.mandates import end_by_helper
from app.mandates.queries.clients import Sitting, sitting
from app.mandates.queries.clients import client as one_client
from app.mandates.rules import LONGEST_WORD, NotTogether, plain_code
from app.web.doors import HELPER, Visit
from app.web.forms import PasswordField, StepForm, TextField, TickField, grouped_phone
from app.web.helper.door import CLIENT, CLIENTS, REASON, helper, require_helping, show
from app.web.i18n import name_of_language
from app.web.labels import days_in_words

TOGETHER_PAGE = "family.my_together"
NOT_SIX = N_("The code has six figures")
SAID = {
    NotTogether.WRONG_WORD: N_("This is not right. Look at it again."),
    NotTogether.NO_WORD: N_("The family has not chosen a code word. Choose another way."),
    NotTogether.TOO_MANY_TRIES: N_("There were too many tries. Wait 15 minutes, or choose another way."),
}
STATES = {
    "open": N_("Waits for an answer"),
    "considering": N_("Looks at it"),
    "not_now": N_("No place now"),
    "offered": N_("Offers a place"),
    "refused": N_("Refused"),
    "withdrawn": N_("Taken back by the family"),
    "closed": N_("Closed"),
    "enrolled": N_("The child goes there"),
}
DONE = {"asked": N_("The family got a message. It says yes there, or reads the code to you.")}


class ProofForm(StepForm):
    """How the family shows that it sits here: figures of its message, its code word, or its signature."""

    code = TextField(missing=N_("Fill in the code"), limit=20)
    word = PasswordField(limit=LONGEST_WORD, missing=N_("Let the family type its code word"))
    paper = TickField(missing=N_("Tick this once the family has signed the paper and you keep it"))


@helper.page("/helper/clients/<uuid:mandate_id>", who=HELPER)
def client(visit: Visit, mandate_id: UUID) -> ResponseReturnValue:
    """Show what was filed together, and how to change something together (BXL-50, BXL-52)."""
    return _show(visit, mandate_id, _form(visit, ""))


@helper.page("/helper/clients/<uuid:mandate_id>/ask", who=HELPER, methods=("POST",), once=True)
def client_ask(visit: Visit, mandate_id: UUID) -> ResponseReturnValue:
    """Ask the family, by its own channel, whether it changes something together."""
    require_helping(visit)
    ask_joint(visit.session, visit.house.databases, mandate_id, tells=True, now=visit.now)
    return visit.go(CLIENT, mandate_id=mandate_id, done="asked")


@helper.page("/helper/clients/<uuid:mandate_id>/prove", who=HELPER, methods=("POST",), once=True)
def client_prove(visit: Visit, mandate_id: UUID) -> ResponseReturnValue:
    """Take the proof that the family sits here; a wrong one is counted."""
    require_helping(visit)
    way = request.form.get("way", "")
    form = _form(visit, way)
    if way not in ("code", "word", "paper"):
        raise NotFound
    found = sitting(visit.session, mandate_id, now=visit.now)
    if form.validate() and _proved(visit, mandate_id, found, form, way):
        return visit.go(CLIENT, mandate_id=mandate_id)
    return _show(visit, mandate_id, form)


@helper.page("/helper/clients/<uuid:mandate_id>/begin", who=HELPER, methods=("POST",), once=True)
def client_begin(visit: Visit, mandate_id: UUID) -> ResponseReturnValue:
    """Open the family's pages beside it, for as long as the sitting lasts."""
    require_helping(visit)
    found = one_client(visit.session, mandate_id, years=visit.profile.settings.helper_access_years, now=visit.now)
    goes_on = sitting(visit.session, mandate_id, now=visit.now)
    if goes_on is None or goes_on.until is None:
        raise NotFound
    visit.assist(Kind.PARENT, goes_on.id, goes_on.until)
    return visit.go(TOGETHER_PAGE, language=found.language)


@helper.page("/helper/clients/<uuid:mandate_id>/end", who=HELPER, methods=("GET", "POST"), once=True)
def client_end(visit: Visit, mandate_id: UUID) -> ResponseReturnValue:
    """Ask once more, then lay the work for this family down."""
    require_helping(visit)
    if request.method == "POST":
        end_by_helper(visit.session, mandate_id, now=visit.now)
        return visit.go(CLIENTS)
    one_client(visit.session, mandate_id, years=visit.profile.settings.helper_access_years, now=visit.now)
    return show(
        visit,
        "helper/end.html",
        title=visit.texts.gettext("Stop helping this family?"),
        back_url=visit.url(CLIENT, mandate_id=mandate_id),
    )


def _form(visit: Visit, way: str) -> ProofForm:
    shown = (way,) if way in ("code", "word", "paper") else ("code", "word", "paper")
    posted = request.form if request.method == "POST" and len(shown) == 1 else None
    required = shown if posted is not None else ()
    return ProofForm(posted, texts=visit.texts, today=today_at(visit.now), required=required, shown=shown)


def _proved(visit: Visit, mandate_id: UUID, found: Sitting | None, form: ProofForm, way: str) -> bool:
    """Take one proof; what is wrong is said on the page, and stays counted."""
    session, databases = visit.session, visit.house.databases
    if found is not None and found.until is not None:
        return True
    try:
        if way == "code":
            code = plain_code(str(form.code.data))
            if not code:
                form.fail("code", NOT_SIX)
                return False
            if found is None:
                raise NotFound
            prove_by_code(session, found.id, code)
            return True
        joint = found.id if found is not None else ask_joint(session, databases, mandate_id, tells=False, now=visit.now)
        if way == "word":
            prove_by_word(session, databases, mandate_id, joint, str(form.word.data), now=visit.now)
        else:
            prove_by_paper(session, mandate_id, joint)
    except Refused as refused:
        form.fail(way, SAID[NotTogether(refused.reason)])
        return False
    return True


def _show(visit: Visit, mandate_id: UUID, form: ProofForm) -> Response:
    require_helping(visit)
    years = visit.profile.settings.helper_access_years
    record = one_client(visit.session, mandate_id, years=years, now=visit.now)
    shown = present(visit.session, record, subject=record.subject, reasons=REASON, readable=visit.readable(REASON))
    found, texts = sitting(visit.session, mandate_id, now=visit.now), visit.texts
    done = DONE.get(request.args.get("done", ""), "")
    return show(
        visit,
        "helper/client.html",
        status=422 if form.problems else 200,
        # No name in a title: it stays in the history of the browser.
        title=visit.texts.gettext("Filed together"),
        name=shown.applicant_name or "",
        label=shown.help.label if shown.help else "",
        message=texts.gettext(done) if done else "",
        form=form,
        spoken=name_of_language(shown.language) if shown.language else "",
        contact=[grouped_phone(part) if part.startswith("+") else part for part in shown.contact or ()],
        child=_child(visit, shown.child_identity),
        plan=_plan(visit, shown.care_plan),
        choices=[(one.facility, texts.gettext(STATES[one.state])) for one in shown.own_choice or ()],
        deadline=texts.format_moment(shown.answers) if shown.answers else "",
        ends_on=texts.format_day(shown.help.ends_on) if shown.help and shown.help.ends_on else "",
        asked=found is not None and found.until is None and found.by_message,
        goes_on=texts.format_moment(found.until) if found is not None and found.until else "",
        urls={
            name: visit.url(f"helper.client_{name}", mandate_id=mandate_id) for name in ("ask", "prove", "begin", "end")
        },
    )


def _child(visit: Visit, child: tuple[str, date, bool] | None) -> str:
    if child is None:
        return ""
    name, day, expected = child
    words = N_("%(name)s, expected on %(day)s") if expected else N_("%(name)s, born on %(day)s")
    return visit.texts.gettext(words, name=name or visit.texts.gettext(N_("A child")), day=visit.texts.format_day(day))


def _plan(visit: Visit, plan: tuple[date, int] | None) -> str:
    if plan is None:
        return ""
    return visit.texts.gettext(
        N_("From %(start)s: %(days)s"),
        start=visit.texts.format_day(plan[0]),
        days=days_in_words(plan[1], visit.texts, begins=False),
    )
