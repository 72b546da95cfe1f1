"""Free places, and what a facility says of itself; nothing here comes from a child that left (LEU-50)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from app.core.access import reached
from app.core.audit import note_event
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.facilities.models import Facility, FreePlace
from app.facilities.rules import PlaceDenied, PlaceTerms, may_publish, place_problems, said_problem

_OWN = text(reached("member", "facility_id", "facility.id"))


def publish_place(session: Session, facility_id: UUID, place: PlaceTerms, *, now: datetime) -> UUID:
    """Tell everybody of a free place and return its id; raises NotFound and Refused (LEU-50)."""
    _require(session, facility_id)
    today = today_at(now)
    shown = session.scalar(
        select(func.count()).where(
            FreePlace.facility_id == facility_id, FreePlace.taken_at.is_(None), FreePlace.shown_until >= today
        )
    )
    _refuse_if(may_publish(shown or 0))
    _refuse_if(next(iter(place_problems(place, today)), None))
    place_id = uuid4()
    session.execute(
        insert(FreePlace.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=place_id,
            organisation=actor_of(session).organisation,
            facility_id=facility_id,
            half_days=place.half_days,
            age_from_months=place.age_from_months,
            age_to_months=place.age_to_months,
            starts_on=place.starts_on,
            shown_until=place.shown_until,
            last_minute=place.last_minute,
            published_at=now,
            taken_at=None,
        )
    )
    note_event(session, "free_place_published")
    return place_id


def take_place(session: Session, place_id: UUID, *, now: datetime) -> None:
    """Say that a free place is taken: from now on nobody is told of it. Raises NotFound and Refused."""
    facility_id = session.scalar(select(FreePlace.facility_id).where(FreePlace.id == place_id))
    if facility_id is None:
        raise NotFound
    _require(session, facility_id)
    taken = session.connection().execute(
        update(FreePlace).where(FreePlace.id == place_id, FreePlace.taken_at.is_(None)).values(taken_at=now)
    )
    if taken.rowcount != 1:
        raise Refused(PlaceDenied.TAKEN_ALREADY)
    note_event(session, "free_place_taken")


def say_of_itself(
    session: Session,
    facility_id: UUID,
    *,
    answers_around: date | None,
    hides_house_number: bool,
    hides_phone: bool,
    now: datetime,
) -> None:
    """Keep around when a facility answers, and what of itself it keeps from public pages; raises NotFound, Refused."""
    kind = _require(session, facility_id)
    _refuse_if(said_problem(answers_around, kind, hides=hides_house_number or hides_phone, today=today_at(now)))
    session.execute(
        update(Facility)
        .where(Facility.id == facility_id)
        .values(answers_around=answers_around, hides_house_number=hides_house_number, hides_phone=hides_phone)
    )
    note_event(session, "facility_said")


def _require(session: Session, facility_id: UUID) -> str:
    kind = session.scalar(select(Facility.kind).where(Facility.id == facility_id, _OWN))
    if kind is None:
        raise NotFound
    return kind


def _refuse_if(denied: StrEnum | None) -> None:
    if denied is not None:
        raise Refused(denied)
