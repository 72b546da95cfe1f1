"""Reads of facilities: public data, of one organisation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, column, select, table, text
from sqlalchemy.orm import Session

from app.core.actor import Kind
from app.core.clock import today_at
from app.core.db import actor_of, now_of
from app.facilities.models import Facility, FreePlace
from app.facilities.postcodes import POSTCODES, Point
from app.facilities.rules import (
    PlaceTerms,
    could_take,
    covers,
    distance_km,
    fold,
    is_shown,
    matches,
    months_old,
    street_only,
)


@dataclass(frozen=True, slots=True)
class FacilityRecord:
    """A facility as the reader may see it; `distance_km` is set when it was looked for from a postcode.

    A provider at home may keep house number and phone to itself: then only families with a place there read them, and
    for anybody else it lies in the middle of its postcode. `answers_around` is empty once that day has passed.
    """

    id: UUID
    name: str
    kind: str
    street: str | None
    postcode: str
    municipality: str
    latitude: float
    longitude: float
    phone: str | None
    email: str | None
    language: str
    tariff: str
    reply_days: int | None
    active: bool
    answers_around: date | None = None
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """A free place that is told to anybody, and where; nothing in it comes from a child that was there (LEU-50)."""

    id: UUID
    facility: FacilityRecord
    half_days: int
    age_from_months: int
    age_to_months: int
    starts_on: date
    shown_until: date
    last_minute: bool


@dataclass(frozen=True, slots=True)
class FreeFacility:
    """A facility that says it has room for a child: its places that would help, the best first.

    `covers` tells whether one of them has every half day that was asked.
    """

    facility: FacilityRecord
    places: tuple[OpenPlace, ...]
    covers: bool


@dataclass(frozen=True, slots=True)
class OwnFacility:
    """A facility that the reader answers for, with what it says of itself and whether the reader leads it."""

    id: UUID
    name: str
    kind: str
    answers_around: date | None
    hides_house_number: bool
    hides_phone: bool
    leads: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who answers for a facility that the reader leads, or was asked to; `login` is an address."""

    member_id: UUID
    facility_id: UUID
    account_id: UUID
    role: str
    starts_at: datetime
    ends_at: datetime | None
    login: str | None
    joined: bool


@dataclass(frozen=True, slots=True)
class PlaceFilters:
    """What a search for free places is narrowed to; nothing given means every open place.

    `half_days` asks for one of them at least, `by` for a place that is free on that day, `age_months` is the child's
    age on the day that the place begins, `born` its birth date where that is known instead.
    """

    municipality: str = ""
    postcode: str = ""
    within_km: float | None = None
    half_days: int = 0
    by: date | None = None
    age_months: int | None = None
    born: date | None = None
    last_minute: bool = False


_COLUMNS = (
    Facility.id,
    Facility.name,
    Facility.kind,
    Facility.street,
    Facility.postcode,
    Facility.municipality,
    Facility.latitude,
    Facility.longitude,
    Facility.phone,
    Facility.email,
    Facility.language,
    Facility.tariff,
    Facility.reply_days,
    Facility.active,
    Facility.answers_around,
    Facility.hides_house_number,
    Facility.hides_phone,
)
_PLACE_COLUMNS = (
    FreePlace.id.label("place_id"),
    FreePlace.half_days,
    FreePlace.age_from_months,
    FreePlace.age_to_months,
    FreePlace.starts_on,
    FreePlace.shown_until,
    FreePlace.last_minute,
    FreePlace.taken_at,
)
_member, _leads = (table(name, column("facility_id"), schema="access") for name in ("member", "leads"))
_PEOPLE = text(
    "select p.member_id, p.facility_id, p.account_id, p.role, p.starts_at, p.ends_at, p.login, p.joined"
    " from access.people() p"
)
# The places of the reader's own children: which rows these are is for the policy of that table to say.
_placement = table("placement", column("facility_id"), column("end_date"))


