"""What may be done with an application, its choices and its offers: `None` is yes, a code tells why not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAYS_IN_WEEK = 7
MORNING, AFTERNOON = 0, 1
ALL_HALF_DAYS = (1 << 2 * DAYS_IN_WEEK) - 1
_LOCAL = ZoneInfo("Europe/Brussels")


class ApplicationState(StrEnum):
    """One child's request as a whole."""

    OPEN = "open"
    ENROLLED = "enrolled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ChoiceState(StrEnum):
    """Where one chosen facility stands with a request."""

    OPEN = "open"
    CONSIDERING = "considering"
    NOT_NOW = "not_now"
    OFFERED = "offered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    ENROLLED = "enrolled"


class Link(StrEnum):
    """What the requests for children of one birth are to each other."""

    TOGETHER = "together"
    EITHER = "either"


class OfferState(StrEnum):
    """What became of a place that was offered."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class RefusalReason(StrEnum):
    """Why a facility refuses a request; told to the parent in plain words."""

    NO_PLACE = "no_place"
    DAYS_NOT_AVAILABLE = "days_not_available"
    START_NOT_POSSIBLE = "start_not_possible"
    AGE_GROUP = "age_group"
    OUTSIDE_POLICY = "outside_policy"
    OTHER = "other"


class Denied(StrEnum):
    """Why something may not be done."""

    NOT_COMPLETE = "not_complete"
    NOT_CONFIRMED = "not_confirmed"
    CHILD_HAS_OPEN_APPLICATION = "child_has_open_application"
    CHILD_NUMBER_TAKEN = "child_number_taken"
    APPLICATION_CLOSED = "application_closed"
    CHOICE_CLOSED = "choice_closed"
    ALREADY_SO = "already_so"
    CHANGED_MEANWHILE = "changed_meanwhile"
    OFFER_STANDS = "offer_stands"
    OFFER_CLOSED = "offer_closed"
    NO_CHOICE = "no_choice"
    LAST_CHOICE = "last_choice"
    ALREADY_CHOSEN = "already_chosen"
    TOO_MANY_CHOICES = "too_many_choices"
    START_MISSING = "start_missing"
    START_BEFORE_BIRTH = "start_before_birth"
    START_IN_PAST = "start_in_past"
    START_TOO_FAR = "start_too_far"
    DAYS_MISSING = "days_missing"
    HOURS_WRONG = "hours_wrong"
    TERM_TOO_SHORT = "term_too_short"
    TERM_TOO_LONG = "term_too_long"
    NOT_YOUR_ANSWER = "not_your_answer"
    TOO_LATE = "too_late"
    GONE = "gone"
    PROTECTED = "protected"
    NONE_PICKED = "none_picked"
    TOO_MANY_PICKED = "too_many_picked"


class NextStep(StrEnum):
    """What happens next with one choice, as told to the parent."""

    FACILITY_ANSWERS = "facility_answers"
    FACILITY_IS_LATE = "facility_is_late"
    FACILITY_THINKS = "facility_thinks"
    KEEP_WAITING = "keep_waiting"
    YOU_DECIDE = "you_decide"
    OFFER_LAPSED = "offer_lapsed"
    CHOOSE_ANOTHER = "choose_another"
    SIGN_WITH_FACILITY = "sign_with_facility"
    NOTHING = "nothing"


class AgeBand(StrEnum):
    """A filter on a child's age on one day."""

    UNBORN = "unborn"
    UNDER_ONE = "under_one"
    ONE = "one"
    TWO_AND_OVER = "two_and_over"


# A facility may still answer these; in every other state it has answered for good, or the parent has.
ANSWERABLE = frozenset({ChoiceState.OPEN, ChoiceState.CONSIDERING, ChoiceState.NOT_NOW})
# The request is still open with the facility: it keeps its place in the lists and its reason to read.
STANDING = ANSWERABLE | {ChoiceState.OFFERED}
FAMILY, URGENT = "family", "urgent"  # Whose choice it is: the family's, or of a facility that offers from that list.
# For this long whoever gave an answer can take it back.
TAKE_BACK_TERM = timedelta(hours=24)
# So many requests can get one answer in one go: as many as somebody can still look through.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """From when and in which half days care is wanted or offered."""

    start_date: date | None
    half_days: int


# half days: bit 2·d is the morning of day d, bit 2·d + 1 its afternoon; day 0 is Monday


def half_days_of(parts: Iterable[tuple[int, int]]) -> int:
    """The bitmask for pairs of day (0 is Monday) and part (`MORNING`, `AFTERNOON`). Raises ValueError otherwise."""
    mask = 0
    for day, part in parts:
        if not 0 <= day < DAYS_IN_WEEK or part not in (MORNING, AFTERNOON):
            raise ValueError("no such half day")
        mask |= 1 << (2 * day + part)
    return mask


