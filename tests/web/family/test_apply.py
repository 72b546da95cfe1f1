"""The application through the door: from the first page to the reference."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from app.web.doors import House
from tests.web.family.walk import Walk, make_facilities


def test_a_family_applies_from_the_first_page_to_the_reference(client: Callable[[], FlaskClient], house: House) -> None:
    facilities = make_facilities(house)
    walk = Walk(client())
    walk.answers["facilities"] = {"facilities": [key.hex for key in facilities[:3]]}
    sent = walk.through()
    assert sent.status_code == 200
