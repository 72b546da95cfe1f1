"""Free places: told until their last day or until taken, to whom they can help, and nothing of a former child."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor, Kind
from app.core.clock import today_at
from app.core.db import transaction
from app.facilities.models import FreePlace
from app.facilities.queries import (
    OpenPlace,
    PlaceFilters,
    facilities_by_id,
    free_places_for,
    open_free_places,
    search_facilities,
)
from app.placements.models import Placement
from app.web.doors import House
from tests.factories import MONDAY, WHOLE_WEEK, Place, as_maintainer, make_facility, make_family, make_offer
from tests.people import acting

TUESDAY = MONDAY << 2


def free(house: House, facility: Place, **given: Any) -> UUID:
    """Write a free place; `given` are its columns."""
    now, key = house.clock.now(), uuid4()
    columns = {
        "half_days": WHOLE_WEEK,
        "age_from_months": 0,
        "age_to_months": 71,
        "starts_on": today_at(now).replace(day=1),
        "shown_until": today_at(now) + timedelta(days=30),
        "last_minute": False,
        "published_at": now,
        "taken_at": None,
    } | given
    with as_maintainer(house, facility.organisation) as session:
        session.add(FreePlace(id=key, organisation=facility.organisation, facility_id=facility.id, **columns))
    return key


@contextmanager
def visiting(house: House, organisation: str = "brussels") -> Iterator[Session]:
    """A visitor without an account."""
    actor = Actor(Kind.VISITOR, None, organisation)
    with transaction(house.databases, "family", actor, house.clock.now()) as session:
        yield session


def found(house: House, **filters: Any) -> set[UUID]:
    with visiting(house) as session:
        return {place.id for place in open_free_places(session, PlaceFilters(**filters))}


@pytest.mark.promise("LEU-50", breaks=("app.facilities.rules:is_shown", "policy:free_place.family.select"))
def test_a_place_is_told_until_its_last_day_and_not_once_it_is_taken(house: House) -> None:
    today, here = today_at(house.clock.now()), make_facility(house)
    shown = free(house, here, last_minute=True, shown_until=today)
    free(house, here, last_minute=True, shown_until=today - timedelta(days=1))
    free(house, here, taken_at=house.clock.now())
    free(house, make_facility(house, active=False))
    free(house, make_facility(house, "leuven"))
    assert found(house) == {shown}
    assert found(house, last_minute=True) == {shown}


def test_nothing_of_a_child_that_left_stands_in_the_listing() -> None:
    assert {field.name for field in fields(OpenPlace)} == {
        *("id", "facility", "half_days", "age_from_months", "age_to_months", "starts_on", "shown_until", "last_minute")
    }


def test_a_search_is_narrowed_by_place_days_start_and_age(house: House) -> None:
    today = today_at(house.clock.now())
    near, far = (
        make_facility(house, postcode="1030"),
        make_facility(house, municipality="ukkel", postcode="1180", latitude=50.80, longitude=4.34),
    )
    monday = free(house, near, half_days=MONDAY, age_to_months=11)
    later = free(house, far, half_days=TUESDAY, age_from_months=12, starts_on=today + timedelta(days=90))
    assert found(house) == {monday, later}
    assert found(house, municipality="ukkel") == {later}
    assert found(house, postcode="1030", within_km=4) == {monday}
    assert found(house, half_days=TUESDAY) == {later}
    assert found(house, by=today + timedelta(days=30)) == {monday}
    assert found(house, age_months=13) == {later}
    assert found(house, born=today - timedelta(days=300)) == {monday, later}
    assert found(house, last_minute=True) == set()
    with visiting(house) as session:
        assert [place.id for place in open_free_places(session, PlaceFilters(postcode="1180"))] == [later, monday]


def test_who_could_still_take_a_child_covers_come_first_then_the_nearest(house: House) -> None:
    today = today_at(house.clock.now())
    start = today + timedelta(days=60)
    near, far = make_facility(house), make_facility(house, latitude=50.80, longitude=4.34)
    partly, whole = free(house, near, half_days=MONDAY), free(house, far, half_days=WHOLE_WEEK)
    chosen, too_late = make_facility(house), make_facility(house)
    free(house, chosen)
    free(house, too_late, starts_on=start + timedelta(days=63))
    free(house, make_facility(house), age_from_months=12)
    free(house, make_facility(house), half_days=1 << 13)
    with visiting(house) as session:
        answer = free_places_for(
            session,
            half_days=MONDAY | TUESDAY,
            birth_date=today - timedelta(days=30),
            start_date=start,
            postcode="1030",
            without=[chosen.id],
        )
    assert [(each.facility.id, each.places[0].id, each.covers) for each in answer] == [
        (far.id, whole, True),
        (near.id, partly, False),
    ]


def test_a_provider_at_home_keeps_number_and_phone_from_all_but_its_own_families(house: House) -> None:
    home = make_facility(house, kind="family", street="Rozenstraat 88 bus 2", hides_house_number=True, hides_phone=True)
    stranger, guest = make_family(house, [home]), make_family(house, [home])
    enrol(house, guest, home)
    for person in (None, stranger.person):
        with visiting(house) if person is None else acting(house, person) as session:
            one, other = facilities_by_id(session, [home.id])[0], search_facilities(session, postcode="1030")[0]
            assert (one.street, one.phone) == ("Rozenstraat", None)
            assert (other.street, other.phone, other.distance_km) == ("Rozenstraat", None, 0)
            # Its exact place on the map would tell the house.
            assert (one.latitude, one.longitude) == (50.868, 4.374)
    with acting(house, guest.person) as session:
        record = facilities_by_id(session, [home.id])[0]
        assert (record.street, record.phone) == ("Rozenstraat 88 bus 2", "+3224600000")


def test_when_a_facility_answers_is_told_until_that_day(house: House) -> None:
    today = today_at(house.clock.now())
    soon, past = make_facility(house, answers_around=today), make_facility(house, answers_around=date(2020, 1, 1))
    with visiting(house) as session:
        told = [record.answers_around for record in facilities_by_id(session, [soon.id, past.id])]
    assert told == [today, None]


def enrol(house: House, family: Any, facility: Place) -> None:
    """Give a child a place, as an accepted offer would."""
    offer = make_offer(house, family, facility, state="accepted")
    with as_maintainer(house) as session:
        session.add(
            Placement(
                id=uuid4(),
                organisation=facility.organisation,
                facility_id=facility.id,
                dossier_id=family.dossier_id,
                child_id=family.child_id,
                application_id=family.application_id,
                offer_id=offer,
                start_date=family.plan.start_date,
                end_date=None,
                half_days=family.plan.half_days,
                created_at=house.clock.now(),
            )
        )
