"""Correcting through the pages in Leuven; in Brussels there are none. And going from one request to the next."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.applications.models import Application
from app.families.models import Applicant, Child
from app.web.doors import House
from tests.factories import (
    ABSOLUTE,
    OTHER,
    PRIORITY,
    FamilyMade,
    Place,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    post_form,
    queued,
    signed_in,
)

LEUVEN = "leuven"
PLACE = {"postcode": "3000", "municipality": "leuven"}
PARTS = ("applicant_name", "contact", "child_identity", "care_plan")


@pytest.fixture
def here(house: House) -> Place:
    return make_facility(house, LEUVEN, name="Het Grasfluitje", **PLACE)


@pytest.fixture
def leuven_desk(house: House, client: Callable[[], FlaskClient], here: Place) -> FlaskClient:
    return signed_in(house, client(), make_leader(house, here))


@pytest.fixture
def family(house: House, here: Place) -> FamilyMade:
    return make_family(house, [here], organisation=LEUVEN, applicant=PLACE)


@pytest.fixture
def url(family: FamilyMade, here: Place) -> str:
    return f"/leuven/nl/facility/requests/{family.choices[here.id]}"


def shown(page: str) -> dict[str, str]:
    """Return the inputs of a page with what stands in them."""
    return dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page))


def test_a_phone_number_is_saved_and_shown(
    house: House, leuven_desk: FlaskClient, family: FamilyMade, url: str
) -> None:
    page = leuven_desk.get(url)
    for part in PARTS:
        assert f'href="{url}/change/{part}"' in page.text
    form = leuven_desk.get(f"{url}/change/contact")
    fields = {name: shown(form.text)[name] for name in ("phone", "email", "street", "house_number", "postcode")}
    done = post_form(leuven_desk, f"{url}/change/contact", **fields | {"phone": "0470 12 34 56"})
    assert done.headers["Location"] == f"{url}?done=changed"
    assert "+32470123456" in leuven_desk.get(url).text
    assert [message.kind for message in queued(house, organisation=LEUVEN)] == ["changed_by_facility_contact"]


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("applicant_name", {"given_name": "", "family_name": "Peeters"}),
        ("contact", {"phone": "12", "email": "a@example.org", "street": "x", "house_number": "1", "postcode": "3000"}),
        ("contact", {"phone": "0470123456", "email": "", "street": "x", "house_number": "1", "postcode": "3000"}),
        ("child_identity", {"born": "yes", "given_name": "", "family_name": "P", "birth_date-day": "1"}),
        ("care_plan", {"half_days": "", "flexible": "no"}),
    ],
)
def test_what_cannot_be_taken_comes_back_as_it_was_typed(
    house: House, leuven_desk: FlaskClient, family: FamilyMade, url: str, part: str, fields: dict[str, str]
) -> None:
    page = post_form(leuven_desk, f"{url}/change/{part}", **fields)
    assert page.status_code == 422
    assert 'id="errors"' in page.text
    assert queued(house, organisation=LEUVEN) == []


def test_name_child_and_plan_are_saved(house: House, leuven_desk: FlaskClient, family: FamilyMade, url: str) -> None:
    post_form(leuven_desk, f"{url}/change/applicant_name", given_name="Amina", family_name="El Idrissi")
    born = {"born": "yes", "given_name": "Lena", "family_name": "El Idrissi"}
    born |= {"birth_date-day": "1", "birth_date-month": "9", "birth_date-year": "2026"}
    assert post_form(leuven_desk, f"{url}/change/child_identity", **born).status_code == 303
    start = family.plan.start_date
    assert start is not None
    plan = {"start_date-day": start.day, "start_date-month": start.month, "start_date-year": start.year}
    done = post_form(leuven_desk, f"{url}/change/care_plan", **plan, half_days=["0", "1"], flexible="yes")
    assert done.status_code == 303
    with as_maintainer(house, LEUVEN) as session:
        assert session.get_one(Applicant, family.dossier_id).family_name == "El Idrissi"
        assert session.get_one(Child, family.child_id).given_name == "Lena"
        assert session.get_one(Application, family.application_id).half_days == 3


def test_in_brussels_there_is_no_such_page(house: House, desk: FlaskClient, facility: Place) -> None:
    family = make_family(house, [facility])
    url = f"/brussels/nl/facility/requests/{family.choices[facility.id]}"
    assert "/change/" not in desk.get(url).text
    for part in PARTS:
        assert desk.get(f"{url}/change/{part}").status_code == 404
        assert post_form(desk, url, f"{url}/change/{part}", given_name="x", family_name="y").status_code == 404


@pytest.mark.parametrize("part", ["consents", "choices", "national_number", "family_situation", "answers", "x"])
def test_nothing_else_can_be_asked_for(leuven_desk: FlaskClient, url: str, part: str) -> None:
    assert leuven_desk.get(f"{url}/change/{part}").status_code == 404


def test_from_one_request_to_the_next_in_the_order_of_the_list(
    house: House, desk: FlaskClient, facility: Place
) -> None:
    ranked = [make_family(house, [facility], facts=facts) for facts in (ABSOLUTE, PRIORITY, OTHER)]
    skipped = make_family(house, [facility], facts=PRIORITY, states={facility.id: "not_now"})
    base, query = "/brussels/nl/facility/requests", "?state=open"
    first, second, third = (f"{base}/{family.choices[facility.id]}{query}" for family in ranked)
    pages = [desk.get(url).text for url in (first, second, third)]
    assert [f'rel="prev" href="{url}"' in page for url, page in zip((first, second), pages[1:], strict=True)] == [
        True
    ] * 2
    assert [f'rel="next" href="{url}"' in page for url, page in zip((second, third), pages, strict=False)] == [True] * 2
    assert 'rel="prev"' not in pages[0]
    assert 'rel="next"' not in pages[2]
    assert f"{skipped.choices[facility.id]}" not in "".join(pages)
    path = first.removesuffix(query)
    answer = post_form(desk, first, f"{path}/consider{query}", seen="open")
    following = ranked[1].choices[facility.id]
    assert answer.headers["Location"] == f"/brussels/nl/facility{query}&done=considering&next={following}"
    assert f'href="{second}"' in desk.get(answer.headers["Location"]).text
