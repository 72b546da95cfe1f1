"""Accepting, declining, and doing nothing: what becomes of a place that was offered."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from app.applications.models import Application, Choice, Offer
from app.applications.operations import answers
from app.core.actor import system
from app.core.db import transaction
from app.core.errors import NotFound, Refused
from app.core.models import AuditEntry
from app.families.models import Applicant, Child, Dossier
from app.organisations.terms import OfferTerm
from app.placements.models import Placement
from app.placements.operations.answers import accept_offer, decline_offer
from app.placements.operations.terms import lapse_offers
from app.placements.queries import own_offer, own_offers, own_placements
from app.placements.rules import Denied
from app.web.doors import House
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

DAY = timedelta(days=1)
OFFER_TERM = OfferTerm(default_days=10, min_days=5, max_days=14)


@pytest.fixture
def places(house: House) -> list[Place]:
    return [make_facility(house, name=f"Plek {number}") for number in range(3)]


@pytest.fixture
def family(house: House, places: list[Place]) -> FamilyMade:
    return make_family(house, places)


def states(house: House, model: Any, *where: Any) -> list[str]:
    with as_maintainer(house) as session:
        return sorted(session.scalars(select(model.state).where(*where)))


def accept(house: House, family: FamilyMade, offer_id: UUID, now: datetime | None = None) -> UUID:
    with acting(house, family.person, now) as session:
        return accept_offer(session, offer_id, now=now or house.clock.now())


def lapse(house: House, now: datetime, limit: int = 100, organisation: str = "brussels") -> int:
    with transaction(house.databases, "jobs", system("offers", organisation), now) as session:
        return lapse_offers(session, OFFER_TERM, now=now, limit=limit)


def readable_by(house: House, leader: Person, model: Any, *columns: Any) -> int:
    """Count what the leader's own login gives with no filter at all."""
    with acting(house, leader) as session:
        return len(session.execute(select(*(columns or (model.id,)))).all())


@pytest.mark.promise("BXL-13")
def test_accepting_enrols_the_child_and_ends_the_rest(house: House, family: FamilyMade, places: list[Place]) -> None:
    mine, other, third = places
    offer_id, pending = make_offer(house, family, mine), make_offer(house, family, other)
    placement_id = accept(house, family, offer_id)
    with as_maintainer(house) as session:
        placement = session.get_one(Placement, placement_id)
        application = session.get_one(Application, family.application_id)
        choices = {c.facility_id: c.state for c in session.scalars(select(Choice))}
        offers = {o.id: o.state for o in session.scalars(select(Offer))}
        entry = session.scalars(select(AuditEntry)).one()
    assert (placement.facility_id, placement.child_id, placement.offer_id) == (mine.id, family.child_id, offer_id)
    assert (placement.start_date, placement.half_days) == (family.plan.start_date, family.plan.half_days)
    assert application.state == "enrolled"
    assert application.closed_at is not None
    assert choices == {mine.id: "enrolled", other.id: "closed", third.id: "closed"}
    assert offers == {offer_id: "accepted", pending: "withdrawn"}
    assert (entry.event, entry.reasons, entry.subjects) == ("offer_accepted", ["owner"], [family.dossier_id])
    told = {(message.kind, message.recipient) for message in queued(house)}
    assert told == {("enrolled", family.email), ("facility_offer_accepted", mine.email)}