def parts_of(mask: int) -> tuple[tuple[int, int], ...]:
    """The pairs of day and part in a bitmask, in the order of the week."""
    return tuple((bit // 2, bit % 2) for bit in range(2 * DAYS_IN_WEEK) if mask >> bit & 1)


def days_of(mask: int) -> tuple[int, ...]:
    """The days on which at least one half day is set."""
    return tuple(day for day in range(DAYS_IN_WEEK) if mask >> 2 * day & 3)


def is_mask(value: int) -> bool:
    """Whether a number is a bitmask of at least one half day and of nothing else."""
    return 0 < value <= ALL_HALF_DAYS


# sending and changing a request


def may_submit(
    *, complete: bool, confirmed: bool, choices: int, maximum: int, child_has_open: bool = False
) -> Denied | None:
    """Whether a draft may be sent: complete, confirmed, with enough and not too many choices, one request a child."""
    if not complete:
        return Denied.NOT_COMPLETE
    if choices < 1:
        return Denied.NO_CHOICE
    if choices > maximum:
        return Denied.TOO_MANY_CHOICES
    if not confirmed:
        return Denied.NOT_CONFIRMED
    return Denied.CHILD_HAS_OPEN_APPLICATION if child_has_open else None


def may_change(application_state: str) -> Denied | None:
    """Whether the parent may still change a request; one that ended in whatever way keeps its answers."""
    return None if application_state == ApplicationState.OPEN else Denied.APPLICATION_CLOSED


def may_cancel(application_state: str) -> Denied | None:
    """Whether the parent may cancel a request."""
    return may_change(application_state)


def may_add_choice(
    application_state: str, *, chosen: Collection[object], facility: object, maximum: int
) -> Denied | None:
    """Whether a facility may be added to the standing choices of a request."""
    if application_state != ApplicationState.OPEN:
        return Denied.APPLICATION_CLOSED
    if facility in chosen:
        return Denied.ALREADY_CHOSEN
    return Denied.TOO_MANY_CHOICES if len(chosen) >= maximum else None


def may_choose_again(origin: str, choice_state: str, *, by: str) -> bool:
    """Whether a family may choose a facility that stood in its request: after taking it back, or an urgent offer."""
    return choice_state == ChoiceState.WITHDRAWN or (origin, choice_state, by) == (URGENT, ChoiceState.CLOSED, "parent")


def may_withdraw_choice(choice_state: str, *, standing: int) -> Denied | None:
    """Whether the parent may take back one of the standing choices; the last one goes by cancelling the request."""
    if choice_state not in STANDING:
        return Denied.CHOICE_CLOSED
    return Denied.LAST_CHOICE if standing <= 1 else None


def plan_problems(
    plan: Plan, *, birth_date: date, today: date, furthest_months: int | None = None, kept_start: date | None = None
) -> tuple[Denied, ...]:
    """What is wrong with a wanted plan (BXL-08). A start date that the request already had may lie in the past.

    `furthest_months` bounds the start date; it is not the horizon from which facilities answer, which lies nearer.
    """
    problems = [] if is_mask(plan.half_days) else [Denied.DAYS_MISSING]
    if plan.start_date is None:
        problems.append(Denied.START_MISSING)
    elif plan.start_date < birth_date:
        problems.append(Denied.START_BEFORE_BIRTH)
    elif plan.start_date < today and plan.start_date != kept_start:
        problems.append(Denied.START_IN_PAST)
    elif furthest_months is not None and plan.start_date > add_months(today, furthest_months):
        problems.append(Denied.START_TOO_FAR)
    return tuple(problems)


# a facility's answers


def may_answer(choice_state: str, answer: str | None = None) -> Denied | None:
    """Whether a facility may answer a request, or give this answer; giving the same answer twice is refused as such."""
    if choice_state == ChoiceState.OFFERED:
        return Denied.OFFER_STANDS
    if choice_state not in ANSWERABLE:
        return Denied.CHOICE_CLOSED
    return Denied.ALREADY_SO if choice_state == answer else None


def still_as_seen(choice_state: str, seen: str) -> Denied | None:
    """Whether a request stands as the leader saw it; else a colleague or the family was first (BXL-13)."""
    return None if choice_state == seen else Denied.CHANGED_MEANWHILE


def may_answer_several(picked: int) -> Denied | None:
    """Whether so many requests may get one answer in one go."""
    if picked < 1:
        return Denied.NONE_PICKED
    return Denied.TOO_MANY_PICKED if picked > MOST_AT_ONCE else None


def may_refuse(choice_state: str) -> Denied | None:
    """Whether a facility may refuse a request."""
    return may_answer(choice_state, ChoiceState.REFUSED)


def may_offer(choice_state: str, application_state: str) -> Denied | None:
    """Whether a facility may offer a place for a request."""
    if application_state != ApplicationState.OPEN:
        return Denied.APPLICATION_CLOSED
    return may_answer(choice_state, ChoiceState.OFFERED)


def may_take_back(answered_at: datetime | None, answered_by: object, actor: object, now: datetime) -> Denied | None:
    """Whether somebody may take an answer back: their own only, and for a day; at the instant itself no more."""
    if actor is None or answered_by != actor:
        return Denied.NOT_YOUR_ANSWER
    return Denied.TOO_LATE if answered_at is None or now >= answered_at + TAKE_BACK_TERM else None


def may_withdraw_offer(offer_state: str) -> Denied | None:
    """Whether a facility may take back an offer that nobody has answered."""
    return None if offer_state == OfferState.OPEN else Denied.OFFER_CLOSED


def offer_problems(
    offer: Plan, *, reply_by: date | None, birth_date: date, today: date, shortest_days: int, longest_days: int
) -> tuple[Denied, ...]:
    """What is wrong with an offer: its start, its half days, or the time that the parent gets to answer."""
    problems = [] if is_mask(offer.half_days) else [Denied.DAYS_MISSING]
    if offer.start_date is None:
        problems.append(Denied.START_MISSING)
    elif offer.start_date < birth_date:
        problems.append(Denied.START_BEFORE_BIRTH)
    elif offer.start_date < today:
        problems.append(Denied.START_IN_PAST)
    if reply_by is None or reply_by < today + timedelta(days=shortest_days):
        problems.append(Denied.TERM_TOO_SHORT)
    elif reply_by > today + timedelta(days=longest_days):
        problems.append(Denied.TERM_TOO_LONG)
    return tuple(problems)


def deviates(offered: Plan, wanted: Plan) -> bool:
    """Whether an offer differs from what was asked: another start or other half days, fewer or more."""
    return offered != wanted


# time


def add_months(day: date, months: int) -> date:
    """The same day some months later or earlier, or the last day of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = first_of_next - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def expires_on(start_date: date, *, today: date, days: int) -> date:
    """Return the last day on which a request stands: `days` after its start, or after today where that is later.

    BXL-44; the term is the profile's.
    """
    return max(start_date, today) + timedelta(days=days)


def is_expired(expires_on: date, today: date) -> bool:
    """Whether the last day of a request is over, whatever a job did (BXL-44)."""
    return today > expires_on


def state_on(state: str, expires_on: date, today: date) -> str:
    """The state of a request on a day: an open one whose last day is over has expired."""
    return ApplicationState.EXPIRED if state == ApplicationState.OPEN and is_expired(expires_on, today) else state


def may_renew(state: str, expires_on: date, today: date, notice_days: int) -> Denied | None:
    """Whether a family may renew a request: one that ended without a place, or that ends soon."""
    if state == ApplicationState.ENROLLED:
        return Denied.APPLICATION_CLOSED
    ends_soon = today >= expires_on - timedelta(days=notice_days)
    return Denied.ALREADY_SO if state == ApplicationState.OPEN and not ends_soon else None


def reply_due_on(submitted: date, reply_days: int, *, start_date: date, horizon_months: int | None = None) -> date:
    """When a facility should have answered: some days after the request, and not before its horizon is there."""
    due = submitted + timedelta(days=reply_days)
    return due if horizon_months is None else max(due, add_months(start_date, -horizon_months))


def end_of_day(day: date) -> datetime:
    """The instant at which a day is over in Brussels."""
    return datetime.combine(day + timedelta(days=1), time(), _LOCAL).astimezone(ZoneInfo("UTC"))


def urgent_from(start_date: date, days: int) -> date:
    """The first day on which a request without a place is urgent, also when its start passes (LEU-30, BXL-12)."""
    return start_date - timedelta(days=days)


def after_offer(origin: str, otherwise: ChoiceState) -> ChoiceState:
    """Where a facility stands when its offer ends without a place: one that only the urgent list led here, nowhere."""
    return ChoiceState.CLOSED if origin == URGENT else otherwise


def has_lapsed(expires_at: datetime, now: datetime) -> bool:
    """Whether the term of an offer has passed; true at the instant itself, whatever any job did."""
    return now >= expires_at


def next_step(
    choice_state: str, *, today: date, reply_due_on: date, expires_at: datetime | None, now: datetime
) -> NextStep:
    """What the parent can expect of one choice, read from the clock and not from what a job wrote."""
    if choice_state == ChoiceState.OFFERED:
        lapsed = expires_at is None or has_lapsed(expires_at, now)
        return NextStep.OFFER_LAPSED if lapsed else NextStep.YOU_DECIDE
    if choice_state == ChoiceState.OPEN:
        return NextStep.FACILITY_IS_LATE if today > reply_due_on else NextStep.FACILITY_ANSWERS
    return _NEXT.get(choice_state, NextStep.NOTHING)


_NEXT: Mapping[str, NextStep] = {
    ChoiceState.CONSIDERING: NextStep.FACILITY_THINKS,
    ChoiceState.NOT_NOW: NextStep.KEEP_WAITING,
    ChoiceState.REFUSED: NextStep.CHOOSE_ANOTHER,
    ChoiceState.ENROLLED: NextStep.SIGN_WITH_FACILITY,
}


def age_in_months(birth_date: date, on: date) -> int:
    """Whole months of age on a day; below zero before birth."""
    months = (on.year - birth_date.year) * 12 + on.month - birth_date.month
    return months if birth_date <= add_months(on, -months) else months - 1
