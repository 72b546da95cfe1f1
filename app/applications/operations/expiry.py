"""What ends by itself: requests whose term is over.

Pages and the facilities' reach read the end of a request from its last day; the job writes it down, tells the family
and frees the places that were still offered.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice, Offer
from app.applications.operations.notices import tell_facility, tell_family, told_before
from app.applications.rules import STANDING, ApplicationState, ChoiceState, OfferState, end_of_day
from app.core.audit import note_change
from app.core.clock import today_at
from app.families.models import Dossier
from app.families.rules import Activity

EXPIRY = ("system:expiry",)


def expire_applications(session: Session, *, now: datetime, limit: int) -> int:
    """Write down which requests have expired and return how many (BXL-44). Running it twice changes nothing twice.

    For `system:expiry` of one organisation. The day of the end is the activity, whenever the job runs (BXL-40).
    """
    due = session.execute(
        select(Application.id, Application.dossier_id, Application.expires_on)
        .where(Application.state == ApplicationState.OPEN, Application.expires_on < today_at(now))
        .order_by(Application.expires_on, Application.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for request in due:
        _expire(session, request, now)
    return len(due)


def announce_expiry(session: Session, *, now: datetime, days: int, limit: int) -> int:
    """Tell each family once that its request ends soon and that it can renew it; returns how many were told."""
    today = today_at(now)
    rows = session.execute(
        select(Application.id, Application.dossier_id, Application.expires_on)
        .where(
            Application.state == ApplicationState.OPEN,
            Application.expires_on.between(today, today + timedelta(days=days)),
            ~told_before(func.concat("expiring:", Application.id, ":", Application.expires_on)),
        )
        .order_by(Application.expires_on, Application.id)
        .limit(limit)
    ).all()
    for row in rows:
        tell_family(
            session,
            row.dossier_id,
            "application_expiring",
            f"expiring:{row.id}:{row.expires_on}",
            last_on=row.expires_on.isoformat(),
            application_id=str(row.id),
        )
    return len(rows)


def _expire(session: Session, request: Any, now: datetime) -> None:
    ended = end_of_day(request.expires_on)
    session.execute(
        update(Choice)
        .where(Choice.application_id == request.id, Choice.state.in_(STANDING))
        .values(state=ChoiceState.CLOSED, previous_state=Choice.state)
    )
    for offer in session.execute(
        select(Offer.id, Offer.choice_id, Offer.facility_id).where(
            Offer.application_id == request.id, Offer.state == OfferState.OPEN
        )
    ).all():
        session.execute(
            update(Offer)
            .where(Offer.id == offer.id, Offer.state == OfferState.OPEN)
            .values(state=OfferState.WITHDRAWN, decided_at=now)
        )
        tell_facility(
            session, offer.facility_id, "facility_offer_lapsed", f"lapsed:{offer.id}", choice_id=str(offer.choice_id)
        )
    session.execute(
        update(Application)
        .where(Application.id == request.id, Application.state == ApplicationState.OPEN)
        .values(state=ApplicationState.EXPIRED, closed_at=ended)
    )
    session.execute(
        update(Dossier)
        .where(Dossier.id == request.dossier_id)
        .values(last_activity_at=func.greatest(Dossier.last_activity_at, ended))
    )
    note_change(
        session,
        Activity.APPLICATION_EXPIRED,
        dossier_id=request.dossier_id,
        groups=("own_choice", "answers"),
        reasons=EXPIRY,
    )
    tell_family(
        session,
        request.dossier_id,
        "application_expired",
        f"expired:{request.id}:{request.expires_on}",
        last_on=request.expires_on.isoformat(),
        application_id=str(request.id),
    )
