"""The register of organisations: who reads nothing before an agreement is on record, and from its end on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from app.accounts.models import PartyAgreement
from app.applications.models import Choice
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_worker,
    post_form,
    signed_in,
)

LEUVEN = "leuven"
PARTIES = "/leuven/nl/desk/parties"
Browser = Callable[[], FlaskClient]


@pytest.fixture
def office(house: House, client: Browser) -> FlaskClient:
    return signed_in(house, client(), make_worker(house, LEUVEN, role="administrator"))


@pytest.fixture
def crib(house: House) -> Place:
    """A facility without an agreement."""
    made = make_facility(house, LEUVEN, name="De Wiegjes")
    with as_maintainer(house, LEUVEN) as session:
        session.execute(delete(PartyAgreement).where(PartyAgreement.party_id == made.id))
    return made


def days(name: str, day: date) -> dict[str, int]:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


@pytest.mark.promise("LEU-35", breaks="app.facilities.policy:serving", twin="tests.twins:always_in_sql")
def test_a_facility_reads_nothing_before_its_agreement_is_on_record_nor_after_its_end(
    house: House, client: Browser, office: FlaskClient, crib: Place
) -> None:
    family: FamilyMade = make_family(house, [crib], organisation=LEUVEN)
    person = make_leader(house, crib)
    leader = signed_in(house, client(), person)
    with acting(house, person) as session:
        assert session.scalar(select(func.count()).select_from(Choice)) == 0, "not in the database either"
    theirs = "/leuven/nl/facility"
    page = leader.get(theirs)
    assert page.status_code == 200
    assert "De Wiegjes" in page.text
    assert "Interleuven" in page.text
    assert family.names["family_name"] not in page.text
    make_facility(house, LEUVEN, name="Aapjes")
    one = f"{PARTIES}/{crib.id}"
    listed = office.get(PARTIES).text
    assert listed.index("De Wiegjes") < listed.index("Aapjes"), "who has none stands on top"
    today = house.clock.today()
    later = today + timedelta(days=1)
    assert post_form(office, one, deed="record", **days("signed_on", later)).status_code == 422
    early = days("signed_on", today) | days("ends_on", today - timedelta(days=1))
    assert post_form(office, one, deed="record", **early).status_code == 422
    assert post_form(office, one, deed="record").status_code == 422
    good = days("signed_on", today) | days("ends_on", today + timedelta(days=20))
    assert post_form(office, one, deed="record", **good).status_code == 303
    assert family.names["family_name"] in leader.get(theirs).text
    assert "De Wiegjes" in office.get(PARTIES).text
    extended = days("until", today + timedelta(days=400))
    assert post_form(office, one, deed="extend", **extended).status_code == 303
    with as_maintainer(house, LEUVEN) as session:
        session.execute(
            update(PartyAgreement)
            .where(PartyAgreement.party_id == crib.id)
            .values(signed_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
        )
    assert family.names["family_name"] not in leader.get(theirs).text, "the last day is over: on the next request"
    assert post_form(office, one, deed="record", **good).status_code == 303
    assert family.names["family_name"] in leader.get(theirs).text
    assert post_form(office, one, deed="end").status_code == 303
    assert family.names["family_name"] not in leader.get(theirs).text
    assert office.get(PARTIES).status_code == 200


def test_a_processor_stands_in_the_register_with_its_name(office: FlaskClient, house: House) -> None:
    signed = days("signed_on", house.clock.today())
    assert post_form(office, f"{PARTIES}/new", name="", **signed).status_code == 422
    made = post_form(office, f"{PARTIES}/new", name="Tactics BVBA", **signed).headers["Location"]
    assert "Tactics BVBA" in office.get(made).text
    assert "Tactics BVBA" in office.get(PARTIES).text
    afar = "/brussels/nl/desk/parties" + made.partition("?")[0].removeprefix(PARTIES)
    assert office.get(afar).status_code in (303, 404)


def test_only_administrators_keep_the_register(house: House, client: Browser, crib: Place) -> None:
    for organisation, role in ((LEUVEN, "policy"), ("brussels", "administrator")):
        desk = signed_in(house, client(), make_worker(house, organisation, role=role))
        assert desk.get(f"/{organisation}/nl/desk/parties/{crib.id}").status_code == 404
