"""After a refusal: which facilities could still take this child, and one tap to choose one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.core.clock import today_at
from app.facilities.models import FreePlace
from app.web.doors import House
from tests.factories import FamilyMade, Place, as_maintainer, make_facility, make_family, post_form, signed_in

Client = Callable[[], FlaskClient]
MY = "/brussels/en/my"


def publish(house: House, place: Place, start: date, **given: Any) -> None:
    """Publish a free place as the facility would have."""
    now = house.clock.now()
    columns = {
        "half_days": 0b1111111111,
        "age_from_months": 0,
        "age_to_months": 36,
        "starts_on": start,
        "shown_until": today_at(now) + timedelta(days=7),
        "last_minute": False,
        "published_at": now,
        "taken_at": None,
    } | given
    with as_maintainer(house) as session:
        session.add(FreePlace(id=uuid4(), organisation=place.organisation, facility_id=place.id, **columns))


@pytest.fixture
def refused(house: House) -> tuple[FamilyMade, Place]:
    """A family that was refused, and a facility that it did not choose."""
    chosen, other = make_facility(house, name="Zonnetje"), make_facility(house, name="Regenboog")
    family = make_family(house, [chosen], states={chosen.id: "refused"}, language="en")
    return family, other


def test_a_refused_family_finds_who_has_a_place_and_chooses_it(
    house: House, client: Client, refused: tuple[FamilyMade, Place]
) -> None:
    family, other = refused
    publish(house, other, family.plan.start_date)
    me = signed_in(house, client(), family.person)
    page = f"{MY}/requests/{family.application_id}/others"
    assert page in me.get(MY).text
    shown = me.get(page).text
    assert "Regenboog" in shown
    assert "+3224600000" in shown, "a number to call"
    assert "Zonnetje" not in shown, "who refused is not offered again"
    assert post_form(me, page, facility=str(other.id)).status_code == 303
    assert "Regenboog" in me.get(MY).text


@pytest.mark.parametrize(
    "given",
    [
        {"age_to_months": 0, "age_from_months": 0},
        {"half_days": 1 << 13},
        {"shown_until": date(2020, 1, 1)},
        {"taken_at": "now"},
    ],
)
def test_a_place_that_does_not_fit_is_not_offered(
    house: House, client: Client, refused: tuple[FamilyMade, Place], given: dict[str, Any]
) -> None:
    family, other = refused
    if "taken_at" in given:
        given = {"taken_at": house.clock.now()}
    publish(house, other, family.plan.start_date, **given)
    me = signed_in(house, client(), family.person)
    shown = me.get(f"{MY}/requests/{family.application_id}/others")
    assert shown.status_code == 200
    assert "Regenboog" not in shown.text
    assert "look again next week" in shown.text


def test_a_family_that_nobody_refused_is_not_sent_looking(house: House, client: Client) -> None:
    family = make_family(house, [make_facility(house)], language="en")
    assert "/others" not in signed_in(house, client(), family.person).get(MY).text


@pytest.mark.parametrize("facility", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_a_facility_that_is_not_there_is_not_chosen(
    house: House, client: Client, refused: tuple[FamilyMade, Place], facility: str
) -> None:
    me = signed_in(house, client(), refused[0].person)
    page = f"{MY}/requests/{refused[0].application_id}/others"
    assert post_form(me, page, facility=facility).status_code == 404
