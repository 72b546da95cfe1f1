"""The parent's page when time has passed: renew in one tap, take an answer back, tell that the baby is born."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.applications.models import Application, Choice, Offer
from app.core.clock import today_at
from app.families.models import Child
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Place,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_offer,
    post_form,
    queued,
    signed_in,
)

Client = Callable[[], FlaskClient]
BASE = "/brussels/en/my"
DAY = timedelta(days=1)


@pytest.fixture
def places(house: House) -> list[Place]:
    return [make_facility(house, name=name) for name in ("Zonnetje", "Regenboog")]


@pytest.fixture
def mine(house: House, places: list[Place]) -> FamilyMade:
    return make_family(house, places, language="en")


@pytest.fixture
def me(house: House, client: Client, mine: FamilyMade) -> FlaskClient:
    return signed_in(house, client(), mine.person)


def last_day(house: House, day: date) -> None:
    with as_maintainer(house) as session:
        session.execute(update(Application).values(expires_on=day))
        session.execute(update(Choice).values(expires_on=day))


@pytest.mark.promise("BXL-44", breaks="app.applications.rules:is_expired")
def test_one_tap_renews_what_has_ended(house: House, me: FlaskClient, mine: FamilyMade) -> None:
    last_day(house, today_at(house.clock.now()) - DAY)
    shown = me.get(BASE)
    assert "Your application has ended." in shown.text
    assert "Cancel this application" not in shown.text
    page = f"{BASE}/renew/{mine.application_id}"
    guard = guard_of(shown)
    first = me.post(page, data=guard)
    assert (first.status_code, first.headers["Location"]) == (303, f"{BASE}?done=renewed")
    assert me.post(page, data=guard).headers["Location"] == f"{BASE}?done=renewed", "a second tap"
    home = me.get(f"{BASE}?done=renewed").text
    assert "Your application goes on." in home
    assert "has ended" not in home
    assert len(queued(house, "application_renewed")) == 1
    assert me.get(page).status_code == 409
    assert me.post(page, data=guard_of(me.get(f"{BASE}/account"))).status_code == 409


def test_the_end_that_comes_near_is_on_the_page(house: House, me: FlaskClient, mine: FamilyMade) -> None:
    assert "Do you still need a place?" not in me.get(BASE).text
    last_day(house, today_at(house.clock.now()) + 10 * DAY)
    assert "Your application ends on" in me.get(BASE).text
    answer = post_form(me, f"{BASE}/renew/{mine.application_id}")
    assert answer.status_code == 303


def test_a_cancelled_request_comes_back_unless_another_took_its_place(
    house: House, me: FlaskClient, mine: FamilyMade, places: list[Place]
) -> None:
    post_form(me, f"{BASE}/requests/{mine.application_id}/cancel")
    home = me.get(BASE).text
    assert "Yes, I still need a place" in home
    assert "has ended." not in home
    newer = make_family(house, places, of=mine)
    with as_maintainer(house) as session:
        session.execute(
            update(Application).where(Application.id == newer.application_id).values(child_id=mine.child_id)
        )
    assert "Yes, I still need a place" not in me.get(BASE).text


@pytest.mark.parametrize("how", ["accept", "decline"])
def test_an_answer_is_taken_back_from_the_page(
    house: House, me: FlaskClient, mine: FamilyMade, places: list[Place], how: str
) -> None:
    offer = make_offer(house, mine, places[0])
    assert post_form(me, f"{BASE}/offers/{offer}/{how}").status_code == 303
    page = f"{BASE}/take-back/{offer}"
    assert page in me.get(BASE).text
    assert "You can do this until" in me.get(page).text
    with as_maintainer(house) as session:
        assert session.scalars(select(Offer.state)).one() != "open", "looking at it decides nothing"
    assert post_form(me, page).headers["Location"] == f"{BASE}?done=taken_back"
    home = me.get(f"{BASE}?done=taken_back").text
    assert "Zonnetje offers you a place" in home
    assert page not in home
    assert me.get(page).status_code == 409


def test_after_a_day_the_way_back_is_gone(house: House, me: FlaskClient, mine: FamilyMade, places: list[Place]) -> None:
    offer = make_offer(house, mine, places[0])
    post_form(me, f"{BASE}/offers/{offer}/accept")
    with as_maintainer(house) as session:
        session.execute(update(Offer).values(decided_at=house.clock.now() - DAY))
    assert "take-back" not in me.get(BASE).text
    shown = me.get(f"{BASE}/take-back/{offer}")
    assert shown.status_code == 409
    assert "24 hours" in shown.text


@pytest.fixture
def awaited(house: House, places: list[Place]) -> FamilyMade:
    today = today_at(house.clock.now())
    return make_family(
        house, places, language="en", expected=True, birth_date=today - 5 * DAY, start_date=today + 90 * DAY
    )


def parts(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def test_a_birth_asks_a_date_and_a_name_and_keeps_the_start(house: House, client: Client, awaited: FamilyMade) -> None:
    me, today = signed_in(house, client(), awaited.person), today_at(house.clock.now())
    page = f"{BASE}/born/{awaited.child_id}"
    assert page in me.get(BASE).text
    start = parts("start_date", awaited.plan.start_date)
    assert f'value="{start["start_date-year"]}"' in me.get(page).text
    future = post_form(me, page, **parts("birth_date", today + DAY), given_name="Noor", **start)
    assert future.status_code == 422
    assert "This date lies in the future." in future.text
    assert 'value="Noor"' in future.text
    early = post_form(me, page, **parts("birth_date", today), given_name="Noor", **parts("start_date", today - DAY))
    assert early.status_code == 422
    done = post_form(me, page, **parts("birth_date", today - DAY), given_name="Noor", **start)
    assert done.headers["Location"] == f"{BASE}?done=born"
    with as_maintainer(house) as session:
        child = session.get_one(Child, awaited.child_id)
        assert (child.given_name, child.birth_date, child.expected) == ("Noor", today - DAY, False)
        assert set(session.scalars(select(Choice.child_birth_date))) == {today - DAY}
    home = me.get(BASE).text
    assert "Noor, born on" in home
    assert "Our baby is born" not in home
    assert me.get(page).status_code == 404


def test_leuven_asks_the_number_of_a_child_that_is_born(house: House, client: Client) -> None:
    today = today_at(house.clock.now())
    place = make_facility(house, "leuven", municipality="leuven", postcode="3000")
    family = make_family(house, [place], organisation="leuven", expected=True, birth_date=today - 5 * DAY)
    me = signed_in(house, client(), family.person)
    page = f"/leuven/nl/my/born/{family.child_id}"
    start = parts("start_date", family.plan.start_date)
    done = post_form(me, page, **parts("birth_date", today - DAY), given_name="Noor", **start)
    assert (done.status_code, "/child-number?first=yes" in done.headers["Location"]) == (303, True)
    assert me.get(done.headers["Location"]).status_code == 200
