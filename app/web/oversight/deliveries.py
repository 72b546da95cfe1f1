"""What left the house: the ledger, a file from asking to fetching, and the step of the second person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import present
from app.core.clock import today_at
from app.core.crypto import Unreadable
from app.core.errors import Refused
from app.families.rules import grouped_reference
from app.privacy.queries.oversight import require_officer, require_overseer
from app.transfers.operations.asking import FORMATS, approve_delivery, ask_delivery, cancel_delivery, fetch_delivery
from app.transfers.policy.rows import served
from app.transfers.queries.ledger import PAGE_SIZE, Count, DeliveryLine, counted, delivery_of, listed, order_said
from app.transfers.rules import Denied, Standing, State
from app.web.doors import OVERSIGHT, Visit
from app.web.forms import ChoiceField, StepForm
from app.web.oversight.door import REASON, oversight, show
from app.web.transfer_words import KINDS, STATES, column_words, ground_words, purpose_words, recipient_name

TITLE, TITLE_OF_ORDERS = N_("Deliveries"), N_("Legal orders")
DELIVERIES, DELIVERY = "oversight.deliveries", "oversight.delivery"
OFFICER = "dpo"
STANDINGS = {
    Standing.IN: N_("in the file"),
    Standing.WITHDRAWN: N_("said no, or took it back"),
    Standing.CLOSED: N_("the request is over"),
    Standing.RESTRICTED: N_("the file may not be used now"),
    Standing.PROTECTED: N_("protected address: left out, look at it by hand"),
    Standing.PARTNER_NAMED: N_("the partner's name stands in name or address: left out, look at it by hand"),
    Standing.EXPECTED: N_("not born yet"),
}
PROBLEMS = {
    Denied.SAME_PERSON: N_("Somebody else than who asked for it agrees to it. Ask a colleague."),
    Denied.NOT_NOW: N_("Somebody was before you. Look at what it says now."),
}
STOPPED = N_("This may not leave: it no longer agrees with the register of recipients.")
DONE = {
    "asked": N_("Asked. A second person has to agree."),
    "approved": N_("Agreed. The file is made within fifteen minutes."),
    "cancelled": N_("Stopped. No file is made."),
}


class AskForm(StepForm):
    """For whom, and how it is written."""

    recipient = ChoiceField(missing=N_("Choose the recipient"))
    written_as = ChoiceField(missing=N_("Choose how the file is written"), values=FORMATS)


@dataclass(frozen=True)
class LedgerLine:
    """One file in words."""

    url: str
    recipient: str
    kind: str
    purpose: str
    asked: str
    made: str
    count: str
    columns: tuple[str, ...]
    version: str
    state: str
    tone: str


@dataclass(frozen=True)
class OrderFacts:
    """What an order says, as the officer reads it."""

    disclosures: tuple[str, str, str, str]


@oversight.page("/oversight/deliveries", who=OVERSIGHT)
def deliveries(visit: Visit) -> ResponseReturnValue:
    """Show what was asked, made and fetched, orders apart; the security officer has this page to agree."""
    return _ledger(visit, orders=False)


@oversight.page("/oversight/orders", who=OVERSIGHT)
def orders(visit: Visit) -> ResponseReturnValue:
    """Show the legal orders."""
    return _ledger(visit, orders=True)


@oversight.page("/oversight/deliveries/new", who=OVERSIGHT, methods=("GET", "POST"), once=True)
def delivery_new(visit: Visit) -> ResponseReturnValue:
    """Show how many would be in each recipient's file, and ask for one."""
    require_officer(visit.session)
    texts, known = visit.texts, served(visit.profile)
    form = AskForm(
        request.form if request.method == "POST" else None,
        texts=texts,
        today=today_at(visit.now),
        answers={"written_as": "json"},
        required=("recipient", "written_as"),
        choices={"recipient": tuple(one.key for one in known)},
    )
    if form.posted and form.validate():
        try:
            made = ask_delivery(
                visit.session, visit.profile, str(form.recipient.data), str(form.written_as.data), now=visit.now
            )
        except Refused:
            form.fail("recipient", STOPPED)
        else:
            return visit.go(DELIVERY, delivery_id=made, done="asked")
    return show(
        visit,
        "oversight/delivery_new.html",
        status=422 if form.problems else 200,
        current=DELIVERIES,
        title=texts.gettext("Ask for a file"),
        back=visit.url(DELIVERIES),
        form=form,
        recipients=tuple(
            (
                one.key,
                texts.gettext(one.name),
                _counts(visit, counted(visit.session, visit.profile, one.key)),
                "; ".join(column_words(texts, one.columns)),
            )
            for one in known
        ),
    )


