"""A facility, its leader, and the browser of that leader."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.web.doors import House
from tests.factories import Person, Place, make_facility, make_leader, signed_in


@pytest.fixture
def facility(house: House) -> Place:
    return make_facility(house, name="De Zandbak")


@pytest.fixture
def leader(house: House, facility: Place) -> Person:
    return make_leader(house, facility)


@pytest.fixture
def desk(house: House, client: Callable[[], FlaskClient], leader: Person) -> FlaskClient:
    """The leader's browser, signed in."""
    return signed_in(house, client(), leader)
