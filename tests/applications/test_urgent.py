"""The urgent list: who reads it, from when until when, what an offer from it does, and what always stays closed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from app.applications.models import Application, Choice, Offer
from app.applications.operations.answers import NewOffer
from app.applications.operations.changes import NewPlan, add_choice, cancel_application, change_plan, withdraw_choice
from app.applications.operations.urgent import offer_urgently, withdraw_urgent_offer
from app.applications.queries.requests import count_requests, find_request
from app.applications.queries.urgent import own_urgent_offers, urgent_requests, urgent_ways, was_taken
from app.applications.rules import Plan, urgent_from
from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.core.errors import NotFound, Refused
from app.facilities.models import Facility
from app.organisations.terms import OfferTerm
from app.placements.operations.answers import accept_offer, decline_offer
from app.placements.operations.taking_back import take_back
from app.placements.operations.terms import lapse_offers
from app.web.doors import House
from tests.factories import (
    BRUSSELS,
    WHOLE_WEEK,
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
TERMS = OfferTerm(default_days=10, min_days=5, max_days=14)
# The days of the promise: 60 days before 30 August is 1 July.
START, FILED = date(2026, 8, 30), datetime(2026, 5, 4, 9, tzinfo=UTC)
JUNE_30, JULY_1 = datetime(2026, 6, 30, 21, 59, tzinfo=UTC), datetime(2026, 6, 30, 22, 1, tzinfo=UTC)


def soon(house: House, days: int = 30) -> date:
    return today_at(house.clock.now()) + timedelta(days=days)


def listed(house: House, leader: Person, now: datetime | None = None) -> list[UUID]:
    """Return the requests on a leader's urgent list, and hold the count in the tabs to it."""
    with acting(house, leader, now) as session:
        rows = [row.id for row in urgent_requests(session).rows]
        assert count_requests(session, new_since=None, due_by=START).urgent == len(rows)
        for request in rows:
            assert urgent_ways(session, request)
    return rows


def an_offer(house: House, family: FamilyMade) -> NewOffer:
    return NewOffer(Plan(family.plan.start_date, WHOLE_WEEK), today_at(house.clock.now()) + timedelta(days=10))


def offer(house: House, leader: Person, family: FamilyMade, facility: Place) -> UUID:
    with acting(house, leader) as session:
        made = an_offer(house, family)
        return offer_urgently(session, family.application_id, facility.id, made, terms=TERMS, now=house.clock.now())


def towns(house: House, *names: str) -> list[tuple[Place, Person]]:
    places = [make_facility(house, LEUVEN, municipality=name, postcode="3000") for name in names]
    return [(place, make_leader(house, place)) for place in places]


def a_family_of_leuven(house: House, chosen: Sequence[Place], **given: Any) -> FamilyMade:
    home = {"municipality": "leuven", "postcode": "3000"} | given.pop("applicant", {})
    return make_family(house, chosen, organisation=LEUVEN, start_date=soon(house), applicant=home, **given)


def test_the_first_day_is_counted_by_the_calendar() -> None:
    assert urgent_from(START, 60) == date(2026, 7, 1)


@pytest.mark.parametrize("organisation", [BRUSSELS, LEUVEN])
@pytest.mark.promise("LEU-30", breaks="branch:urgent")
@pytest.mark.promise("BXL-12", breaks="branch:urgent")
def test_the_list_follows_the_clock_and_no_job(house: House, organisation: str) -> None:
    """LEU-30: on the list on 1 July for a start on 30 August, not the day before; the start itself ends nothing."""
    here = {"municipality": "leuven", "postcode": "3000"} if organisation == LEUVEN else {}
    other, leader = (place := make_facility(house, organisation, **here)), make_leader(house, place)
    family = make_family(
        house,
        [make_facility(house, organisation, **here)],
        organisation=organisation,
        start_date=START,
        submitted_at=FILED,
        applicant=here,
        birth_date=date(2026, 1, 5),
    )
    assert other.id not in family.choices
    assert listed(house, leader, JUNE_30) == []
    assert listed(house, leader, JULY_1) == [family.application_id]
    # The day of the start passes; the last day of the request is what ends it.
    last = START + timedelta(days=60)
    assert listed(house, leader, datetime(2026, 10, 1, tzinfo=UTC)) == [family.application_id]
    assert listed(house, leader, datetime(last.year, last.month, last.day, 12, tzinfo=UTC)) == [family.application_id]
    assert listed(house, leader, datetime(2026, 10, 30, tzinfo=UTC)) == []


