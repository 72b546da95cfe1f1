"""One request: exactly the groups of the matrix, for exactly those who have a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.models import AuditEntry
from app.placements.operations.answers import accept_offer
from app.priority.rules import Dutch, Education, Facts, Income, Work
from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_offer,
    signed_in,
)

FACTS = Facts(
    work=Work.FULL_TIME,
    partner_work=Work.SEEKING,
    income=Income.BELOW_LIMIT,
    education=Education.PRIMARY,
    health=True,
    dutch=Dutch.BOTH,
    dutch_proof=True,
)
# The row of the chosen facility in the access matrix, typed by hand; other groups must not be there.
CHOSEN = [
    "answers",
    "applicant_name",
    "care_plan",
    "child_identity",
    "contact",
    "dutch_knowledge",
    "language",
    "own_choice",
    "partner_name",
    "priority_result",
]
# A page links to itself in the other language, and a form holds its token.
_OWN = re.compile(r'value="[\w-]{22,}"|/requests/[0-9a-f-]{36}')


def path(family: FamilyMade, facility: Place, tail: str = "") -> str:
    return f"/brussels/nl/facility/requests/{family.choices[facility.id]}{tail}"


def body(page: TestResponse) -> str:
    """Return a page without what differs from one answer to the next."""
    return _OWN.sub("", page.text)


@pytest.fixture
def family(house: House, facility: Place) -> FamilyMade:
    other = make_facility(house, name="Het Geheime Nest")
    return make_family(house, [facility, other], facts=FACTS, hours={"0": ["08:30", "16:00"]}, flexible=True)


@pytest.mark.promise("BXL-11")
@pytest.mark.promise("BXL-55")
def test_the_leader_reads_what_the_matrix_gives(
    house: House, desk: FlaskClient, facility: Place, family: FamilyMade, leader: Person
) -> None:
    page = desk.get(path(family, facility))
    assert page.status_code == 200
    with as_maintainer(house) as session:
        (note,) = session.scalars(select(AuditEntry)).all()
    assert note.groups == CHOSEN
    assert (note.event, note.actor_id, note.subjects, note.reasons) == (
        "read",
        leader.id,
        [family.dossier_id],
        ["chosen"],
    )
    for shown in (
        family.names["child"],
        family.names["given_name"],
        family.email,
        "0470 00",
        "1030 Schaarbeek",
        "Nederlands",
        "08:30",
    ):
        assert str(shown) in page.text, shown


@pytest.mark.promise("BXL-55")
@pytest.mark.parametrize("tail", ["", "/refuse", "/offer"])
def test_what_the_matrix_withholds_is_nowhere(
    house: House, desk: FlaskClient, facility: Place, family: FamilyMade, tail: str
) -> None:
    page = desk.get(path(family, facility, tail)).text
    for hidden in (
        "Het Geheime Nest",  # another choice
        "partner",  # the partner's e-mail address, as the factory writes it: partner<n>@
        "04800",  # the partner's phone
        "Geheime Werkgever",
        "full_time",
        "below_limit",
        "primary",
        family.reference,
        str(family.dossier_id),
    ):
        found = re.search(r"partner\d+@", page) if hidden == "partner" else hidden in page
        assert not found, hidden
    for personal in family.names.values():
        title = re.search("<title>(.*)</title>", page)
        assert title
        assert personal not in title[1]


@pytest.mark.promise("BXL-55", breaks="app.organisations.rules:readable_groups", twin="tests.twins:every_group")
def test_a_group_that_the_profile_takes_away_leaves_the_page(
    house: House, desk: FlaskClient, facility: Place, family: FamilyMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    profile = house.profiles["brussels"]
    kept = replace(profile.access["chosen"], read=frozenset({"child_identity", "care_plan", "own_choice", "answers"}))
    monkeypatch.setitem(house.profiles, "brussels", replace(profile, access={**profile.access, "chosen": kept}))
    page = desk.get(path(family, facility))
    assert page.status_code == 200
    assert family.names["child"] in page.text
    for gone in (family.names["given_name"], str(family.email), "Schaarbeek</", "0470 00"):
        assert gone not in page.text
    assert desk.get("/brussels/nl/facility").status_code == 200


@pytest.mark.promise("BXL-11", breaks="branch:chosen")
@pytest.mark.promise("BXL-58", breaks="branch:chosen")
@pytest.mark.parametrize("state", ["refused", "withdrawn", "closed"])
def test_another_facility_finds_what_it_would_find_if_there_were_nothing(
    house: House, desk: FlaskClient, facility: Place, state: str
) -> None:
    elsewhere = make_facility(house)
    foreign = make_family(house, [elsewhere])
    ended = make_family(house, [facility], states={facility.id: state})
    absent = desk.get(f"/brussels/nl/facility/requests/{uuid4()}")
    assert absent.status_code == 404
    for page in (desk.get(path(foreign, elsewhere)), desk.get(path(ended, facility))):
        assert (page.status_code, body(page)) == (404, body(absent))
    for tail in ("/offer", "/withdraw", "/refuse"):
        nothing = desk.get(f"/brussels/nl/facility/requests/{uuid4()}{tail}")
        page = desk.get(path(foreign, elsewhere, tail))
        assert (page.status_code, body(page)) == (404, body(nothing))


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
def test_once_a_child_is_enrolled_elsewhere_every_way_in_is_shut(
    house: House, client: Callable[[], FlaskClient], facility: Place, desk: FlaskClient
) -> None:
    first, third = make_facility(house), make_facility(house)
    family = make_family(house, [first, facility, third])
    offer_id = make_offer(house, family, first)
    make_offer(house, family, third)
    late = make_leader(house, third)
    third_desk = signed_in(house, client(), late)
    assert desk.get(path(family, facility)).status_code == 200
    assert third_desk.get(path(family, third, "/withdraw")).status_code == 200
    with acting(house, family.person) as session:
        accept_offer(session, offer_id, now=house.clock.now())
    for browser, place in ((desk, facility), (third_desk, third)):
        for tail in ("", "/refuse", "/offer", "/withdraw"):
            page = browser.get(path(family, place, tail))
            assert page.status_code == 404, tail
            assert not [name for name in family.names.values() if name in page.text]
        assert family.names["child"] not in browser.get("/brussels/nl/facility").text
    leader = make_leader(house, first)
    enrolled = signed_in(house, client(), leader).get(path(family, first))
    assert enrolled.status_code == 200
    assert family.names["child"] in enrolled.text


@pytest.mark.promise("BXL-53", breaks="branch:chosen")
def test_whoever_left_the_facility_reads_nothing_from_that_moment(
    house: House, client: Callable[[], FlaskClient], facility: Place, family: FamilyMade
) -> None:
    now = house.clock.now()
    leaving = make_leader(house, facility, ends_at=now + timedelta(minutes=5))
    desk = signed_in(house, client(), leaving)
    assert desk.get(path(family, facility)).status_code == 200
    house.clock.offset += timedelta(minutes=5)
    assert desk.get(path(family, facility)).status_code == 404
    assert family.names["child"] not in desk.get("/brussels/nl/facility").text


@pytest.mark.promise("BXL-58")
def test_a_parent_a_stranger_and_another_organisation_do_not_come_in(
    house: House, client: Callable[[], FlaskClient], facility: Place, family: FamilyMade
) -> None:
    url = path(family, facility)
    assert client().get(url).status_code == 303
    assert client().get(url, headers={"HX-Request": "true"}).status_code == 401
    assert signed_in(house, client(), family.person).get(url).status_code == 404
    foreign = make_leader(house, make_facility(house, "leuven", municipality="leuven", postcode="3000"))
    desk = signed_in(house, client(), foreign)
    assert desk.get(url).status_code == 303
    assert desk.get(url.replace("/brussels/", "/leuven/")).status_code == 404


@pytest.mark.promise("BXL-19")
def test_the_own_week_stands_beside_what_is_asked(
    house: House, client: Callable[[], FlaskClient], facility: Place, desk: FlaskClient
) -> None:
    other = make_facility(house)
    for place in (facility, other, other):
        enrolled = make_family(house, [place], half_days=0b11)
        with_offer = make_offer(house, enrolled, place)
        with acting(house, enrolled.person) as session:
            accept_offer(session, with_offer, now=house.clock.now())
    asking = make_family(house, [facility], half_days=0b1)
    page = desk.get(path(asking, facility)).text
    week = page[page.index('class="occ"') :]
    cells = re.findall(r"<td[^>]*>(\d+)", week)[:10]
    assert cells == ["1", "0", "0", "0", "0", "1", "0", "0", "0", "0"]
    assert week.count('class="asked"') == 1


def test_a_request_costs_what_it_may(house: House, desk: FlaskClient, facility: Place, family: FamilyMade) -> None:
    engines = [house.databases.engine(login) for login in ("facility", "signin")]
    with count_sql(*engines) as spent:
        page = desk.get(path(family, facility), headers=AS_SENT)
    BUDGETS["facility_request"].hold(page, spent)


def test_an_expected_child_without_a_name_reads_well(house: House, desk: FlaskClient, facility: Place) -> None:
    family = make_family(house, [facility], expected=True, partner=False, facts=Facts())
    page = desk.get(path(family, facility))
    assert page.status_code == 200
    assert "None" not in page.text
    assert "None" not in desk.get("/brussels/nl/facility").text


def test_names_in_any_script_stand_as_they_were_written(house: House, desk: FlaskClient, facility: Place) -> None:
    odd = {"given_name": "Олена <b>", "family_name": "אברהם & Søn"}
    family = make_family(house, [facility], child=odd)
    for url in (path(family, facility), "/brussels/nl/facility"):
        page = desk.get(url).text
        assert "Олена &lt;b&gt; אברהם &amp; Søn" in page
