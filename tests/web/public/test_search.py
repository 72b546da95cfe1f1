"""Searching childcare places without an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.core.clock import today_at
from app.facilities.models import FreePlace
from app.web.doors import House
from tests.factories import Place, as_maintainer, make_facility

Client = Callable[[], FlaskClient]
SEARCH = "/brussels/en/search"


@pytest.fixture
def places(house: House) -> tuple[Place, Place]:
    near = make_facility(
        house, name="Zonnetje", postcode="1000", municipality="brussel", latitude=50.8466, longitude=4.3528
    )
    far = make_facility(house, name="Regenboog", postcode="1180", municipality="ukkel", latitude=50.79, longitude=4.34)
    return near, far


def publish(house: House, place: Place, *, last_minute: bool = False, until: date | None = None) -> None:
    """Publish a free place as the facility would have."""
    now = house.clock.now()
    today = today_at(now)
    with as_maintainer(house) as session:
        session.add(
            FreePlace(
                id=uuid4(),
                organisation=place.organisation,
                facility_id=place.id,
                half_days=0b1111,
                age_from_months=0,
                age_to_months=36,
                starts_on=today,
                shown_until=until or today + timedelta(days=7),
                last_minute=last_minute,
                published_at=now,
                taken_at=None,
            )
        )


def names(text: str) -> list[str]:
    return [name for name in ("Zonnetje", "Regenboog") if name in text]


def test_a_visitor_searches_without_an_account_or_a_cookie(client: Client, places: tuple[Place, Place]) -> None:
    shown = client().get(SEARCH)
    assert (shown.status_code, names(shown.text)) == (200, ["Zonnetje", "Regenboog"])
    assert "Set-Cookie" not in shown.headers


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("municipality=ukkel", ["Regenboog"]),
        ("name=zonn", ["Zonnetje"]),
        ("postcode=1000&within=2", ["Zonnetje"]),
        ("name=nothing", []),
    ],
)
def test_what_was_asked_narrows_what_is_shown(
    client: Client, places: tuple[Place, Place], query: str, found: list[str]
) -> None:
    assert names(client().get(f"{SEARCH}?{query}").text) == found


@pytest.mark.promise("LEU-50", breaks=("app.facilities.rules:is_shown", "policy:free_place.family.select"))
def test_a_last_minute_place_shows_until_its_last_day(
    house: House, client: Client, places: tuple[Place, Place]
) -> None:
    today = today_at(house.clock.now())
    publish(house, places[0], last_minute=True, until=today)
    publish(house, places[1], last_minute=True, until=today - timedelta(days=1))
    assert names(client().get(f"{SEARCH}?last_minute=yes").text) == ["Zonnetje"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("half_days=0", ["Zonnetje"]), ("half_days=8", []), ("age=6", ["Zonnetje"]), ("free=yes", ["Zonnetje"])],
)
def test_asking_for_a_place_shows_only_facilities_that_have_one(
    house: House, client: Client, places: tuple[Place, Place], query: str, found: list[str]
) -> None:
    publish(house, places[0])
    assert names(client().get(f"{SEARCH}?{query}").text) == found


@pytest.mark.promise("LEU-49", breaks="app.web.visit_memory:VisitMemory.recall", twin="tests.twins:nothing_recalled")
def test_what_was_asked_is_remembered_for_this_visit_only(
    house: House, client: Client, places: tuple[Place, Place]
) -> None:
    browser = client()
    assert names(browser.get(f"{SEARCH}?municipality=ukkel&half_days=0&half_days=2").text) == []
    assert names(browser.get(f"{SEARCH}?municipality=ukkel").text) == ["Regenboog"]
    assert names(browser.get(SEARCH).text) == ["Regenboog"], "the same visit"
    assert names(client().get(SEARCH).text) == ["Zonnetje", "Regenboog"], "another visitor"
    browser.get(f"{SEARCH}?clear=yes")
    assert names(browser.get(SEARCH).text) == ["Zonnetje", "Regenboog"], "started again"


@pytest.mark.parametrize(
    "query",
    [
        "municipality=nowhere",
        "postcode=abc",
        "half_days=99",
        "month=2026-99",
        "age=' or 1=1",
        "within=1e9",
        "name=" + "x" * 200,
    ],
)
def test_what_cannot_be_asked_is_told_beside_the_field(client: Client, query: str) -> None:
    shown = client().get(f"{SEARCH}?{query}")
    assert shown.status_code == 422
    assert 'role="alert"' in shown.text


@pytest.mark.parametrize("page", ["0", "-1", "9999999999", "²", "abc"])
def test_a_page_that_is_not_there_is_the_nearest_one(client: Client, places: tuple[Place, Place], page: str) -> None:
    assert client().get(f"{SEARCH}?page={page}").status_code == 200
