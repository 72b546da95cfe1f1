"""What a family does with an offer: it accepts or declines.

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
from app.applications.rules import STANDING, URGENT, ApplicationState, ChoiceState, OfferState, after_offer, state_on
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.facilities.models import Facility
from app.families.operations import touch_dossier
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
    offer = require_offer(session, offer_id)
    state = state_on(offer.application_state, offer.expires_on, today_at(now))
    if denied := may_accept(offer.state, state, offer.expires_at, now):
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
        .values(state=ChoiceState.CLOSED, previous_state=Choice.state, closing_offer_id=offer_id)
    )
    session.execute(
        update(Offer)
        .where(Offer.application_id == offer.application_id, Offer.state == OfferState.OPEN)
        .values(state=OfferState.WITHDRAWN, decided_at=now, closing_offer_id=offer_id)
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
        f"enrolled:{placement_id}",
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
        f"accepted:{placement_id}",
        choice_id=str(offer.choice_id),
        start_on=offer.start_date.isoformat(),
    )
    return placement_id


def decline_offer(session: Session, offer_id: UUID, *, now: datetime) -> None:
    """Decline an offer; the request stays, with this facility too where the family chose it. Raises NotFound, Refused.

    LEU-32: one that came from the urgent list goes, and the request is on the list again.
    """
    offer = require_offer(session, offer_id)
    if denied := may_decline(offer.state, offer.expires_at, now):
        raise Refused(denied)
    _move_choice(session, offer.choice_id, after_offer(offer.origin, ChoiceState.CONSIDERING))
    _move_offer(session, offer_id, OfferState.DECLINED, now)
    _note(session, "offer_declined", offer, now, _GROUPS)
    # An answer can be taken back and given again: each has its own messages.
    moment = f"{offer_id}:{now.isoformat()}"
    kind = "urgent_declined_receipt" if offer.origin == URGENT else "declined_receipt"
    tell_family(session, offer.dossier_id, kind, f"declined-receipt:{moment}", facility=offer.facility)
    tell_facility(
        session,
        offer.facility_id,
        "facility_offer_declined",
        f"declined:{moment}",
        choice_id=str(offer.choice_id),
        start_on=offer.start_date.isoformat(),
    )


def require_offer(session: Session, offer_id: UUID) -> Any:
    """Return an offer of the actor's own dossier, holding its request: two answers to one request come one by one.

    Raises NotFound.
    """
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
            Offer.decided_at,
            Offer.decided_by,
            Choice.origin,
            Application.child_id,
            Application.expires_on,
            Application.state.label("application_state"),
            Facility.name.label("facility"),
            Facility.phone.label("facility_phone"),
            Facility.email.label("facility_email"),
        )
        .join(Choice, Choice.id == Offer.choice_id)
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
        update(Offer)
        .where(Offer.id == offer_id, Offer.state == OfferState.OPEN)
        .values(state=state, decided_at=now, decided_by=actor_of(session).id)
    )
    if moved.rowcount != 1:
        raise Refused(Denied.OFFER_CLOSED)


def _note(session: Session, event: str, offer: Any, now: datetime, groups: tuple[str, ...]) -> None:
    note_change(session, event, dossier_id=offer.dossier_id, groups=groups, reasons=("owner",))
    touch_dossier(session, offer.dossier_id, event, now=now)
