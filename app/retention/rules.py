"""When data goes: the day, from facts that every file has, and how much one run may take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

# A run that finds more than this, and so many times more than usual, waits for a person.
USUAL_AT_LEAST, JUMP = 50, 5
RUNS_COMPARED = 7
LATE_AFTER = timedelta(hours=26)
# What should have gone so long ago and is still there is kept too long.
OVERDUE_DAYS = 2
LONGEST_HOLD_YEARS = 5
LAST_ACTIVITY = "last_activity"
# Both end with the care of the child: no contract is held apart from its placement.
CARE_ENDS = frozenset({"end_of_care", "end_of_contract"})


class Outcome(StrEnum):
    """What became of one rule in one run."""

    DONE = "done"
    LIMITED = "limited"
    OFF = "off"
    HELD_BACK = "held_back"
    FAILED = "failed"


class Denied(StrEnum):
    """Why a hold cannot be placed."""

    PAST = "past"
    TOO_LONG = "too_long"
    NO_REASON = "no_reason"
    UNKNOWN_FILE = "unknown_file"


@dataclass(frozen=True, slots=True)
class Term:
    """How long something is kept, and from which event."""

    anchor: str
    years: int
    days: int = 0


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What became of the requests for one child."""

    birth_date: date
    # The last day of the request that stands, the day on which the last other one ended, the last day of care.
    open_until: date | None = None
    closed_on: date | None = None
    care_ended_on: date | None = None
    # A place without a last day.
    in_care: bool = False


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What every file has, also one without a place or without any request (lesson of a peer that kept those)."""

    created_on: date
    active_on: date
    children: tuple[ChildFacts, ...] = ()


def kept_until(term: Term, start: date) -> date:
    """Return the last day of a term; years are calendar years.

    The anniversary itself is still kept. A term from 29 February ends on 1 March where there is none (BXL-39).
    """
    try:
        end = start.replace(year=start.year + term.years)
    except ValueError:
        end = date(start.year + term.years, 3, 1)
    return end + timedelta(days=term.days)


def last_start_over(term: Term, today: date) -> date:
    """Return the latest start of a term that is over today."""
    start = today - timedelta(days=term.days)
    start = date(start.year - term.years, start.month, 1) + timedelta(days=start.day)
    while kept_until(term, start) >= today:
        start -= timedelta(days=1)
    return start


def care_until(child: ChildFacts, care_ends_age: int) -> date | None:
    """Return the last day of care; a place without a last day ends when the child is past the age for it."""
    grown = kept_until(Term(LAST_ACTIVITY, care_ends_age), child.birth_date) if child.in_care else None
    return _latest((child.care_ended_on, grown))


def end_of_care(facts: FileFacts, child: ChildFacts, care_ends_age: int) -> date:
    """Return when the care of a child ended, or else its request, or else when the file was made (LEU-40)."""
    ends = (care_until(child, care_ends_age), child.open_until, child.closed_on)
    return _latest(ends) or facts.created_on


def last_activity(facts: FileFacts, care_ends_age: int) -> date:
    """Return the day of the last activity: the end of a place and that of a request are activities too (BXL-40)."""
    ends = [day for child in facts.children for day in (care_until(child, care_ends_age), child.open_until)]
    return _latest((facts.active_on, *ends)) or facts.active_on


def start_of(term: Term, facts: FileFacts, care_ends_age: int, child: ChildFacts | None = None) -> date:
    """Return the day from which a term counts, for one child or for the file, which goes with its last child."""
    if term.anchor == LAST_ACTIVITY:
        return last_activity(facts, care_ends_age)
    children = facts.children if child is None else (child,)
    return _latest(end_of_care(facts, one, care_ends_age) for one in children) or facts.created_on


def due_on(terms: Iterable[Term], facts: FileFacts, care_ends_age: int, child: ChildFacts | None = None) -> date:
    """Return the first day on which a file, or one child of it, is gone: the day after the longest of its terms."""
    ends = (kept_until(term, start_of(term, facts, care_ends_age, child)) for term in terms)
    return max(ends) + timedelta(days=1)


def jumped(due: int, earlier: Sequence[int]) -> bool:
    """Tell whether a run finds so much more than the runs before it that a person looks first."""
    usual = median(earlier[:RUNS_COMPARED]) if earlier else 0
    return due > max(USUAL_AT_LEAST, JUMP * usual)


def allowed(due: int, *, limit: int, earlier: Sequence[int], released: bool) -> tuple[int, Outcome]:
    """Return how many a run may take, and what is written down of it; a limit of 0 is off, and says so."""
    if limit == 0:
        return 0, Outcome.OFF
    if jumped(due, earlier) and not released:
        return 0, Outcome.HELD_BACK
    return (limit, Outcome.LIMITED) if due > limit else (due, Outcome.DONE)


def hold_problem(until: date | None, reason: str, today: date) -> Denied | None:
    """Return why a file cannot be held back until this day; None when it can."""
    if until is None or until < today:
        return Denied.PAST
    if until > kept_until(Term(LAST_ACTIVITY, LONGEST_HOLD_YEARS), today):
        return Denied.TOO_LONG
    return None if reason.strip() else Denied.NO_REASON


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)
