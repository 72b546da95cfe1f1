"""The end of the application: look it over, choose a password, send, and what happens next."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.operations import TooBusy, check_new_password, hash_password
from app.accounts.rules import SHORTEST_PASSWORD
from app.applications.operations.doubles import NumberTaken, report_number
from app.applications.operations.next_child import submit_next_child
from app.applications.operations.submission import retire_draft_sessions
from app.applications.queries.receipts import own_receipt
from app.core.access import present
from app.core.actor import Kind
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.facilities.queries import facilities_by_id
from app.families.rules import grouped_reference
from app.mandates.operations.assisted import send_together
from app.mandates.queries.mandates import mandate_of_draft
from app.organisations.rules import statement_in_force
from app.placements.queries import own_placements
from app.web import labels
from app.web.doors import PARENT, Visit
from app.web.family.apply_answers import submission_of
from app.web.family.apply_content import CHECK
from app.web.family.apply_pages import (
    APPLYING,
    CHECK_PAGE,
    CLOSING_PAGES,
    FROM,
    SEND_PAGE,
    SENT_PAGE,
    TOGETHER_PAGE,
    WAYS_PAGE,
    Desk,
    content_of_draft,
    judge,
    led_on,
    read_draft,
    shown_form,
    step_url,
    terms_of,
    to_missing,
    to_step,
)
from app.web.family.apply_steps import BY_NAME, Step, first_missing, steps_of
from app.web.family.apply_summary import overview
from app.web.family.door import family
from app.web.family.forms_apply import CheckForm, SendForm
from app.web.family.my_next_child import refresh
from app.web.family.on_device import device_receipt
from app.web.forms import StepForm
from app.web.pages import StepPlace, render

FACILITIES = "facilities"
MY_PAGE = "family.my"
DESK_PAGE = "family.apply_desk"
# These buttons keep what was typed and judge nothing.
SET_ASIDE = frozenset({"switch_language", "later"})
CHECK_STEP = Step(CHECK, CheckForm, {"correct": "page"}, endpoint=CHECK_PAGE, needed_by_itself=("correct",))
SEND_STEP = Step("send", SendForm, {"password": "page"}, endpoint=SEND_PAGE, needed_by_itself=("password",))


@family.page("/apply/check", who=APPLYING, methods=("GET", "POST"), leads_on=PARENT, assisted=True)
def apply_check(visit: Visit) -> ResponseReturnValue:
    """Show every answer with a way to change it, and ask whether they are right (BXL-28)."""
    desk = open_closing(visit, CHECK_STEP)
    if not isinstance(desk, Desk):
        return desk
    if request.method == "GET":
        return _show_check(desk, shown_form(desk))
    form = desk.form(posted=request.form)
    if (aside := desk.set_aside(form)) is not None:
        return aside
    if not judge(desk, form):
        return _show_check(desk, form)
    if (outdated := stale(desk)) is not None:
        return outdated
    desk.take(form.to_answers())
    if desk.content.next_child:
        return _send_next_child(desk)
    return visit.go(SEND_PAGE if visit.actor.typed_by is None else WAYS_PAGE)


@family.page("/apply/send", who=APPLYING, methods=("GET", "POST"), leads_on=PARENT)
def apply_send(visit: Visit) -> ResponseReturnValue:
    """Ask for a password, and send; sending a second time leads to the same place (BXL-27)."""
    # Hashing takes its time: it is done before the draft is locked and a connection is held.
    sending = request.method == "POST" and visit.actor.kind == Kind.DRAFT and not SET_ASIDE & request.form.keys()
    typed = request.form.get("password", "") if sending else ""
    password_hash = _hash(typed) if len(typed) >= SHORTEST_PASSWORD else ""
    desk = open_closing(visit, SEND_STEP)
    if not isinstance(desk, Desk):
        return desk
    # Whose file exists has a password, and sends on the page before this one.
    if desk.content.next_child or not desk.content.is_done(CHECK):
        return visit.go(CHECK_PAGE)
    if desk.draft is not None and desk.draft.mandate_id is not None and awaits_consent(visit, desk.draft.id):
        return visit.go(TOGETHER_PAGE)
    if request.method == "GET":
        return _show_send(desk, desk.form())
    form = desk.form(posted=request.form)
    if (aside := desk.set_aside(form)) is not None:
        return aside
    if not _judge_password(desk, form) or not password_hash:
        return _show_send(desk, form)
    if (outdated := stale(desk)) is not None:
        return outdated
    assert desk.draft is not None
    sent = submission_of(visit.profile, desk.content)
    try:
        send_together(visit.session, visit.profile, desk.draft, sent, password_hash=password_hash, now=visit.now)
    except NumberTaken as taken:
        return leave_word(desk, taken.token)
    visit.begin_session(Kind.PARENT, visit.actor_id, ends_old=False)
    return visit.go(SENT_PAGE)


@family.page("/apply/desk", who=APPLYING, leads_on=PARENT, assisted=True)
def apply_desk(visit: Visit) -> ResponseReturnValue:
    """Give the code to tell the desk: the same page for every family, about nobody (LEU-12)."""
    desk = open_closing(visit, SEND_STEP)
    if not isinstance(desk, Desk):
        return desk
    if not desk.content.codes:
        return visit.go(CHECK_PAGE)
    return render(
        "family/apply/desk.html",
        code=grouped_reference(list(desk.content.codes.values())[-1]),
        numbers_url=step_url(visit, BY_NAME["child-number"], **{FROM: CHECK}),
        back_url=visit.url(CHECK_PAGE),
    )


@family.page("/apply/sent", who=PARENT)
def apply_sent(visit: Visit) -> ResponseReturnValue:
    """Show the reference, what happens next and when, and how to reach the desk."""
    receipt = own_receipt(visit.session, visit.actor_id)
    if receipt is None:
        raise NotFound
    # The browser came with its new session: nobody needs the one that it filled in with.
    retire_draft_sessions(visit.session, now=visit.now)
    shown = present(
        visit.session, receipt, subject=receipt.dossier_id, reasons=("owner",), readable=visit.readable(("owner",))
    )
    if not shown.choices:
        return visit.go(MY_PAGE)
    if visit.device_id is not None:
        return device_receipt(visit, shown.account, shown.own_choice, has_email=bool(shown.contact))
    names = [name or visit.texts.gettext(labels.BIRTH_ORDER[at]) for at, name in enumerate(shown.child_identity)]
    return render(
        "family/apply/sent.html",
        receipt=shown,
        children=names if len(names) > 1 else (),
        has_email=bool(shown.contact),
        my_url=visit.url(MY_PAGE),
    )


def awaits_consent(visit: Visit, draft_id: UUID) -> bool:
    """Return whether the family has not said yet whether it files together with who helped (LEU-14)."""
    mandate = mandate_of_draft(visit.session, draft_id)
    return mandate is not None and not mandate.consented and not mandate.ended


def open_closing(visit: Visit, step: Step) -> Desk | Response:
    """Open the draft for a page that comes after all the questions."""
    draft = read_draft(visit, to_change=request.method == "POST")
    if (elsewhere := led_on(visit, draft)) is not None:
        return elsewhere
    assert draft is not None
    content = content_of_draft(visit, draft)
    if first_missing(visit.profile, content) is not None:
        return to_missing(visit, content)
    return Desk(visit, step, draft, content)


def _send_next_child(desk: Desk) -> Response:
    """Add the next child to the file; a second time leads to the same place."""
    visit = desk.visit
    assert desk.draft is not None
    refresh(visit, desk.content)
    try:
        sent = submission_of(visit.profile, desk.content)
        sent = replace(sent, siblings={*sent.siblings, *_in_care(visit)})
        submit_next_child(visit.session, visit.profile, desk.draft, sent, now=visit.now)
    except NumberTaken as taken:
        return leave_word(desk, taken.token)
    return visit.go(MY_PAGE, done="next_child")


def _in_care(visit: Visit) -> Iterator[UUID]:
    """Yield where a child of this family has a place today: a sibling there counts without being told again."""
    today = today_at(visit.now)
    for placement in own_placements(visit.session):
        if placement.end_date is None or placement.end_date >= today:
            yield placement.facility_id


def leave_word(desk: Desk, token: bytes) -> Response:
    """Tell the desk once for each number, and lead to the page with its code; the draft stays as it is."""
    visit, codes = desk.visit, desk.content.codes
    codes[token.hex()] = codes.pop(token.hex(), "") or report_number(visit.session, token, now=visit.now)
    desk.save()
    return visit.go(DESK_PAGE)


def stale(desk: Desk) -> Response | None:
    """Judge every page anew, for time has passed; returns the way to the first whose answers no longer hold."""
    visit, content = desk.visit, desk.content
    for step in steps_of(visit.profile, content):
        page = Desk(visit, step, desk.draft, content)
        if not _holds(page):
            content.ask_again(step.name)
            desk.save()
            return to_step(visit, step, from_check=True)
    return None


def _holds(page: Desk) -> bool:
    """Return whether the answers of a page would be taken today."""
    answers = page.content.answers.get(page.step.name, {})
    if page.step.name == FACILITIES:
        ids = page.content.facility_ids
        chosen = [record for record in facilities_by_id(page.visit.session, ids) if record.active]
        return 0 < len(chosen) == len(ids) <= terms_of(page.visit).max_choices
    return judge(page, page.form(posted=MultiDict(page.form(answers=answers).to_typed())))


def _hash(password: str) -> str:
    try:
        return hash_password(unicodedata.normalize("NFKC", password))
    except Refused:
        return ""  # too long: the form says so
    except TooBusy:
        abort(503)


def _judge_password(desk: Desk, form: StepForm) -> bool:
    """Judge the password; names and addresses of the family are what a stranger tries first."""
    if judge(desk, form):
        get = desk.content.get
        names = [
            get(step, name) for step in ("you", "child", "partner-details") for name in ("given_name", "family_name")
        ]
        own = [str(word) for word in (*names, get("contact", "email"), get("contact", "street")) if word]
        for problem in check_new_password(desk.visit.profile, str(form.password.data), own=own):
            form.fail("password", labels.PASSWORD[problem])
    return not form.problems


def _show_check(desk: Desk, form: StepForm) -> Response:
    visit = desk.visit
    if desk.content.next_child:
        refresh(visit, desk.content)
    facilities = facilities_by_id(visit.session, desk.content.facility_ids)
    shown = present(
        visit.session,
        overview(visit, desk.content, facilities),
        subject=visit.actor_id,
        reasons=("draft",),
        readable=visit.readable(("draft",)),
    )
    submit_word = visit.texts.gettext("Send my application") if desk.content.next_child else ""
    return _render(desk, form, overview=shown, submit=submit_word)


def _show_send(desk: Desk, form: StepForm) -> Response:
    profile = desk.visit.profile
    in_force = statement_in_force(profile, today_at(desk.visit.now))
    return _render(
        desk,
        form,
        has_email=bool(desk.content.get("contact", "email")),
        shortest=SHORTEST_PASSWORD,
        # Where sending begins an agreement, its terms are named before (LEU-22).
        agreed_on=in_force.published if profile.statement.agreement else None,
        privacy_url=desk.visit.url("public.privacy"),
    )


def _render(desk: Desk, form: StepForm, **context: object) -> Response:
    visit = desk.visit
    steps = steps_of(visit.profile, desk.content)
    closing = 1 if desk.content.next_child else CLOSING_PAGES
    number = len(steps) + (1 if desk.step.name == CHECK else CLOSING_PAGES)
    back = step_url(visit, steps[-1]) if desk.step.name == CHECK else visit.url(CHECK_PAGE)
    return render(
        f"family/apply/{desk.step.name}.html",
        status=422 if form.posted and form.problems else 200,
        form=form,
        step=StepPlace(number, len(steps) + closing, back),
        saved=desk.saved(),
        **context,
    )
