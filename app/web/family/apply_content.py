"""What a draft holds: the answers of each page, what was typed and not yet judged, and pages to look at again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from app.families.rules import Nationality
from app.web.forms.base import mapping, strings
from app.web.forms.parts import ELSEWHERE

Answers = dict[str, Any]
CHECK = "check"
# Children of one birth; the first stands on the page of the child, the others on a page of their own.
COUNTS = ("1", "2", "3", "4")
OTHERS = (2, 3, 4)
_ID = re.compile("[0-9a-f]{32}")


@dataclass
class Content:
    """The answers of one draft while a request works on them."""

    answers: dict[str, Answers] = field(default_factory=dict)
    typed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    # Pages whose answers no longer hold beside another answer; they are kept, shown and asked about again.
    again: list[str] = field(default_factory=list)
    # The code to tell the desk for each number that was in use when this was sent.
    codes: dict[str, str] = field(default_factory=dict)
    # That somebody wants to go on later, and where a link to the draft was sent.
    reach: dict[str, str] = field(default_factory=dict)
    # A next child of a family that is known: only what concerns the child is asked (BXL-41).
    next_child: bool = False
    # Somebody fills in beside the family at this moment: what the family alone may say is not asked. Kept nowhere.
    beside: bool = False

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Content:
        """Return the content of a stored draft."""
        answers = {str(step): dict(mapping(given)) for step, given in mapping(stored.get("answers")).items()}
        typed = {
            str(step): {str(name): strings(values) for name, values in mapping(given).items()}
            for step, given in mapping(stored.get("typed")).items()
        }
        codes = {str(token): str(code) for token, code in mapping(stored.get("codes")).items()}
        reach = {str(name): str(value) for name, value in mapping(stored.get("reach")).items()}
        return cls(answers, typed, strings(stored.get("again")), codes, reach, stored.get("next_child") is True)

    def stored(self) -> dict[str, Any]:
        """Return what the draft is to hold."""
        return {
            "answers": self.answers,
            "typed": self.typed,
            "again": self.again,
            "codes": self.codes,
            "reach": self.reach,
            "next_child": self.next_child,
        }

    @property
    def is_touched(self) -> bool:
        """Return whether more than the first page was filled in."""
        return self.next_child or bool(self.reach) or bool((self.answers.keys() | self.typed.keys()) - {"language"})

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
    def belgian(self) -> bool:
        """Return whether who applies is Belgian: nobody else is asked for a national number (LEU-05)."""
        return self.get("you", "nationality") == Nationality.BELGIAN

    @property
    def born(self) -> bool:
        """Return whether the child is born."""
        return self.get("child", "born") is True

    @property
    def children(self) -> int:
        """Return how many children of one birth a place is asked for."""
        count = self.get("child", "count")
        return int(count) if count in COUNTS else 1

    @property
    def facility_ids(self) -> Sequence[UUID]:
        """Return the chosen facilities in the order of preference."""
        return to_ids(strings(self.get("facilities", "facilities")))


def to_ids(texts: Sequence[str]) -> Sequence[UUID]:
    """Return the ids among texts from outside, each once; what is no id is left out."""
    found = (UUID(text) for text in texts if _ID.fullmatch(text))
    return list(dict.fromkeys(found))