def search_facilities(
    session: Session, *, municipality: str = "", postcode: str = "", name: str = "", limit: int = 20
) -> Sequence[FacilityRecord]:
    """The active facilities in a municipality, or with a name, nearest to a postcode first, else by name.

    A postcode that is not on our map orders nothing. Names are compared here and not in SQL: no collation that knows
    every script is sure to be there, and an organisation has some hundreds of facilities.
    """
    query = select(*_COLUMNS).where(Facility.organisation == actor_of(session).organisation, Facility.active)
    if municipality:
        query = query.where(Facility.municipality == municipality)
    home, words = POSTCODES.get(postcode.strip()), fold(name).split()
    named = [row for row in session.execute(query) if matches(_folded(row.name), words)]
    found = _records(session, named, home)
    return sorted(found, key=lambda record: (record.distance_km or 0.0, _folded(record.name), record.id))[:limit]


def facilities_by_id(session: Session, ids: Iterable[UUID], *, postcode: str = "") -> Sequence[FacilityRecord]:
    """These facilities, closed ones too, in the order of the ids; an id of another organisation is left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    query = select(*_COLUMNS).where(Facility.organisation == actor_of(session).organisation, Facility.id.in_(wanted))
    home = POSTCODES.get(postcode.strip())
    found = {record.id: record for record in _records(session, session.execute(query).all(), home)}
    return [found[key] for key in wanted if key in found]


def free_places_for(
    session: Session,
    *,
    half_days: int,
    birth_date: date,
    start_date: date,
    postcode: str = "",
    without: Iterable[UUID] = (),
    limit: int = 20,
) -> Sequence[FreeFacility]:
    """The facilities that say they could take this child, those with every asked half day first, then the nearest.

    `without` are facilities that need no telling: those that were chosen already.
    """
    left_out, found = set(without), dict[UUID, list[OpenPlace]]()
    for place in _open_places(session, postcode):
        if place.facility.id not in left_out and could_take(
            _terms(place), half_days=half_days, birth_date=birth_date, start_date=start_date
        ):
            found.setdefault(place.facility.id, []).append(place)
    fitting = []
    for places in found.values():
        places.sort(key=lambda place: (not covers(place.half_days, half_days), place.starts_on, place.id))
        fitting.append(FreeFacility(places[0].facility, tuple(places), covers(places[0].half_days, half_days)))
    fitting.sort(key=lambda each: (not each.covers, each.facility.distance_km or 0.0, _folded(each.facility.name)))
    return fitting[:limit]


def open_free_places(session: Session, filters: PlaceFilters, limit: int = 50) -> Sequence[OpenPlace]:
    """The free places that fit a search, the nearest first, then the soonest; for visitors without an account."""
    fitting = [
        place for place in _open_places(session, filters.postcode, filters.municipality) if _fits(place, filters)
    ]
    fitting.sort(key=lambda p: (p.facility.distance_km or 0.0, p.starts_on, _folded(p.facility.name), p.id))
    return fitting[:limit]


def own_places(session: Session) -> Sequence[OpenPlace]:
    """The free places that the reader's own facilities tell of today, the soonest first."""
    mine = select(_member.c.facility_id)
    places = _open_places(session, "", which=Facility.id.in_(mine))
    return sorted(places, key=lambda place: (place.starts_on, place.id))


def own_facility_settings(session: Session) -> Sequence[OwnFacility]:
    """The facilities that the reader answers for today, by name."""
    leads = Facility.id.in_(select(_leads.c.facility_id))
    query = select(
        Facility.id,
        Facility.name,
        Facility.kind,
        Facility.answers_around,
        Facility.hides_house_number,
        Facility.hides_phone,
        leads.label("leads"),
    ).where(Facility.id.in_(select(_member.c.facility_id)))
    return [OwnFacility(*row) for row in session.execute(query.order_by(Facility.name))]


def colleagues(session: Session, facility_id: UUID | None = None) -> Sequence[Colleague]:
    """Who answers, or was asked to answer, for the facilities that the reader leads."""
    rows = session.execute(_PEOPLE)
    return [Colleague(*row) for row in rows if facility_id is None or row.facility_id == facility_id]


