"""A counter worker: four groups, in an area that is read off the facts at each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from app.applications.models import Application, Choice
from app.applications.operations.changes import add_choice, withdraw_choice
from app.applications.rules import Denied
from app.core.audit import note_read
from app.core.errors import NotFound, Refused
from app.families.models import Applicant, FamilyNotice
from app.mandates.models import DeskContact
from app.mandates.operations.counter_changes import (
    NewAddress,
    NewName,
    NewReach,
    change_address,
    change_name,
    change_reach,
    choose,
    take_back,
)
from app.mandates.queries.counter import file_in_area, find_in_area
from app.mandates.rules import Denied as NotHere
from app.web.doors import House
from tests.factories import (
    BRUSSELS,
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_contact,
    make_facility,
    make_family,
    make_leader,
    make_offer,
    make_worker,
    queued,
)

LEUVEN = "leuven"
HERE: Mapping[str, Any] = {"municipality": "leuven", "postcode": "3000"}
AWAY: Mapping[str, Any] = {"municipality": "diest", "postcode": "3290"}
# Everything of a file that is none of the counter's business, by table (LEU-26).
HIDDEN = {
    "applicant": "birth_date sex nationality home_language relation number_token",
    "child": "birth_date expected",
    "dossier": "account_id created_at last_activity_at state",
    "choice": "priority_rank grounds start_date half_days child_birth_date sibling_here reply_due_on answered_at"
    " refusal_reason submitted_at",
}
CLOSED = ("circumstances", "partner", "application", "offer", "placement", "thread", "health_answer", "staff_note")


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house, LEUVEN, role="counter", area=["leuven"])


@pytest.fixture
def near(house: House) -> Place:
    return make_facility(house, LEUVEN, **HERE)


@pytest.fixture
def far(house: House) -> Place:
    return make_facility(house, LEUVEN, **AWAY)


def family_at(house: House, home: Mapping[str, Any], *choices: Place, **given: Any) -> FamilyMade:
    return make_family(house, choices, organisation=LEUVEN, applicant={**home, **given.pop("applicant", {})}, **given)


def sees(house: House, worker: Person, family: FamilyMade) -> bool:
    """Tell whether all ways in agree that the file is there: its page, a search, and bare SQL."""
    with acting(house, worker) as session:
        note_read(session, subjects=(), groups=(), reasons=())
        try:
            opened = bool(file_in_area(session, family.dossier_id))
        except NotFound:
            opened = False
        found = family.dossier_id in find_in_area(session, family.names["family_name"])
        rows = session.execute(
            text("select dossier_id from applicant where dossier_id = :d"), {"d": family.dossier_id}
        ).all()
    assert opened == found == bool(rows)
    return opened


def helped(house: House, worker: Person, family: FamilyMade, **given: Any) -> None:
    make_contact(house, worker, family, channel="counter", identified_how="document", **given)


@pytest.mark.promise("LEU-27", breaks="branch:counter")
def test_the_area_follows_the_home_and_the_choices_at_each_request(
    house: House, worker: Person, near: Place, far: Place
) -> None:
    elsewhere = make_worker(house, LEUVEN, role="counter", area=["diest"])
    nowhere = make_worker(house, LEUVEN, role="counter", area=[])
    by_home, by_choice, neither = (
        family_at(house, HERE, far),
        family_at(house, AWAY, near, far),
        family_at(house, AWAY, far),
    )
    assert sees(house, worker, by_home)
    assert sees(house, worker, by_choice)
    assert not sees(house, worker, neither)
    assert sees(house, elsewhere, neither)
    assert not sees(house, nowhere, by_home)
    # Moving house.
    with as_maintainer(house, LEUVEN) as session:
        session.execute(update(Applicant).where(Applicant.dossier_id == by_home.dossier_id).values(**AWAY))
        session.execute(update(Applicant).where(Applicant.dossier_id == neither.dossier_id).values(**HERE))
    assert not sees(house, worker, by_home)
    assert sees(house, worker, neither)
    # A facility's refusal does not narrow the area; the parent's withdrawal does, and a new choice widens it.
    with as_maintainer(house, LEUVEN) as session:
        session.get_one(Choice, by_choice.choices[near.id]).state = "refused"
    assert sees(house, worker, by_choice)
    with as_maintainer(house, LEUVEN) as session:
        session.get_one(Choice, by_choice.choices[near.id]).state = "open"
    with acting(house, by_choice.person) as session:
        withdraw_choice(session, by_choice.choices[near.id], now=house.clock.now())
    assert not sees(house, worker, by_choice)
    with acting(house, by_choice.person) as session:
        add_choice(session, house.profiles[LEUVEN], by_choice.application_id, near.id, now=house.clock.now())
    assert sees(house, worker, by_choice)


@pytest.mark.promise("LEU-27", breaks="branch:counter")
def test_a_place_from_the_urgent_list_is_no_choice_of_the_family(
    house: House, worker: Person, near: Place, far: Place
) -> None:
    family = family_at(house, AWAY, near, far)
    with as_maintainer(house, LEUVEN) as session:
        session.get_one(Choice, family.choices[near.id]).origin = "urgent"
    assert not sees(house, worker, family)


def test_nobody_at_a_counter_sees_a_file_before_or_after_their_work_or_elsewhere(house: House, near: Place) -> None:
    family, now = family_at(house, HERE, near), house.clock.now()
    past = make_worker(house, LEUVEN, role="counter", area=["leuven"], ends_at=now - timedelta(seconds=1))
    coming = make_worker(house, LEUVEN, role="counter", area=["leuven"], starts_at=now + timedelta(hours=1))
    brussels = make_worker(house, BRUSSELS, role="counter", area=["leuven", "schaarbeek"])
    at_home = make_family(house, [make_facility(house)])
    for nobody in (past, coming, brussels):
        assert not sees(house, nobody, family)
    assert not sees(house, brussels, at_home), "Brussels has no counters of this kind"


@pytest.mark.promise("LEU-26", breaks="grant:applicant.counter.select")
def test_the_login_of_the_counter_knows_four_groups(house: House, worker: Person, near: Place) -> None:
    family_at(house, HERE, near)
    for table, columns in HIDDEN.items():
        for column in columns.split():
            with pytest.raises(DBAPIError, match="permission denied"), acting(house, worker) as session:
                session.execute(text(f"select {column} from {table}"))
    for table in CLOSED:
        with pytest.raises(DBAPIError, match="permission denied"), acting(house, worker) as session:
            session.execute(text(f"select 1 from {table}"))


@pytest.mark.promise("LEU-26", breaks="grant:applicant.counter.update")
def test_nothing_moves_by_hand_and_nothing_beside_the_four_groups(
    house: House, worker: Person, near: Place, far: Place
) -> None:
    family, stranger = family_at(house, HERE, near), family_at(house, AWAY, far)
    helped(house, worker, family)
    ids = {"d": family.dossier_id, "s": stranger.dossier_id, "c": family.choices[near.id], "f": far.id}
    for statement in (
        "update applicant set birth_date = '1990-01-01' where dossier_id = :d",
        "update applicant set dossier_id = :s where dossier_id = :d",
        "update applicant set protected = true where dossier_id = :d",
        "update choice set facility_id = :f where id = :c",
        "update choice set state = 'enrolled' where id = :c",
        "update child set given_name = 'X' where dossier_id = :d",
        "delete from applicant where dossier_id = :d",
        "insert into choice (id) values (gen_random_uuid())",
    ):
        named = {key: value for key, value in ids.items() if f":{key}" in statement}
        with pytest.raises(DBAPIError, match="permission denied"), acting(house, worker) as session:
            session.execute(text(statement), named)
    with acting(house, worker) as session:
        moved = session.execute(text("update applicant set family_name = 'X' where dossier_id = :s"), {"s": ids["s"]})
        assert moved.rowcount == 0  # type: ignore[attr-defined]


@pytest.mark.promise("KL-33", breaks="app.mandates.rules:change_problem")
def test_who_only_asks_what_is_in_the_file_changes_nothing(house: House, worker: Person, near: Place) -> None:
    family = family_at(house, HERE, near)
    helped(house, worker, family, wish="information")
    with pytest.raises(Refused), acting(house, worker) as session:
        change_name(session, family.dossier_id, NewName("A", "B"), now=house.clock.now())


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, NotHere.NO_CONTACT),
        ({"ended_at": "now"}, NotHere.NO_CONTACT),
        ({"identified_how": None, "identified_at": None, "wish": None, "wish_at": None}, NotHere.NOT_IDENTIFIED),
        ({"wish": None, "wish_at": None}, NotHere.NO_WISH),
    ],
)
def test_nothing_changes_before_the_worker_knows_who_asks_and_what(
    house: House, worker: Person, near: Place, given: dict[str, Any] | None, reason: NotHere
) -> None:
    family, now = family_at(house, HERE, near), house.clock.now()
    if given is not None:
        columns = {"channel": "counter", "identified_how": "document"} | given
        make_contact(house, worker, family, **{k: now if v == "now" else v for k, v in columns.items()})
    for change in _changes(house, family, near):
        with pytest.raises(Refused) as refused, acting(house, worker) as session:
            change(session)
        assert refused.value.reason is reason


@pytest.mark.promise("LEU-26", breaks="policy:applicant.counter.update")
@pytest.mark.promise("KL-33", breaks="branch:counter_helping")
def test_without_a_contact_the_database_itself_lets_nothing_through(house: House, worker: Person, near: Place) -> None:
    family = family_at(house, HERE, near)
    with acting(house, worker) as session:
        moved = session.execute(
            text("update applicant set family_name = 'X' where dossier_id = :d"), {"d": family.dossier_id}
        )
        assert moved.rowcount == 0  # type: ignore[attr-defined]


@pytest.mark.promise("BXL-49", breaks="trigger:applicant_family_is_told")
def test_a_change_that_is_told_to_nobody_does_not_stand(house: House, worker: Person, near: Place) -> None:
    family = family_at(house, HERE, near)
    helped(house, worker, family)
    with pytest.raises(DBAPIError, match="is not told"), acting(house, worker) as session:
        session.execute(text("update applicant set family_name = 'X' where dossier_id = :d"), {"d": family.dossier_id})


def test_name_address_and_reach_change_and_the_family_hears_of_each(house: House, worker: Person, near: Place) -> None:
    family, now = family_at(house, HERE, near), house.clock.now()
    helped(house, worker, family)
    with acting(house, worker) as session:
        change_name(session, family.dossier_id, NewName("Amina", "Nieuwe Naam"), now=now)
    with acting(house, worker) as session:
        change_reach(session, family.dossier_id, NewReach("+32470999999", "nieuw@example.org", "mail"), now=now)
    with acting(house, worker) as session:
        # Away from the area, and told all the same: the file is then no longer theirs.
        change_address(session, family.dossier_id, NewAddress("Laan", "1", "3290", "diest"), now=now)
    with as_maintainer(house, LEUVEN) as session:
        row = session.get_one(Applicant, family.dossier_id)
        assert (row.family_name, row.email, row.municipality) == ("Nieuwe Naam", "nieuw@example.org", "diest")
        assert row.birth_date is not None, "what was not asked stays"
        told = session.query(FamilyNotice).filter_by(dossier_id=family.dossier_id).all()
        assert sorted(one.event for one in told) == ["applicant_name_changed", "contact_changed", "contact_changed"]
    letters = queued(house, organisation=LEUVEN)
    assert sum(one.kind == "changed_by_counter" for one in letters) == 3
    # The address that was, too: what somebody else wrote must not be all that the family hears.
    assert any(one.recipient == family.email for one in letters)
    assert not any("Nieuwe Naam" in str(one.params) for one in letters)


def test_the_counter_leaves_a_protected_family_to_the_desk(house: House, worker: Person, near: Place) -> None:
    empty = dict.fromkeys(("street", "house_number", "postcode", "phone", "email"))
    family = family_at(house, HERE, near, applicant={"protected": True, **empty})
    helped(house, worker, family)
    with acting(house, worker) as session:
        found = file_in_area(session, family.dossier_id)
        assert found.record.contact.protected
        assert found.record.contact.street is None
        note_read(session, subjects=(family.dossier_id,), groups=(), reasons=())
    with pytest.raises(Refused) as refused, acting(house, worker) as session:
        change_name(session, family.dossier_id, NewName("A", "B"), now=house.clock.now())
    assert refused.value.reason is Denied.PROTECTED


def test_a_facility_that_is_added_ranks_as_the_rules_say_and_the_counter_reads_no_rank(
    house: House, worker: Person, near: Place, far: Place
) -> None:
    family = family_at(house, HERE, near)
    free = make_facility(house, LEUVEN, **HERE, tariff="free")
    plus = make_facility(house, LEUVEN, **HERE, tariff="plus")
    brussels = make_facility(house, LEUVEN, municipality="schaarbeek", postcode="1030")
    helped(house, worker, family)
    profile, now = house.profiles[LEUVEN], house.clock.now()
    for place in (far, free, plus):
        with acting(house, worker) as session:
            choose(session, profile, family.dossier_id, family.application_id, place.id, now=now)
    # At another kind of place only the answers could tell, and those are not the counter's to read.
    with pytest.raises(Refused) as refused, acting(house, worker) as session:
        choose(session, profile, family.dossier_id, family.application_id, brussels.id, now=now)
    assert refused.value.reason is NotHere.NOT_AT_COUNTER
    with pytest.raises(Refused) as twice, acting(house, worker) as session:
        choose(session, profile, family.dossier_id, family.application_id, far.id, now=now)
    assert twice.value.reason is Denied.ALREADY_CHOSEN
    before = _keys(house, family)
    with as_maintainer(house, LEUVEN) as session:
        session.execute(
            update(Choice).where(Choice.dossier_id == family.dossier_id).values(priority_rank=9, grounds=[])
        )
    with acting(house, family.person) as session:
        # The family's own verb computes all keys anew from its answers.
        add_choice(session, profile, family.application_id, brussels.id, now=now)
    after = _keys(house, family)
    assert {place: after[place] for place in before} == before
    assert before[far.id][0] == before[near.id][0] == before[plus.id][0] == 0
    assert before[free.id][:2] == (2, ())


def test_a_facility_that_is_taken_off_loses_the_file_and_hears_when_its_offer_ends(
    house: House, worker: Person, near: Place, far: Place
) -> None:
    family = family_at(house, AWAY, near, far)
    make_offer(house, family, near)
    helped(house, worker, family)
    choice = family.choices[near.id]
    with acting(house, worker) as session:
        take_back(session, family.dossier_id, choice, now=house.clock.now())
    with as_maintainer(house, LEUVEN) as session:
        assert session.get_one(Choice, choice).state == "withdrawn"
    assert not sees(house, worker, family), "the only choice in the area"
    leader = make_leader(house, near)
    with acting(house, leader) as session:
        assert not session.execute(text("select 1 from application where id = :a"), {"a": family.application_id}).all()
    kinds = [one.kind for one in queued(house, organisation=LEUVEN)]
    assert kinds.count("changed_by_counter") == kinds.count("facility_offer_declined") == 1


def test_the_last_facility_a_closed_request_and_strangers_stay_as_they_are(
    house: House, worker: Person, near: Place, far: Place
) -> None:
    family, stranger = family_at(house, HERE, near), family_at(house, AWAY, far)
    helped(house, worker, family)
    helped(house, worker, stranger)
    profile, now = house.profiles[LEUVEN], house.clock.now()
    with pytest.raises(Refused) as last, acting(house, worker) as session:
        take_back(session, family.dossier_id, family.choices[near.id], now=now)
    assert last.value.reason is Denied.LAST_CHOICE
    for application, facility in ((stranger.application_id, near.id), (family.application_id, uuid4())):
        with pytest.raises(NotFound), acting(house, worker) as session:
            choose(session, profile, family.dossier_id, application, facility, now=now)
    with pytest.raises(NotFound), acting(house, worker) as session:
        take_back(session, family.dossier_id, stranger.choices[far.id], now=now)
    # The functions themselves, past the operations: a stranger's request and choice are not there.
    with acting(house, worker) as session:
        arguments = {"i": uuid4(), "a": stranger.application_id, "f": near.id}
        choosing = text("select access.choose_at_counter(:i, :a, :f, true, 10, 14, 12)")
        assert session.scalar(choosing, arguments) == "absent"
        taking = text("select verdict from access.take_back_at_counter(:c)")
        assert session.scalar(taking, {"c": stranger.choices[far.id]}) == "absent"
    with as_maintainer(house, LEUVEN) as session:
        session.get_one(Application, family.application_id).state = "cancelled"
    with pytest.raises(Refused) as closed, acting(house, worker) as session:
        choose(session, profile, family.dossier_id, family.application_id, far.id, now=now)
    assert closed.value.reason is Denied.APPLICATION_CLOSED


def _changes(house: House, family: FamilyMade, near: Place) -> tuple[Callable[[Any], Any], ...]:
    now, profile = house.clock.now(), house.profiles[LEUVEN]
    file = family.dossier_id
    return (
        lambda session: change_name(session, file, NewName("A", "B"), now=now),
        lambda session: change_address(session, file, NewAddress("A", "1", "3000", "leuven"), now=now),
        lambda session: change_reach(session, file, NewReach("+32470999999", None, None), now=now),
        lambda session: choose(session, profile, file, family.application_id, near.id, now=now),
        lambda session: take_back(session, file, family.choices[near.id], now=now),
    )


def _keys(house: House, family: FamilyMade) -> dict[UUID, tuple[int, tuple[str, ...], Any]]:
    with as_maintainer(house, LEUVEN) as session:
        rows = session.query(Choice).filter_by(dossier_id=family.dossier_id, state="open").all()
        return {row.facility_id: (row.priority_rank, tuple(row.grounds), row.reply_due_on) for row in rows}


def test_a_contact_of_a_colleague_changes_nothing(house: House, worker: Person, near: Place) -> None:
    family = family_at(house, HERE, near)
    colleague = make_worker(house, LEUVEN, role="counter", area=["leuven"])
    helped(house, colleague, family)
    with pytest.raises(Refused), acting(house, worker) as session:
        change_name(session, family.dossier_id, NewName("A", "B"), now=house.clock.now())
    with as_maintainer(house, LEUVEN) as session:
        assert session.query(DeskContact).filter_by(worker_id=worker.id).count() == 0
