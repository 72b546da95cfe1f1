"""A facility's answers to a request that chose it.

Each takes the state that the leader saw: when a colleague answered in the meantime the second answer is refused, so
that a family never gets two that contradict each other (BXL-13).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice, Offer
from app.applications.operations.notices import tell_family
from app.applications.rules import (
    ChoiceState,
    Denied,
    OfferState,
    Plan,
    RefusalReason,
    deviates,
    end_of_day,
    may_answer,
    may_answer_several,
    may_offer,
    may_refuse,
    may_take_back,
    may_withdraw_offer,
    offer_problems,
    still_as_seen,
)
from app.core.access import reached
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.facilities.models import Facility
from app.organisations.terms import OfferTerm

REACHED = text(reached("chosen", "choice_id", "choice.id"))
_OWN_REFUSAL = text("select r.answered_by, r.answered_at from access.own_refusals() r where r.choice_id = :choice_id")
_TAKE_BACK = text("select access.take_back_refusal(:choice_id)")


@dataclass(frozen=True, slots=True)
class NewOffer:
    """A place that a facility offers: from when, which half days, and until when the family may answer."""

    plan: Plan
    reply_by: date
    hours: Mapping[str, Any] | None = None


def consider(session: Session, choice_id: UUID, *, seen: str, now: datetime) -> None:
    """Tell the family that its request is being considered; raises NotFound, Refused."""
    request = _require(session, choice_id, seen)
    _refuse_if(may_answer(request.state, ChoiceState.CONSIDERING))
    _answer(session, request, ChoiceState.CONSIDERING, now)


def put_off(session: Session, choice_id: UUID, *, seen: str, now: datetime) -> None:
    """Tell the family that there is no place now and that its request stays; raises NotFound, Refused."""
    request = _require(session, choice_id, seen)
    _refuse_if(may_answer(request.state, ChoiceState.NOT_NOW))
    _answer(session, request, ChoiceState.NOT_NOW, now)


def refuse(session: Session, choice_id: UUID, *, reason: RefusalReason, seen: str, now: datetime) -> None:
    """Refuse a request for good and with a reason; the facility loses the file with it. Raises NotFound, Refused."""
    request = _require(session, choice_id, seen)
    _refuse_if(may_refuse(request.state))
    _answer(session, request, ChoiceState.REFUSED, now, reason=reason)


def answer_several(
    session: Session,
    picked: Mapping[UUID, str],
    answer: ChoiceState,
    *,
    reason: RefusalReason | None = None,
    now: datetime,
) -> Mapping[UUID, Denied | None]:
    """Give several requests one answer, each whole or not at all, and return for each why not or None.

    `picked` gives the state that the leader saw. Each is noted, and each family is told, by itself. Raises Refused when
    too many or none are picked.
    """
    _refuse_if(may_answer_several(len(picked)))
    became: dict[UUID, Denied | None] = {}
    # In one order, whoever answers: two who meet wait for each other instead of for ever.
    for choice_id in sorted(picked):
        try:
            with session.begin_nested():
                request = _require(session, choice_id, picked[choice_id])
                _refuse_if(may_answer(request.state, answer))
                _answer(session, request, answer, now, reason=reason)
        except NotFound:
            became[choice_id] = Denied.GONE
        except Refused as refused:
            became[choice_id] = Denied(refused.reason)
        else:
            became[choice_id] = None
    return became


def take_back_refusal(session: Session, choice_id: UUID, *, now: datetime) -> None:
    """Take back one's own refusal of the last day: the request stands as it stood, with the dates that it had.

    Until then the file stays closed. Raises NotFound and Refused, also when the child has a place elsewhere by now.
    """
    refusal = session.execute(_OWN_REFUSAL, {"choice_id": choice_id}).one_or_none()
    if refusal is None:
        raise NotFound
    _refuse_if(may_take_back(refusal.answered_at, refusal.answered_by, actor_of(session).id, now))
    if session.scalar(_TAKE_BACK, {"choice_id": choice_id}) is None:
        raise Refused(Denied.CHANGED_MEANWHILE)
    request = _read(session, choice_id)
    _note(session, "refusal_taken_back", request)
    tell_family(
        session,
        request.dossier_id,
        "answer_taken_back",
        f"answer-taken-back:{choice_id}:{now.isoformat()}",
        facility=request.facility,
    )


def make_offer(
    session: Session, choice_id: UUID, offer: NewOffer, *, terms: OfferTerm, seen: str, now: datetime
) -> UUID:
    """Offer a place, as asked or otherwise, and return the offer's id; raises NotFound, Refused (BXL-13)."""
    request = _require(session, choice_id, seen)
    _refuse_if(may_offer(request.state, request.application_state))
    problems = offer_problems(
        offer.plan,
        reply_by=offer.reply_by,
        birth_date=request.child_birth_date,
        today=today_at(now),
        shortest_days=terms.min_days,
        longest_days=terms.max_days,
    )
    _refuse_if(next(iter(problems), None))
    offer_id, deviating = uuid4(), deviates(offer.plan, Plan(request.start_date, request.half_days))
    _move(session, request, ChoiceState.OFFERED, now)
    session.add(
        Offer(
            id=offer_id,
            organisation=request.organisation,
            choice_id=choice_id,
            application_id=request.application_id,
            dossier_id=request.dossier_id,
            facility_id=request.facility_id,
            start_date=offer.plan.start_date,
            half_days=offer.plan.half_days,
            hours=dict(offer.hours) if offer.hours else None,
            deviating=deviating,
            expires_at=end_of_day(offer.reply_by),
            state=OfferState.OPEN,
            created_at=now,
        )
    )
    note_change(
        session, "offer_made", dossier_id=request.dossier_id, groups=("answers", "own_choice"), reasons=("chosen",)
    )
    tell_of_offer(session, request.dossier_id, request.facility, offer_id, offer, deviating=deviating)
    return offer_id


