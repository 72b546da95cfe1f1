"""Somebody at the desk, and the browser of that person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.web.doors import House
from tests.factories import FamilyMade, Person, Place, make_facility, make_family, make_leader, make_worker, signed_in


@pytest.fixture
def facility(house: House) -> Place:
    return make_facility(house, name="De Zandbak")


@pytest.fixture
def leader(house: House, facility: Place) -> Person:
    return make_leader(house, facility)


@pytest.fixture
def family(house: House, facility: Place) -> FamilyMade:
    return make_family(house, [facility, make_facility(house, name="De Regenton")])


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house)


@pytest.fixture
def desk(house: House, client: Callable[[], FlaskClient], worker: Person) -> FlaskClient:
    """The browser of somebody at the desk, signed in."""
    return signed_in(house, client(), worker)


@pytest.fixture
def parent(house: House, client: Callable[[], FlaskClient], family: FamilyMade) -> FlaskClient:
    """The family's browser, signed in."""
    return signed_in(house, client(), family.person)
