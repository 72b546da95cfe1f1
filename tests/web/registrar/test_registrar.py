"""A facility that registered for parents changes their file until they take it over, and tells them (BXL-54)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.applications.models import Choice
from app.core.clock import today_at
from app.core.db import transaction
from app.families.models import Applicant, Dossier
from app.placements.models import Placement
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_leader,
    post_form,
    queued,
    signed_in,
)


@pytest.fixture
def place(house: House) -> Place:
    return make_facility(house, name="De Zandbak")


@pytest.fixture
def leader(house: House, place: Place) -> Person:
    return make_leader(house, place)


@pytest.fixture
def chosen(house: House) -> Place:
    return make_facility(house, name="De Regenton")


@pytest.fixture
def family(house: House, place: Place, chosen: Place) -> FamilyMade:
    family = make_family(house, [place, chosen])
    register(house, family, place)
    return family


@pytest.fixture
def desk(house: House, client: Callable[[], FlaskClient], leader: Person) -> FlaskClient:
    return signed_in(house, client(), leader)


def register(house: House, family: FamilyMade, place: Place) -> None:
    with as_maintainer(house, place.organisation) as session:
        session.execute(update(Dossier).where(Dossier.id == family.dossier_id).values(registrar_facility_id=place.id))


def page_of(family: FamilyMade) -> str:
    return f"/brussels/nl/registered/{family.dossier_id}"


def shuts(desk: FlaskClient, family: FamilyMade) -> bool:
    guard = guard_of(desk.get("/brussels/nl/registered"))
    page = page_of(family)
    return {
        desk.get(page).status_code,
        desk.get(f"{page}/change/language").status_code,
        desk.post(f"{page}/change/language", data={**guard, "language": "fr"}).status_code,
    } == {404}


def test_whoever_registered_changes_the_file_and_the_family_is_told_each_time(
    house: House, desk: FlaskClient, family: FamilyMade, chosen: Place
) -> None:
    assert family.names["family_name"] in desk.get("/brussels/nl/registered").text
    assert desk.get(page_of(family)).status_code == 200
    assert post_form(desk, f"{page_of(family)}/change/language", language="fr").status_code == 303
    work = {"work": "not_working", "family_situation": "one_parent"}
    assert post_form(desk, f"{page_of(family)}/change/circumstances", **work).status_code == 303
    assert (
        post_form(desk, f"{page_of(family)}/change/choices", withdraw=str(family.choices[chosen.id])).status_code == 303
    )
    mails = queued(house, "changed_by_registrar")
    assert [mail.recipient for mail in mails] == [family.email] * 3
    assert all(mail.params["facility"] == "De Zandbak" for mail in mails)
    with as_maintainer(house) as session:
        assert session.get_one(Dossier, family.dossier_id).language == "fr"
        assert session.get_one(Choice, family.choices[chosen.id]).state == "withdrawn"
    for page in ("consents", "cancel", "change/health"):
        assert desk.get(f"{page_of(family)}/{page}").status_code == 404


@pytest.mark.promise("BXL-54", breaks="branch:registrar")
def test_it_ends_when_the_parents_take_over_or_the_child_is_enrolled_elsewhere(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient, family: FamilyMade, place: Place, chosen: Place
) -> None:
    other = make_family(house, [place, chosen])
    register(house, other, place)
    assert desk.get(page_of(other)).status_code == 200
    enrol(house, other, chosen)
    assert shuts(desk, other)
    parent = signed_in(house, client(), family.person)
    shown = parent.get("/brussels/nl/my/changes")
    assert "De Zandbak" in shown.text
    assert parent.post("/brussels/nl/my/take-over", data=guard_of(shown)).status_code == 303
    assert shuts(desk, family)
    assert family.names["family_name"] not in desk.get("/brussels/nl/registered").text
    assert queued(house) == []


def enrol(house: House, family: FamilyMade, place: Place) -> None:
    with as_maintainer(house) as session:
        session.add(
            Placement(
                id=uuid4(),
                organisation="brussels",
                facility_id=place.id,
                dossier_id=family.dossier_id,
                child_id=family.child_id,
                application_id=family.application_id,
                offer_id=uuid4(),
                start_date=today_at(house.clock.now()),
                end_date=None,
                half_days=1023,
                created_at=house.clock.now(),
            )
        )


def test_a_chosen_facility_that_did_not_register_never_writes(
    house: House, client: Callable[[], FlaskClient], family: FamilyMade, chosen: Place
) -> None:
    leader = make_leader(house, chosen)
    assert shuts(signed_in(house, client(), leader), family)
    with transaction(house.databases, "helper", leader.actor, house.clock.now()) as session:
        assert session.scalars(select(Dossier.id)).all() == []
        changed = session.execute(update(Dossier).where(Dossier.id == family.dossier_id).values(language="fr"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]


@pytest.mark.promise("BXL-54", breaks="trigger:applicant_family_is_told")
def test_it_tells_or_nothing_changes_and_a_protected_address_is_not_its_to_change(
    house: House, desk: FlaskClient, leader: Person, family: FamilyMade
) -> None:
    change = update(Applicant).where(Applicant.dossier_id == family.dossier_id).values(family_name="X")
    with (
        pytest.raises(DBAPIError, match="is not told"),
        transaction(house.databases, "helper", leader.actor, house.clock.now()) as session,
    ):
        session.execute(change)
    with as_maintainer(house) as session:
        session.execute(text("update applicant set protected = true, street = null, sex = 'female'"))
    born = today_at(house.clock.now()) - timedelta(days=9000)
    date = {"birth_date-day": str(born.day), "birth_date-month": str(born.month), "birth_date-year": str(born.year)}
    page = f"{page_of(family)}/change/applicant"
    assert post_form(desk, page, given_name="Ander", family_name="X", sex="female", **date).status_code == 422
    assert queued(house) == []


def test_elsewhere_there_is_no_such_reason(house: House, client: Callable[[], FlaskClient]) -> None:
    town = {"postcode": "3000", "municipality": "leuven"}
    place = make_facility(house, "leuven", **town)
    family = make_family(house, [place], organisation="leuven", applicant=town)
    register(house, family, place)
    desk = signed_in(house, client(), make_leader(house, place))
    assert desk.get(f"/leuven/nl/registered/{family.dossier_id}").status_code == 404


def test_the_family_reads_what_others_changed_and_is_reminded_until_it_looked(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient, family: FamilyMade
) -> None:
    parent = signed_in(house, client(), family.person)
    link = '<a href="/brussels/nl/my/changes">'
    before = parent.get("/brussels/nl/my").text.count(link)
    post_form(desk, f"{page_of(family)}/change/language", language="fr")
    assert parent.get("/brussels/nl/my").text.count(link) == before + 1
    shown = parent.get("/brussels/nl/my/changes").text
    assert "De Zandbak" in shown
    assert shown.count("<li>") >= 1
    assert parent.get("/brussels/nl/my").text.count(link) == before
