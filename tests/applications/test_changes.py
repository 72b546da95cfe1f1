"""What a family changes after sending: cancel, plan, choices, answers; and who loses the file with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice, Offer
from app.applications.operations.changes import (
    NewPlan,
    add_choice,
    cancel_application,
    change_answers,
    change_plan,
    withdraw_choice,
)
from app.applications.queries.own import own_file, own_readers
from app.applications.rules import Denied
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.queries import own_family
from app.placements.operations.answers import accept_offer
from app.web.doors import House
from tests.applications.changing import act, events, seen, states, told
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
    queued,
)


@pytest.fixture
def places(house: House) -> list[Place]:
    return [make_facility(house) for _ in range(4)]


@pytest.fixture
def leaders(house: House, places: list[Place]) -> list[Person]:
    return [make_leader(house, place) for place in places]


@pytest.fixture
def family(house: House, places: list[Place]) -> FamilyMade:
    return make_family(house, places[:3])


# -- cancelling


@pytest.mark.promise("BXL-45", breaks="branch:chosen")
@pytest.mark.promise(
    "BXL-45", breaks="line:app/applications/operations/changes.py#_end_offers(session, Offer.application_id"
)
def test_a_cancelled_request_is_found_by_nobody_and_its_offer_ends(
    house: House, family: FamilyMade, places: list[Place], leaders: list[Person]
) -> None:
    offer = make_offer(house, family, places[1])
    assert all(seen(house, leader)["choice"] == 1 for leader in leaders[:3])
    act(house, family, lambda s: cancel_application(s, family.application_id, now=house.clock.now()))
    assert all(set(seen(house, leader).values()) == {0} for leader in leaders)
    with as_maintainer(house) as session:
        assert session.get_one(Offer, offer).state == "withdrawn"
        request = session.get_one(Application, family.application_id)
        assert (request.state, request.closed_at is not None) == ("cancelled", True)
    assert set(states(house, family).values()) == {"closed"}
    assert [message.kind for message in queued(house)] == ["cancelled", "facility_offer_declined"]
    assert queued(house, "cancelled")[0].recipient == family.email
    assert "application_cancelled" in events(house)


def test_the_family_still_reads_what_it_cancelled(house: House, family: FamilyMade) -> None:
    act(house, family, lambda s: cancel_application(s, family.application_id, now=house.clock.now()))
    with acting(house, family.person) as session:
        found = own_file(session)
        assert (found.requests[0].state, len(found.requests[0].choices)) == ("cancelled", 3)
        assert own_family(session, family.dossier_id).applicant.family_name == family.names["family_name"]
        assert [reader.reason for reader in own_readers(session, family.dossier_id)] == ["owner"]


def test_a_facility_cannot_cancel(house: House, family: FamilyMade, leaders: list[Person]) -> None:
    for statement in ("update application set state = 'cancelled'", "update choice set state = 'closed', position = 9"):
        with pytest.raises(ProgrammingError, match="permission denied"), acting(house, leaders[0]) as session:
            session.execute(text(statement))
    assert set(states(house, family).values()) == {"open"}


def test_a_request_is_cancelled_once(house: House, family: FamilyMade) -> None:
    act(house, family, lambda s: cancel_application(s, family.application_id, now=house.clock.now()))
    with pytest.raises(Refused) as refused:
        act(house, family, lambda s: cancel_application(s, family.application_id, now=house.clock.now()))
    assert refused.value.reason is Denied.APPLICATION_CLOSED
    assert len(queued(house, "cancelled")) == 1


def test_cancelling_and_accepting_at_once_end_in_one_of_the_two(house: House, places: list[Place]) -> None:
    for _ in range(6):
        family = make_family(house, places[:2])
        offer = make_offer(house, family, places[0])

        def attempt(verb: Callable[[Session], object], family: FamilyMade = family) -> bool:
            try:
                act(house, family, verb)
            except Refused:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            cancelled = pool.submit(
                attempt, lambda s, f=family: cancel_application(s, f.application_id, now=house.clock.now())
            )
            accepted = pool.submit(attempt, lambda s, o=offer: accept_offer(s, o, now=house.clock.now()))
            won = {"cancelled": cancelled.result(), "enrolled": accepted.result()}
        with as_maintainer(house) as session:
            state = session.get_one(Application, family.application_id).state
            placed = session.scalar(
                text("select count(*) from placement where application_id = :id"), {"id": family.application_id}
            )
        assert sum(won.values()) == 1
        assert won[state]
        assert placed == (state == "enrolled")


# -- the plan


def plan(family: FamilyMade, **changed: object) -> NewPlan:
    assert family.plan.start_date is not None
    return replace(NewPlan(family.plan.start_date, family.plan.half_days, None, flexible=False), **changed)


def test_a_new_plan_is_seen_by_the_facilities_at_once(house: House, family: FamilyMade, leaders: list[Person]) -> None:
    later = today_at(house.clock.now()) + timedelta(days=300)
    new = plan(family, start_date=later, half_days=0b1100, hours={"1": ["09:00", "17:00"]}, flexible=True)
    profile = house.profiles["brussels"]
    act(house, family, lambda s: change_plan(s, profile, family.application_id, new, now=house.clock.now()))
    with acting(house, leaders[0]) as session:
        choice = session.execute(select(Choice.start_date, Choice.half_days)).one()
        request = session.execute(
            select(Application.start_date, Application.half_days, Application.hours, Application.flexible)
        ).one()
    assert tuple(choice) == (later, 0b1100)
    assert tuple(request) == (later, 0b1100, {"1": ["09:00", "17:00"]}, True)
    assert "plan_changed" in events(house)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"half_days": 0}, Denied.DAYS_MISSING),
        ({"start_date": date(2000, 1, 1)}, Denied.START_BEFORE_BIRTH),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    house: House, family: FamilyMade, changed: Mapping[str, object], reason: Denied
) -> None:
    profile = house.profiles["brussels"]
    with pytest.raises(Refused) as refused:
        act(
            house,
            family,
            lambda s: change_plan(s, profile, family.application_id, plan(family, **changed), now=house.clock.now()),
        )
    assert refused.value.reason is reason


def test_a_start_that_has_passed_may_stay_while_something_else_changes(house: House, places: list[Place]) -> None:
    family = make_family(house, places[:1], start_date=today_at(house.clock.now()) - timedelta(days=20))
    profile = house.profiles["brussels"]
    new = plan(family, flexible=True)
    act(house, family, lambda s: change_plan(s, profile, family.application_id, new, now=house.clock.now()))


# -- choices


def test_an_added_facility_reads_the_request_and_ranks_it(
    house: House, family: FamilyMade, places: list[Place], leaders: list[Person]
) -> None:
    profile = house.profiles["brussels"]
    assert set(seen(house, leaders[3]).values()) == {0}
    act(
        house,
        family,
        lambda s: add_choice(s, profile, family.application_id, places[3].id, now=house.clock.now()),
    )
    assert seen(house, leaders[3])["applicant"] == 1
    with as_maintainer(house) as session:
        rows = session.execute(select(Choice.position, Choice.priority_rank, Choice.grounds).order_by(Choice.position))
        ranks = [(row.priority_rank, row.grounds) for row in rows]
    assert len(set(map(str, ranks))) == 1, "the new choice has the keys of the others"


def test_no_more_than_the_organisation_allows_and_nothing_twice(
    house: House, family: FamilyMade, places: list[Place]
) -> None:
    profile = house.profiles["brussels"]
    assert profile.application is not None
    more = [make_facility(house) for _ in range(profile.application.max_choices - 3)]

    def add(place: UUID) -> None:
        act(house, family, lambda s: add_choice(s, profile, family.application_id, place, now=house.clock.now()))

    for place, reason in ((places[0].id, Denied.ALREADY_CHOSEN),):
        with pytest.raises(Refused) as refused:
            add(place)
        assert refused.value.reason is reason
    for found in more:
        add(found.id)
    with pytest.raises(Refused) as refused:
        add(places[3].id)
    assert refused.value.reason is Denied.TOO_MANY_CHOICES


def test_a_closed_or_foreign_facility_cannot_be_chosen(house: House, family: FamilyMade) -> None:
    profile = house.profiles["brussels"]
    for place in (make_facility(house, active=False), make_facility(house, "leuven")):
        with pytest.raises(NotFound):
            act(
                house,
                family,
                lambda s, p=place: add_choice(s, profile, family.application_id, p.id, now=house.clock.now()),
            )


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
def test_a_facility_that_is_taken_back_loses_the_file_at_once(
    house: House, family: FamilyMade, places: list[Place], leaders: list[Person]
) -> None:
    make_offer(house, family, places[0])
    choice = family.choices[places[0].id]
    act(house, family, lambda s: withdraw_choice(s, choice, now=house.clock.now()))
    assert set(seen(house, leaders[0]).values()) == {0}
    assert seen(house, leaders[1])["applicant"] == 1
    assert states(house, family)[places[0].id] == "withdrawn"
    assert len(queued(house, "facility_offer_declined")) == 1
    with acting(house, family.person) as session:
        assert {r.facility for r in own_readers(session, family.dossier_id) if r.facility} == {
            places[1].name,
            places[2].name,
        }


def test_the_last_choice_goes_only_by_cancelling(house: House, places: list[Place]) -> None:
    family = make_family(house, places[:1])
    with pytest.raises(Refused) as refused:
        act(house, family, lambda s: withdraw_choice(s, family.choices[places[0].id], now=house.clock.now()))
    assert refused.value.reason is Denied.LAST_CHOICE


def test_a_choice_taken_back_can_be_made_again_and_a_refusal_stays(house: House, places: list[Place]) -> None:
    profile = house.profiles["brussels"]
    past = house.clock.now() - timedelta(days=30)
    family = make_family(house, places[:3], states={places[1].id: "refused"}, submitted_at=past)
    act(house, family, lambda s: withdraw_choice(s, family.choices[places[0].id], now=house.clock.now()))
    act(
        house,
        family,
        lambda s: add_choice(s, profile, family.application_id, places[0].id, now=house.clock.now()),
    )
    assert states(house, family)[places[0].id] == "open"
    with as_maintainer(house) as session:
        again = session.get_one(Choice, family.choices[places[0].id])
        assert today_at(again.submitted_at) == today_at(house.clock.now())
    with pytest.raises(Refused) as refused:
        act(
            house,
            family,
            lambda s: add_choice(s, profile, family.application_id, places[1].id, now=house.clock.now()),
        )
    assert refused.value.reason is Denied.CHOICE_CLOSED


def test_of_two_last_choices_taken_back_at_once_one_stays(house: House, places: list[Place]) -> None:
    for _ in range(5):
        family = make_family(house, places[:2])

        def take_back(choice: UUID, family: FamilyMade = family) -> str:
            try:
                act(house, family, lambda s: withdraw_choice(s, choice, now=house.clock.now()))
            except Refused as refused:
                return str(refused.reason)
            return "done"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(take_back, family.choices.values())) == ["done", "last_choice"]


# -- strangers


@pytest.mark.parametrize("verb", ["cancel", "plan", "add", "withdraw", "answers"])
@pytest.mark.promise("BXL-46", breaks="branch:owner")
def test_another_family_reaches_nothing(house: House, family: FamilyMade, places: list[Place], verb: str) -> None:
    stranger = make_family(house, places[:2])
    profile, now = house.profiles["brussels"], house.clock.now()
    with acting(house, family.person) as session:
        known = own_family(session, family.dossier_id)
    verbs: Mapping[str, Callable[[Session], object]] = {
        "cancel": lambda s: cancel_application(s, family.application_id, now=now),
        "plan": lambda s: change_plan(s, profile, family.application_id, plan(family), now=now),
        "add": lambda s: add_choice(s, profile, family.application_id, places[3].id, now=now),
        "withdraw": lambda s: withdraw_choice(s, family.choices[places[0].id], now=now),
        "answers": lambda s: change_answers(s, profile, family.dossier_id, told(known, family), now=now),
    }
    with pytest.raises(NotFound):
        act(house, stranger, verbs[verb])
    with pytest.raises(NotFound):
        act(house, stranger, lambda s: cancel_application(s, uuid4(), now=now))
    assert set(states(house, family).values()) == {"open"}
