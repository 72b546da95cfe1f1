"""The term of an offer: reminded before its end, put off where nobody was reached, and over at its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.applications.models import Choice, Offer
from app.applications.operations.notices import tell_facility, tell_family
from app.applications.rules import URGENT, ChoiceState, OfferState, after_offer
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.models import OutboxMessage
from app.core.outbox import LETTER, MAIL, TEXT
from app.facilities.models import Facility
from app.organisations.terms import OfferTerm
from app.placements.rules import Delivery, put_off_until, reached_nobody, reminder_due

OFFERS = ("system:offers",)
_GROUPS = ("answers", "own_choice")
# An offer is put off before its end comes near, so that no page shows it as lapsed in between.
AHEAD = timedelta(hours=24)


def remind_of_offers(session: Session, *, now: datetime, days: tuple[int, ...], limit: int) -> int:
    """Remind each family of the offers that it has not answered, once for each of these days; returns how many."""
    rows = session.execute(
        select(Offer.id, Offer.dossier_id, Offer.expires_at, Offer.created_at, Facility.name)
        .join(Facility, Facility.id == Offer.facility_id)
        .where(
            Offer.state == OfferState.OPEN,
            Offer.expires_at > now,
            Offer.expires_at <= now + timedelta(days=max(days, default=0) + 1),
        )
        .order_by(Offer.expires_at, Offer.id)
        .limit(limit)
    ).all()
    told = 0
    for offer in rows:
        last_day = today_at(offer.expires_at - timedelta(microseconds=1))
        due = reminder_due(last_day, today_at(offer.created_at), today_at(now), days)
        if due is None:
            continue
        tell_family(
            session,
            offer.dossier_id,
            "offer_reminder",
            f"offer-reminder:{offer.id}:{last_day}:{due}",
            facility=offer.name,
            expires_at=offer.expires_at.isoformat(),
        )
        told += 1
    return told


def lapse_offers(session: Session, terms: OfferTerm, *, now: datetime, limit: int) -> int:
    """Close the offers whose term is over and open their requests again; returns how many. Pages do not wait for it.

    An offer whose message reached nobody is put off first, and its facility told. For the actor `system:offers` of one
    organisation; running it twice changes and sends nothing twice.
    """
    _put_off_unreached(session, terms, now)
    due = session.execute(
        select(
            Offer.id,
            Offer.choice_id,
            Offer.dossier_id,
            Offer.facility_id,
            Offer.start_date,
            Facility.name,
            Choice.origin,
        )
        .join(Choice, Choice.id == Offer.choice_id)
        .join(Facility, Facility.id == Offer.facility_id)
        .where(Offer.state == OfferState.OPEN, Offer.expires_at <= now)
        .order_by(Offer.expires_at, Offer.id)
        .limit(limit)
        .with_for_update(of=Choice, skip_locked=True)
    ).all()
    for offer in due:
        _lapse(session, offer, now)
    return len(due)


def _lapse(session: Session, offer: Any, now: datetime) -> None:
    moved = session.connection().execute(
        update(Choice)
        .where(Choice.id == offer.choice_id, Choice.state == ChoiceState.OFFERED)
        .values(state=after_offer(offer.origin, ChoiceState.OPEN))
    )
    session.execute(
        update(Offer)
        .where(Offer.id == offer.id, Offer.state == OfferState.OPEN)
        .values(state=OfferState.LAPSED, decided_at=now)
    )
    note_change(session, "offer_lapsed", dossier_id=offer.dossier_id, groups=_GROUPS, reasons=OFFERS)
    if moved.rowcount != 1:
        return
    start = offer.start_date.isoformat()
    moment = f"{offer.id}:{now.isoformat()}"
    kind = "urgent_offer_lapsed" if offer.origin == URGENT else "offer_lapsed"
    tell_family(session, offer.dossier_id, kind, f"lapsed-family:{moment}", facility=offer.name, start_on=start)
    tell_facility(
        session,
        offer.facility_id,
        "facility_offer_lapsed",
        f"lapsed:{moment}",
        choice_id=str(offer.choice_id),
        start_on=start,
    )


def _put_off_unreached(session: Session, terms: OfferTerm, now: datetime) -> None:
    """Move the end of the offers of which nobody heard: the desk has a task then, and time for it."""
    rows = session.execute(
        select(Offer.id, Offer.facility_id, Offer.dossier_id, Offer.choice_id, Offer.expires_at, Offer.created_at)
        .where(Offer.state == OfferState.OPEN, Offer.expires_at <= now + AHEAD)
        .with_for_update(skip_locked=True)
    ).all()
    for offer in rows:
        if not reached_nobody(_deliveries(session, offer.id)):
            continue
        until = put_off_until(
            offer.expires_at,
            offer.created_at,
            longest=timedelta(days=terms.max_days),
            grace=timedelta(days=terms.unreached_days),
        )
        if until is None:
            continue
        session.execute(
            update(Offer).where(Offer.id == offer.id, Offer.state == OfferState.OPEN).values(expires_at=until)
        )
        note_change(session, "offer_put_off", dossier_id=offer.dossier_id, groups=_GROUPS, reasons=OFFERS)
        tell_facility(
            session,
            offer.facility_id,
            "facility_offer_put_off",
            f"put-off:{offer.id}:{until.isoformat()}",
            choice_id=str(offer.choice_id),
            expires_at=until.isoformat(),
        )


def _deliveries(session: Session, offer_id: Any) -> tuple[Delivery, ...]:
    """Return what became of the message of an offer, by every channel that it took."""
    key = f"offer:{offer_id}"
    keys = [key, *(f"{key}:{channel}" for channel in (MAIL, TEXT, LETTER))]
    rows = session.execute(
        select(OutboxMessage.state, OutboxMessage.handled_at).where(
            OutboxMessage.organisation == func.app.organisation(),
            OutboxMessage.once_key.in_(keys),
        )
    )
    return tuple(Delivery(row.state, row.handled_at is not None) for row in rows)
