"""Facilities: finding one and a free place in it, what it keeps to itself, and who answers for it."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo

EARTH_KM = 6371.0
ALL_HALF_DAYS = (1 << 14) - 1
# A place that comes free a little later than asked may still help a family that was refused everywhere.
LATEST_WAIT = timedelta(days=62)
# What was stated and never looked at again is no longer told: an old promise helps nobody.
LONGEST_SHOWN = timedelta(days=92)
MOST_PLACES = 30
MOST_PEOPLE = 30
# "We answer around" is a day that families can still wait for.
FURTHEST_ANSWER = timedelta(days=366)
_LOCAL = ZoneInfo("Europe/Brussels")
_NUMBER_BEHIND = re.compile(r"[\s,]+\d.*$")
_NUMBER_BEFORE = re.compile(r"^\d+\w*[\s,]+")
# Letters that stay whole when accents are taken off, as people type them on another keyboard.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


def fold(text: str) -> str:
    """A text without accents, capitals and punctuation, in any script, so that two spellings of one name are equal."""
    plain = (letter for letter in normalize("NFKD", normalize("NFKD", text).casefold()) if not combining(letter))
    return " ".join(
        "".join(letter if letter.isalnum() else " " for letter in "".join(plain).translate(_LETTERS)).split()
    )


def matches(folded_name: str, folded_words: Iterable[str]) -> bool:
    """Whether every word that was typed occurs in a name, both folded; nothing typed matches all."""
    joined = folded_name.replace(" ", "")
    return all(word in folded_name or word in joined for word in folded_words)


def distance_km(from_latitude: float, from_longitude: float, to_latitude: float, to_longitude: float) -> float:
    """The distance between two places as the crow flies (haversine)."""
    first, second = radians(from_latitude), radians(to_latitude)
    north, east = second - first, radians(to_longitude - from_longitude)
    chord = sin(north / 2) ** 2 + cos(first) * cos(second) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


class FacilityKind(StrEnum):
    """What sort of place it is: a group, or one provider at home."""

    GROUP = "group"
    FAMILY = "family"


class PlaceProblem(StrEnum):
    """What is wrong with a free place as it was filled in."""

    DAYS_MISSING = "days_missing"
    AGES_WRONG = "ages_wrong"
    START_WRONG = "start_wrong"
    SHOWN_TOO_SHORT = "shown_too_short"
    SHOWN_TOO_LONG = "shown_too_long"


class PlaceDenied(StrEnum):
    """Why a free place cannot be changed."""

    TAKEN_ALREADY = "taken_already"
    TOO_MANY = "too_many_places"


class SaidProblem(StrEnum):
    """Why a facility cannot say this of itself."""

    DAY_PASSED = "day_passed"
    DAY_TOO_FAR = "day_too_far"
    NOT_AT_HOME = "not_at_home"


class Role(StrEnum):
    """What somebody may do for a facility: a deputy answers, a leader also says who answers."""

    LEADER = "leader"
    DEPUTY = "deputy"


class MemberDenied(StrEnum):
    """Why the people of a facility cannot be changed."""

    ALREADY_HERE = "already_here"
    TOO_MANY = "too_many_people"
    LAST_LEADER = "last_leader"
    DAY_PASSED = "day_passed"
    JOINED_ALREADY = "joined_already"


@dataclass(frozen=True, slots=True)
class PlaceTerms:
    """What a facility says of a place: which half days, which ages in months, from when, and until when it is shown."""

    half_days: int
    age_from_months: int
    age_to_months: int
    starts_on: date
    shown_until: date
    last_minute: bool = False


def place_problems(place: PlaceTerms, today: date) -> tuple[PlaceProblem, ...]:
    """What is wrong with a free place: its days, its ages, its start or its term (LEU-50)."""
    problems = [] if 0 < place.half_days <= ALL_HALF_DAYS else [PlaceProblem.DAYS_MISSING]
    if not 0 <= place.age_from_months <= place.age_to_months:
        problems.append(PlaceProblem.AGES_WRONG)
    earliest = today if place.last_minute else today.replace(day=1)
    if place.starts_on < earliest or place.starts_on > today + timedelta(days=731):
        problems.append(PlaceProblem.START_WRONG)
    if place.shown_until < today or (place.last_minute and place.shown_until < place.starts_on):
        problems.append(PlaceProblem.SHOWN_TOO_SHORT)
    elif place.shown_until > max(today, place.starts_on) + LONGEST_SHOWN:
        problems.append(PlaceProblem.SHOWN_TOO_LONG)
    return tuple(problems)


def may_publish(shown: int) -> PlaceDenied | None:
    """Whether a facility may state one more free place beside those that are shown."""
    return PlaceDenied.TOO_MANY if shown >= MOST_PLACES else None


def said_problem(answers_around: date | None, kind: str, *, hides: bool, today: date) -> SaidProblem | None:
    """What is wrong with what a facility says of itself; only a provider at home has a house to keep to itself."""
    if answers_around is not None and answers_around < today:
        return SaidProblem.DAY_PASSED
    if answers_around is not None and answers_around > today + FURTHEST_ANSWER:
        return SaidProblem.DAY_TOO_FAR
    return SaidProblem.NOT_AT_HOME if hides and kind != FacilityKind.FAMILY else None


def may_invite(login: str, present: Collection[str | None]) -> MemberDenied | None:
    """Whether somebody may be asked to answer for a facility, beside those who do or were asked."""
    if login in present:
        return MemberDenied.ALREADY_HERE
    return MemberDenied.TOO_MANY if len(present) >= MOST_PEOPLE else None


def may_end(member: object, leaders: Collection[object], last_day: date, today: date) -> MemberDenied | None:
    """Whether a membership may end; `leaders` lead without an end, and one of them must stay."""
    if last_day < today:
        return MemberDenied.DAY_PASSED
    return MemberDenied.LAST_LEADER if not set(leaders) - {member} else None


def ends_at(last_day: date, today: date, now: datetime) -> datetime:
    """The instant at which a membership ends: at once when the last day is today, else when that day is over."""
    if last_day == today:
        return now
    return datetime.combine(last_day + timedelta(days=1), time(), _LOCAL).astimezone(ZoneInfo("UTC"))


def is_shown(shown_until: date, *, taken: bool, today: date) -> bool:
    """Whether a free place is told to anybody: through its last day, and not once it is taken (LEU-50)."""
    return not taken and today <= shown_until


def could_take(place: PlaceTerms, *, half_days: int, birth_date: date, start_date: date) -> bool:
    """Whether a place could help a child: a half day in common, soon enough, and the right age when it begins."""
    begins = max(start_date, place.starts_on)
    return bool(
        place.half_days & half_days
        and begins <= start_date + LATEST_WAIT
        and place.age_from_months <= months_old(birth_date, begins) <= place.age_to_months
    )


def covers(place_half_days: int, wanted: int) -> bool:
    """Whether a place has every half day that is asked."""
    return wanted & ~place_half_days == 0


def months_old(birth_date: date, on: date) -> int:
    """Whole months of age on a day; below zero before birth."""
    return (on.year - birth_date.year) * 12 + on.month - birth_date.month - (on.day < birth_date.day)


def street_only(street: str) -> str:
    """A street without its house number, whether that stands behind it or before it."""
    return _NUMBER_BEHIND.sub("", _NUMBER_BEFORE.sub("", street)).strip()


def in_brussels_region(postcode: str) -> bool:
    """Whether a Belgian postcode lies in the Brussels-Capital Region, where the rule on Dutch holds (BXL-20)."""
    return len(postcode) == 4 and postcode.isdecimal() and 1000 <= int(postcode) <= 1299
