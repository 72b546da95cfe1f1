"""What a chosen facility corrects: in Leuven only, held to the family's own rules, noted and told (LEU-28, BXL-54)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.applications.models import Application, Choice
from app.applications.operations import corrections
from app.applications.operations.changes import NewPlan
from app.applications.operations.corrections import CorrectedChild, CorrectedContact, CorrectedName
from app.applications.rules import Denied
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.core.models import AuditEntry
from app.families.models import Applicant, Child
from app.web.doors import House
from tests.factories import (
    MONDAY,
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    queued,
)

LEUVEN = "leuven"
PLACE = {"postcode": "3000", "municipality": "leuven"}


@pytest.fixture
def facility(house: House) -> Place:
    return make_facility(house, LEUVEN, name="Het Grasfluitje", **PLACE)


@pytest.fixture
def leader(house: House, facility: Place) -> Person:
    return make_leader(house, facility)


@pytest.fixture
def family(house: House, facility: Place) -> FamilyMade:
    other = make_facility(house, LEUVEN, **PLACE)
    return make_family(house, [facility, other], organisation=LEUVEN, applicant=PLACE)


def contact(family: FamilyMade, **changed: Any) -> CorrectedContact:
    number = family.names["given_name"].removeprefix("Amina")
    known = CorrectedContact(f"Kersenlaan{number}", "12", "3000", "leuven", f"+3247000{int(number):04d}", family.email)
    return replace(known, **changed)


def correct(house: House, leader: Person, verb: Any, *given: Any) -> None:
    with acting(house, leader) as session:
        verb(session, *given, now=house.clock.now())


def kinds(house: House, organisation: str = LEUVEN) -> list[str]:
    return [message.kind for message in queued(house, organisation=organisation)]


def test_a_phone_number_is_corrected_noted_and_told_without_its_value(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    choice_id = family.choices[facility.id]
    correct(house, leader, corrections.correct_contact, choice_id, contact(family, phone="+32470999999"))
    with as_maintainer(house, LEUVEN) as session:
        assert session.get_one(Applicant, family.dossier_id).phone == "+32470999999"
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.event, entry.actor_id, entry.groups) == ("corrected_contact", leader.id, ["contact"])
    (told,) = queued(house, organisation=LEUVEN)
    assert told.kind == "changed_by_facility_contact"
    assert told.params == {"reference": family.reference, "facility": "Het Grasfluitje"}


def test_another_e_mail_address_is_told_at_the_former_one_too(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    choice_id = family.choices[facility.id]
    correct(house, leader, corrections.correct_contact, choice_id, contact(family, email="ander@example.org"))
    assert family.email in [message.recipient for message in queued(house, organisation=LEUVEN)]
    with as_maintainer(house, LEUVEN) as session:
        login = session.scalar(text("select login from account where id = :id"), {"id": family.person.id})
    assert login == family.person.login, "how one signs in is one's own"


def test_what_is_the_same_tells_nobody(house: House, leader: Person, family: FamilyMade, facility: Place) -> None:
    correct(house, leader, corrections.correct_contact, family.choices[facility.id], contact(family))
    assert kinds(house) == []


def test_name_child_and_plan_are_corrected_and_every_list_follows(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    choice_id, profile = family.choices[facility.id], house.profiles[LEUVEN]
    start = today_at(house.clock.now()) + timedelta(days=300)
    child = CorrectedChild("Lena", "Peeters", start - timedelta(days=200), expected=False)
    correct(house, leader, corrections.correct_name, choice_id, CorrectedName("Amina", "Peeters"))
    correct(house, leader, corrections.correct_plan, profile, choice_id, NewPlan(start, MONDAY, None, True))
    correct(house, leader, corrections.correct_child, profile, choice_id, child)
    with as_maintainer(house, LEUVEN) as session:
        assert session.get_one(Child, family.child_id).given_name == "Lena"
        request = session.get_one(Application, family.application_id)
        assert (request.start_date, request.half_days, request.flexible) == (start, MONDAY, True)
        for choice in session.scalars(select(Choice)):
            assert (choice.start_date, choice.half_days, choice.child_birth_date, choice.expires_on) == (
                *(start, MONDAY, child.birth_date),
                start + timedelta(days=60),
            )
    assert sorted(kinds(house)) == [
        "changed_by_facility_applicant_name",
        "changed_by_facility_care_plan",
        "changed_by_facility_child_identity",
    ]


@pytest.mark.parametrize(
    ("start", "half_days", "reason"),
    [
        (-1, MONDAY, Denied.START_IN_PAST),
        (-2000, MONDAY, Denied.START_BEFORE_BIRTH),
        (30, 0, Denied.DAYS_MISSING),
    ],
)
def test_a_plan_is_held_to_the_rules_of_the_family(
    house: House, leader: Person, family: FamilyMade, facility: Place, start: int, half_days: int, reason: Denied
) -> None:
    plan = NewPlan(today_at(house.clock.now()) + timedelta(days=start), half_days, None, False)
    with pytest.raises(Refused) as refused:
        correct(house, leader, corrections.correct_plan, house.profiles[LEUVEN], family.choices[facility.id], plan)
    assert refused.value.reason is reason
    assert kinds(house) == []


def test_a_child_is_not_born_after_its_start(house: House, leader: Person, family: FamilyMade, facility: Place) -> None:
    child = CorrectedChild(None, "Peeters", date(2035, 1, 1), expected=True)
    with pytest.raises(Refused) as refused:
        correct(house, leader, corrections.correct_child, house.profiles[LEUVEN], family.choices[facility.id], child)
    assert refused.value.reason is Denied.START_BEFORE_BIRTH


def test_a_protected_family_is_corrected_by_no_facility(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    with as_maintainer(house, LEUVEN) as session:
        session.execute(update(Applicant).values(protected=True))
    with pytest.raises(Refused) as refused:
        correct(house, leader, corrections.correct_contact, family.choices[facility.id], contact(family, phone=None))
    assert refused.value.reason is Denied.PROTECTED
    assert kinds(house) == []


@pytest.mark.promise("LEU-28", breaks="branch:chosen")
@pytest.mark.parametrize("state", ["refused", "withdrawn", "closed"])
def test_once_the_request_is_no_longer_open_nothing_is_written(
    house: House, leader: Person, family: FamilyMade, facility: Place, state: str
) -> None:
    with as_maintainer(house, LEUVEN) as session:
        session.get_one(Choice, family.choices[facility.id]).state = state
    with pytest.raises(NotFound):
        correct(house, leader, corrections.correct_name, family.choices[facility.id], CorrectedName("Amina", "Peeters"))


@pytest.mark.promise("BXL-54", "LEU-28", breaks="policy:applicant.facility.update")
@pytest.mark.promise("BXL-54", breaks="policy:child.facility.update")
@pytest.mark.promise("BXL-54", breaks="policy:application.facility.update")
def test_in_brussels_the_database_itself_knows_no_such_right(house: House) -> None:
    here = make_facility(house)
    leader, family = make_leader(house, here), make_family(house, [here])
    with acting(house, leader) as session:
        for statement in (
            "update applicant set given_name = 'x'",
            "update child set given_name = 'x'",
            "update application set flexible = true",
        ):
            assert session.connection().execute(text(statement)).rowcount == 0, statement
    with pytest.raises(NotFound):
        correct(house, leader, corrections.correct_name, family.choices[here.id], CorrectedName("Amina", "Peeters"))


def test_what_no_facility_corrects_carries_no_right_at_all(
    house: House, leader: Person, family: FamilyMade, facility: Place
) -> None:
    for statement in (
        "update partner set given_name = 'x'",
        "update circumstances set income = 'x'",
        "update consent set given = true",
        "update applicant set nationality = 'x'",
        "update choice set facility_id = facility_id",
        "update application set child_number_token = null",
    ):
        with pytest.raises(Exception, match="permission denied"), acting(house, leader) as session:
            session.execute(text(statement))
