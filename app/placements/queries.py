"""Reads of offers and placements for the family they concern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session

from app.applications.models import Application, Offer
from app.applications.rules import DAYS_IN_WEEK, ApplicationState, OfferState, has_lapsed, state_on
from app.core.clock import today_at
from app.core.errors import NotFound
from app.facilities.models import Facility
from app.families.policy import of_family
from app.placements.models import Placement


@dataclass(frozen=True, slots=True)
class OwnOffer:
    """An offer as the family sees it; its state is that of this moment, whatever a job did."""

    id: UUID
    choice_id: UUID
    application_id: UUID
    dossier_id: UUID
    facility_id: UUID
    facility: str
    start_date: date
    half_days: int
    hours: Mapping[str, Any] | None
    deviating: bool
    wanted_start: date
    wanted_half_days: int
    expires_at: datetime
    state: str
    created_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None


@dataclass(frozen=True, slots=True)
class OwnPlacement:
    """A place that the family's child has."""

    id: UUID
    application_id: UUID
    dossier_id: UUID
    child_id: UUID
    facility_id: UUID
    facility: str
    start_date: date
    end_date: date | None
    half_days: int


# The family's page asks these at each visit: putting a statement together anew would cost more than asking.
_OFFERED = (
    select(
        Offer.id,
        Offer.choice_id,
        Offer.application_id,
        Offer.dossier_id,
        Offer.facility_id,
        Facility.name.label("facility"),
        Offer.start_date,
        Offer.half_days,
        Offer.hours,
        Offer.deviating,
        Application.start_date.label("wanted_start"),
        Application.half_days.label("wanted_half_days"),
        Offer.expires_at,
        Offer.state,
        Offer.created_at,
        Offer.decided_at,
        Offer.decided_by,
        Application.state.label("application_state"),
        Application.expires_on,
    )
    .join(Application, Application.id == Offer.application_id)
    .join(Facility, Facility.id == Offer.facility_id)
)
_OFFERS = _OFFERED.where(text(of_family("offer.dossier_id")))
_OFFERS_OF = _OFFERED.where(Offer.dossier_id == bindparam("dossier_id")).order_by(Offer.created_at.desc(), Offer.id)
_ALL_OFFERS = _OFFERS.order_by(Offer.created_at.desc(), Offer.id)
_PLACED = (
    select(
        Placement.id,
        Placement.application_id,
        Placement.dossier_id,
        Placement.child_id,
        Placement.facility_id,
        Facility.name,
        Placement.start_date,
        Placement.end_date,
        Placement.half_days,
    )
    .join(Facility, Facility.id == Placement.facility_id)
    .order_by(Placement.created_at.desc(), Placement.id)
)
_PLACEMENTS = _PLACED.where(text(of_family("placement.dossier_id")))
_PLACEMENTS_OF = _PLACED.where(Placement.dossier_id == bindparam("dossier_id"))


def own_offers(session: Session, now: datetime) -> tuple[OwnOffer, ...]:
    """Every offer ever made to the actor's own family, the newest first."""
    return tuple(_offer(row, now) for row in session.connection().execute(_ALL_OFFERS))


def own_offer(session: Session, offer_id: UUID, now: datetime) -> OwnOffer:
    """One offer to the actor's own family; raises NotFound."""
    row = session.execute(_OFFERS.where(Offer.id == offer_id)).one_or_none()
    if row is None:
        raise NotFound
    return _offer(row, now)


def own_placements(session: Session) -> tuple[OwnPlacement, ...]:
    """The places of the children of the actor's own family, the newest first."""
    return tuple(OwnPlacement(*row) for row in session.connection().execute(_PLACEMENTS))


def offers_of(session: Session, dossier_id: UUID, now: datetime) -> tuple[OwnOffer, ...]:
    """Every offer to the family of a file that the actor reaches, the newest first."""
    return tuple(_offer(row, now) for row in session.connection().execute(_OFFERS_OF, {"dossier_id": dossier_id}))


def placements_of(session: Session, dossier_id: UUID) -> tuple[OwnPlacement, ...]:
    """The places of the children of a file that the actor reaches, the newest first."""
    return tuple(OwnPlacement(*row) for row in session.connection().execute(_PLACEMENTS_OF, {"dossier_id": dossier_id}))


def _offer(row: Any, now: datetime) -> OwnOffer:
    values = dict(row._mapping)
    request = state_on(values.pop("application_state"), values.pop("expires_on"), today_at(now))
    if values["state"] == OfferState.OPEN and request == ApplicationState.EXPIRED:
        values["state"] = OfferState.WITHDRAWN
    if values["state"] == OfferState.OPEN and has_lapsed(values["expires_at"], now):
        values["state"] = OfferState.LAPSED
    return OwnOffer(**values)


def children_per_half_day(session: Session, facility_id: UUID, day: date) -> tuple[int, ...]:
    """How many children are enrolled at the actor's own facility on a day, for each half day of the week (BXL-19)."""
    rows = session.execute(
        select(Placement.half_days, func.count())
        .where(
            Placement.facility_id == facility_id,
            Placement.start_date <= day,
            Placement.end_date.is_(None) | (Placement.end_date >= day),
        )
        .group_by(Placement.half_days)
    ).all()
    return tuple(sum(number for mask, number in rows if mask >> bit & 1) for bit in range(2 * DAYS_IN_WEEK))
