"""Dates in three boxes, with month names in every language, or a whole date in the first box."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from babel.dates import get_month_names

from app.catalogue.marking import N_
from app.web.forms.base import AnswerField, Json, Raw, Unfit, normalised, plain_digits

NO_DAY = N_("Add the day")
NO_MONTH = N_("Add the month")
NO_YEAR = N_("Add the year")
BAD_DAY = N_("The day is a number from 1 to 31")
BAD_MONTH = N_("The month is a number from 1 to 12, or a name such as March")
BAD_YEAR = N_("Write the year with 4 digits, for example 2026")
NO_SUCH_DAY = N_("This month has no day %(day)s. Look at the day again.")
TOO_EARLY = N_("The date must be %(day)s or later")
TOO_LATE = N_("The date must be %(day)s or earlier")
NOT_A_DATE = N_("We do not understand this date. Write it like this: 27 3 2026")

DAY, MONTH, YEAR = "day", "month", "year"
Bounds = Callable[[date], tuple[date, date]]

_TOKENS = re.compile(r"\d+|[^\W\d_]+")
_ORDINAL = re.compile(r"(?<=\d)(?:er|ère|ste|de|e|st|nd|rd|th)\b", re.IGNORECASE)
_FILLERS = frozenset({"de", "of", "the", "le", "du", "den"})
# In Arabic the months have other names from Morocco to Syria.
_LOCALES = ("nl", "fr", "en", "ar", "ar_MA", "ar_SY", "tr", "ro", "es", "uk")


def _folded(name: str) -> str:
    # Turkish writes an i without its dot, which no decomposition brings back.
    bare = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i"))
    return "".join(c for c in bare if c.isalpha() and not unicodedata.combining(c))


def _month_table() -> dict[str, int]:
    table: dict[str, int] = {}
    for locale in _LOCALES:
        named = [
            *(get_month_names("wide", "stand-alone", locale), get_month_names("abbreviated", "stand-alone", locale)),
            *(get_month_names("wide", "format", locale), get_month_names("abbreviated", "format", locale)),
        ]
        table.update((_folded(name), number) for names in named for number, name in names.items())
    return table


_MONTHS = _month_table()


def month_of(typed: str) -> int | None:
    """Return the month that a number, a name or the clear beginning of a name stands for."""
    if typed.isdigit():
        return int(typed) if len(typed) <= 2 and 1 <= int(typed) <= 12 else None
    name = _folded(typed)
    if name in _MONTHS:
        return _MONTHS[name]
    meant = {number for full, number in _MONTHS.items() if full.startswith(name)} if len(name) >= 3 else set()
    return meant.pop() if len(meant) == 1 else None


def any_date(today: date) -> tuple[date, date]:
    """Return bounds that only catch slips: this century and the last, ten years ahead."""
    return date(1900, 1, 1), date(today.year + 10, 12, 31)


class DatePartsField(AnswerField):
    """A date in the inputs <name>-day, <name>-month and <name>-year."""

    parts = (DAY, MONTH, YEAR)

    def __init__(self, *, bounds: Bounds = any_date, **options: Any) -> None:
        """Take dates within `bounds(today)`, both ends included."""
        super().__init__(**options)
        self.bounds = bounds
        self._today: date = options["_form"].today

    def parse(self) -> date | None:
        """Return the date, raising Unfit that points at the first part to correct."""
        day, month, year = (self._part(part) for part in self.parts)
        if not (day or month or year):
            return None
        if not (month and year) and (whole := _pieces(f"{day} {month} {year}")):
            day, month, year = whole
        found = _date_of(_ORDINAL.sub("", day), month, year)
        earliest, latest = self.bounds(self._today)
        if found < earliest:
            raise Unfit(TOO_EARLY, part=YEAR, day=self._texts.format_day(earliest))
        if found > latest:
            raise Unfit(TOO_LATE, part=YEAR, day=self._texts.format_day(latest))
        return found

    def show(self, answer: Any) -> Raw:
        """Return the three inputs of an ISO date or a date, and none for anything else."""
        try:
            day = answer if isinstance(answer, date) else date.fromisoformat(str(answer))
        except ValueError:
            return {}
        return {f"{self.name}-{part}": [str(getattr(day, part))] for part in self.parts}

    def answer(self) -> Json:
        """Return the date as ISO text."""
        return self.data.isoformat() if isinstance(self.data, date) else None

    def _part(self, part: str) -> str:
        try:
            text = plain_digits(normalised(self.posted(part)))
        except Unfit as unfit:
            raise Unfit(unfit.message, part=part) from None
        if len(text) > 40:
            raise Unfit(NOT_A_DATE, part=part)
        return text


def _pieces(text: str) -> tuple[str, str, str] | None:
    """Return day, month and year of a date typed as one text, None when it is not three pieces."""
    pieces = [piece for piece in _TOKENS.findall(_ORDINAL.sub("", text)) if piece.casefold() not in _FILLERS]
    if len(pieces) == 1 and len(pieces[0]) == 8 and pieces[0].isdigit():
        pieces = [pieces[0][:2], pieces[0][2:4], pieces[0][4:]]
    if len(pieces) != 3:
        return None
    first, second, third = pieces
    if len(first) == 4 and first.isdigit():  # 2026-03-27
        return third, second, first
    if first[0].isalpha() and second.isdigit():  # March 27 2026
        return second, first, third
    return first, second, third


def _date_of(day: str, month: str, year: str) -> date:
    if not day:
        raise Unfit(NO_DAY, part=DAY)
    if not (day.isdigit() and len(day) <= 2 and 1 <= int(day) <= 31):
        raise Unfit(BAD_DAY if day.isdigit() else NOT_A_DATE, part=DAY)
    if not month:
        raise Unfit(NO_MONTH, part=MONTH)
    number = month_of(month.strip(" ."))
    if number is None:
        raise Unfit(BAD_MONTH, part=MONTH)
    if not year:
        raise Unfit(NO_YEAR, part=YEAR)
    if not (year.isdigit() and len(year) == 4 and int(year) >= 1):
        raise Unfit(BAD_YEAR, part=YEAR)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        raise Unfit(NO_SUCH_DAY, part=DAY, day=int(day)) from None