def _open_places(
    session: Session, postcode: str, municipality: str = "", *, which: ColumnElement[bool] | None = None
) -> list[OpenPlace]:
    today = today_at(now_of(session))
    query = (
        select(*_COLUMNS, *_PLACE_COLUMNS)
        .join(FreePlace, FreePlace.facility_id == Facility.id)
        .where(
            Facility.organisation == actor_of(session).organisation,
            Facility.active,
        )
    )
    if municipality:
        query = query.where(Facility.municipality == municipality)
    if which is not None:
        query = query.where(which)
    rows = [
        row for row in session.execute(query) if is_shown(row.shown_until, taken=row.taken_at is not None, today=today)
    ]
    records = _records(session, rows, POSTCODES.get(postcode.strip()))
    return [
        OpenPlace(
            row.place_id,
            record,
            row.half_days,
            row.age_from_months,
            row.age_to_months,
            row.starts_on,
            row.shown_until,
            row.last_minute,
        )
        for row, record in zip(rows, records, strict=True)
    ]


def unsigned_facilities(session: Session) -> tuple[str, ...]:
    """Return the names of the actor's facilities that read nothing: no agreement with them is on record (LEU-35)."""
    return tuple(session.scalars(text("select name from access.unsigned_facilities()")))


def _fits(place: OpenPlace, filters: PlaceFilters) -> bool:
    age = filters.age_months if filters.born is None else months_old(filters.born, max(place.starts_on, filters.born))
    far = place.facility.distance_km
    return (
        (not filters.half_days or bool(place.half_days & filters.half_days))
        and (filters.by is None or place.starts_on <= filters.by)
        and (age is None or place.age_from_months <= age <= place.age_to_months)
        and (filters.within_km is None or far is None or far <= filters.within_km)
        and (place.last_minute or not filters.last_minute)
    )


def _terms(place: OpenPlace) -> PlaceTerms:
    return PlaceTerms(
        place.half_days,
        place.age_from_months,
        place.age_to_months,
        place.starts_on,
        place.shown_until,
        place.last_minute,
    )


def _records(session: Session, rows: Sequence[Any], home: Point | None) -> list[FacilityRecord]:
    """Turn rows into what the reader may see of them."""
    today = today_at(now_of(session))
    at_home = _with_own_child(session, {row.id for row in rows if row.hides_house_number or row.hides_phone})
    return [_record(row, home, today, hides=row.id not in at_home) for row in rows]


def _record(row: Any, home: Point | None, today: date, *, hides: bool) -> FacilityRecord:
    number, phone = hides and row.hides_house_number, hides and row.hides_phone
    place = _about(row) if number else Point(row.latitude, row.longitude)
    return FacilityRecord(
        id=row.id,
        name=row.name,
        kind=row.kind,
        street=street_only(row.street) if number and row.street else row.street,
        postcode=row.postcode,
        municipality=row.municipality,
        latitude=place.latitude,
        longitude=place.longitude,
        phone=None if phone else row.phone,
        email=row.email,
        language=row.language,
        tariff=row.tariff,
        reply_days=row.reply_days,
        active=row.active,
        answers_around=row.answers_around if row.answers_around and row.answers_around >= today else None,
        distance_km=_far(place.latitude, place.longitude, home),
    )


def _about(row: Any) -> Point:
    """Return where a hidden address lies, roughly: its coordinates would tell the house."""
    return POSTCODES.get(row.postcode) or Point(round(row.latitude, 2), round(row.longitude, 2))


def _with_own_child(session: Session, facility_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of the facilities where a child of the reader has a place today; nobody but a parent has any."""
    ids = list(facility_ids)
    if not ids or actor_of(session).kind != Kind.PARENT:
        return frozenset()
    today = today_at(now_of(session))
    current = _placement.c.end_date.is_(None) | (_placement.c.end_date >= today)
    return frozenset(
        session.scalars(select(_placement.c.facility_id).where(_placement.c.facility_id.in_(ids), current))
    )


@lru_cache(maxsize=4096)
def _folded(stored_name: str) -> str:
    return fold(stored_name)


def _far(latitude: float, longitude: float, home: Point | None) -> float | None:
    return None if home is None else distance_km(home.latitude, home.longitude, latitude, longitude)
