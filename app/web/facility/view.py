"""What a leader looks at: filters and page of the list, as they stand in an address. None of it is personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort
from werkzeug.datastructures import MultiDict

from app.applications.queries.cursors import Cursor
from app.applications.queries.records import Filters
from app.applications.rules import AgeBand, ChoiceState, add_months, half_days_of
from app.web.facility.words import AGES, FILTERED_STATES

DUE_DAYS = timedelta(days=7)
MONTHS_BACK, MONTHS_AHEAD = 2, 20
WEEK = 7


@dataclass(frozen=True, slots=True)
class ListView:
    """The list as it was asked for; `query` gives the same words back for an address."""

    start: str = ""
    age: str = ""
    state: str = ""
    days: tuple[int, ...] = ()
    sibling: bool = False
    new: bool = False
    due: bool = False
    page: str = ""
    many: bool = False
    table: bool = False

    @classmethod
    def read(cls, words: MultiDict[str, str]) -> ListView:
        """Read an address; one that no page of ours made is answered with 400."""
        view = cls(
            start=words.get("start", ""),
            age=words.get("age", ""),
            state=words.get("state", ""),
            days=tuple(sorted({_day(word) for word in words.getlist("day")})),
            sibling=_flag(words.get("sibling")),
            new=_flag(words.get("new")),
            due=_flag(words.get("due")),
            page=words.get("page", ""),
            many=_flag(words.get("many")),
            table=_flag(words.get("table")),
        )
        if (view.age and view.age not in AGES) or (view.state and view.state not in FILTERED_STATES):
            abort(400)
        view.month()
        view.cursor()
        return view

    def query(self, **changed: Any) -> dict[str, Any]:
        """Return the words of an address that leads to this list, or to it with something changed."""
        view = replace(self, **changed)
        words = {
            "start": view.start,
            "age": view.age,
            "state": view.state,
            "day": list(view.days),
            "sibling": int(view.sibling),
            "new": int(view.new),
            "due": int(view.due),
            "page": view.page,
            "many": int(view.many),
            "table": int(view.table),
        }
        return {name: word for name, word in words.items() if word}

    @property
    def narrowed(self) -> bool:
        """Tell whether the filter form leaves anything out."""
        return bool(self.start or self.age or self.state or self.days or self.sibling)

    def month(self) -> date | None:
        """Return the first day of the month asked for."""
        if not self.start:
            return None
        try:
            return datetime.strptime(f"{self.start}-01", "%Y-%m-%d").date()  # noqa: DTZ007  a month of the calendar
        except ValueError:
            abort(400)

    def cursor(self) -> Cursor | None:
        """Return where the page begins."""
        try:
            return Cursor.decode(self.page) if self.page else None
        except ValueError:
            abort(400)

    def filters(self, *, today: date, new_since: datetime | None) -> Filters:
        """Return what the query narrows the list to."""
        return Filters(
            start_month=self.month(),
            age=AgeBand(self.age) if self.age else None,
            half_days=half_days_of((day, part) for day in self.days for part in (0, 1)),
            sibling=self.sibling,
            state=ChoiceState(self.state) if self.state else None,
            new_since=new_since if self.new else None,
            due_by=today + DUE_DAYS if self.due else None,
        )


def months_to_choose(today: date, chosen: date | None) -> tuple[date, ...]:
    """Return the months that the filter offers, and the one in the address."""
    first = today.replace(day=1)
    offered = {add_months(first, number) for number in range(-MONTHS_BACK, MONTHS_AHEAD)}
    return tuple(sorted(offered | ({chosen} if chosen else set())))


def shown_query(words: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the words of an address as the pairs of hidden inputs."""
    return [(name, str(one)) for name, word in words.items() for one in (word if isinstance(word, list) else [word])]


def _flag(word: str | None) -> bool:
    if word not in (None, "", "0", "1"):
        abort(400)
    return word == "1"


def _day(word: str) -> int:
    if len(word) != 1 or not "0" <= word < str(WEEK):
        abort(400)
    return int(word)
