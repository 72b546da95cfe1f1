"""Finding facilities in the database: by municipality, by distance, by name, and only of one's own organisation."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor, Kind, system
from app.core.db import transaction
from app.facilities.models import Facility
from app.facilities.queries import facilities_by_id, search_facilities
from app.web.doors import House

# Name, municipality, latitude, longitude: the postcode 1090 lies at 50.879, 4.325.
FACILITIES = {
    "De Wolkenfiets": ("jette", 50.880, 4.326),
    "Étoile du Nord": ("jette", 50.875, 4.320),
    "Ćwiartka": ("schaarbeek", 50.868, 4.374),
    "بيت الأطفال": ("anderlecht", 50.836, 4.309),
}


@pytest.fixture
def ids(house: House) -> dict[str, UUID]:
    made = {}
    with transaction(house.databases, "maintainer", system("test"), house.clock.now()) as session:
        for name, (municipality, latitude, longitude) in FACILITIES.items():
            made[name] = add(session, "brussels", name, municipality, latitude, longitude)
        made["Closed"] = add(session, "brussels", "De Wolkenfiets dicht", "jette", 50.879, 4.325, active=False)
        made["Foreign"] = add(session, "leuven", "De Wolkenfiets", "leuven", 50.880, 4.701)
    return made


@pytest.fixture
def session(house: House, ids: dict[str, UUID]) -> Iterator[Session]:
    """A draft at the family door of Brussels."""
    with transaction(house.databases, "family", Actor(Kind.DRAFT, uuid4(), "brussels"), house.clock.now()) as opened:
        yield opened


def names(found: object) -> list[str]:
    return [record.name for record in found]


def test_without_a_question_all_active_facilities_come_by_name(session: Session) -> None:
    assert names(search_facilities(session)) == ["Ćwiartka", "De Wolkenfiets", "Étoile du Nord", "بيت الأطفال"]
    assert all(record.distance_km is None for record in search_facilities(session))


def test_from_a_postcode_the_nearest_come_first(session: Session) -> None:
    found = search_facilities(session, postcode="1090")
    assert names(found) == ["De Wolkenfiets", "Étoile du Nord", "Ćwiartka", "بيت الأطفال"]
    far = [record.distance_km for record in found]
    assert far == sorted(far)
    assert far[0] == pytest.approx(0.13, abs=0.05)
    assert names(search_facilities(session, postcode="1090", limit=2)) == ["De Wolkenfiets", "Étoile du Nord"]


def test_a_postcode_off_the_map_orders_by_name(session: Session) -> None:
    assert names(search_facilities(session, postcode="9999"))[0] == "Ćwiartka"


@pytest.mark.parametrize(
    ("typed", "name"),
    [("etoile", "Étoile du Nord"), ("CWIARTKA", "Ćwiartka"), ("الاطفال", "بيت الأطفال"), ("wolken", "De Wolkenfiets")],
)
def test_a_name_is_found_however_it_is_typed(session: Session, typed: str, name: str) -> None:
    assert names(search_facilities(session, name=typed)) == [name]


def test_questions_are_combined(session: Session) -> None:
    assert names(search_facilities(session, municipality="jette")) == ["De Wolkenfiets", "Étoile du Nord"]
    assert names(search_facilities(session, municipality="jette", name="nord")) == ["Étoile du Nord"]
    assert names(search_facilities(session, municipality="jette", name="cwiartka")) == []
    assert names(search_facilities(session, name="%' or 1=1 --")) == []


def test_by_id_the_order_stays_and_strangers_are_left_out(session: Session, ids: dict[str, UUID]) -> None:
    wanted = [ids["Étoile du Nord"], ids["Foreign"], ids["Closed"], uuid4(), ids["Étoile du Nord"]]
    found = facilities_by_id(session, wanted, postcode="1090")
    assert names(found) == ["Étoile du Nord", "De Wolkenfiets dicht"]
    assert [record.active for record in found] == [True, False]
    assert found[1].distance_km == 0
    assert facilities_by_id(session, []) == []


def add(
    session: Session,
    organisation: str,
    name: str,
    municipality: str,
    latitude: float,
    longitude: float,
    *,
    active: bool = True,
) -> UUID:
    key = uuid4()
    session.add(
        Facility(
            id=key,
            organisation=organisation,
            name=name,
            kind="group",
            street="Lindenlaan 1",
            postcode="1090",
            municipality=municipality,
            latitude=latitude,
            longitude=longitude,
            phone=None,
            email=None,
            language="nl",
            tariff="income",
            reply_days=None,
            active=active,
        )
    )
    return key
