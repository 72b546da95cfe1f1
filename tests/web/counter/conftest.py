"""Somebody at a counter in Leuven, a family of the town, and their browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.web.doors import House
from tests.factories import FamilyMade, Person, Place, make_facility, make_family, make_worker, signed_in

HERE: dict[str, Any] = {"municipality": "leuven", "postcode": "3000"}


@pytest.fixture
def facility(house: House) -> Place:
    return make_facility(house, "leuven", name="De Boomgaard", **HERE)


@pytest.fixture
def family(house: House, facility: Place) -> FamilyMade:
    secret = {"nationality": "other", "home_language": "Tamazight", "relation": "foster_parent"}
    other = make_facility(house, "leuven", name="De Vijver", municipality="diest", postcode="3290")
    return make_family(house, [facility, other], organisation="leuven", applicant=HERE | secret)


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house, "leuven", role="counter", area=["leuven"])


@pytest.fixture
def counter(house: House, client: Callable[[], FlaskClient], worker: Person) -> FlaskClient:
    """The browser of somebody at the counter, signed in."""
    return signed_in(house, client(), worker)


@pytest.fixture
def parent(house: House, client: Callable[[], FlaskClient], family: FamilyMade) -> FlaskClient:
    """The family's browser, signed in."""
    return signed_in(house, client(), family.person)