def test_no_facility_reads_a_name_in_its_mail(house: House, family: FamilyMade, places: list[Place]) -> None:
    accept(house, family, make_offer(house, family, places[0]))
    (told,) = queued(house, "facility_offer_accepted")
    assert set(told.params) == {"facility", "choice_id", "start_on"}
    assert not [name for name in family.names.values() if name in str(told.params)]


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
def test_every_other_facility_loses_the_file_in_that_same_moment(
    house: House, family: FamilyMade, places: list[Place]
) -> None:
    leaders = [make_leader(house, place) for place in places]
    offer_id = make_offer(house, family, places[0])
    make_offer(house, family, places[1])
    for leader in leaders:
        assert readable_by(house, leader, Applicant, Applicant.dossier_id) == 1
    accept(house, family, offer_id)
    enrolled, *others = leaders
    for leader in others:
        assert readable_by(house, leader, Applicant, Applicant.dossier_id) == 0
        assert readable_by(house, leader, Child) == 0
        assert readable_by(house, leader, Choice) == 0
        assert readable_by(house, leader, Offer) == 0
        assert readable_by(house, leader, Application) == 0
        assert readable_by(house, leader, Dossier) == 0
    assert readable_by(house, enrolled, Applicant, Applicant.dossier_id) == 1
    assert readable_by(house, enrolled, Choice) == 1
    assert readable_by(house, enrolled, Offer) == 1


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
def test_a_sibling_whose_request_is_still_open_stays(house: House, family: FamilyMade, places: list[Place]) -> None:
    sibling = make_family(house, [places[1]], of=family)
    leader = make_leader(house, places[1])
    accept(house, family, make_offer(house, family, places[0]))
    with acting(house, leader) as session:
        assert list(session.scalars(select(Child.id))) == [sibling.child_id]
        assert list(session.scalars(select(Choice.id))) == [sibling.choices[places[1].id]]
    assert states(house, Application) == ["enrolled", "open"]


@pytest.mark.promise("BXL-13", breaks="app.placements.rules:may_decline")
def test_after_its_term_an_offer_cannot_be_accepted_whatever_a_job_did(
    house: House, family: FamilyMade, places: list[Place]
) -> None:
    now = house.clock.now()
    offer_id = make_offer(house, family, places[0], expires_at=now)
    for answer in (accept_offer, decline_offer):
        with pytest.raises(Refused) as refused, acting(house, family.person, now) as session:
            answer(session, offer_id, now=now)
        assert refused.value.reason == Denied.OFFER_LAPSED
    with acting(house, family.person, now) as session:
        assert own_offer(session, offer_id, now).state == "lapsed"
    assert states(house, Choice) == ["offered", "open", "open"]
    assert accept(house, family, offer_id, now - timedelta(seconds=1))


def test_a_closed_request_takes_no_offer(house: House, family: FamilyMade, places: list[Place]) -> None:
    offer_id = make_offer(house, family, places[0])
    with as_maintainer(house) as session:
        session.execute(update(Application).values(state="cancelled"))
    with pytest.raises(Refused) as refused:
        accept(house, family, offer_id)
    assert refused.value.reason == Denied.APPLICATION_CLOSED


@pytest.mark.promise("BXL-58", breaks="branch:owner")
def test_another_family_can_do_nothing_with_an_offer(house: House, family: FamilyMade, places: list[Place]) -> None:
    stranger = make_family(house, places)
    offer_id = make_offer(house, family, places[0])
    now = house.clock.now()
    for answer in (accept_offer, decline_offer):
        for asked in (offer_id, uuid4()):
            with pytest.raises(NotFound), acting(house, stranger.person) as session:
                answer(session, asked, now=now)
    with acting(house, stranger.person) as session:
        assert own_offers(session, now) == ()
        with pytest.raises(NotFound):
            own_offer(session, offer_id, now)


def test_declining_keeps_the_request_with_everyone(house: House, family: FamilyMade, places: list[Place]) -> None:
    offer_id = make_offer(house, family, places[0])
    now = house.clock.now()
    with acting(house, family.person) as session:
        decline_offer(session, offer_id, now=now)
    assert states(house, Choice) == ["considering", "open", "open"]
    assert states(house, Application) == ["open"]
    told = {(message.kind, message.recipient) for message in queued(house)}
    assert told == {("declined_receipt", family.email), ("facility_offer_declined", places[0].email)}
    with pytest.raises(Refused) as refused:
        accept(house, family, offer_id)
    assert refused.value.reason == Denied.OFFER_CLOSED


def test_an_offer_lapses_once(house: House, family: FamilyMade, places: list[Place]) -> None:
    now = house.clock.now()
    make_offer(house, family, places[0], expires_at=now + DAY)
    running = make_offer(house, family, places[1], expires_at=now + 3 * DAY)
    assert lapse(house, now) == 0
    later = now + DAY
    assert lapse(house, later, organisation="leuven") == 0
    assert lapse(house, later) == 1
    assert lapse(house, later) == 0
    assert states(house, Offer) == ["lapsed", "open"]
    assert states(house, Choice) == ["offered", "open", "open"]
    told = {(message.kind, message.recipient) for message in queued(house)}
    assert told == {("offer_lapsed", family.email), ("facility_offer_lapsed", places[0].email)}
    with as_maintainer(house) as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor_kind, entry.event) == ("system:offers", "offer_lapsed")
    assert accept(house, family, running, later)


