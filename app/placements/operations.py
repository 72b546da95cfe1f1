"""What a family does with an offer, and what happens when it does nothing.

Every operation here and at the facility touches the choice before its offer, so that two that meet cannot deadlock.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice, Offer
from app.applications.operations.notices import tell_facility, tell_family
from app.applications.rules import STANDING, ApplicationState, ChoiceState, OfferState
from app.core.audit import note_change
from app.core.errors import NotFound, Refused
from app.facilities.models import Facility
from app.families.models import Dossier
from app.families.policy import of_family
from app.placements.models import Placement
from app.placements.rules import Denied, may_accept, may_decline

# Either parent may answer; the request is held, so that two who answer at once come one by one.
_OWN = text(of_family("offer.dossier_id"))
_GROUPS = ("answers", "own_choice")


def accept_offer(session: Session, offer_id: UUID, *, now: datetime) -> UUID:
    """Enrol the child and return the placement's id; every other facility loses the file with it (BXL-13, BXL-56).

    Raises NotFound, and Refused when the offer or the request no longer stands.
    """
    offer = _require(session, offer_id)
    if denied := may_accept(offer.state, offer.application_state, offer.expires_at, now):
        raise Refused(denied)
    _move_choice(session, offer.choice_id, ChoiceState.ENROLLED)
    _move_offer(session, offer_id, OfferState.ACCEPTED, now)
    closed = session.connection().execute(
        update(Application)
        .where(Application.id == offer.application_id, Application.state == ApplicationState.OPEN)
        .values(state=ApplicationState.ENROLLED, closed_at=now)
    )
    if closed.rowcount != 1:
        raise Refused(Denied.APPLICATION_CLOSED)
    session.execute(
        update(Choice)
        .where(Choice.application_id == offer.application_id, Choice.state.in_(STANDING))
        .values(state=ChoiceState.CLOSED)
    )
    session.execute(
        update(Offer)
        .where(Offer.application_id == offer.application_id, Offer.state == OfferState.OPEN)
        .values(state=OfferState.WITHDRAWN, decided_at=now)
    )
    placement_id = uuid4()
    session.add(
        Placement(
            id=placement_id,
            organisation=offer.organisation,
            facility_id=offer.facility_id,
            dossier_id=offer.dossier_id,
            child_id=offer.child_id,
            application_id=offer.application_id,
            offer_id=offer_id,
            start_date=offer.start_date,
            half_days=offer.half_days,
            created_at=now,
        )
    )
    _note(session, "offer_accepted", offer, now, (*_GROUPS, "placement"))
    tell_family(
        session,
        offer.dossier_id,
        "enrolled",
        f"enrolled:{offer_id}",
        facility=offer.facility,
        facility_phone=offer.facility_phone,
        facility_email=offer.facility_email,
        start_on=offer.start_date.isoformat(),
        half_days=offer.half_days,
    )
    tell_facility(
        session,
        offer.facility_id,
        "facility_offer_accepted",
        f"accepted:{offer_id}",
        choice_id=str(offer.choice_id),
        start_on=offer.start_date.isoformat(),
    )
    return placement_id


def decline_offer(session: Session, offer_id: UUID, *, now: datetime) -> None:
    """Decline an offer; the request stays, with this facility too. Raises NotFound, Refused."""
    offer = _require(session, offer_id)
    if denied := may_decline(offer.state, offer.expires_at, now):
        raise Refused(denied)
    _move_choice(session, offer.choice_id, ChoiceState.CONSIDERING)
    _move_offer(session, offer_id, OfferState.DECLINED, now)
    _note(session, "offer_declined", offer, now, _GROUPS)
    tell_family(session, offer.dossier_id, "declined_receipt", f"declined-receipt:{offer_id}", facility=offer.facility)
    tell_facility(
        session,
        offer.facility_id,
        "facility_offer_declined",
        f"declined:{offer_id}",
        choice_id=str(offer.choice_id),
        start_on=offer.start_date.isoformat(),
    )


def lapse_offers(session: Session, *, now: datetime, limit: int) -> int:
    """Close the offers whose term is over and open their requests again; returns how many. Pages do not wait for it.

    For the actor `system:offers` of one organisation; running it twice changes and sends nothing twice.
    """
    due = session.execute(
        select(Offer.id, Offer.choice_id, Offer.dossier_id, Offer.facility_id, Offer.start_date, Facility.name)
        .join(Choice, Choice.id == Offer.choice_id)
        .join(Facility, Facility.id == Offer.facility_id)
        .where(Offer.state == OfferState.OPEN, Offer.expires_at <= now)
        .order_by(Offer.expires_at, Offer.id)
        .limit(limit)
        .with_for_update(of=Choice, skip_locked=True)
    ).all()
    for offer in due:
        moved = session.connection().execute(
            update(Choice)
            .where(Choice.id == offer.choice_id, Choice.state == ChoiceState.OFFERED)
            .values(state=ChoiceState.OPEN)
        )
        _move_offer(session, offer.id, OfferState.LAPSED, now)
        note_change(session, "offer_lapsed", dossier_id=offer.dossier_id, groups=_GROUPS, reasons=("system:offers",))
        if moved.rowcount == 1:
            start = offer.start_date.isoformat()
            tell_family(
                session,
                offer.dossier_id,
                "offer_lapsed",
                f"lapsed-family:{offer.id}",
                facility=offer.name,
                start_on=start,
            )
            tell_facility(
                session,
                offer.facility_id,
                "facility_offer_lapsed",
                f"lapsed:{offer.id}",
                choice_id=str(offer.choice_id),
                start_on=start,
            )
    return len(due)


def _require(session: Session, offer_id: UUID) -> Any:
    """Read an offer of the actor's own dossier, holding its request: two answers to one request come one by one."""
    offer = session.execute(
        select(
            Offer.id,
            Offer.organisation,
            Offer.choice_id,
            Offer.application_id,
            Offer.dossier_id,
            Offer.facility_id,
            Offer.start_date,
            Offer.half_days,
            Offer.expires_at,
            Offer.state,
            Application.child_id,
            Application.state.label("application_state"),
            Facility.name.label("facility"),
            Facility.phone.label("facility_phone"),
            Facility.email.label("facility_email"),
        )
        .join(Application, Application.id == Offer.application_id)
        .join(Facility, Facility.id == Offer.facility_id)
        .where(Offer.id == offer_id, _OWN)
        .with_for_update(of=Application)
    ).one_or_none()
    if offer is None:
        raise NotFound
    return offer


def _move_choice(session: Session, choice_id: UUID, state: ChoiceState) -> None:
    moved = session.connection().execute(
        update(Choice).where(Choice.id == choice_id, Choice.state == ChoiceState.OFFERED).values(state=state)
    )
    if moved.rowcount != 1:
        raise Refused(Denied.OFFER_CLOSED)


def _move_offer(session: Session, offer_id: UUID, state: OfferState, now: datetime) -> None:
    moved = session.connection().execute(
        update(Offer).where(Offer.id == offer_id, Offer.state == OfferState.OPEN).values(state=state, decided_at=now)
    )
    if moved.rowcount != 1:
        raise Refused(Denied.OFFER_CLOSED)


def _note(session: Session, event: str, offer: Any, now: datetime, groups: tuple[str, ...]) -> None:
    note_change(session, event, dossier_id=offer.dossier_id, groups=groups, reasons=("owner",))
    session.execute(update(Dossier).where(Dossier.id == offer.dossier_id).values(last_activity_at=now))
