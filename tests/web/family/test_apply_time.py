"""Who is called away comes back to the same answers; who has an account is signed out sooner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.web.doors import House
from tests.factories import make_facility, make_family, signed_in
from tests.web.family.walk import ANSWERS, hidden


@pytest.mark.parametrize(("hours", "kept"), [(20, True), (25, False)])
def test_an_application_rests_for_a_day(
    house: House, client: Callable[[], FlaskClient], hours: int, kept: bool
) -> None:
    """WCAG 2.2.6 asks for twenty hours, or for the limit to be told beforehand; here both are done."""
    browser = client()
    page = browser.get("/brussels/nl/apply/language")
    sent = browser.post("/brussels/nl/apply/language", data={**hidden(page.text), **ANSWERS["language"]})
    assert sent.status_code == 303
    house.clock.offset += timedelta(hours=hours)
    assert (browser.get("/brussels/nl/apply/you").status_code == 200) is kept


def test_a_signed_in_family_is_signed_out_after_an_hour_of_nothing(
    house: House, client: Callable[[], FlaskClient]
) -> None:
    browser = signed_in(house, client(), make_family(house, [make_facility(house)]).person)
    assert browser.get("/brussels/nl/my").status_code == 200
    house.clock.offset += timedelta(minutes=61)
    assert browser.get("/brussels/nl/my").status_code == 303