def tell_of_offer(
    session: Session, dossier_id: UUID, facility: str, offer_id: UUID, offer: NewOffer, *, deviating: bool
) -> None:
    """Tell the family what is offered and until when it may answer, however the facility found it."""
    tell_family(
        session,
        dossier_id,
        "offer",
        f"offer:{offer_id}",
        facility=facility,
        start_on=str(offer.plan.start_date),
        half_days=offer.plan.half_days,
        expires_at=end_of_day(offer.reply_by).isoformat(),
        deviating=deviating,
    )


def withdraw_offer(session: Session, offer_id: UUID, *, now: datetime) -> None:
    """Take back an offer that nobody answered; the request is considered again. Raises NotFound, Refused."""
    found = session.execute(
        select(Offer.choice_id, Offer.state)
        .join(Choice, Choice.id == Offer.choice_id)
        .where(Offer.id == offer_id, REACHED)
    ).one_or_none()
    if found is None:
        raise NotFound
    _refuse_if(may_withdraw_offer(found.state))
    request = _require(session, found.choice_id, ChoiceState.OFFERED)
    # The choice before its offer, here as in every operation: two that meet wait for each other and never both.
    _move(session, request, ChoiceState.CONSIDERING, now)
    taken = session.connection().execute(
        update(Offer)
        .where(Offer.id == offer_id, Offer.state == OfferState.OPEN)
        .values(state=OfferState.WITHDRAWN, decided_at=now)
    )
    if taken.rowcount != 1:
        raise Refused(Denied.OFFER_CLOSED)
    _note(session, "offer_withdrawn", request)
    tell_family(
        session,
        request.dossier_id,
        "offer_withdrawn",
        f"offer-withdrawn:{offer_id}",
        facility=request.facility,
    )


def _require(session: Session, choice_id: UUID, seen: str) -> Any:
    """Read a request that the leader reaches and hold it; it must still be as the leader saw it.

    Whoever comes second waits here, and then reads what the first one decided.
    """
    request = _read(session, choice_id)
    _refuse_if(still_as_seen(request.state, seen))
    return request


def _read(session: Session, choice_id: UUID) -> Any:
    request = session.execute(
        select(
            Choice.id,
            Choice.organisation,
            Choice.application_id,
            Choice.dossier_id,
            Choice.facility_id,
            Choice.state,
            Choice.start_date,
            Choice.half_days,
            Choice.child_birth_date,
            Application.state.label("application_state"),
            Facility.name.label("facility"),
        )
        .join(Application, Application.id == Choice.application_id)
        .join(Facility, Facility.id == Choice.facility_id)
        .where(Choice.id == choice_id, REACHED)
        .with_for_update(of=Choice)
    ).one_or_none()
    if request is None:
        raise NotFound
    return request


def _refuse_if(denied: Denied | None) -> None:
    if denied is not None:
        raise Refused(denied)


def _answer(
    session: Session, request: Any, answer: ChoiceState, now: datetime, *, reason: RefusalReason | None = None
) -> None:
    # The family is told first: a refusal ends the reach that sealing a message to it needs.
    params = {"reason": str(reason)} if reason else {}
    tell_family(
        session,
        request.dossier_id,
        f"answer_{answer}",
        f"answer:{request.id}:{answer}:{now.isoformat()}",
        facility=request.facility,
        **params,
    )
    _move(session, request, answer, now, reason=reason)
    _note(session, f"choice_{answer}", request)


def _move(
    session: Session, request: Any, state: ChoiceState, now: datetime, *, reason: RefusalReason | None = None
) -> None:
    moved = session.connection().execute(
        update(Choice)
        .where(Choice.id == request.id, Choice.state == request.state)
        .values(
            state=state,
            answered_at=now,
            answered_by=actor_of(session).id,
            previous_state=request.state,
            refusal_reason=reason,
        )
    )
    if moved.rowcount != 1:
        raise Refused(Denied.CHANGED_MEANWHILE)


def _note(session: Session, event: str, request: Any) -> None:
    note_change(session, event, dossier_id=request.dossier_id, groups=("answers", "own_choice"), reasons=("chosen",))
