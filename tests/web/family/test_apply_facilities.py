"""Finding, choosing and ordering facilities, without a script."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.facilities.models import Facility
from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import as_maintainer, make_facility
from tests.web.family.walk import Walk, shown_errors, start_walk, step_of

Client = Callable[[], FlaskClient]
PATH = "/brussels/en/apply/facilities"


@pytest.fixture
def walk(client: Client, house: House) -> Walk:
    """A family that is about to choose."""
    made = start_walk(client(), house)
    made.through(until="facilities")
    return made


def page_of(walk: Walk, query: str = "") -> str:
    """Return the page for a search."""
    return unescape(walk.client.get(PATH + query).get_data(as_text=True))


def test_without_a_search_the_nearest_to_home_come_first(walk: Walk, house: House) -> None:
    far = make_facility(house, name="Verweg", latitude=50.75, longitude=4.3)
    page = page_of(walk)
    assert "Verweg" not in page
    assert page.index("De Wolkenfiets 0") < page.index("De Wolkenfiets 5")
    assert "less than 1 km" in page
    assert far.id.hex in page_of(walk, "?name=verw%C3%A9g")


def test_a_search_by_municipality_postcode_and_name(walk: Walk, house: House) -> None:
    uccle = make_facility(
        house, name="Kiekeboe", municipality="ukkel", postcode="1180", latitude=50.802, longitude=4.338
    )
    assert "Kiekeboe" in page_of(walk, "?municipality=ukkel")
    assert "Wolkenfiets" not in page_of(walk, "?municipality=ukkel")
    near = page_of(walk, "?postcode=1180")
    assert near.index("Kiekeboe") < near.index("Wolkenfiets")
    assert uccle.id.hex in page_of(walk, "?name=KIEKE")
    assert "No other facility was found" in page_of(walk, "?name=bestaatniet")


@pytest.mark.parametrize(
    "query",
    ["?municipality=nowhere", "?postcode=abc", "?page=0", "?page=-3", "?page=x", "?page=" + "9" * 400, "?name=%00%FF",
     "?name=" + "x" * 3000, "?from=elsewhere", "?page=%D9%A3"],
)  # fmt: skip
def test_a_search_that_means_nothing_is_no_failure(walk: Walk, query: str) -> None:
    assert walk.client.get(PATH + query).status_code == 200


def test_ticks_survive_a_search_and_more_results(walk: Walk) -> None:
    first, second = walk.facilities[0].hex, walk.facilities[9].hex
    found = walk.post("facilities", {"facilities": [first], "name": "fiets 9", "search": "yes"})
    assert found.headers["Location"].endswith("facilities?name=fiets+9")
    page = page_of(walk, "?name=fiets+9")
    assert page.count(" checked") == 1
    more = walk.post("facilities", {"facilities": [first, second], "more": "2"})
    assert more.headers["Location"].endswith("facilities?page=2")
    assert page_of(walk, "?page=2").count(" checked") == 2
    assert step_of(walk.post("facilities", {"facilities": [first, second]})) == "order"


def test_looking_around_before_choosing_is_no_error(walk: Walk) -> None:
    assert walk.post("facilities", {"municipality": "ukkel", "search": "yes"}).status_code == 303
    assert walk.post("facilities", {"more": "2"}).status_code == 303


def test_no_more_than_the_organisation_allows(walk: Walk, house: House) -> None:
    application = house.profiles["brussels"].application
    assert application is not None
    most = application.max_choices
    keys = [key.hex for key in walk.facilities]
    refused = walk.post("facilities", {"facilities": keys[: most + 1]})
    assert refused.status_code == 422
    assert shown_errors(refused) == [f"Choose at most {most}"]
    assert refused.get_data(as_text=True).count(" checked") == most + 1
    assert step_of(walk.post("facilities", {"facilities": keys[:most]})) == "order"


def test_another_organisations_or_a_closed_facility_cannot_be_chosen(walk: Walk, house: House) -> None:
    foreign = make_facility(house, "leuven")
    with as_maintainer(house) as session:
        session.execute(update(Facility).where(Facility.id == walk.facilities[1]).values(active=False))
    for key in (foreign.id, walk.facilities[1]):
        assert walk.post("facilities", {"facilities": [key.hex]}).status_code == 422
    assert foreign.name not in page_of(walk)


def test_the_order_changes_by_buttons_and_a_second_click_does_nothing(walk: Walk) -> None:
    walk.post("facilities")
    keys = [key.hex for key in walk.facilities[:3]]

    def order() -> list[int]:
        page = walk.get("order").get_data(as_text=True)
        return sorted(range(3), key=lambda at: page.index(f"De Wolkenfiets {at}<"))

    assert order() == [0, 1, 2]
    for _ in range(2):
        assert step_of(walk.post("order", {"move": f"{keys[2]}.1"})) == "order"
        assert order() == [0, 2, 1]
    for move in ("x", f"{keys[0]}.9", f"{keys[0]}.-1", f"{keys[0]}.", f"{'0' * 32}.1", "." * 50):
        walk.post("order", {"move": move})
        assert order() == [0, 2, 1], move
    assert step_of(walk.post("order", {})) == "dutch"


def test_one_facility_needs_no_order(walk: Walk) -> None:
    walk.answers["facilities"] = {"facilities": [walk.facilities[0].hex]}
    assert step_of(walk.post("facilities")) == "dutch"


def test_chosen_and_found_together_stay_within_the_budget(walk: Walk, house: House) -> None:
    walk.post("facilities", {"facilities": [key.hex for key in walk.facilities[:5]]})
    engines = [house.databases.engine(login) for login in ("family", "signin")]
    with count_sql(*engines) as spent:
        answer = walk.client.get(PATH, headers=AS_SENT)
    BUDGETS["step"].hold(answer, spent)
