"""Contacts with a family: how long they last, how somebody is known, what they want, and what follows from that."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

# As long as a call with all that comes of it; whoever needs more opens the file again, and says again why.
CONTACT_LASTS = timedelta(minutes=60)


class Channel(StrEnum):
    """How a worker and a family are in contact; work on a file without anybody there is none of it."""

    CALL = "call"
    MAIL = "mail"
    COUNTER = "counter"
    LETTER = "letter"
    FILE_WORK = "file_work"


class Purpose(StrEnum):
    """Why a file is opened: the family asked something, or the file itself asks for work (KG-36)."""

    FAMILY_ASKED = "family_asked"
    CHECK = "check"
    UNDELIVERED = "undelivered"
    DOUBLE = "double"
    COMPLAINT = "complaint"
    RIGHTS = "rights"
    # What looked wrong was looked at, and put aside: why.
    CHECKED_RIGHT = "checked_right"
    CHECKED_ASKED = "checked_asked"
    CHECKED_ELSEWHERE = "checked_elsewhere"


class Known(StrEnum):
    """How somebody was identified; never by a copy of a document (KL-33)."""

    QUESTIONS = "questions"
    DOCUMENT = "document"
    CODE = "code"
    KNOWN_SENDER = "known_sender"


class Wish(StrEnum):
    """What the family wants; their own words go into the thread."""

    INFORMATION = "information"
    CHANGE = "change"
    CANCEL = "cancel"
    ANSWER = "answer"


class CancelReason(StrEnum):
    """Why the desk ends a request for a family (BXL-17)."""

    FAMILY_ASKED = "family_asked"
    PLACE_ELSEWHERE = "place_elsewhere"
    MOVED_AWAY = "moved_away"
    DOUBLE = "double"


class Denied(StrEnum):
    """Why a step of a contact is refused, or a change that rests on one."""

    NO_CONTACT = "no_contact"
    NO_CALLER = "no_caller"
    NOT_IDENTIFIED = "not_identified"
    NO_WISH = "no_wish"
    ONLY_INFORMATION = "only_information"
    KNOWN_BEFORE = "known_before"
    NOT_THIS_WAY = "not_this_way"
    NO_PURPOSE = "no_purpose"
    NOT_AT_COUNTER = "not_at_counter"
    NO_SUCH_CODE = "no_such_code"
    TOO_MANY_TRIES = "too_many_tries"
    NO_DAY_OF_USE = "no_day_of_use"


PUT_ASIDE = (Purpose.CHECKED_RIGHT, Purpose.CHECKED_ASKED, Purpose.CHECKED_ELSEWHERE)
FILE_WORK = tuple(purpose for purpose in Purpose if purpose not in (Purpose.FAMILY_ASKED, *PUT_ASIDE))
# Which ways of knowing somebody a channel allows: a document is seen at a counter, a sender is known by what they use.
_WAYS = {
    Channel.CALL: (Known.QUESTIONS,),
    Channel.MAIL: (Known.KNOWN_SENDER, Known.QUESTIONS),
    Channel.COUNTER: (Known.DOCUMENT, Known.QUESTIONS, Known.CODE),
    Channel.LETTER: (Known.KNOWN_SENDER, Known.QUESTIONS),
    Channel.FILE_WORK: (),
}


# A stranger may know one answer, or guess it: each question that is asked has to be answered right.
QUESTIONS_ASKED = 3
FEWEST_QUESTIONS = 2


def answers_show_who(right: int, asked: int) -> bool:
    """Tell whether answers to questions about a file show that somebody is its family (KL-33)."""
    return asked >= FEWEST_QUESTIONS and right >= asked


def ways_of(channel: str) -> tuple[Known, ...]:
    """Return how somebody can be known over a channel; over none where nobody is there."""
    return _WAYS[Channel(channel)]


def ends_at(opened_at: datetime) -> datetime:
    """Return until when a contact opens a file."""
    return opened_at + CONTACT_LASTS


def opening_problem(channel: Channel, purpose: Purpose) -> Denied | None:
    """Say why a file cannot be opened like this: work without a caller has a purpose of its own, a contact has none."""
    return None if (channel is Channel.FILE_WORK) is (purpose in FILE_WORK) else Denied.NO_PURPOSE


def identifying_problem(channel: str, how: Known, *, identified: bool) -> Denied | None:
    """Say why this does not show who somebody is (KL-33)."""
    if identified:
        return Denied.KNOWN_BEFORE
    if channel == Channel.FILE_WORK:
        return Denied.NO_CALLER
    return None if how in ways_of(channel) else Denied.NOT_THIS_WAY


def wish_problem(channel: str, *, identified: bool) -> Denied | None:
    """Say why no wish can be noted yet: nobody's wish counts before they are known (BXL-49)."""
    if channel == Channel.FILE_WORK:
        return Denied.NO_CALLER
    return None if identified else Denied.NOT_IDENTIFIED


