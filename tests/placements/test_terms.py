"""The term of an offer: two reminders, put off where nobody was reached, and never silently over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.applications.models import Offer
from app.applications.operations.notices import tell_family
from app.applications.rules import end_of_day
from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.core.models import OutboxMessage
from app.placements.operations.answers import accept_offer, decline_offer
from app.placements.operations.terms import lapse_offers, remind_of_offers
from app.placements.queries import own_offer
from app.placements.rules import Delivery, put_off_until, reached_nobody, reminder_due
from app.web.doors import House
from tests.factories import FamilyMade, Place, acting, as_maintainer, make_facility, make_family, make_offer, queued

DAY = timedelta(days=1)
LAST = date(2026, 12, 24)


@pytest.fixture
def places(house: House) -> list[Place]:
    return [make_facility(house), make_facility(house)]


@pytest.fixture
def family(house: House, places: list[Place]) -> FamilyMade:
    return make_family(house, places)


def remind(house: House, now: datetime) -> list[str]:
    with transaction(house.databases, "jobs", system("offers", "brussels"), now) as session:
        remind_of_offers(session, now=now, days=(3, 1), limit=100)
    return [message.params["expires_at"] for message in queued(house, "offer_reminder")]


def lapse(house: House, now: datetime) -> int:
    terms = house.profiles["brussels"].application
    assert terms is not None
    with transaction(house.databases, "jobs", system("offers", "brussels"), now) as session:
        return lapse_offers(session, terms.offer, now=now, limit=100)


@pytest.mark.parametrize(("left", "due"), [(4, None), (3, 3), (2, 3), (1, 1), (0, 1), (-1, None)])
def test_the_nearest_reminder_is_due(left: int, due: int | None) -> None:
    assert reminder_due(LAST, LAST - 10 * DAY, LAST - left * DAY, (3, 1)) == due


def test_no_reminder_on_the_day_of_the_offer_itself() -> None:
    assert reminder_due(LAST, LAST - 3 * DAY, LAST - 3 * DAY, (3, 1)) is None
    assert reminder_due(LAST, LAST - 3 * DAY, LAST - DAY, (3, 1)) == 1


@pytest.mark.promise("BXL-13", breaks="app.placements.rules:reminder_due")
def test_two_reminders_and_no_third(house: House, family: FamilyMade, places: list[Place]) -> None:
    now = house.clock.now()
    make_offer(house, family, places[0], expires_at=end_of_day(today_at(now) + 9 * DAY))
    with as_maintainer(house) as session:
        session.execute(update(Offer).values(created_at=now))
    counts = [len(remind(house, now + days * DAY)) for days in range(12)]
    assert counts == [0] * 6 + [1, 1, 2, 2, 2, 2]


@pytest.mark.parametrize("answer", [accept_offer, decline_offer])
def test_no_reminder_after_an_answer(house: House, family: FamilyMade, places: list[Place], answer: object) -> None:
    now = house.clock.now()
    offer_id = make_offer(house, family, places[0], expires_at=end_of_day(today_at(now) + 9 * DAY))
    with acting(house, family.person) as session:
        answer(session, offer_id, now=now)  # type: ignore[operator]
    assert remind(house, now + 8 * DAY) == []


def test_offers_stand_side_by_side_and_one_is_accepted(house: House, family: FamilyMade, places: list[Place]) -> None:
    now, term = house.clock.now(), end_of_day(today_at(house.clock.now()) + 4 * DAY)
    first, second = (make_offer(house, family, place, expires_at=term) for place in places)
    assert len(remind(house, now + DAY)) == 2
    with acting(house, family.person) as session:
        assert {own_offer(session, each, now).state for each in (first, second)} == {"open"}
        accept_offer(session, second, now=now)
    with acting(house, family.person) as session:
        assert own_offer(session, first, now).state == "withdrawn"


def test_reached_by_one_channel_or_through_the_desk_is_reached() -> None:
    dead, sent, printed = Delivery("dead", False), Delivery("sent", False), Delivery("to_print", False)
    assert reached_nobody([dead])
    assert reached_nobody([dead, printed])
    assert not reached_nobody([dead, sent])
    assert not reached_nobody([Delivery("dead", True)])
    assert not reached_nobody([])


def test_an_offer_is_put_off_by_the_grace_and_never_past_the_longest_term() -> None:
    made = datetime(2026, 12, 1, tzinfo=UTC)
    bounds = {"longest": 14 * DAY, "grace": 7 * DAY}
    assert put_off_until(made + 5 * DAY, made, **bounds) == made + 12 * DAY
    assert put_off_until(made + 19 * DAY, made, **bounds) == made + 21 * DAY
    assert put_off_until(made + 21 * DAY, made, **bounds) is None


def offered(house: House, family: FamilyMade, place: Place, expires_at: datetime, states: dict[str, str]) -> UUID:
    """Make an offer whose message got as far as this, by channel."""
    offer_id = make_offer(house, family, place, expires_at=expires_at)
    with as_maintainer(house) as session:
        for suffix in states:
            tell_family(session, family.dossier_id, "offer", f"offer:{offer_id}{suffix}", facility=place.name)
        session.flush()
        for suffix, state in states.items():
            session.execute(
                update(OutboxMessage).where(OutboxMessage.once_key == f"offer:{offer_id}{suffix}").values(state=state)
            )
    return offer_id


@pytest.mark.promise("BXL-13", breaks="app.placements.rules:put_off_until")
@pytest.mark.parametrize("states", [{"": "dead"}, {"": "dead", ":letter": "to_print"}, {"": "pending"}])
def test_an_offer_that_reached_nobody_does_not_lapse(
    house: House, family: FamilyMade, places: list[Place], states: dict[str, str]
) -> None:
    now = house.clock.now()
    offer_id = offered(house, family, places[0], now + timedelta(hours=2), states)
    assert lapse(house, now) == 0
    with acting(house, family.person) as session:
        assert own_offer(session, offer_id, now + timedelta(hours=3)).state == "open"
    (told,) = queued(house, "facility_offer_put_off")
    assert told.params["expires_at"] == (now + timedelta(hours=2) + 7 * DAY).isoformat()
    assert lapse(house, now + timedelta(hours=3)) == 0
    far = now + 40 * DAY
    while not lapse(house, far):
        assert len(queued(house, "facility_offer_put_off")) < 9, "put off for ever"
    with as_maintainer(house) as session:
        assert session.get_one(Offer, offer_id).state == "lapsed"


@pytest.mark.promise("BXL-13", breaks="app.placements.rules:reached_nobody")
@pytest.mark.parametrize("states", [{"": "sent"}, {"": "dead", ":letter": "sent"}])
def test_an_offer_that_reached_its_family_lapses(
    house: House, family: FamilyMade, places: list[Place], states: dict[str, str]
) -> None:
    now = house.clock.now()
    offered(house, family, places[0], now, states)
    assert lapse(house, now) == 1


def test_once_the_desk_handled_it_the_term_runs_out(house: House, family: FamilyMade, places: list[Place]) -> None:
    now = house.clock.now()
    offer_id = offered(house, family, places[0], now, {"": "dead"})
    with as_maintainer(house) as session:
        session.execute(update(OutboxMessage).values(handled_at=now))
    assert lapse(house, now) == 1
    with as_maintainer(house) as session:
        assert session.scalars(select(Offer.state).where(Offer.id == offer_id)).all() == ["lapsed"]