@pytest.mark.promise("LEU-30", breaks="app.applications.policy.reach:IS_URGENT", twin="tests.twins:ALWAYS")
def test_a_request_filed_late_is_listed_at_once_and_leaves_when_its_start_moves(house: House) -> None:
    here, leader = (place := make_facility(house)), make_leader(house, place)
    family = make_family(house, [make_facility(house)], start_date=soon(house, 20))
    assert listed(house, leader) == [family.application_id]
    with acting(house, family.person) as session:
        later = NewPlan(soon(house, 61), WHOLE_WEEK, None, False)
        change_plan(session, house.profiles[BRUSSELS], family.application_id, later, now=house.clock.now())
    assert listed(house, leader) == []
    with acting(house, leader) as session, pytest.raises(NotFound):
        urgent_ways(session, family.application_id)
    assert here.id not in family.choices


@pytest.mark.promise("BXL-12", breaks="branch:urgent")
def test_what_ends_a_request_ends_its_place_on_the_list(house: House) -> None:
    _, leader = (place := make_facility(house)), make_leader(house, place)
    for state in ("enrolled", "cancelled", "expired"):
        make_family(house, [make_facility(house)], start_date=soon(house), application_state=state)
    family = make_family(house, [make_facility(house)], start_date=soon(house))
    assert listed(house, leader) == [family.application_id]
    with acting(house, family.person) as session:
        cancel_application(session, family.application_id, now=house.clock.now())
    assert listed(house, leader) == []


@pytest.mark.promise("LEU-31", breaks="app.applications.policy.reach:WITHIN_URGENT_REACH", twin="tests.twins:ALWAYS")
def test_the_towns_of_home_and_choices_read_it_and_no_other(house: House) -> None:
    """LEU-31: a refusal narrows nothing; what the parents took back does."""
    (_, home), (chosen, in_b), (_, also_b), (in_c, chosen_c), (_, also_c), (_, in_d) = towns(
        house, "leuven", "herent", "herent", "tienen", "tienen", "diest"
    )
    family = a_family_of_leuven(house, [chosen, in_c])
    for leader in (home, also_b, also_c):
        assert listed(house, leader) == [family.application_id]
    assert listed(house, in_d) == []
    # Whoever was chosen has it in the list of its own.
    assert listed(house, in_b) == []
    with as_maintainer(house, LEUVEN) as session:
        session.execute(update(Choice).where(Choice.facility_id == in_c.id).values(state="refused"))
    assert listed(house, also_c) == listed(house, chosen_c) == [family.application_id]
    with as_maintainer(house, LEUVEN) as session:
        session.execute(update(Choice).where(Choice.facility_id == in_c.id).values(state="open"))
    with acting(house, family.person) as session:
        withdraw_choice(session, family.choices[in_c.id], now=house.clock.now())
    assert listed(house, also_c) == listed(house, chosen_c) == []
    assert listed(house, also_b) == [family.application_id]


@pytest.mark.promise("LEU-31", breaks="branch:urgent")
def test_nothing_for_a_facility_that_is_closed_unsigned_elsewhere_or_left(house: House) -> None:
    (closed, of_closed), (unsigned, of_unsigned), (_, fine) = towns(house, "leuven", "leuven", "leuven")
    past = make_leader(house, closed, ends_at=house.clock.now())
    afar = make_leader(house, make_facility(house))
    family = a_family_of_leuven(house, towns(house, "leuven")[0][:1])
    with as_maintainer(house, LEUVEN) as session:
        session.execute(update(Facility).where(Facility.id == closed.id).values(active=False))
        session.execute(text("delete from party_agreement where party_id = :id"), {"id": unsigned.id})
    for leader in (of_closed, of_unsigned, past, afar):
        assert listed(house, leader) == []
    assert listed(house, fine) == [family.application_id]


