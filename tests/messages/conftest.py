"""A family, a facility that it chose, its leader, and somebody at the desk."""

from __future__ import annotations

import pytest

from app.web.doors import House
from tests.factories import FamilyMade, Person, Place, make_facility, make_family, make_leader, make_worker


@pytest.fixture
def place(house: House) -> Place:
    return make_facility(house, name="Zonnetje")


@pytest.fixture
def leader(house: House, place: Place) -> Person:
    return make_leader(house, place)


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house)


@pytest.fixture
def family(house: House, place: Place) -> FamilyMade:
    return make_family(house, [place, make_facility(house, name="Wolkje")])
