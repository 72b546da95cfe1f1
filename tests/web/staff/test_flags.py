"""What looks wrong or is missing in a file: on the list with its reason, asked of the family, or put aside."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.families.models import Applicant, Child, Dossier
from app.mandates.rules import Doubtful, Flag, flags_of
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    post_form,
    queued,
)

DESK = "/brussels/nl/desk"
TODAY = date(2026, 11, 22)
SOUND = {
    "reachable": True,
    "has_address": True,
    "by_letter": False,
    "parent_born": date(1993, 5, 4),
    "child_born": date(2026, 7, 1),
    "expected": False,
    "starts": date(2027, 1, 4),
    "choices_left": 2,
    "facilities_twice": 0,
}


@pytest.mark.parametrize(
    ("given", "flag"),
    [
        ({}, None),
        ({"reachable": False}, Flag.NO_REACH),
        ({"by_letter": True}, None),
        ({"by_letter": True, "has_address": False}, Flag.NO_ADDRESS),
        ({"has_address": False}, None),
        ({"starts": date(2026, 6, 30)}, Flag.START_BEFORE_BIRTH),
        ({"child_born": date(2028, 1, 1), "starts": date(2028, 9, 1)}, Flag.BIRTH_FAR),
        ({"child_born": date(2022, 1, 1), "starts": date(2025, 1, 1)}, Flag.BIRTH_FAR),
        ({"expected": True, "child_born": TODAY - timedelta(days=30)}, None),
        ({"expected": True, "child_born": TODAY - timedelta(days=31)}, Flag.BIRTH_LATE),
        ({"child_born": date(2023, 6, 1)}, Flag.OLD_AT_START),
        ({"parent_born": date(2020, 1, 1)}, Flag.PARENT_AGE),
        ({"parent_born": None}, None),
        ({"choices_left": 0}, Flag.NO_CHOICE),
        ({"facilities_twice": 1}, Flag.SAME_FACILITY),
    ],
)
def test_what_is_doubtful(given: dict[str, object], flag: Flag | None) -> None:
    found = flags_of(Doubtful(**{**SOUND, **given}), TODAY)  # type: ignore[arg-type]
    assert found == ((flag,) if flag else ())


@pytest.mark.promise("BXL-14", breaks="app.mandates.rules:flags_of")
def test_a_doubtful_file_is_on_the_list_and_the_family_is_asked(
    house: House, desk: FlaskClient, parent: FlaskClient, family: FamilyMade
) -> None:
    sound = make_family(house, [make_facility(house)])
    with as_maintainer(house) as session:
        session.execute(
            update(Applicant).where(Applicant.dossier_id == family.dossier_id).values(phone=None, email=None)
        )
        before = session.get_one(Dossier, family.dossier_id).last_activity_at
    assert f"{DESK}/checks" in desk.get(f"{DESK}/todo").text
    page = desk.get(f"{DESK}/checks").text
    assert family.names["family_name"] in page
    assert "geen telefoonnummer" in page
    assert sound.names["family_name"] not in page
    thread = post_form(desk, f"{DESK}/checks", f"{DESK}/files/{family.dossier_id}/thread").headers["Location"]
    assert post_form(desk, thread, deed="answer", words="Op welk nummer kunnen we u bellen?").status_code == 303
    assert len(queued(house, "message_waiting")) == 1
    assert "Op welk nummer kunnen we u bellen?" in parent.get("/brussels/nl/my/messages/desk").text
    assert "schreef" in desk.get(f"{DESK}/checks").text, "that the family was asked stands beside it"
    with as_maintainer(house) as session:
        assert session.get_one(Dossier, family.dossier_id).last_activity_at == before
        row = session.get_one(Applicant, family.dossier_id)
        assert (row.phone, row.email) == (None, None), "a flag changes nothing"


def test_what_is_put_aside_comes_back_when_the_family_changes_something(
    house: House, desk: FlaskClient, family: FamilyMade
) -> None:
    with as_maintainer(house) as session:
        session.execute(update(Child).where(Child.id == family.child_id).values(birth_date=date(2031, 1, 1)))
    address = f"{DESK}/files/{family.dossier_id}/aside"
    wrong = post_form(desk, f"{DESK}/checks", address)
    assert wrong.status_code == 422
    assert family.names["family_name"] in wrong.text
    assert post_form(desk, f"{DESK}/checks", address, why="family_asked").status_code == 422
    assert post_form(desk, f"{DESK}/checks", address, why="checked_right").status_code == 303
    assert family.names["family_name"] not in desk.get(f"{DESK}/checks").text
    assert desk.get(f"{DESK}/files/{family.dossier_id}").status_code == 404, "putting aside opens nothing"
    with as_maintainer(house) as session:
        later = house.clock.now() + timedelta(seconds=1)
        session.execute(update(Dossier).where(Dossier.id == family.dossier_id).values(last_activity_at=later))
        assert session.scalars(select(Child.birth_date).where(Child.id == family.child_id)).one() == date(2031, 1, 1)
    assert family.names["family_name"] in desk.get(f"{DESK}/checks").text


def test_another_organisation_is_neither_listed_nor_put_aside(house: House, desk: FlaskClient) -> None:
    there = make_family(house, [], organisation="leuven")
    assert there.names["family_name"] not in desk.get(f"{DESK}/checks").text
    token = guard_of(desk.get(f"{DESK}/find"))
    address = f"{DESK}/files/{there.dossier_id}/aside"
    assert desk.post(address, data={**token, "once": "a" * 22, "why": "checked_right"}).status_code == 404
