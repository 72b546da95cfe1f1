"""Reads one section of a TOML profile, key by key, and complains with file and key."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

from app.organisations.terms import ProfileError

T = TypeVar("T")


@dataclass
class Section:
    """A table of the file that remembers which of its keys were read."""

    file: str
    path: str
    values: Mapping[str, object]
    used: set[str] = field(default_factory=set)

    def wrong(self, key: str, complaint: str) -> ProfileError:
        """Make the error for a key of this section."""
        where = f"{self.path}.{key}" if self.path else key
        return ProfileError(f"{self.file}: {where} {complaint}")

    def _value(self, key: str, kind: type[T], default: T | None, words: str) -> T:
        self.used.add(key)
        if key not in self.values:
            if default is None:
                raise self.wrong(key, "is missing")
            return default
        value = self.values[key]
        # In Python a truth value is also a number; in a profile that is a mistake.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(key, f"must be {words}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Read a text; raises ProfileError."""
        return self._value(key, str, default, "a text")

    def word(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """Read a text that must be one of the allowed words; raises ProfileError."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.wrong(key, f"is {value!r}, must be one of {', '.join(sorted(allowed))}")
        return value

    def number(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        """Read a whole number of at least `least`; raises ProfileError."""
        value = self._value(key, int, default, "a whole number")
        if value < least:
            raise self.wrong(key, f"must be at least {least}")
        return value

    def truth(self, key: str, default: bool | None = None) -> bool:
        """Read true or false; raises ProfileError."""
        return self._value(key, bool, default, "true or false")

    def day(self, key: str) -> date:
        """Read a date; raises ProfileError."""
        return self._value(key, date, None, "a date")

    def day_or_none(self, key: str) -> date | None:
        """Read a date that may be absent; raises ProfileError."""
        return self.day(key) if key in self.values else None

    def moment(self, key: str) -> time:
        """Read a time of day; raises ProfileError."""
        return self._value(key, time, None, "a time of day")

    def words(
        self, key: str, allowed: Collection[str] | None = None, default: tuple[str, ...] | None = None
    ) -> tuple[str, ...]:
        """Read a list of texts without doubles, each one of the allowed words; raises ProfileError."""
        value: object = self._value(key, list, list(default) if default is not None else None, "a list")
        items = tuple(value) if isinstance(value, list) else ()
        for item in items:
            if not isinstance(item, str):
                raise self.wrong(key, "must hold texts only")
            if allowed is not None and item not in allowed:
                raise self.wrong(key, f"holds {item!r}, which is not known")
        if len(set(items)) != len(items):
            raise self.wrong(key, "names something twice")
        return items

    def numbers(self, key: str, default: tuple[int, ...], *, least: int = 1) -> tuple[int, ...]:
        """Read a list of whole numbers of at least `least`, without doubles; raises ProfileError."""
        value: object = self._value(key, list, list(default), "a list")
        items = tuple(value) if isinstance(value, list) else ()
        for item in items:
            if not isinstance(item, int) or isinstance(item, bool) or item < least:
                raise self.wrong(key, f"must hold whole numbers of at least {least}")
        if len(set(items)) != len(items):
            raise self.wrong(key, "names something twice")
        return items

    def section(self, key: str, *, optional: bool = False) -> "Section":
        """Read a table; raises ProfileError."""
        value: object = self._value(key, dict, {} if optional else None, "a table")
        return Section(self.file, f"{self.path}.{key}" if self.path else key, value if isinstance(value, dict) else {})

    def sections(self, key: str) -> tuple["Section", ...]:
        """Read a list of tables that may be absent; raises ProfileError."""
        value: object = self._value(key, list, [], "a list of tables")
        found = []
        for number, row in enumerate(value if isinstance(value, list) else (), start=1):
            if not isinstance(row, dict):
                raise self.wrong(key, "must be a list of tables")
            found.append(Section(self.file, f"{self.path}.{key}.{number}" if self.path else f"{key}.{number}", row))
        return tuple(found)

    def end(self) -> None:
        """Refuse keys that nothing read: a misspelt setting must not pass for its default; raises ProfileError."""
        unread = sorted(self.values.keys() - self.used)
        if unread:
            raise self.wrong(unread[0], "is not a key of this section")