def test_a_lapsed_offer_reaches_a_family_without_mail_by_letter(house: House, places: list[Place]) -> None:
    address = {"email": None, "street": "Kersenlaan", "house_number": "3"}
    family = make_family(house, [places[0]], applicant=address)
    now = house.clock.now()
    make_offer(house, family, places[0], expires_at=now)
    assert lapse(house, now, limit=1) == 1
    (letter,) = queued(house, "offer_lapsed")
    assert (letter.channel, letter.recipient.splitlines()[1:]) == ("letter", ["Kersenlaan 3", "1030 Schaarbeek"])


def test_what_the_family_reads(house: House, family: FamilyMade, places: list[Place]) -> None:
    now = house.clock.now()
    offer_id = make_offer(house, family, places[0], half_days=3)
    with acting(house, family.person) as session:
        (offer,) = own_offers(session, now)
        assert own_placements(session) == ()
    assert (offer.id, offer.facility, offer.deviating, offer.half_days, offer.wanted_half_days, offer.state) == (
        offer_id,
        "Plek 0",
        True,
        3,
        family.plan.half_days,
        "open",
    )
    accept(house, family, offer_id)
    with acting(house, family.person) as session:
        (placement,) = own_placements(session)
    assert (placement.facility, placement.child_id, placement.end_date) == ("Plek 0", family.child_id, None)


@pytest.mark.promise("BXL-13", breaks="app.placements.rules:may_accept")
def test_two_offers_are_not_both_accepted(house: House, family: FamilyMade, places: list[Place]) -> None:
    first, second = make_offer(house, family, places[0]), make_offer(house, family, places[1])
    outcome = in_the_middle(house, family, first, lambda: accept(house, family, second))
    assert outcome == [Denied.APPLICATION_CLOSED]
    assert states(house, Offer) == ["accepted", "withdrawn"]
    with as_maintainer(house) as session:
        assert len(session.scalars(select(Placement)).all()) == 1


def test_an_offer_is_not_both_accepted_and_taken_back(house: House, family: FamilyMade, places: list[Place]) -> None:
    offer_id, leader = make_offer(house, family, places[0]), make_leader(house, places[0])

    def take_back() -> None:
        with acting(house, leader) as session:
            answers.withdraw_offer(session, offer_id, now=house.clock.now())

    assert in_the_middle(house, family, offer_id, take_back) == ["changed_meanwhile"]
    assert states(house, Offer) == ["accepted"]


def test_a_facility_that_answers_while_the_child_is_enrolled_elsewhere_comes_too_late(
    house: House, family: FamilyMade, places: list[Place]
) -> None:
    offer_id, leader = make_offer(house, family, places[0]), make_leader(house, places[1])

    def answer_late() -> None:
        with acting(house, leader) as session:
            answers.put_off(session, family.choices[places[1].id], seen="open", now=house.clock.now())

    assert in_the_middle(house, family, offer_id, answer_late) == ["changed_meanwhile"]
    assert states(house, Choice) == ["closed", "closed", "enrolled"]
    assert len(queued(house, "answer_not_now")) == 0


def in_the_middle(house: House, family: FamilyMade, offer_id: UUID, other: Any) -> list[str]:
    """Accept an offer, let somebody else begin before the commit, and return what became of that."""
    outcome: list[str] = []

    def run() -> None:
        try:
            other()
            outcome.append("done")
        except Refused as refused:
            outcome.append(str(refused.reason))

    late = threading.Thread(target=run)
    with acting(house, family.person) as session:
        accept_offer(session, offer_id, now=house.clock.now())
        session.flush()
        late.start()
        deadline = time.monotonic() + 5
        while True:
            with as_maintainer(house) as watching:
                if watching.scalar(text("select count(*) from pg_locks where not granted")):
                    break
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.02)
    late.join(10)
    return outcome
