"""The answers of a facility: consider, not now, refuse, offer, take an offer back.

Every form carries the state that the leader saw. Whoever comes second reads what the colleague decided (BXL-13).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.operations import answers
from app.applications.operations.answers import NewOffer
from app.applications.queries.records import CarePlan, ChildIdentity, FoundRequest, OwnChoice
from app.applications.queries.requests import find_request, find_twins, own_facilities, was_refused_here
from app.applications.rules import ANSWERABLE, ChoiceState, Link, RefusalReason
from app.core.access import Presented, present, present_list
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.organisations.terms import OfferTerm
from app.web.doors import FACILITY, Visit
from app.web.facility.door import LIST, facility, gone, show
from app.web.facility.forms import RefusalForm
from app.web.facility.neighbours import next_request
from app.web.facility.offering import fits, offer_context, offer_form, offer_terms
from app.web.facility.view import ListView
from app.web.facility.words import MEANWHILE, REASONS, days_text, words_of
from app.web.forms.base import PostedData

GET_POST = ("GET", "POST")
TWIN = "twin"


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """What a leader needs in front of them to answer: whose request, and for what."""

    child_identity: ChildIdentity
    care_plan: CarePlan
    own_choice: OwnChoice


@facility.page("/facility/requests/<uuid:choice_id>/consider", who=FACILITY, methods=GET_POST, once=True)
def consider(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    """Tell the family that the request is being considered."""
    if request.method == "GET":
        return _to_request(visit, choice_id)
    return _decide(visit, choice_id, ChoiceState.CONSIDERING, lambda: answers.consider(**_given(visit, choice_id)))


@facility.page("/facility/requests/<uuid:choice_id>/not-now", who=FACILITY, methods=GET_POST, once=True)
def not_now(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    """Tell the family that there is no place now."""
    if request.method == "GET":
        return _to_request(visit, choice_id)
    return _decide(visit, choice_id, ChoiceState.NOT_NOW, lambda: answers.put_off(**_given(visit, choice_id)))


@facility.page("/facility/requests/<uuid:choice_id>/refuse", who=FACILITY, methods=GET_POST, once=True)
def refuse(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    """Ask the reason, then ask again, then refuse."""
    form = RefusalForm(_posted(), texts=visit.texts, today=today_at(visit.now), required=("reason",))
    valid = form.posted and "change" not in request.form and form.validate()
    if valid and "confirmed" in request.form:
        reason = RefusalReason(str(form.reason.data))
        return _decide(
            visit, choice_id, ChoiceState.REFUSED, lambda: answers.refuse(**_given(visit, choice_id), reason=reason)
        )
    template = "facility/refuse_confirm.html" if valid else "facility/refuse.html"
    reasons = tuple((code, visit.texts.gettext(words)) for code, words in REASONS.items())
    reason_text = visit.texts.gettext(REASONS[str(form.reason.data)]) if valid else ""
    return _ask(visit, choice_id, template, form, reasons_shown=reasons, reason=reason_text)


@facility.page("/facility/requests/<uuid:choice_id>/offer", who=FACILITY, methods=GET_POST, once=True)
def offer(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    """Ask what is offered, show it once more beside what was asked, then offer it."""
    found = _find(visit, choice_id)
    if found is None or found.record.own_choice.state not in ANSWERABLE:
        return _come_second(visit, choice_id)
    terms, today, plan = offer_terms(visit), today_at(visit.now), found.record.care_plan
    form = offer_form(visit, plan, terms, posted=_posted())
    valid = form.posted and "change" not in request.form and form.validate()
    valid = valid and fits(visit, form, found.record.child_identity, terms)
    twins = _twins(visit, found)
    ticked = set(request.form.getlist(TWIN)) if form.posted else {value for value, _ in twins}
    if ticked - {value for value, _ in twins}:
        # The other request is no longer as it was: a place for one alone is not what the leader looked at.
        return _come_second(visit, choice_id)
    if valid and "confirmed" in request.form:
        made = form.offer(today)
        return _decide(
            visit,
            choice_id,
            ChoiceState.OFFERED,
            lambda: _offer_all(visit, choice_id, made, terms, [value for value, _ in twins if value in ticked]),
        )
    context = offer_context(visit, form, plan, terms, found.facility_id, valid=valid)
    context["twins"] = tuple((value, name, value in ticked) for value, name in twins)
    template = "facility/offer_confirm.html" if valid else "facility/offer.html"
    return _ask(visit, choice_id, template, form, found=found, **context)


def _twins(visit: Visit, found: FoundRequest) -> tuple[tuple[str, str], ...]:
    """Return the children who want a place together with this one: their choice as it stands, and their name."""
    if found.record.care_plan.link != Link.TOGETHER:
        return ()
    rows = present_list(
        visit.session,
        [row for row in find_twins(visit.session, found).values() if row.own_choice.state in ANSWERABLE],
        reasons={found.reason},
        readable=visit.readable({found.reason}),
        public=("id", "subject"),
    )
    return tuple(
        (f"{row.id}.{row.own_choice.state}", f"{child.given_name or ''} {child.family_name}".strip())
        for row in rows
        if row.own_choice and (child := row.child_identity)
    )


def _offer_all(visit: Visit, choice_id: UUID, made: NewOffer, terms: OfferTerm, twins: Sequence[str]) -> None:
    """Offer the place, and the same to the twins that are ticked: to all of them or to none."""
    answers.make_offer(**_given(visit, choice_id), offer=made, terms=terms)
    for value in twins:
        key, _, seen = value.partition(".")
        answers.make_offer(visit.session, UUID(key), made, terms=terms, seen=seen, now=visit.now)


@facility.page("/facility/requests/<uuid:choice_id>/withdraw", who=FACILITY, methods=GET_POST, once=True)
def withdraw(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    """Ask whether the offer is to be taken back, then take it back."""
    found = _find(visit, choice_id)
    standing = [made for made in found.record.answers.offers if made.state == "open"] if found else []
    if found is None or not standing:
        return _come_second(visit, choice_id)
    if request.method == "POST":
        if request.form.get("offer") != str(standing[0].id):
            return _come_second(visit, choice_id)
        return _decide(
            visit,
            choice_id,
            "withdrawn",
            lambda: answers.withdraw_offer(visit.session, standing[0].id, now=visit.now),
        )
    return _ask(visit, choice_id, "facility/withdraw.html", None, found=found, made=standing[0])


def _to_request(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    # Where the language switch leads on a page that answers a post.
    return visit.go("facility.request_page", choice_id=choice_id, **ListView.read(request.args).query())


def _given(visit: Visit, choice_id: UUID) -> dict[str, Any]:
    return {
        "session": visit.session,
        "choice_id": choice_id,
        "seen": request.form.get("seen", ""),
        "now": visit.now,
    }


def _posted() -> PostedData | None:
    return request.form if request.method == "POST" else None


def _decide(visit: Visit, choice_id: UUID, done: str, decision: Callable[[], object]) -> ResponseReturnValue:
    """Carry a decision out whole or not at all, and go back to the list that the leader came from."""
    asked = ListView.read(request.args)
    following = next_request(visit, asked, choice_id)
    try:
        with visit.session.begin_nested():
            decision()
    except (Refused, NotFound):
        return _come_second(visit, choice_id)
    return visit.go(LIST, **asked.query(), done=done, next=following)


def _come_second(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    """Tell a leader what was decided in the meantime, or that the request is gone."""
    asked = ListView.read(request.args)
    found = _find(visit, choice_id)
    if found is not None:
        state, answered = found.record.own_choice.state, found.record.answers.answered_at
        shown = present(
            visit.session,
            AnswerRecord(found.record.child_identity, found.record.care_plan, found.record.own_choice),
            subject=found.dossier_id,
            reasons={found.reason},
            readable=visit.readable({found.reason}),
        )
        link = visit.url("facility.request_page", choice_id=choice_id, **asked.query())
    elif was_refused_here(visit.session, choice_id):
        state, answered, shown, link = ChoiceState.REFUSED, None, None, ""
    else:
        return gone(visit, **asked.query())
    return show(
        visit,
        "facility/meanwhile.html",
        own_facilities(visit.session),
        status=409,
        decided=visit.texts.gettext(MEANWHILE[state]),
        answered=answered,
        shown=shown,
        link=link,
        back=visit.url(LIST, **asked.query()),
    )


def _find(visit: Visit, choice_id: UUID) -> FoundRequest | None:
    try:
        return find_request(visit.session, choice_id)
    except NotFound:
        return None


def _ask(
    visit: Visit, choice_id: UUID, template: str, form: Any, *, found: FoundRequest | None = None, **context: Any
) -> ResponseReturnValue:
    """Show a question about one request, with no more of it than the answer needs."""
    found = found or _find(visit, choice_id)
    if found is None or (form is not None and found.record.own_choice.state not in ANSWERABLE):
        return _come_second(visit, choice_id)
    record = found.record
    shown: Presented = present(
        visit.session,
        AnswerRecord(record.child_identity, record.care_plan, record.own_choice),
        subject=found.dossier_id,
        reasons={found.reason},
        readable=visit.readable({found.reason}),
    )
    asked = ListView.read(request.args)
    return show(
        visit,
        template,
        own_facilities(visit.session),
        status=422 if form is not None and form.problems else 200,
        form=form,
        found=found,
        shown=shown,
        seen=request.form.get("seen") or record.own_choice.state,
        typed=tuple((name, value) for name, values in form.to_typed().items() for value in values) if form else (),
        back=visit.url("facility.request_page", choice_id=choice_id, **asked.query()),
        words=words_of(visit.texts),
        wanted=days_text(record.care_plan.half_days, visit.texts),
        **context,
    )
