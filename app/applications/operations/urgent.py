"""The urgent list: a place offered from it, that offer taken back, and the family told when its request gets there.

A facility that reaches a request by the list alone touches no row of it: what it may do is a function of the database,
which asks the list again while it holds the request (LEU-32).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from app.applications.models import Application, Offer
from app.applications.operations.answers import NewOffer, tell_of_offer
from app.applications.operations.notices import tell_family, told_before
from app.applications.queries.urgent import find_urgent, own_urgent_offer
from app.applications.rules import ApplicationState, Denied, OfferState, Plan, deviates, end_of_day, offer_problems
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.errors import Refused
from app.organisations.terms import OfferTerm, Urgent, UrgentScope

OFFER = text(
    "select access.offer_urgently(:application_id, :facility_id, :offer_id, :start_date, :half_days,"
    " cast(:hours as jsonb), :deviating, :expires_at)"
)
WITHDRAW = text("select access.withdraw_urgent_offer(:offer_id)")
# The letter says whom an urgent request reaches.
LISTED = {UrgentScope.ALL: "urgent_listed", UrgentScope.MUNICIPALITY: "urgent_listed_nearby"}


def offer_urgently(
    session: Session, application_id: UUID, facility_id: UUID, offer: NewOffer, *, terms: OfferTerm, now: datetime
) -> UUID:
    """Offer a place to an urgent request; it leaves the list at once, for everybody. Returns the offer's id (BXL-12).

    Raises NotFound, and Refused when somebody else offered a place in the meantime (LEU-32).
    """
    request = find_urgent(session, application_id, facility_id)
    child, plan = request.record.child_identity, request.record.care_plan
    problems = offer_problems(
        offer.plan,
        reply_by=offer.reply_by,
        birth_date=child.birth_date,
        today=today_at(now),
        shortest_days=terms.min_days,
        longest_days=terms.max_days,
    )
    if problems:
        raise Refused(problems[0])
    offer_id, deviating = uuid4(), deviates(offer.plan, Plan(plan.start_date, plan.half_days))
    made = session.scalar(
        OFFER,
        {
            "application_id": application_id,
            "facility_id": facility_id,
            "offer_id": offer_id,
            "start_date": offer.plan.start_date,
            "half_days": offer.plan.half_days,
            "hours": json.dumps(offer.hours) if offer.hours else None,
            "deviating": deviating,
            "expires_at": end_of_day(offer.reply_by),
        },
    )
    if made is None:
        raise Refused(Denied.CHANGED_MEANWHILE)
    _note(session, "offer_made", request.dossier_id)
    tell_of_offer(session, request.dossier_id, request.facility, offer_id, offer, deviating=deviating)
    return offer_id


def withdraw_urgent_offer(session: Session, application_id: UUID, offer_id: UUID) -> None:
    """Take back an offer that nobody answered; the request is on the list again. Raises NotFound, Refused."""
    request = own_urgent_offer(session, application_id, offer_id)
    # The family is told first: with the offer goes the reach that sealing a message to it needs.
    tell_family(
        session,
        request.dossier_id,
        "urgent_offer_withdrawn",
        f"offer-withdrawn:{offer_id}",
        facility=request.facility,
    )
    if not session.scalar(WITHDRAW, {"offer_id": offer_id}):
        raise Refused(Denied.OFFER_CLOSED)
    _note(session, "offer_withdrawn", request.dossier_id)


def announce_urgent(session: Session, terms: Urgent, *, now: datetime, limit: int) -> int:
    """Tell each family once, for each start that it asks, that its request is on the urgent list; returns how many.

    For `system:urgent` of one organisation. The list itself does not wait for it; days that were missed are caught up.
    A family that has an offer is told when the offer ends without a place.
    """
    if terms.scope is UrgentScope.OFF:
        return 0
    today = today_at(now)
    rows = session.execute(
        select(Application.id, Application.dossier_id, Application.start_date)
        .where(
            Application.state == ApplicationState.OPEN,
            Application.expires_on >= today,
            Application.start_date <= today + timedelta(days=terms.days),
            ~exists().where(
                Offer.application_id == Application.id, Offer.state == OfferState.OPEN, Offer.expires_at > now
            ),
            ~told_before(func.concat("urgent:", Application.id, ":", Application.start_date)),
        )
        .order_by(Application.start_date, Application.id)
        .limit(limit)
    ).all()
    for row in rows:
        tell_family(
            session,
            row.dossier_id,
            LISTED[terms.scope],
            f"urgent:{row.id}:{row.start_date}",
            start_on=row.start_date.isoformat(),
        )
    return len(rows)


def _note(session: Session, event: str, dossier_id: UUID) -> None:
    note_change(session, event, dossier_id=dossier_id, groups=("answers", "own_choice"), reasons=("urgent_offer",))
