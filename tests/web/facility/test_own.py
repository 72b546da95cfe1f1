"""The pages about a facility itself: free places, people, what it says, one's password."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.models import Account
from app.core.clock import today_at
from app.facilities.models import Facility, FacilityMember, FreePlace
from app.web.doors import House
from tests.factories import (
    PASSWORD,
    Person,
    Place,
    as_maintainer,
    make_facility,
    make_leader,
    make_member,
    post_form,
    queued,
    signed_in,
)

BASE = "/brussels/nl/facility"
NEW = "vier rode fietsen in de regen"


@pytest.fixture
def deputy(house: House, client: Callable[[], FlaskClient], facility: Place) -> FlaskClient:
    person = make_leader(house, facility)
    with as_maintainer(house) as session:
        session.execute(update(FacilityMember).where(FacilityMember.account_id == person.id).values(role="deputy"))
    return signed_in(house, client(), person)


def places(house: House) -> list[FreePlace]:
    with as_maintainer(house) as session:
        return list(session.scalars(select(FreePlace).order_by(FreePlace.published_at)))


def test_two_taps_state_a_place_and_one_takes_it(house: House, desk: FlaskClient, facility: Place) -> None:
    page = desk.get(f"{BASE}/places")
    month = re.findall(r'<option value="(\d{4}-\d\d)" selected', page.text)
    done = post_form(desk, f"{BASE}/places", half_days=["0", "1"], age="any", month=month)
    assert done.headers["Location"] == f"{BASE}/places?done=published"
    (place,) = places(house)
    assert (place.facility_id, place.half_days, place.age_from_months, place.age_to_months) == (facility.id, 3, 0, 71)
    assert place.starts_on.day == 1
    assert not place.last_minute
    taken = post_form(desk, f"{BASE}/places", f"{BASE}/places/{place.id}/taken")
    assert taken.headers["Location"] == f"{BASE}/places?done=taken"
    assert f"{place.id}" not in desk.get(f"{BASE}/places").text


def test_a_last_minute_place_is_shown_until_its_day(house: House, desk: FlaskClient) -> None:
    today = today_at(house.clock.now())
    until = today + timedelta(days=6)
    form = {"half_days": ["4"], "age": "one", "month": f"{today:%Y-%m}", "last_minute": "yes"}
    assert post_form(desk, f"{BASE}/places", **form).status_code == 422
    day = {"shown_until-day": until.day, "shown_until-month": until.month, "shown_until-year": until.year}
    assert post_form(desk, f"{BASE}/places", **form, **day).status_code == 303
    (place,) = places(house)
    assert (place.starts_on, place.shown_until, place.last_minute) == (today, until, True)


@pytest.mark.parametrize(
    "changed", [{"half_days": []}, {"half_days": ["99"]}, {"age": "x"}, {"month": "1999-01"}, {"month": ""}]
)
def test_a_place_that_cannot_be_comes_back(house: House, desk: FlaskClient, changed: dict[str, object]) -> None:
    today = today_at(house.clock.now())
    form = {"half_days": ["4"], "age": "one", "month": f"{today:%Y-%m}"} | changed
    page = post_form(desk, f"{BASE}/places", **form)
    assert page.status_code == 422
    assert 'id="errors"' in page.text
    assert places(house) == []


def test_a_leader_of_two_places_says_where(house: House, desk: FlaskClient, leader: Person) -> None:
    other = make_facility(house)
    make_member(house, leader, other)
    form = {"half_days": ["4"], "age": "one", "month": f"{today_at(house.clock.now()):%Y-%m}"}
    assert post_form(desk, f"{BASE}/places", **form).status_code == 422
    assert post_form(desk, f"{BASE}/places", **form, facility=str(make_facility(house).id)).status_code == 422
    assert post_form(desk, f"{BASE}/places", **form, facility=str(other.id)).status_code == 303
    assert places(house)[0].facility_id == other.id


def test_a_deputy_is_invited_joins_answers_and_manages_nobody(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient, facility: Place
) -> None:
    done = post_form(desk, f"{BASE}/people", email="Nieuw@Example.org", role="deputy")
    assert done.headers["Location"] == f"{BASE}/people?done=invited"
    assert "nieuw@example.org" in desk.get(f"{BASE}/people").text
    (message,) = queued(house, "facility_invite")
    url = f"{BASE}/join/{message.params['token']}"
    newcomer = client()
    assert newcomer.get(url).status_code == 200
    assert newcomer.get(url).status_code == 200, "opening spends nothing"
    assert post_form(newcomer, url, password="kort").status_code == 422
    joined = post_form(newcomer, url, password=NEW)
    assert joined.headers["Location"] == f"{BASE}/joined"
    assert newcomer.get(url).status_code == 410
    signed = post_form(newcomer, "/brussels/nl/sign-in", login="nieuw@example.org", password=NEW)
    assert signed.status_code == 303
    assert newcomer.get(BASE).status_code == 200
    assert "De Zandbak" in newcomer.get(BASE).text
    assert newcomer.get(f"{BASE}/people").status_code == 404


def test_an_address_that_has_an_account_is_told_neutrally(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient
) -> None:
    post_form(desk, f"{BASE}/people", email="bezet@example.org", role="leader")
    taken = make_leader(house, make_facility(house))
    with as_maintainer(house) as session:
        session.get_one(Account, taken.id).login = "bezet@example.org"
    (message,) = queued(house, "facility_invite")
    page = post_form(client(), f"{BASE}/join/{message.params['token']}", password=NEW)
    assert page.status_code == 409
    assert "bezet@example.org" not in page.text


def test_a_membership_ends_and_bites_on_the_next_request(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient, facility: Place, leader: Person
) -> None:
    second = make_leader(house, facility)
    other = signed_in(house, client(), second)
    with as_maintainer(house) as session:
        member = session.scalars(select(FacilityMember.id).where(FacilityMember.account_id == second.id)).one()
        mine = session.scalars(select(FacilityMember.id).where(FacilityMember.account_id == leader.id)).one()
    assert "De Zandbak" in other.get(BASE).text
    today = today_at(house.clock.now())
    day = {"last_day-day": today.day, "last_day-month": today.month, "last_day-year": today.year}
    done = post_form(desk, f"{BASE}/people/{member}/end", **day)
    assert done.headers["Location"] == f"{BASE}/people?done=ended"
    assert "De Zandbak" not in other.get(BASE).text
    last = post_form(desk, f"{BASE}/people/{mine}/end", **day)
    assert last.status_code == 422, "the last leader stays"


def test_a_deputy_and_a_stranger_find_no_people(
    house: House, client: Callable[[], FlaskClient], deputy: FlaskClient, facility: Place, leader: Person
) -> None:
    stranger = signed_in(house, client(), make_leader(house, make_facility(house)))
    with as_maintainer(house) as session:
        mine = session.scalars(select(FacilityMember.id).where(FacilityMember.account_id == leader.id)).one()
    assert deputy.get(f"{BASE}/people").status_code == 404
    assert post_form(deputy, BASE, f"{BASE}/people", email="x@example.org", role="leader").status_code == 404
    for browser in (deputy, stranger):
        assert browser.get(f"{BASE}/people/{mine}/end").status_code == 404
        assert post_form(browser, BASE, f"{BASE}/people/{mine}/again").status_code == 404


def test_what_a_facility_says_of_itself(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient, facility: Place
) -> None:
    day = today_at(house.clock.now()) + timedelta(days=10)
    around = {"answers_around-day": day.day, "answers_around-month": day.month, "answers_around-year": day.year}
    url = f"{BASE}/own/{facility.id}"
    assert "hides_phone" not in desk.get(url).text, "only a provider at home has something to hide"
    assert post_form(desk, url, **around, hides_phone="yes").headers["Location"] == f"{BASE}/own?done=said"
    with as_maintainer(house) as session:
        kept = session.get_one(Facility, facility.id)
        assert (kept.answers_around, kept.hides_phone) == (day, False)
    late = post_form(desk, url, **around | {"answers_around-year": 2020})
    assert late.status_code == 422
    home = make_facility(house, kind="family")
    provider = signed_in(house, client(), make_leader(house, home))
    post_form(provider, f"{BASE}/own/{home.id}", hides_house_number="yes", hides_phone="yes")
    with as_maintainer(house) as session:
        kept = session.get_one(Facility, home.id)
        assert (kept.hides_house_number, kept.hides_phone, kept.answers_around) == (True, True, None)
    assert desk.get(f"{BASE}/own/{home.id}").status_code == 404
    assert post_form(desk, BASE, f"{BASE}/own/{home.id}", hides_phone="").status_code == 404


def test_a_password_is_changed_by_who_gives_the_old_one(house: House, desk: FlaskClient, leader: Person) -> None:
    url = f"{BASE}/own/password"
    page = desk.get(url)
    assert f'value="{leader.login}" autocomplete="username"' in page.text
    assert post_form(desk, url, current="niet dit wachtwoord", password=NEW).status_code == 422
    assert post_form(desk, url, current=PASSWORD, password="kort").status_code == 422
    done = post_form(desk, url, current=PASSWORD, password=NEW)
    assert done.headers["Location"] == f"{BASE}/own?done=password"
    assert desk.get(BASE).status_code == 200
