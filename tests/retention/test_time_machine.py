"""From a day to ten years on: everything due is gone, nothing early, and a second run changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import text

from app.core.clock import BRUSSELS
from app.web.doors import House
from jobs import retention
from jobs.context import Context
from tests.factories import as_maintainer
from tests.retention.world import GOES, NEVER, World, build

# The first day of the world; what is due when is written down by hand in `world.GOES`.
FIRST = date(2027, 3, 10)
AGAIN = {goes for goes in GOES.values() if goes != NEVER}
DAYS = sorted(
    {FIRST + timedelta(days=1), FIRST.replace(year=FIRST.year + 10)}
    | AGAIN
    | {day - timedelta(days=1) for day in AGAIN}
)


def at_night(day: date) -> datetime:
    """Return two in the morning in Brussels."""
    return datetime.combine(day, time(2), BRUSSELS).astimezone(UTC)


def left(house: House, world: World) -> set[str]:
    """Return the names of what is still there."""
    with as_maintainer(house) as session:
        return {
            name
            for name, (table, key) in world.rows.items()
            if session.scalar(text(f"select count(*) from {table} where id = :id"), {"id": key})
        }


@pytest.mark.promise("BXL-39", breaks="app.retention.queries.files:files_over")
def test_everything_goes_on_its_day_and_nothing_before(house: House, surroundings: Context) -> None:
    world = build(house, FIRST)
    assert set(world.rows) == set(GOES)
    for day in DAYS:
        # What is due at once in a world so small is a jump; what becomes of those is asked elsewhere.
        ran = retention.run_all(at_night(day), let_go=True)
        assert left(house, world) == {name for name, goes in GOES.items() if day < goes}, day
        assert {one.outcome for one in ran} == {"done"}, day
        if day in AGAIN:
            assert retention.run(at_night(day)) == 0, "a second run changes nothing"