def may_tell(channel: str, *, identified: bool) -> bool:
    """Tell whether what stands in the file may be shown: to a worker alone, or beside somebody who is known (KL-33)."""
    return identified or channel == Channel.FILE_WORK


def change_problem(channel: str, *, identified: bool, wish: str | None) -> Denied | None:
    """Say why nothing may be changed now: no caller, not known, nothing wished, or only information (BXL-49, KL-33)."""
    if channel == Channel.FILE_WORK:
        return Denied.NO_CALLER
    if not identified:
        return Denied.NOT_IDENTIFIED
    if wish is None:
        return Denied.NO_WISH
    return Denied.ONLY_INFORMATION if wish == Wish.INFORMATION else None


# look-along codes: six figures that a family shows at a counter


# So long a code waits to be typed, and so long the file is open to who typed it.
LOOK_CODE_WAITS = timedelta(minutes=15)
LOOK_LASTS = timedelta(minutes=30)
LOOK_CODE_FIGURES = 6
GUESSING_WINDOW = timedelta(minutes=15)
# Wrong codes within the window, of one worker and of all counters of an organisation together. Only codes that wait
# count: with twenty families waiting at once, thirty guesses open somebody's file once in 1,667 quarters of an hour,
# and each guess is written down with the name of who made it.
LOOK_CODE_TRIES = 10
LOOK_CODE_TRIES_OF_ALL = 30


def plain_code(typed: str) -> str:
    """Return the figures of a code as typed, in whatever script; empty when they are not six."""
    figures = "".join(str(unicodedata.decimal(c)) for c in typed if c.isdecimal())
    rest = "".join(c for c in typed if not c.isdecimal() and not c.isspace() and c not in "-.")
    return figures if len(figures) == LOOK_CODE_FIGURES and not rest else ""


def grouped_figures(code: str) -> str:
    """Return a code as it is shown and read out: 123 456."""
    return f"{code[:3]} {code[3:]}"


# care for sick children at home

SERVICE_USE_TRIES = 10


class UseNoted(StrEnum):
    """What became of a day of use: what cannot be found all reads the same (LEU-33)."""

    NOTED = "noted"
    KNOWN_BEFORE = "known_before"
    SEVERAL = "several"
    NOTHING_FOUND = "nothing_found"
    TOO_MANY_TRIES = "too_many_tries"


def use_problem(used_on: date, *, today: date, days: int) -> bool:
    """Tell whether a day cannot be one of use: still to come, or past what an invoice needs."""
    return not today - timedelta(days=days) <= used_on <= today


# filing together with a helper

# The text that a family agrees to before a helper's work leaves the house (LEU-14).
CONSENT_TEXT = "2026-1"
# A sitting of helper and family, once it is proved; and how long an asking waits for its proof.
JOINT_LASTS = timedelta(minutes=60)
JOINT_WAITS = timedelta(hours=24)
# Wrong figures of one asking, and wrong code words within a quarter of an hour.
CODE_TRIES = 5
WORD_TRIES = 5
SHORTEST_WORD, LONGEST_WORD = 6, 60
# So long whoever filled in beside a family may show it the reference of what was sent.
SENT_SHOWN = timedelta(minutes=15)
# So long somebody fills in beside one family before they have to say so again.
BESIDE_LASTS = timedelta(hours=4)
# A family gets its first password by a letter as well: it takes its time.
FIRST_PASSWORD_WAITS = timedelta(days=30)


class Proof(StrEnum):
    """How a family shows that it was itself: its consent, a change made together, or the sending."""

    LINK = "link"
    CODE = "code"
    CODE_WORD = "code_word"
    PAPER = "paper"


