"""A provider at home answers one request to a screen; children of one birth are offered places in one go."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.applications.models import Application, Choice, Offer
from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import (
    ABSOLUTE,
    OTHER,
    FamilyMade,
    Person,
    Place,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_member,
    post_form,
    signed_in,
)

LIST = "/brussels/nl/facility"


@pytest.fixture
def home(house: House) -> Place:
    return make_facility(house, kind="family", name="Onthaalhuisje Radijs")


@pytest.fixture
def provider(house: House, home: Place) -> Person:
    return make_leader(house, home)


@pytest.fixture
def phone(house: House, client: Callable[[], FlaskClient], provider: Person) -> FlaskClient:
    return signed_in(house, client(), provider)


def test_one_request_to_a_screen_and_the_next_after_an_answer(house: House, phone: FlaskClient, home: Place) -> None:
    first, second = (make_family(house, [home], facts=facts) for facts in (ABSOLUTE, OTHER))
    page = phone.get(LIST)
    assert first.names["child"] in page.text
    assert second.names["child"] not in page.text
    assert "<table" not in page.text
    (onward,) = re.findall(r'rel="next" href="([^"]+)"', page.text)
    assert second.names["child"] in phone.get(onward).text
    url = f"{LIST}/requests/{first.choices[home.id]}"
    assert f'formaction="{url}/consider"' in page.text
    answer = post_form(phone, LIST, f"{url}/consider", seen="open")
    after = phone.get(answer.headers["Location"])
    assert second.names["child"] in after.text
    assert first.names["child"] not in after.text
    assert "<table" in phone.get(f"{LIST}?table=1").text


def test_a_group_reads_a_table_also_beside_a_provider_at_home(
    house: House, phone: FlaskClient, provider: Person, home: Place
) -> None:
    make_family(house, [home])
    make_member(house, provider, make_facility(house))
    assert "<table" in phone.get(LIST).text


def test_the_simple_view_costs_what_a_list_may(house: House, phone: FlaskClient, home: Place) -> None:
    for _ in range(3):
        make_family(house, [home])
    with count_sql(house.databases.engine("facility")) as spent:
        page = phone.get(LIST, headers=AS_SENT)
    BUDGETS["facility_list"].hold(page, spent)


def twins(house: House, facility: Place, link: str) -> tuple[FamilyMade, FamilyMade]:
    """Make requests for two children of one birth."""
    one = make_family(house, [facility])
    other = make_family(house, [facility], of=one)
    with as_maintainer(house) as session:
        session.execute(update(Application).values(group_id=uuid4(), link=link))
    return one, other


def an_offer(family: FamilyMade, **more: Any) -> dict[str, Any]:
    start = family.plan.start_date
    assert start is not None
    day = {"start_date-day": start.day, "start_date-month": start.month, "start_date-year": start.year}
    return {"seen": "open", **day, "half_days": ["0", "1"], "reply_days": "7", **more}


@pytest.mark.parametrize("link", ["together", "either"])
def test_the_list_and_the_request_tell_of_a_twin(house: House, desk: FlaskClient, facility: Place, link: str) -> None:
    one, other = twins(house, facility, link)
    url = f"{LIST}/requests/{one.choices[facility.id]}"
    assert desk.get(LIST).text.count("tweeling") == 2
    page = desk.get(url)
    assert f'href="{LIST}/requests/{other.choices[facility.id]}"' in page.text
    assert ('name="twin"' in desk.get(f"{url}/offer").text) == (link == "together")


def test_places_for_both_are_offered_in_one_go_or_not_at_all(house: House, desk: FlaskClient, facility: Place) -> None:
    one, other = twins(house, facility, "together")
    url = f"{LIST}/requests/{one.choices[facility.id]}/offer"
    twin = f"{other.choices[facility.id]}.open"
    assert f'value="{twin}" checked' in desk.get(url).text
    confirm = post_form(desk, url, **an_offer(one, twin=twin))
    assert other.names["child"] in confirm.text
    with as_maintainer(house) as session:
        session.get_one(Choice, other.choices[facility.id]).state = "offered"
    # The twin was answered in the meantime: the form still names it as it stood.
    stale = post_form(desk, LIST, url, **an_offer(one, twin=twin, confirmed="yes"))
    assert stale.status_code == 409
    with as_maintainer(house) as session:
        session.get_one(Choice, other.choices[facility.id]).state = "open"
    done = post_form(desk, url, **an_offer(one, twin=twin, confirmed="yes"))
    assert done.status_code == 303
    with as_maintainer(house) as session:
        assert {offer.choice_id for offer in session.scalars(select(Offer))} == {
            one.choices[facility.id],
            other.choices[facility.id],
        }


def test_only_the_one_is_offered_when_the_other_is_not_ticked(house: House, desk: FlaskClient, facility: Place) -> None:
    one, other = twins(house, facility, "together")
    url = f"{LIST}/requests/{one.choices[facility.id]}/offer"
    stranger = make_family(house, [make_facility(house)])
    foreign = [f"{key}.open" for key in stranger.choices.values()]
    assert post_form(desk, url, **an_offer(one, twin=foreign, confirmed="yes")).status_code == 409
    assert post_form(desk, url, **an_offer(one, confirmed="yes")).status_code == 303
    with as_maintainer(house) as session:
        assert [offer.choice_id for offer in session.scalars(select(Offer))] == [one.choices[facility.id]]
    assert other.choices
