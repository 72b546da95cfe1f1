"""What a draft holds: the answers of each page, what was typed and not yet judged, and pages to look at again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from app.web.family.forms_apply import ELSEWHERE
from app.web.forms.base import mapping, strings

Answers = dict[str, Any]
CHECK = "check"
_ID = re.compile("[0-9a-f]{32}")


@dataclass
class Content:
    """The answers of one draft while a request works on them."""

    answers: dict[str, Answers] = field(default_factory=dict)
    typed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    # Pages whose answers no longer hold beside another answer; they are kept, shown and asked about again.
    again: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Content:
        """Return the content of a stored draft."""
        answers = {str(step): dict(mapping(given)) for step, given in mapping(stored.get("answers")).items()}
        typed = {
            str(step): {str(name): strings(values) for name, values in mapping(given).items()}
            for step, given in mapping(stored.get("typed")).items()
        }
        return cls(answers, typed, strings(stored.get("again")))

    def stored(self) -> dict[str, Any]:
        """Return what the draft is to hold."""
        return {"answers": self.answers, "typed": self.typed, "again": self.again}

    def is_done(self, step: str) -> bool:
        """Return whether a page has answers that hold."""
        return step in self.answers and step not in self.again

    def ask_again(self, step: str) -> None:
        """Mark a page whose answers no longer hold."""
        if step in self.answers and step not in self.again:
            self.again.append(step)

    def save(self, step: str, answers: Mapping[str, Any]) -> None:
        """Take the answers of a page; whatever was confirmed before has to be confirmed again."""
        self.answers[step] = dict(answers)
        self.typed.pop(step, None)
        if step in self.again:
            self.again.remove(step)
        if step != CHECK:
            self.answers.pop(CHECK, None)

    def keep(self, step: str, typed: Mapping[str, list[str]]) -> None:
        """Keep what was typed on a page, unjudged."""
        self.typed[step] = dict(typed)

    def drop(self, step: str) -> None:
        """Forget a page."""
        self.answers.pop(step, None)
        self.typed.pop(step, None)
        if step in self.again:
            self.again.remove(step)

    def get(self, step: str, name: str) -> Any:
        """Return one answer, None when it was not given."""
        return self.answers.get(step, {}).get(name)

    def day(self, step: str, name: str) -> date | None:
        """Return one answer that is a date."""
        given = self.get(step, name)
        return date.fromisoformat(given) if isinstance(given, str) else None

    @property
    def has_partner(self) -> bool:
        """Return whether there is a partner."""
        return self.get("partner", "has_partner") is True

    @property
    def lives_elsewhere(self) -> bool:
        """Return whether the family lives outside the organisation's area."""
        return self.get("language", "municipality") == ELSEWHERE

    @property
    def facility_ids(self) -> Sequence[UUID]:
        """Return the chosen facilities in the order of preference."""
        return to_ids(strings(self.get("facilities", "facilities")))


def to_ids(texts: Sequence[str]) -> Sequence[UUID]:
    """Return the ids among texts from outside, each once; what is no id is left out."""
    found = (UUID(text) for text in texts if _ID.fullmatch(text))
    return list(dict.fromkeys(found))
