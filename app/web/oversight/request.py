"""One request about rights, with every step of its answer on one page; opening it is noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request as http
from flask.typing import ResponseReturnValue

from app.catalogue.labels import COLUMN_LABELS
from app.catalogue.marking import N_
from app.core.access import present
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.rules import grouped_reference, plain_reference
from app.privacy.queries.oversight import require_officer
from app.rights.operations.answering import is_to_do, lift, send, settle
from app.rights.operations.handling import ask_for_clarity, link, make_anew, see_identity, take_up
from app.rights.queries.requests import Opened, Whole, is_restricted, left_to_erase, one_request, standing
from app.rights.rules import BY_DESK, CORRECTED, Decision, Denied, Kind, Refusal, Whose
from app.web.doors import OVERSIGHT, Visit
from app.web.forms import StepForm
from app.web.oversight.door import REASON, oversight, show
from app.web.oversight.request_forms import (
    HOW_SENT,
    PROBLEMS,
    SEEN_HERE,
    ClarityForm,
    LinkForm,
    SeenForm,
    SendForm,
    SettleForm,
)
from app.web.oversight.requests import BOARD, CASE, TONE, left_in_words
from app.web.rights_words import CHANNEL, KIND, OUTCOME, REFUSAL, SEEN, STATE, SUBJECT, WHOSE, answer_words

FORMS: dict[str, type[StepForm]] = {
    "link": LinkForm,
    "seen": SeenForm,
    "clarity": ClarityForm,
    "settle": SettleForm,
    "send": SendForm,
}
NEEDED = {"seen": ("seen",), "clarity": ("question",), "settle": ("outcome",), "send": ("how",)}
DONE = {
    "link": N_("The file is found. From now on the draft can be made."),
    "seen": N_("It is noted how you saw who asks."),
    "clarity": N_("The question is on its way. The last day stays the same."),
    "take": N_("The request is in work again."),
    "anew": N_("The draft is made again within a minute."),
    "settle": N_("The answer is settled. Read it once more, then send it."),
    "send": N_("The request is answered."),
    "lift": N_("The restriction ended. Whoever asked for it is told."),
}
NOT_FOUND = N_("There is no file with this, or there is more than one. Look at what the request says.")
TOO_MANY = N_("You looked for too many files. Wait an hour.")
SENT_HOW = {
    "page": N_("On the person's own page here"),
    "letter": N_("By a letter, posted"),
    "mail": N_("By a short mail: the file is gone as a whole"),
}
CORRECTIONS = tuple(f"{table}.{column}" for table, columns in CORRECTED.items() for column in columns)


@oversight.page("/oversight/requests/<uuid:request_id>", who=OVERSIGHT, methods=("GET", "POST"), once=True)
def request(visit: Visit, request_id: UUID) -> ResponseReturnValue:
    """Show one request, and take the steps of its answer (KG-33, KK-35, KK-36)."""
    require_officer(visit.session)
    one = one_request(visit.session, request_id)
    deed = http.form.get("deed", "") if http.method == "POST" else ""
    forms = {name: _form(visit, one, name, posted=name == deed) for name in FORMS}
    if deed and (deed not in forms or forms[deed].validate()):
        if deed not in DONE:
            raise NotFound
        if _does(visit, one, deed, forms.get(deed)):
            return visit.go(CASE, request_id=request_id, done=deed)
    return _show(visit, one, forms, deed)


@oversight.page("/oversight/requests/<uuid:request_id>/letter", who=OVERSIGHT)
def request_letter(visit: Visit, request_id: UUID) -> ResponseReturnValue:
    """Show the answer as a letter to print, with the address that the request or the file gives (KL-28)."""
    require_officer(visit.session)
    one = one_request(visit.session, request_id)
    opened = _opened(visit, one)
    if opened.asked.outcome is None:
        raise NotFound
    texts, profile = visit.texts, visit.profile
    reach = opened.answer.get("draft", {}).get("reach", {})
    name = reach.get("name") or opened.details.get("name", "")
    to = reach.get("lines") or [name, *opened.details.get("address", ())]
    return show(
        visit,
        "oversight/request_letter.html",
        title=texts.gettext(N_("The answer, to print")),
        back=visit.url(CASE, request_id=request_id),
        to=[line for line in to if line],
        sender=(profile.name, profile.address.street, f"{profile.address.postcode} {profile.address.municipality}"),
        day=texts.format_day(today_at(visit.now)),
        reference=grouped_reference(one.reference),
        asked=texts.gettext(KIND[opened.asked.kind]),
        received=texts.format_day(opened.asked.received_on),
        answer=answer_words(texts, profile, opened.asked.kind, opened.answer),
    )


def _form(visit: Visit, one: Whole, name: str, *, posted: bool) -> StepForm:
    details, answer = one.rights_requests.details, one.rights_requests.answer
    settled = answer.get("decision", {})
    shown: dict[str, Any] = {
        "link": {
            "file": details.get("file"),
            "name": details.get("name"),
            "birth_date": details.get("birth_date"),
            "postcode": details.get("postcode"),
        },
        "settle": {k: settled.get(k) for k in ("outcome", "ground", "reason", "weighed", "weighed_why", "says")}
        | {"value": next((item.get("value") for item in details.get("items", ())), None)},
        "clarity": {"question": answer.get("question")},
    }
    return FORMS[name](
        http.form if posted else None,
        texts=visit.texts,
        today=today_at(visit.now),
        answers=shown.get(name),
        required=NEEDED.get(name, ()),
        choices={"field": (*CORRECTIONS, BY_DESK)},
    )


def _does(visit: Visit, one: Whole, deed: str, form: StepForm | None) -> bool:
    """Take a step; False leaves the page as it was typed, with what is wrong."""
    session, now = visit.session, visit.now
    steps: dict[str, Callable[[], None]] = {
        "take": lambda: take_up(session, one.id),
        "anew": lambda: make_anew(session, one.id),
        "lift": lambda: lift(session, one.id, now=now),
    }
    if form is not None:
        steps |= {
            "seen": lambda: see_identity(session, one.id, form.seen.data or "", now=now),
            "clarity": lambda: ask_for_clarity(session, one.id, form.question.data or "", now=now),
            "settle": lambda: settle(session, one.id, _decision(one, form), form.says.data or "", now=now),
            "send": lambda: send(session, one.id, form.how.data or "", form.sent_on.data, now=now),
        }
    try:
        if deed == "link" and form is not None:
            return _linked(visit, one, form)
        steps[deed]()
    except Refused as refused:
        if form is None or not isinstance(refused.reason, Denied) or refused.reason not in PROBLEMS:
            raise
        form.fail(*PROBLEMS[refused.reason])
        return False
    return True


def _linked(visit: Visit, one: Whole, form: StepForm) -> bool:
    said = link(
        visit.session,
        one.id,
        file=plain_reference(form.file.data or ""),
        name=form.name.data or "",
        born=form.birth_date.data,
        postcode=form.postcode.data or "",
    )
    if said != "found":
        form.fail("file", TOO_MANY if said == "too_many" else NOT_FOUND)
    return said == "found"


def _decision(one: Whole, form: StepForm) -> Decision:
    correcting = one.rights_requests.asked.kind == Kind.CORRECT and one.dossier_id is not None
    field, value = form.field.data or "", form.value.data or ""
    return Decision(
        outcome=form.outcome.data or "",
        ground=form.ground.data or "",
        reason=form.reason.data or "",
        weighed=form.weighed.data or "",
        weighed_why=form.weighed_why.data or "",
        warned=bool(form.warned.data),
        items=((field, value),) if correcting and (field or value) else (),
    )


def _opened(visit: Visit, one: Whole) -> Opened:
    shown = present(visit.session, one, subject=one.subject, reasons=REASON, readable=visit.readable(REASON))
    opened: Opened | None = shown.rights_requests
    if opened is None:
        raise NotFound
    return opened


def _show(visit: Visit, one: Whole, forms: dict[str, StepForm], deed: str) -> ResponseReturnValue:
    texts, opened, today = visit.texts, _opened(visit, one), today_at(visit.now)
    asked, draft = opened.asked, opened.answer.get("draft")
    to_do = is_to_do(asked.kind, asked.outcome, asked.subject_kind) and asked.carried_out_at is None
    say = texts.gettext
    wrong = forms[deed].errors_in_order() if deed in forms else []
    return show(
        visit,
        "oversight/request.html",
        status=422 if deed else 200,
        title=say(N_("Request %(reference)s"), reference=grouped_reference(one.reference)),
        current=BOARD,
        back=visit.url(BOARD),
        message=say(DONE.get(http.args.get("done", ""), "")),
        errors=wrong,
        asked=asked,
        what=say(KIND[asked.kind]),
        whose=say(SUBJECT[asked.subject_kind]),
        how=say(CHANNEL[asked.channel]),
        state=say(STATE[asked.state]),
        received=texts.format_day(asked.received_on),
        due=texts.format_weekday(asked.due_on),
        left=left_in_words(visit, asked),
        tone=TONE[standing(asked, today)],
        identity=say(SEEN[asked.identity_how]) if asked.identity_how else "",
        identity_at=texts.format_moment(asked.identity_at) if asked.identity_at else "",
        details=_details(visit, opened),
        draft=draft,
        answer=answer_words(texts, visit.profile, asked.kind, opened.answer),
        settled=asked.outcome is not None,
        outcome=say(OUTCOME[asked.outcome]) if asked.outcome else "",
        to_do=to_do,
        left_to_erase=left_to_erase(visit.session, one.id, today) if asked.kind == Kind.ERASE else 0,
        restricted=one.dossier_id is not None and is_restricted(visit.session, one.dossier_id),
        answered=texts.format_moment(asked.answered_at) if asked.answered_at else "",
        sent=say(SENT_HOW[asked.sent_how]) if asked.sent_how else "",
        later=texts.format_day(asked.deferred_until) if asked.deferred_until else "",
        finished=texts.format_moment(asked.finished_at) if asked.finished_at else "",
        letter_url=visit.url("oversight.request_letter", request_id=one.id),
        form=forms,
        outcomes=[(code, say(words)) for code, words in OUTCOME.items()],
        grounds=[(str(code), say(REFUSAL[code])) for code in Refusal],
        whose_rights=[(str(code), say(WHOSE[code])) for code in Whose],
        seen_ways=[(code, say(SEEN[code])) for code in SEEN_HERE],
        sent_ways=[(code, say(SENT_HOW[code])) for code in HOW_SENT],
        fields=[
            *((code, say(COLUMN_LABELS[code])) for code in CORRECTIONS),
            (BY_DESK, say(N_("something else: the desk changes it with the family"))),
        ],
    )


def _details(visit: Visit, opened: Opened) -> list[tuple[str, str]]:
    """Return what the request says, line by line."""
    say, details = visit.texts.gettext, opened.details
    lines = [
        (say(N_("Name")), details.get("name", "")),
        (say(N_("Birth date")), details.get("birth_date", "")),
        (say(N_("Postcode")), details.get("postcode", "")),
        (say(N_("E-mail address")), details.get("email", "")),
        (say(N_("Phone number")), details.get("phone", "")),
        (say(N_("Address")), ", ".join(details.get("address", ()))),
        (say(N_("Reference of the file")), details.get("file", "")),
        (say(N_("Why")), details.get("ground", "")),
        *(
            (say(N_("Correct this")), f"{item.get('field', '')}: {item.get('value', '')}")
            for item in details.get("items", ())
        ),
        (say(N_("In their own words")), details.get("says", "")),
    ]
    return [(label, str(words)) for label, words in lines if words]
