"""The plain format of a statement, which of its languages may be shown, and when a check is due again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

# A file in which nothing happened for so long is opened seldom: whoever does shows up in the overseer's question.
FAR_BACK_DAYS = 365


# A job of each day is late after this, and has stopped after that (KG-40).
JOB_LATE, JOB_STOPPED = timedelta(hours=26), timedelta(days=2)
# Who keeps a register is written to a month before something in it ends, and once more a week before.
WARNED_DAYS = (7, 30)


class Question(StrEnum):
    """What an overseer asks of the audit."""

    FILE = "file"
    FAR_BACK = "far-back"
    ODD_HOURS = "odd-hours"
    NO_VISIT = "no-visit"


class StatementError(ValueError):
    """A statement that cannot be shown; the message names what is wrong."""


class Shape(StrEnum):
    """What a block of a statement is."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list with items, or a place where a derived list stands (`text` is its name)."""

    shape: Shape
    text: str = ""
    items: tuple[str, ...] = ()


def blocks(text: str, derived: Collection[str]) -> tuple[Block, ...]:
    """Split a text into blocks: blank lines part them, `- ` begins an item, `@name` is a derived list.

    Raises StatementError for a derived list that does not exist.
    """
    made = []
    for part in text.strip().split("\n\n"):
        lines = [line.strip() for line in part.strip().splitlines()]
        if not lines:
            continue
        if lines[0].startswith("@"):
            name = lines[0][1:]
            if len(lines) > 1 or name not in derived:
                raise StatementError(f"@{name} is not a list that can be derived")
            made.append(Block(Shape.DERIVED, name))
        elif all(line.startswith("- ") for line in lines):
            made.append(Block(Shape.LIST, items=tuple(line[2:].strip() for line in lines)))
        else:
            made.append(Block(Shape.PARAGRAPH, " ".join(lines)))
    return tuple(made)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Fill `{name}` with facts of the organisation; raises StatementError for a fact that it does not have."""
    try:
        made = text.format_map(facts)
    except (KeyError, ValueError, IndexError) as error:
        raise StatementError(f"{error} is not a fact that a statement can name") from error
    empty = [name for name, value in facts.items() if not value and f"{{{name}}}" in text]
    if empty:
        raise StatementError(f"{empty[0]} is empty")
    return made


def is_current(version: str, current: str) -> bool:
    """Say whether a text has the version in force; a translation that lags behind must not be shown (BXL-69)."""
    return version == current


def language_shown(versions: Mapping[str, str], wanted: str, master: str, current: str) -> str:
    """Give the language in which the statement is shown: the wanted one if its version is in force, else the master.

    Raises StatementError when the master text itself is missing or of another version.
    """
    if not is_current(versions.get(master, ""), current):
        raise StatementError(f"the {master} text must have version {current}")
    return wanted if wanted in versions and is_current(versions[wanted], current) else master


class Light(StrEnum):
    """How something stands that is watched: wrong, not yet known, or in order."""

    STOP = "stop"
    WAIT = "wait"
    GO = "go"


class Standing(StrEnum):
    """How the agreement with a processor stands."""

    ENDED = "ended"
    NONE = "none"
    EXPIRED = "expired"
    RENEW = "renew"
    HOLDS = "holds"


class CheckKind(StrEnum):
    """What people check and no program can."""

    AUDIT = "audit"
    FINDING = "finding"
    TRAINING = "training"
    DECLARATION = "declaration"
    REVIEW = "review"
    PROMISE = "promise"


class RegisterDenied(StrEnum):
    """Why something cannot be noted in a register."""

    STILL_TO_COME = "still_to_come"
    ENDS_BEFORE = "ends_before"
    NO_DATE = "no_date"


def agreement_wrong(signed_on: date, until: date | None, today: date) -> RegisterDenied | None:
    """Say why an agreement cannot be noted: it is signed on a day to come, or ends before it is signed."""
    if signed_on > today:
        return RegisterDenied.STILL_TO_COME
    return RegisterDenied.ENDS_BEFORE if until is not None and until < signed_on else None


def check_wrong(kind: CheckKind, due_on: date | None, done_on: date | None, today: date) -> RegisterDenied | None:
    """Say why a check cannot be noted: done on a day to come, or a finding without the day by which it is mended."""
    if done_on is not None and done_on > today:
        return RegisterDenied.STILL_TO_COME
    return RegisterDenied.NO_DATE if kind is CheckKind.FINDING and due_on is None else None


def standing_of(
    *,
    ends_on: date | None,
    signed_on: date | None,
    until: date | None,
    version: str | None,
    current: str,
    today: date,
) -> Standing:
    """Say how the agreement with a processor stands; one of an older statement has to be renewed (KG-07)."""
    if ends_on is not None and ends_on < today:
        return Standing.ENDED
    if signed_on is None or signed_on > today:
        return Standing.NONE
    if until is not None and until < today:
        return Standing.EXPIRED
    return Standing.HOLDS if version == current else Standing.RENEW


def due_light(due_on: date | None, done_on: date | None, today: date) -> Light:
    """Say how a check stands: red past its date, green once done, or with a later date to be done again (LEU-54)."""
    if due_on is not None and due_on < today:
        return Light.STOP
    return Light.GO if done_on is not None else Light.WAIT


def finding_light(due_on: date | None, done_on: date | None, today: date) -> Light:
    """Say how a finding stands: closed once its measure was taken; open past its date it is red (LEU-54)."""
    return Light.GO if done_on is not None else due_light(due_on, None, today)


def job_light(finished_at: datetime | None, now: datetime) -> Light:
    """Say how a job of each day stands: it ran within 26 hours, is late, or has stopped for two days (KG-40)."""
    if finished_at is None or now - finished_at >= JOB_STOPPED:
        return Light.STOP
    return Light.GO if now - finished_at <= JOB_LATE else Light.WAIT


def worst(lights: Sequence[Light]) -> Light:
    """Return the gravest of several lights; what nothing watches is not known."""
    return min(lights, key=list(Light).index, default=Light.WAIT)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def review_due(published: date, reviewed_on: date | None, months: int) -> date:
    """Return the day on which somebody has to look at the statement again (LEU-53)."""
    return months_later(max(published, reviewed_on or published), months)


def warned_at(due_on: date, today: date) -> int | None:
    """Return which warning is due: within 7 days or within 30; None before, and after the day itself."""
    left = (due_on - today).days
    return next((days for days in WARNED_DAYS if 0 <= left <= days), None)