@pytest.mark.promise("LEU-32", breaks="app.applications.policy.reach:NOT_OFFERED", twin="tests.twins:ALWAYS")
@pytest.mark.promise("BXL-13", breaks="app.applications.policy.reach:NOT_OFFERED", twin="tests.twins:ALWAYS")
def test_an_offer_takes_it_off_and_whatever_ends_the_offer_brings_it_back(house: House) -> None:
    """LEU-32: in the same transaction for all; declined, taken back or lapsed by the clock alone, it returns."""
    own, mine = (place := make_facility(house)), make_leader(house, place)
    others = [make_leader(house, make_facility(house)) for _ in range(2)]
    chosen = make_facility(house)
    of_chosen = make_leader(house, chosen)
    family = make_family(house, [chosen], start_date=soon(house))
    now = house.clock.now()

    def off() -> None:
        for leader in (mine, *others):
            assert listed(house, leader) == []
        with acting(house, others[0]) as session:
            assert was_taken(session, family.application_id)
            with pytest.raises(NotFound):
                urgent_ways(session, family.application_id)
        with acting(house, of_chosen) as session:
            assert find_request(session, family.choices[chosen.id]).reason == "chosen"

    first = offer(house, mine, family, own)
    off()
    with acting(house, mine) as session:
        assert [one.id for one in own_urgent_offers(session)] == [family.application_id]
        (way,) = urgent_ways(session, family.application_id)
        assert (way.reason, way.record.answers and way.record.answers.id) == ("urgent_offer", first)
    with acting(house, family.person) as session:
        decline_offer(session, first, now=house.clock.now())
    assert listed(house, mine) == listed(house, others[0]) == [family.application_id]
    with acting(house, mine) as session:
        assert own_urgent_offers(session) == ()
    # A decline is taken back as any other, and so is the offer.
    with acting(house, family.person) as session:
        take_back(session, house.profiles[BRUSSELS], first, now=house.clock.now())
    off()
    with acting(house, others[0]) as session, pytest.raises(NotFound):
        withdraw_urgent_offer(session, family.application_id, first)
    with acting(house, mine) as session:
        withdraw_urgent_offer(session, family.application_id, first)
    assert listed(house, others[0]) == [family.application_id]
    # The same facility offers again; the family lets it pass, and no job has run.
    offer(house, mine, family, own)
    off()
    after = now + timedelta(days=11)
    assert listed(house, mine, after) == listed(house, others[0], after) == [family.application_id]
    with acting(house, mine, after) as session:
        assert own_urgent_offers(session) == ()
        later = NewOffer(Plan(soon(house, 40), WHOLE_WEEK), today_at(after) + timedelta(days=6))
        offer_urgently(session, family.application_id, own.id, later, terms=TERMS, now=after)
    much_later = now + timedelta(days=30)
    with transaction(house.databases, "jobs", system("offers", BRUSSELS), much_later) as session:
        lapse_offers(session, TERMS, now=much_later, limit=10)
    with as_maintainer(house) as session:
        assert session.scalars(select(Choice.state).where(Choice.facility_id == own.id)).all() == ["closed"]
        assert sorted(session.scalars(select(Offer.state))) == ["lapsed", "lapsed", "withdrawn"]
    told = [message.kind for message in queued(house)]
    for kind in ("offer", "urgent_declined_receipt", "urgent_offer_withdrawn", "urgent_offer_lapsed"):
        assert kind in told


@pytest.mark.promise("LEU-32", breaks="branch:chosen")
@pytest.mark.promise("BXL-13", breaks="constraint:offer.uq_offer_accepted_application")
def test_an_accepted_offer_leaves_the_file_to_that_facility_alone(house: House) -> None:
    own, mine = (place := make_facility(house)), make_leader(house, place)
    other, chosen = make_leader(house, make_facility(house)), make_facility(house)
    of_chosen = make_leader(house, chosen)
    family = make_family(house, [chosen], start_date=soon(house))
    made = offer(house, mine, family, own)
    with acting(house, family.person) as session:
        accept_offer(session, made, now=house.clock.now())
    for leader in (mine, other):
        assert listed(house, leader) == []
    with acting(house, mine) as session:
        choice_id = session.scalar(select(Choice.id).where(Choice.facility_id == own.id))
        assert choice_id is not None
        found = find_request(session, choice_id)
        assert (found.reason, found.record.contact.email) == ("enrolled", family.email)
    with acting(house, of_chosen) as session, pytest.raises(NotFound):
        find_request(session, family.choices[chosen.id])
    with acting(house, other) as session:
        assert not was_taken(session, family.application_id)
    # The family thinks better of it within the day: the offer stands again, and nothing else opens.
    with acting(house, family.person) as session:
        take_back(session, house.profiles[BRUSSELS], made, now=house.clock.now())
    with acting(house, mine) as session:
        assert [one.id for one in own_urgent_offers(session)] == [family.application_id]
        assert session.scalar(select(Choice.id).where(Choice.facility_id == own.id)) is None


