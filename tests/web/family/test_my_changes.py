"""The parent changes things through the door: offers, choices, answers, the request itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.clock import today_at
from app.web.doors import House
from tests.factories import (
    OTHER,
    FamilyMade,
    Person,
    Place,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_leader,
    make_offer,
    post_form,
    queued,
    signed_in,
)
from tests.web.family.walk import Walk, start_walk

Client = Callable[[], FlaskClient]
BASE = "/brussels/en/my"


@pytest.fixture
def places(house: House) -> list[Place]:
    return [make_facility(house, name=name) for name in ("Zonnetje", "Regenboog", "Wolkje")]


@pytest.fixture
def leaders(house: House, places: list[Place]) -> list[Person]:
    return [make_leader(house, place) for place in places]


@pytest.fixture
def mine(house: House, places: list[Place]) -> FamilyMade:
    return make_family(house, places[:2], language="en", facts=OTHER)


@pytest.fixture
def me(house: House, client: Client, mine: FamilyMade) -> FlaskClient:
    return signed_in(house, client(), mine.person)


def one(house: House, statement: str, **params: object) -> object:
    with as_maintainer(house) as session:
        return session.execute(text(statement), params).scalar_one()


# -- offers


def test_accepting_asks_once_more_and_shuts_the_others_out(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade, places: list[Place], leaders: list[Person]
) -> None:
    offer = make_offer(house, mine, places[0], half_days=0b11)
    assert "Zonnetje offers you a place" in me.get(BASE).text
    shown = me.get(f"{BASE}/offers/{offer}")
    assert "You asked:" in shown.text
    assert one(house, "select state from offer") == "open", "looking at it decides nothing"
    page = f"{BASE}/offers/{offer}/accept"
    guard = guard_of(me.get(page))
    first = me.post(page, data=guard)
    assert (first.status_code, first.headers["Location"]) == (303, f"{BASE}?done=accepted")
    again = me.post(page, data=guard)
    assert (again.status_code, again.headers["Location"]) == (303, f"{BASE}?done=accepted"), "a second click"
    late = me.post(page, data=guard_of(me.get(f"{BASE}/account")))
    assert late.status_code == 409, "another form on the same offer"
    assert "Your child has a place" in me.get(BASE).text
    other = signed_in(house, client(), leaders[1])
    choice = mine.choices[places[1].id]
    assert other.get(f"/brussels/nl/facility/requests/{choice}").status_code == 404
    assert me.get(page).headers["Location"] == f"{BASE}/offers/{offer}"


def test_declining_asks_once_more_and_keeps_the_request(
    house: House, me: FlaskClient, mine: FamilyMade, places: list[Place]
) -> None:
    offer = make_offer(house, mine, places[0])
    assert post_form(me, f"{BASE}/offers/{offer}/decline").status_code == 303
    assert one(house, "select state from application") == "open"
    assert "They are looking at it" in me.get(BASE).text


def test_an_offer_lapses_by_the_clock_and_not_by_a_job(
    house: House, me: FlaskClient, mine: FamilyMade, places: list[Place]
) -> None:
    soon = house.clock.now() + timedelta(minutes=20)
    offer = make_offer(house, mine, places[0], expires_at=soon)
    page = f"{BASE}/offers/{offer}/accept"
    guard = guard_of(me.get(page))
    house.clock.offset += timedelta(minutes=21)
    assert "The offer has ended" in me.get(BASE).text
    assert "can no longer answer" in me.get(f"{BASE}/offers/{offer}").text
    assert me.post(page, data=guard).status_code == 409
    assert one(house, "select state from application") == "open"


# -- choices and the request


def test_a_facility_is_added_by_searching(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade, places: list[Place], leaders: list[Person]
) -> None:
    page = f"{BASE}/requests/{mine.application_id}/add"
    found = post_form(me, page, municipality="schaarbeek", name="wolk")
    assert (found.status_code, "Wolkje" in found.text, "Zonnetje" in found.text) == (200, True, False)
    assert "schaarbeek" not in (found.headers.get("Location") or "")
    added = me.post(page, data={**guard_of(found), "facility": str(places[2].id)})
    assert added.headers["Location"] == f"{BASE}?done=added"
    theirs = signed_in(house, client(), leaders[2]).get("/brussels/nl/facility", follow_redirects=True)
    assert mine.names["family_name"] in theirs.text


@pytest.mark.parametrize("chosen", ["nonsense", "00000000-0000-0000-0000-000000000000", "' or 1=1 --"])
def test_a_facility_that_is_none_cannot_be_added(me: FlaskClient, mine: FamilyMade, chosen: str) -> None:
    assert post_form(me, f"{BASE}/requests/{mine.application_id}/add", facility=chosen).status_code == 404


def test_a_choice_is_taken_back_and_the_last_one_only_by_cancelling(
    house: House, me: FlaskClient, mine: FamilyMade, places: list[Place]
) -> None:
    first, last = (f"{BASE}/choices/{mine.choices[place.id]}/withdraw" for place in places[:2])
    assert first in me.get(BASE).text
    assert post_form(me, first).headers["Location"] == f"{BASE}?done=withdrawn"
    assert last not in me.get(BASE).text
    assert post_form(me, last).status_code == 409


@pytest.mark.promise("BXL-45", breaks="line:app/web/family/my_choices.py#cancel_application(visit.session")
def test_cancelling_asks_once_more_and_happens_once(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade, places: list[Place], leaders: list[Person]
) -> None:
    page = f"{BASE}/requests/{mine.application_id}/cancel"
    shown = me.get(page)
    assert "Zonnetje" in shown.text
    assert one(house, "select state from application") == "open"
    guard = guard_of(shown)
    assert me.post(page, data=guard).headers["Location"] == f"{BASE}?done=cancelled"
    assert me.post(page, data=guard).headers["Location"] == f"{BASE}?done=cancelled"
    assert me.post(page, data=guard_of(me.get(f"{BASE}/account"))).status_code == 409
    assert len(queued(house, "cancelled")) == 1
    assert "Cancelled" in me.get(BASE).text
    assert mine.names["family_name"] in me.get(f"{BASE}/details").text
    for leader in leaders[:2]:
        shut = signed_in(house, client(), leader)
        assert mine.names["family_name"] not in shut.get("/brussels/nl/facility", follow_redirects=True).text


# -- answers, on a file that came through the door


@pytest.fixture
def sent(house: House, client: Client) -> Walk:
    walk = start_walk(client(), house)
    walk.through()
    return walk


def change(sent: Walk, house: House, step: str, **answers: object) -> object:
    request_id = one(house, "select id from application")
    return post_form(sent.client, f"/brussels/nl/my/requests/{request_id}/{step}", **answers)


def test_what_was_sent_stands_on_the_page_and_on_each_form(sent: Walk, house: House) -> None:
    page = sent.client.get("/brussels/en/my/details").text
    for word in (
        "Ayşe Yılmaz",
        "Rozenstraat 12 bus 3",
        "0470 12 34 56",
        "Mehmet Kaya",
        "Bakkerij Bloem",
        "10 April 2027",
    ):
        assert word in page, word
    request_id = one(house, "select id from application")
    for url in re.findall(rf'href="(/brussels/en/my/requests/{request_id}/[a-z-]+)"', page):
        assert sent.client.get(url).status_code == 200, url
    contact = sent.client.get(f"/brussels/en/my/requests/{request_id}/contact").text
    assert 'value="Rozenstraat"' in contact
    assert 'name="email"' not in contact, "the address has a page that asks for the password"


@pytest.mark.parametrize(
    ("step", "answers", "query", "value"),
    [
        ("you", {"given_name": "Ayse", "family_name": "O'Neil", "birth_date-day": "3", "birth_date-month": "3",
                 "birth_date-year": "1994", "sex": "female"}, "select family_name from applicant", "O'Neil"),
        ("contact", {"phone": "+32 471 00 00 00", "street": "Dorp", "house_number": "1", "postcode": "1000"},
         "select phone from applicant", "+32471000000"),
        ("language", {"language": "fr", "municipality": "jette"}, "select language from dossier", "fr"),
        ("child", {"born": "yes", "given_name": "Lou", "family_name": "Kaya", "birth_date-day": "2",
                   "birth_date-month": "1", "birth_date-year": "2027"}, "select given_name from child", "Lou"),
        ("start", {"start_date-day": "1", "start_date-month": "10", "start_date-year": "2027", "flexible": "no"},
         "select start_date from choice limit 1", date(2027, 10, 1)),
        ("days", {"half_days": ["4", "5"]}, "select half_days from choice limit 1", 0b110000),
        ("work", {"regime": "seeking", "employer": "", "partner_regime": ""},
         "select work from circumstances", "seeking"),
        ("household", {"situation": "one_parent", "foster": "yes", "income": ""},
         "select family_situation from circumstances", "one_parent"),
        ("education", {"level": "none"}, "select education from circumstances", "none"),
        ("health", {}, "select count(*) from health_answer", 0),
        ("partner", {"has_partner": "no"}, "select count(*) from partner", 0),
        ("dutch", {"level": "neither"}, "select dutch_proof from circumstances", False),
    ],
)  # fmt: skip
@pytest.mark.promise("BXL-29", breaks="app.web.family.my_details:_write")
def test_every_answer_can_be_changed_and_the_facilities_see_it(
    sent: Walk, house: House, step: str, answers: dict[str, object], query: str, value: object
) -> None:
    house.clock.offset += timedelta(minutes=5)
    before = one(house, "select last_activity_at from dossier")
    answer = change(sent, house, step, **answers)
    assert answer.status_code == 303, answer.text[:3000]  # type: ignore[attr-defined]
    assert one(house, query) == value
    assert one(house, "select last_activity_at from dossier") > before  # type: ignore[operator]
    assert one(house, "select email from applicant") == "Ayse.Yilmaz@example.com"


def test_another_answer_gives_another_rank_at_once(sent: Walk, house: House) -> None:
    assert one(house, "select min(priority_rank) from choice") == 0
    change(sent, house, "work", regime="not_working", employer="", partner_regime="not_working")
    assert one(house, "select min(priority_rank) from choice") == 1


def test_a_partner_is_removed_and_added_again(sent: Walk, house: House) -> None:
    change(sent, house, "partner", has_partner="no")
    assert one(house, "select count(*) from partner") == 0
    answer = change(sent, house, "partner", has_partner="yes")
    assert answer.headers["Location"].endswith("/partner-details")  # type: ignore[attr-defined]
    assert one(house, "select count(*) from partner") == 0, "only a name makes a partner"
    change(sent, house, "partner-details", given_name="Noa", family_name="Kaya", phone="", email="")
    assert one(house, "select given_name from partner") == "Noa"


def test_what_is_wrong_comes_back_as_it_was_typed(sent: Walk, house: House) -> None:
    page = change(sent, house, "child", born="yes", given_name="Zoë", family_name="", **{"birth_date-day": "99"})
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert 'value="Zoë"' in page.text  # type: ignore[attr-defined]
    assert one(house, "select expected from child") is True
    late = {"birth_date-day": "1", "birth_date-month": "11", "birth_date-year": "2027"}
    page = change(sent, house, "child", born="no", given_name="", family_name="Kaya", **late)
    assert page.status_code == 422, "born after the start"  # type: ignore[attr-defined]
    assert one(house, "select birth_date from child") == date(2027, 4, 10)


def test_a_start_that_has_passed_may_stay_while_the_rest_changes(
    house: House, client: Client, places: list[Place]
) -> None:
    past = today_at(house.clock.now()) - timedelta(days=10)
    family = make_family(house, places, language="en", start_date=past)
    browser = signed_in(house, client(), family.person)
    page = f"{BASE}/requests/{family.application_id}/start"
    parts = {f"start_date-{part}": str(getattr(past, part)) for part in ("day", "month", "year")}
    assert post_form(browser, page, **parts, flexible="yes").status_code == 303
    assert one(house, "select flexible from application") is True
    earlier = past - timedelta(days=1)
    parts = {f"start_date-{part}": str(getattr(earlier, part)) for part in ("day", "month", "year")}
    assert post_form(browser, page, **parts, flexible="yes").status_code == 422


def test_a_closed_request_keeps_its_plan(house: House, client: Client, places: list[Place]) -> None:
    family = make_family(house, places, language="en", application_state="cancelled")
    browser = signed_in(house, client(), family.person)
    for step in ("start", "days", "facilities", "order", "nonsense"):
        assert browser.get(f"{BASE}/requests/{family.application_id}/{step}").status_code == 404, step
    assert browser.get(f"{BASE}/requests/{family.application_id}/contact").status_code == 200
