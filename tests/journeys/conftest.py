"""The surroundings of a story: facilities with their leaders, people with their devices, and a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from app.web.doors import House
from tests.factories import Person, Place, make_facility, make_leader
from tests.journeys.looks import Watch
from tests.journeys.people import SECRETS, Someone, family_answers
from tests.servers.browsing import Visitors

# The answers of the families lie ahead of this day, whatever day the machine has.
TODAY = datetime(2027, 1, 15, 9, tzinfo=UTC)
MAIL = "ayse.yilmaz@example.com"


@dataclass
class Town:
    """Two facilities that a family chooses, each with a leader, and one that it does not choose."""

    first: Place
    second: Place
    other: Place
    first_leader: Person
    second_leader: Person
    other_leader: Person


@pytest.fixture
def clock(house: House) -> Callable[[datetime], None]:
    """Turns the clock of the house; it begins on a day before all answers."""

    def turn(moment: datetime) -> None:
        house.clock.offset = moment - datetime.now(UTC)

    turn(TODAY)
    return turn


@pytest.fixture
def town(house: House, clock: Callable[[datetime], None]) -> Town:
    first = make_facility(house, name="De Wolkenfiets", latitude=50.861, longitude=4.381)
    second = make_facility(house, name="Muizentrapje", language="fr", latitude=50.863, longitude=4.383)
    other = make_facility(house, name="Tuimelteen", latitude=50.865, longitude=4.385)
    return Town(
        first,
        second,
        other,
        make_leader(house, first, language="fr"),
        make_leader(house, second, language="nl"),
        make_leader(house, other, language="nl"),
    )


@pytest.fixture
def people(visitors: Visitors, live_server: str, town: Town) -> Iterator[Callable[..., Someone]]:
    """Makes people with a device of their own; at the end, none of their pages may have complained."""
    made: list[Someone] = []

    def make(language: str = "nl", *, axe: bool = False, **device: object) -> Someone:
        page = visitors.new(locale=f"{language}-BE", **device)  # type: ignore[arg-type]
        watch = Watch(page, live_server, list(SECRETS))
        answers = family_answers(MAIL, [town.first.name, town.second.name], language=language)
        made.append(Someone(page, watch, language, axe=axe, answers=answers))
        return made[-1]

    yield make
    for person in made:
        person.watch.quiet()


@pytest.fixture
def screen(people: Callable[..., Someone]) -> Callable[..., Someone]:
    """Makes leaders behind a wide screen with JavaScript on."""
    return lambda language="nl", **device: people(language, **{"width": 1280, "javascript": True, **device})
