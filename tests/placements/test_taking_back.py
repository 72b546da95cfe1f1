"""For a day a family takes its answer to an offer back, and everything stands as before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.applications.models import Application, Choice, Offer
from app.applications.operations import answers
from app.applications.rules import Denied as AnswerDenied
from app.core.errors import NotFound, Refused
from app.families.models import Applicant
from app.placements.models import Placement
from app.placements.operations.answers import accept_offer, decline_offer
from app.placements.operations.taking_back import take_back
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
SECOND = timedelta(seconds=1)
Answer = Callable[..., Any]


@pytest.fixture
def places(house: House) -> list[Place]:
    return [make_facility(house, name=f"Plek {number}") for number in range(4)]


@pytest.fixture
def family(house: House, places: list[Place]) -> FamilyMade:
    sent = house.clock.now() - 30 * DAY
    return make_family(house, places, states={places[3].id: "not_now"}, submitted_at=sent)


def answer(house: House, person: Person, how: Answer, offer_id: UUID, now: datetime | None = None) -> None:
    with acting(house, person, now) as session:
        how(session, offer_id, now=now or house.clock.now())


def return_it(house: House, person: Person, offer_id: UUID, now: datetime | None = None) -> None:
    with acting(house, person, now) as session:
        take_back(session, house.profiles["brussels"], offer_id, now=now or house.clock.now())


def everything(house: House) -> dict[str, Any]:
    """Return what stands: requests, choices with their dates, offers with their terms."""
    with as_maintainer(house) as session:
        return {
            "requests": {(a.id, a.state, a.submitted_at, a.closed_at) for a in session.scalars(select(Application))},
            "choices": {(c.facility_id, c.state, c.submitted_at) for c in session.scalars(select(Choice))},
            "offers": {
                (o.id, o.state, o.expires_at, o.decided_at, o.closing_offer_id) for o in session.scalars(select(Offer))
            },
            "placements": len(session.scalars(select(Placement.id)).all()),
        }


def reads(house: House, leader: Person) -> int:
    with acting(house, leader) as session:
        return len(session.scalars(select(Applicant.dossier_id)).all())


def refused(house: House, person: Person, offer_id: UUID, now: datetime | None = None) -> str:
    with pytest.raises(Refused) as no:
        return_it(house, person, offer_id, now)
    return str(no.value.reason)


@pytest.mark.parametrize("how", [accept_offer, decline_offer])
def test_everything_reopens_as_it_was(house: House, family: FamilyMade, places: list[Place], how: Answer) -> None:
    offer_id = make_offer(house, family, places[0])
    make_offer(house, family, places[1])
    before = everything(house)
    answer(house, family.person, how, offer_id)
    assert everything(house) != before
    return_it(house, family.person, offer_id)
    assert everything(house) == before
    kinds = [message.kind for message in queued(house)]
    assert kinds.count("own_answer_taken_back") == kinds.count("facility_answer_taken_back") == 1


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
def test_access_is_closed_in_between_and_open_afterwards(house: House, family: FamilyMade, places: list[Place]) -> None:
    leaders = [make_leader(house, place) for place in places]
    offer_id = make_offer(house, family, places[0])
    answer(house, family.person, accept_offer, offer_id)
    assert [reads(house, leader) for leader in leaders] == [1, 0, 0, 0]
    return_it(house, family.person, offer_id)
    assert [reads(house, leader) for leader in leaders] == [1, 1, 1, 1]


def test_an_answer_that_was_taken_back_is_given_again_with_its_own_mails(
    house: House, family: FamilyMade, places: list[Place]
) -> None:
    offer_id = make_offer(house, family, places[0])
    for _ in range(2):
        answer(house, family.person, accept_offer, offer_id)
        return_it(house, family.person, offer_id)
    answer(house, family.person, accept_offer, offer_id)
    assert len(queued(house, "enrolled")) == len(queued(house, "facility_offer_accepted")) == 3
    assert everything(house)["placements"] == 1


def test_a_day_and_no_longer_and_ones_own_answer_only(house: House, family: FamilyMade, places: list[Place]) -> None:
    offer_id, now = make_offer(house, family, places[0]), house.clock.now()
    assert refused(house, family.person, offer_id) == Denied.NOT_ANSWERED
    answer(house, family.person, accept_offer, offer_id, now)
    assert refused(house, family.person, offer_id, now + DAY) == AnswerDenied.TOO_LATE
    with as_maintainer(house) as session:
        session.execute(update(Offer).values(decided_by=family.dossier_id))
    assert refused(house, family.person, offer_id, now) == AnswerDenied.NOT_YOUR_ANSWER
    with pytest.raises(NotFound):
        return_it(house, make_family(house, places).person, offer_id)
    with as_maintainer(house) as session:
        session.execute(update(Offer).values(decided_by=family.person.id))
    return_it(house, family.person, offer_id, now + DAY - SECOND)
    assert refused(house, family.person, offer_id, now) == Denied.NOT_ANSWERED


def test_what_lapsed_meanwhile_does_not_return(house: House, family: FamilyMade, places: list[Place]) -> None:
    now = house.clock.now()
    offer_id = make_offer(house, family, places[0], expires_at=now + timedelta(hours=1))
    other = make_offer(house, family, places[1], expires_at=now + timedelta(hours=2))
    answer(house, family.person, accept_offer, offer_id, now)
    return_it(house, family.person, offer_id, now + timedelta(hours=3))
    with as_maintainer(house) as session:
        assert {o.id: o.state for o in session.scalars(select(Offer))} == {offer_id: "lapsed", other: "lapsed"}
        states = {c.facility_id: c.state for c in session.scalars(select(Choice))}
    assert [states[place.id] for place in places] == ["open", "open", "open", "not_now"]


def test_a_refusal_whose_term_is_over_or_that_was_answered_stays(
    house: House, family: FamilyMade, places: list[Place]
) -> None:
    now = house.clock.now()
    brief, offer_id = (
        make_offer(house, family, places[0], expires_at=now + timedelta(hours=1)),
        make_offer(house, family, places[1]),
    )
    for each in (brief, offer_id):
        answer(house, family.person, decline_offer, each, now)
    assert refused(house, family.person, brief, now + timedelta(hours=1)) == Denied.OFFER_LAPSED
    later = now + timedelta(minutes=5)
    with acting(house, make_leader(house, places[1]), later) as session:
        answers.put_off(session, family.choices[places[1].id], seen="considering", now=later)
    assert refused(house, family.person, offer_id, later) == Denied.CHANGED_MEANWHILE


def test_a_place_that_the_facility_ended_is_not_given_back(
    house: House, family: FamilyMade, places: list[Place]
) -> None:
    offer_id = make_offer(house, family, places[0])
    answer(house, family.person, accept_offer, offer_id)
    with as_maintainer(house) as session:
        session.execute(update(Placement).values(end_date=Placement.start_date))
    before = everything(house)
    assert refused(house, family.person, offer_id) == Denied.CHANGED_MEANWHILE
    assert everything(house) == before


def test_a_child_that_got_another_request_keeps_its_place(
    house: House, family: FamilyMade, places: list[Place]
) -> None:
    offer_id = make_offer(house, family, places[0])
    answer(house, family.person, accept_offer, offer_id)
    second = make_family(house, [places[1]], of=family)
    with as_maintainer(house) as session:
        session.execute(
            update(Application).where(Application.id == second.application_id).values(child_id=family.child_id)
        )
    assert refused(house, family.person, offer_id) == AnswerDenied.CHILD_HAS_OPEN_APPLICATION
    assert everything(house)["placements"] == 1