class NotTogether(StrEnum):
    """Why something that helper and family do together is refused."""

    NO_CONSENT = "no_consent"
    MANDATE_ENDED = "mandate_ended"
    WRONG_WORD = "wrong_word"
    NO_WORD = "no_word"
    NO_PAPER = "no_paper"
    TOO_MANY_TRIES = "too_many_word_tries"


def sending_problem(*, needs_mandate: bool, consented: bool, ended: bool) -> NotTogether | None:
    """Say why nothing may leave of what a helper filled in: no explicit consent, or one taken back (LEU-14)."""
    if not needs_mandate:
        return None
    if ended:
        return NotTogether.MANDATE_ENDED
    return None if consented else NotTogether.NO_CONSENT


def mandate_ends_on(last_joint_on: date, years: int) -> date:
    """Return the last day on which a helper reaches what was filed together (BXL-52)."""
    try:
        return last_joint_on.replace(year=last_joint_on.year + years)
    except ValueError:
        return last_joint_on.replace(year=last_joint_on.year + years, day=28)


# a developer's look at one file (BXL-59, LEU-25)

SHORTEST_REASON, LONGEST_REASON = 10, 500
MOST_HOURS = 24


class GrantDenied(StrEnum):
    """Why a developer is not let into a file."""

    NO_REASON = "no_reason"
    NO_TERM = "no_term"
    NOT_A_DEVELOPER = "not_a_developer"


def grant_problem(reason: str, hours: int, account: UUID, developers: Collection[UUID]) -> GrantDenied | None:
    """Say why a look cannot be given: to a developer, with a reason, for a day at most (BXL-59)."""
    if account not in developers:
        return GrantDenied.NOT_A_DEVELOPER
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        return GrantDenied.NO_REASON
    return None if 1 <= hours <= MOST_HOURS else GrantDenied.NO_TERM


# What was looked at comes back when the family changes something, and after so long at any rate.
ASIDE_LASTS = timedelta(days=90)
OLDEST_CHILD_DAYS = 4 * 366
LATEST_BIRTH_DAYS = 310
BIRTH_IS_LATE_DAYS = 30
# From this age on a child goes to school.
OLDEST_AT_START_DAYS = 1278
YOUNGEST_PARENT_DAYS, OLDEST_PARENT_DAYS = 12 * 365, 80 * 366


class Flag(StrEnum):
    """What looks like a mistake, or is missing (BXL-14)."""

    NO_REACH = "no_reach"
    NO_ADDRESS = "no_address"
    START_BEFORE_BIRTH = "start_before_birth"
    BIRTH_FAR = "birth_far"
    BIRTH_LATE = "birth_late"
    OLD_AT_START = "old_at_start"
    PARENT_AGE = "parent_age"
    NO_CHOICE = "no_choice"
    SAME_FACILITY = "same_facility"


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The facts about one open request that can show a mistake; what lies sealed counts as filled in."""

    reachable: bool
    has_address: bool
    by_letter: bool
    parent_born: date | None
    child_born: date
    expected: bool
    starts: date
    choices_left: int
    facilities_twice: int


def flags_of(facts: Doubtful, today: date) -> tuple[Flag, ...]:
    """Return what is doubtful about a request; it changes nothing by itself (BXL-14)."""
    days = (facts.child_born - today).days
    parent_days = (today - facts.parent_born).days if facts.parent_born else None
    judged = (
        (Flag.NO_REACH, not facts.reachable),
        (Flag.NO_ADDRESS, facts.by_letter and not facts.has_address),
        (Flag.START_BEFORE_BIRTH, facts.starts < facts.child_born),
        (Flag.BIRTH_FAR, days > LATEST_BIRTH_DAYS or days < -OLDEST_CHILD_DAYS),
        (Flag.BIRTH_LATE, facts.expected and days < -BIRTH_IS_LATE_DAYS),
        (Flag.OLD_AT_START, (facts.starts - facts.child_born).days > OLDEST_AT_START_DAYS),
        (
            Flag.PARENT_AGE,
            parent_days is not None and not YOUNGEST_PARENT_DAYS < parent_days < OLDEST_PARENT_DAYS,
        ),
        (Flag.NO_CHOICE, facts.choices_left == 0),
        (Flag.SAME_FACILITY, facts.facilities_twice > 0),
    )
    return tuple(flag for flag, holds in judged if holds)
