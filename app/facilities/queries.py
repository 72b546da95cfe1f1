"""Reads of facilities: public data, of one organisation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import actor_of
from app.facilities.models import Facility
from app.facilities.postcodes import POSTCODES, Point
from app.facilities.rules import distance_km, fold, matches


@dataclass(frozen=True, slots=True)
class FacilityRecord:
    """A facility as anybody may see it; `distance_km` is set when it was looked for from a postcode."""

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
    distance_km: float | None = None


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
)


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
    found = [
        (_far(row.latitude, row.longitude, home), folded, row.id, row)
        for row in session.execute(query)
        if matches(folded := _folded(row.name), words)
    ]
    found.sort(key=lambda entry: (entry[0] or 0.0, *entry[1:3]))
    return [FacilityRecord(**row._mapping, distance_km=far) for far, _, _, row in found[:limit]]


def facilities_by_id(session: Session, ids: Iterable[UUID], *, postcode: str = "") -> Sequence[FacilityRecord]:
    """These facilities, closed ones too, in the order of the ids; an id of another organisation is left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    query = select(*_COLUMNS).where(Facility.organisation == actor_of(session).organisation, Facility.id.in_(wanted))
    home = POSTCODES.get(postcode.strip())
    found = {row.id: FacilityRecord(**row._mapping) for row in session.execute(query)}
    records = (found[key] for key in wanted if key in found)
    return [replace(record, distance_km=_far(record.latitude, record.longitude, home)) for record in records]


@lru_cache(maxsize=4096)
def _folded(stored_name: str) -> str:
    return fold(stored_name)


def _far(latitude: float, longitude: float, home: Point | None) -> float | None:
    return None if home is None else distance_km(home.latitude, home.longitude, latitude, longitude)
