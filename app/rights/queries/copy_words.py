"""The values of a copy as a reader sees them: days and moments written out, codes by their words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

from app.applications.rules import parts_of
from app.catalogue.groups import GROUPS
from app.catalogue.labels import COLUMN_LABELS
from app.catalogue.marking import N_
from app.catalogue.values import HALVES, VALUES, days_named
from app.organisations.municipalities import MUNICIPALITIES
from app.organisations.texts import LAWS

YES, NO = N_("Yes"), N_("No")


class Words(Protocol):
    """The language of whoever reads."""

    @property
    def language(self) -> str:
        """Return the code of the language."""

    def gettext(self, message: str, **params: object) -> str:
        """Return a message in this language."""

    def format_day(self, day: date) -> str:
        """Return a day written out."""

    def format_moment(self, moment: datetime) -> str:
        """Return a moment written out."""

    def day_name(self, weekday: int, *, begins: bool = True) -> str:
        """Return the name of a day of the week, Monday being 0."""


def in_words(column: str, value: Any, texts: Words) -> str:
    """Return a value of a column in words."""
    if isinstance(value, bool):
        return texts.gettext(YES if value else NO)
    if isinstance(value, datetime):
        return texts.format_moment(value)
    if isinstance(value, date):
        return texts.format_day(value)
    if column.endswith(".half_days"):
        halves = tuple(texts.gettext(half) for half in HALVES)
        return days_named(parts_of(value), lambda day: texts.day_name(day, begins=False), halves)
    if isinstance(value, list):
        return ", ".join(_code(column, item, texts) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {in_words(column, item, texts)}" for key, item in value.items() if item is not None)
    return _code(column, value, texts)


def _code(column: str, value: Any, texts: Words) -> str:
    if column == "applicant.municipality" and value in MUNICIPALITIES:
        return MUNICIPALITIES[value].name(texts.language)
    if column.endswith(".law") and value in LAWS:
        return texts.gettext(LAWS[value])
    if column.endswith(".groups") and value in GROUPS:
        return texts.gettext(GROUPS[value].label)
    if column == "disclosure.columns":
        return texts.gettext(COLUMN_LABELS.get(value, value))
    return texts.gettext(VALUES[column][value]) if value in VALUES.get(column, {}) else str(value)