@oversight.page("/oversight/deliveries/<uuid:delivery_id>", who=OVERSIGHT, methods=("GET", "POST"), once=True)
def delivery(visit: Visit, delivery_id: UUID) -> ResponseReturnValue:
    """Show one file; a second person agrees to it, the officer stops or fetches it."""
    role = require_overseer(visit.session)
    line = delivery_of(visit.session, delivery_id)
    problem = ""
    if request.method == "POST":
        try:
            return visit.go(DELIVERY, delivery_id=delivery_id, done=_done(visit, line, request.form.get("deed", "")))
        except Refused as refused:
            problem = visit.texts.gettext(PROBLEMS.get(Denied(refused.reason), STOPPED))
    texts = visit.texts
    return show(
        visit,
        "oversight/delivery.html",
        status=422 if problem else 200,
        current=DELIVERIES,
        title=texts.gettext(KINDS[line.kind]),
        back=visit.url("oversight.orders" if line.is_order else DELIVERIES),
        message=texts.gettext(DONE.get(request.args.get("done", ""), "")),
        problem=problem,
        line=_line(visit, line),
        ground=ground_words(texts, line.ground),
        approved=texts.format_moment(line.approved_at) if line.approved_at else "",
        fetched=texts.format_moment(line.fetched_at) if line.fetched_at else "",
        order=_order(visit, line) if role == OFFICER else None,
        hidden_until=texts.format_day(line.hidden_until) if line.hidden_until else "",
        may_agree=line.state == State.ASKED and line.asked_by != visit.actor_id,
        may_stop=role == OFFICER and line.state in (State.ASKED, State.APPROVED),
        file_url=visit.url("oversight.delivery_file", delivery_id=delivery_id) if _lies_here(line, visit.now) else "",
        is_officer=role == OFFICER,
    )


@oversight.page("/oversight/deliveries/<uuid:delivery_id>/file", who=OVERSIGHT, methods=("POST",))
def delivery_file(visit: Visit, delivery_id: UUID) -> ResponseReturnValue:
    """Hand the encrypted file to the officer, and note it; raises NotFound when it is here no more."""
    require_officer(visit.session)
    fetched = fetch_delivery(visit.session, delivery_id, now=visit.now)
    answer = Response(fetched.content, content_type="application/pkcs7-mime")
    answer.headers["Content-Disposition"] = f'attachment; filename="{fetched.name}"'
    return answer


def _ledger(visit: Visit, *, orders: bool) -> ResponseReturnValue:
    role = require_overseer(visit.session)
    found = listed(visit.session, orders=orders, before=_before())
    page = found[:PAGE_SIZE]
    here = "oversight.orders" if orders else DELIVERIES
    return show(
        visit,
        "oversight/deliveries.html",
        current=DELIVERIES,
        title=visit.texts.gettext(TITLE_OF_ORDERS if orders else TITLE),
        lines=tuple(_line(visit, one) for one in page),
        is_orders=orders,
        is_officer=role == OFFICER,
        new_url=visit.url("oversight.order_new" if orders else "oversight.delivery_new"),
        other_url=visit.url(DELIVERIES if orders else "oversight.orders"),
        keys_url=visit.url("oversight.recipient_keys"),
        next=visit.url(here, before=page[-1].asked_at.isoformat()) if len(found) > PAGE_SIZE else "",
    )


def _done(visit: Visit, line: DeliveryLine, deed: str) -> str:
    if deed == "agree":
        approve_delivery(visit.session, visit.profile, line.id, now=visit.now)
        return "approved"
    require_officer(visit.session)
    cancel_delivery(visit.session, line.id)
    return "cancelled"


def _line(visit: Visit, line: DeliveryLine) -> LedgerLine:
    texts = visit.texts
    state, tone = STATES[line.state]
    return LedgerLine(
        visit.url(DELIVERY, delivery_id=line.id),
        recipient_name(texts, visit.profile, line.recipient),
        texts.gettext(KINDS[line.kind]),
        purpose_words(texts, line.purpose),
        texts.format_moment(line.asked_at),
        texts.format_moment(line.made_at) if line.made_at else "",
        "" if line.record_count is None else str(line.record_count),
        column_words(texts, line.columns),
        line.text_version,
        texts.gettext(state),
        tone,
    )


def _order(visit: Visit, line: DeliveryLine) -> tuple[str, str, str, str] | None:
    """Return law, reference, who gave it and how it is written, for the officer alone."""
    if not line.is_order:
        return None
    try:
        said = order_said(visit.session, line.id)
    except Unreadable:
        said = {"reference": "", "who": ""}
    facts = OrderFacts((line.law or "", said["reference"], said["who"], line.format))
    # Under the order's own id: the log of the family's file hears nothing of it (LEU-38).
    shown = present(visit.session, facts, subject=line.id, reasons=REASON, readable=visit.readable(REASON))
    read: tuple[str, str, str, str] | None = shown.disclosures
    return read


def _counts(visit: Visit, found: Sequence[Count]) -> tuple[tuple[int, str, str], ...]:
    texts = visit.texts
    return tuple(
        (one.children, texts.gettext(STANDINGS[one.standing]), ", ".join(grouped_reference(file) for file in one.files))
        for one in sorted(found, key=lambda one: list(Standing).index(one.standing))
    )


def _lies_here(line: DeliveryLine, now: datetime) -> bool:
    made = line.state in (State.MADE, State.FETCHED)
    return made and line.file_until is not None and line.file_until > now


def _before() -> datetime | None:
    try:
        return datetime.fromisoformat(request.args.get("before", "").replace(" ", "+"))
    except ValueError:
        return None