def test_of_two_that_offer_at_once_one_is_too_late(house: House) -> None:
    pairs = [((place := make_facility(house)), make_leader(house, place)) for _ in range(2)]
    family = make_family(house, [make_facility(house)], start_date=soon(house))
    gate, became = threading.Barrier(2), []

    def run(place: Place, leader: Person) -> None:
        gate.wait()
        try:
            offer(house, leader, family, place)
            became.append("offered")
        except (Refused, NotFound):
            became.append("late")

    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(became) == ["late", "offered"]
    with as_maintainer(house) as session:
        assert session.scalars(select(Offer.state)).all() == ["open"]


@pytest.mark.promise("LEU-31", breaks="policy:applicant.facility.select")
@pytest.mark.promise("BXL-12", breaks="policy:child.facility.select")
def test_the_list_opens_no_row_of_a_family(house: House) -> None:
    """As raw SQL with the facility's own login: no row of the family, before an offer and while it stands."""
    own, mine = (place := make_facility(house)), make_leader(house, place)
    family = make_family(house, [make_facility(house)], start_date=soon(house))

    def rows(table: str) -> int:
        with acting(house, mine) as session:
            key = "id" if table == "dossier" else "dossier_id"
            asked = text(f"select count(*) from {table} where {key} = :id")
            return int(session.execute(asked, {"id": family.dossier_id}).scalar_one())

    closed = ("applicant", "partner", "child", "circumstances", "application", "choice", "offer")
    assert [rows(table) for table in (*closed, "dossier")] == [0] * 8
    offer(house, mine, family, own)
    # Of the dossier the language and the reference, to write to the family that there is an offer.
    assert [rows(table) for table in (*closed, "dossier")] == [0] * 7 + [1]
    with acting(house, mine) as session:
        shown = str(
            [
                tuple(row)
                for row in session.execute(
                    text("select * from access.urgent_request(:id)"), {"id": family.application_id}
                )
            ]
        )
    for secret in ("Kersenlaan", "1030", "+32470", "@example.org"):
        assert secret not in shown
    assert "schaarbeek" in shown


def test_of_a_protected_family_not_even_the_town_is_shown(house: House) -> None:
    leader = make_leader(house, make_facility(house))
    make_family(house, [make_facility(house)], start_date=soon(house), applicant={"protected": True})
    with acting(house, leader) as session:
        (row,) = urgent_requests(session).rows
        (way,) = urgent_ways(session, row.id)
    assert row.municipality is way.record.municipality is None


def test_who_refused_thinks_better_of_it_and_who_was_taken_back_stays_outside(house: House) -> None:
    refused, gone = make_facility(house), make_facility(house)
    leaders = {place.id: make_leader(house, place) for place in (refused, gone)}
    states = {refused.id: "refused", gone.id: "withdrawn"}
    for place, reason in ((refused, "chosen"), (gone, "urgent_offer")):
        family = make_family(house, [refused, gone, make_facility(house)], states=states, start_date=soon(house))
        offer(house, leaders[place.id], family, place)
        with acting(house, leaders[place.id]) as session:
            reached = session.scalars(
                text(
                    "select 'chosen' from access.chosen r where r.application_id = :id"
                    " union all select 'urgent_offer' from access.urgent_offer u where u.application_id = :id"
                ),
                {"id": family.application_id},
            ).all()
            assert reached == [reason]
        with as_maintainer(house) as session:
            session.execute(update(Application).values(state="cancelled"))


def test_a_choice_that_a_facility_made_is_not_the_familys_own(house: House) -> None:
    """The last choice of a family cannot be taken back because somebody else offered; nor does theirs fill a place."""
    own, mine = (place := make_facility(house)), make_leader(house, place)
    chosen = make_facility(house)
    family = make_family(house, [chosen], start_date=soon(house))
    made = offer(house, mine, family, own)
    with acting(house, family.person) as session:
        with pytest.raises(Refused):
            withdraw_choice(session, family.choices[chosen.id], now=house.clock.now())
        urgent_choice = session.scalar(select(Choice.id).where(Choice.facility_id == own.id))
        assert urgent_choice is not None
        with pytest.raises(Refused):
            withdraw_choice(session, urgent_choice, now=house.clock.now())
        decline_offer(session, made, now=house.clock.now())
    # A family that wants this facility after all chooses it like any other.
    with acting(house, family.person) as session:
        add_choice(session, house.profiles[BRUSSELS], family.application_id, own.id, now=house.clock.now())
    with acting(house, mine) as session:
        assert find_request(session, urgent_choice).reason == "chosen"
