"""Leaks and complaints: what a report says, the clocks, and what must be decided before a case ends."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

# GDPR article 33: seventy-two hours from the moment that anybody here knew.
AUTHORITY_TERM = timedelta(hours=72)
SOON = timedelta(hours=12)
# Under which class of key a report, a complaint and a notice to families lie: each is for others to open.
LEAK_KEY, COMPLAINT_KEY, NOTICE_KEY = "leak", "complaint", "notice"
LONGEST_REPORT, LONGEST_NAME, LONGEST_ADDRESS = 4000, 120, 400
# From one network, in a quarter of an hour: a family, or a whole school, and no machine.
REPORTS_PER_ADDRESS = 10
# An officer hears a week before the day of the answer, and two days before it.
REMINDED_DAYS = (2, 7)
# What a watch takes for a series within one day, and how long a deletion may be late before it is a finding.
REFUSALS_IN_A_DAY = 25
FILES_WITHOUT_GROUND = 3
GRACE = timedelta(days=2)
LATE_AFTER = timedelta(hours=26)


class Category(StrEnum):
    """What may have happened to data: the four of LEU-55."""

    LOST = "lost"
    SEEN = "seen"
    CHANGED = "changed"
    KEPT = "kept"


class Origin(StrEnum):
    """Who found it."""

    VISITOR = "visitor"
    FAMILY = "family"
    WORKER = "worker"
    WATCH = "watch"


class CaseState(StrEnum):
    """How far a case is."""

    NEW = "new"
    ASSESSING = "assessing"
    CLOSED = "closed"


class Risk(StrEnum):
    """How much harm can come to people: it decides who has to be told (articles 33 and 34)."""

    NONE = "none"
    RISK = "risk"
    HIGH = "high"


class About(StrEnum):
    """What a complaint is about."""

    SERVICE = "service"
    PERSON = "person"
    PRIVACY = "privacy"
    WEBSITE = "website"


class ComplaintState(StrEnum):
    """How far a complaint is."""

    RECEIVED = "received"
    IN_WORK = "in_work"
    ANSWERED = "answered"


class Reply(StrEnum):
    """How somebody without an account wants to be answered."""

    MAIL = "mail"
    LETTER = "letter"
    NONE = "none"


class Finding(StrEnum):
    """What the watch can find."""

    TERM = "term"
    REFUSED = "refused"
    NO_GROUND = "no_ground"
    LATE = "late"


class Denied(StrEnum):
    """Why a case or a complaint does not go on."""

    CLOSED = "case_closed"
    NOT_ASSESSED = "case_not_assessed"
    AUTHORITY_OPEN = "case_authority_open"
    PERSONS_OPEN = "case_persons_open"
    ABOUT_ONESELF = "case_about_oneself"
    NOBODY = "case_nobody"
    ANSWERED = "complaint_answered"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided in a case, and how many families still wait for the notice that was ordered."""

    state: str
    risk: str | None
    authority: bool
    persons: bool
    waiting: int
    about_oneself: bool


def hours_left(known_at: datetime, now: datetime) -> int:
    """Return the whole hours until the authority must know, negative once it is too late."""
    return (known_at + AUTHORITY_TERM - now) // timedelta(hours=1)


def presses(known_at: datetime, now: datetime) -> bool:
    """Tell whether the time for telling the authority is nearly over, or is over."""
    return known_at + AUTHORITY_TERM - now < SOON


def why_not_close(case: Decisions) -> Denied | None:
    """Return why a case cannot end: no case ends without a decision on whom to tell (KL-35)."""
    if case.about_oneself:
        return Denied.ABOUT_ONESELF
    if case.state == CaseState.CLOSED:
        return Denied.CLOSED
    if case.risk is None:
        return Denied.NOT_ASSESSED
    if case.risk != Risk.NONE and not case.authority:
        return Denied.AUTHORITY_OPEN
    if case.waiting or (case.risk == Risk.HIGH and not case.persons):
        return Denied.PERSONS_OPEN
    return None


def answer_due(received: date, days: int) -> date:
    """Return the last day on which a complaint is answered."""
    return received + timedelta(days=days)


def known_from(said: datetime | None, now: datetime) -> datetime:
    """Return when the clock began: when a worker knew, and never later than the report of it."""
    return min(said, now) if said is not None else now
