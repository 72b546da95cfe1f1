"""How full a facility's own week is, beside what a family asks (BXL-19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.applications.rules import days_of

WORKING_DAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how many children are there in each half, and whether the family asks for it."""

    number: int
    morning: int
    afternoon: int
    morning_asked: bool
    afternoon_asked: bool


def occupied(counted: Sequence[int], asked: int) -> tuple[Day, ...]:
    """Return the working week, and each other day that is asked for."""
    return tuple(
        Day(day, counted[2 * day], counted[2 * day + 1], bool(asked >> 2 * day & 1), bool(asked >> 2 * day & 2))
        for day in sorted({*WORKING_DAYS, *days_of(asked)})
    )
