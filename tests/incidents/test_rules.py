"""The clocks, and what has to be decided before a case ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.incidents.rules import Decisions, Denied, hours_left, known_from, presses, why_not_close

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("passed", "left", "pressing"), [(0, 72, False), (60, 12, False), (61, 11, True), (73, -1, True)]
)
def test_seventy_two_hours(passed: int, left: int, pressing: bool) -> None:
    assert hours_left(NOON, NOON + passed * HOUR) == left
    assert presses(NOON, NOON + passed * HOUR) == pressing


def test_the_clock_begins_when_somebody_knew_and_never_later_than_the_report() -> None:
    assert known_from(NOON - HOUR, NOON) == NOON - HOUR
    assert known_from(NOON + HOUR, NOON) == NOON
    assert known_from(None, NOON) == NOON


@pytest.mark.parametrize(
    ("case", "denied"),
    [
        (Decisions("assessing", None, True, True, 0, False), Denied.NOT_ASSESSED),
        (Decisions("assessing", "none", False, False, 0, False), None),
        (Decisions("assessing", "none", False, False, 2, False), Denied.PERSONS_OPEN),
        (Decisions("assessing", "risk", False, True, 0, False), Denied.AUTHORITY_OPEN),
        (Decisions("assessing", "risk", True, False, 0, False), None),
        (Decisions("assessing", "high", True, False, 0, False), Denied.PERSONS_OPEN),
        (Decisions("assessing", "high", True, True, 1, False), Denied.PERSONS_OPEN),
        (Decisions("assessing", "high", True, True, 0, False), None),
        (Decisions("closed", "none", True, True, 0, False), Denied.CLOSED),
        (Decisions("assessing", "none", True, True, 0, True), Denied.ABOUT_ONESELF),
    ],
)
def test_what_a_case_still_needs(case: Decisions, denied: Denied | None) -> None:
    assert why_not_close(case) is denied
