"""The weekly plan of care: half days as a bitmask, and hours per day."""

from __future__ import annotations

import re
from typing import Any

from app.catalogue.marking import N_
from app.web.forms.base import AnswerField, Json, Raw, Unfit, mapping, normalised, plain_digits
from app.web.forms.choices import NOT_LISTED

BAD_TIME = N_("Write the hour like this: 8:30")
NO_FROM = N_("Add the hour at which care begins")
NO_UNTIL = N_("Add the hour at which care ends")
ENDS_BEFORE = N_("Care must end later than it begins")

FROM, UNTIL = "from", "until"
_TIME = re.compile(r"(\d{1,2})(?:\s*[:.uhUH]\s*(\d{2})?|(\d{2}))?\s*(?:uur|u|h)?", re.IGNORECASE)


class HalfDaysField(AnswerField):
    """Mornings (bit 2*d of day d, Monday 0) and afternoons (bit 2*d+1) as checkboxes of one name."""

    def __init__(self, *, days: int = 5, **options: Any) -> None:
        """Offer the first `days` of the week; a form's `days` argument replaces it per profile."""
        super().__init__(**options)
        self.days: int = options["_form"].days or days

    def parse(self) -> int:
        """Return the bitmask, raising Unfit for a half day that is not offered."""
        offered = {str(bit) for bit in range(2 * self.days)}
        found = set(self._posted.get(self.name, [])) - {""}
        if not found <= offered:
            raise Unfit(NOT_LISTED)
        return sum(1 << int(bit) for bit in found)

    def blank(self) -> bool:
        """Return whether no half day is chosen."""
        return not self.data

    def show(self, answer: Any) -> Raw:
        """Return one input for each bit."""
        bits = answer if isinstance(answer, int) and 0 <= answer < 1 << 14 else 0
        return {self.name: [str(bit) for bit in range(14) if bits >> bit & 1]}

    def chosen(self, bit: int) -> bool:
        """Return whether this half day is ticked."""
        return str(bit) in self.raw.get(self.name, [])


class HoursField(AnswerField):
    """From and until for each day, in the inputs <name>-<d>-from and <name>-<d>-until; a day may stay empty."""

    def __init__(self, *, days: int = 5, **options: Any) -> None:
        """Offer the first `days` of the week; a form's `days` argument replaces it per profile."""
        super().__init__(**options)
        self.days: int = options["_form"].days or days

    def input_names(self) -> tuple[str, ...]:
        """Return two inputs for each day."""
        return tuple(f"{self.name}-{day}-{end}" for day in range(self.days) for end in (FROM, UNTIL))

    def parse(self) -> dict[str, list[str]] | None:
        """Return {"0": ["08:30", "16:00"], …}, raising Unfit that points at the first hour to correct."""
        found: dict[str, list[str]] = {}
        for day in range(self.days):
            begin, end = (self._time(f"{day}-{side}") for side in (FROM, UNTIL))
            if not begin and not end:
                continue
            if not begin:
                raise Unfit(NO_FROM, part=f"{day}-{FROM}")
            if not end:
                raise Unfit(NO_UNTIL, part=f"{day}-{UNTIL}")
            if end <= begin:
                raise Unfit(ENDS_BEFORE, part=f"{day}-{UNTIL}")
            found[str(day)] = [begin, end]
        return found or None

    def show(self, answer: Any) -> Raw:
        """Return the inputs of the stored hours."""
        inputs: Raw = {}
        for day, hours in mapping(answer).items():
            if isinstance(hours, (list, tuple)) and len(hours) == 2:
                inputs[f"{self.name}-{day}-{FROM}"] = [str(hours[0])]
                inputs[f"{self.name}-{day}-{UNTIL}"] = [str(hours[1])]
        return inputs

    def answer(self) -> Json:
        """Return the hours per day."""
        return {day: list(hours) for day, hours in self.data.items()} if self.data else None

    @property
    def anchor(self) -> str:
        """Return the id of the first hour to correct."""
        return f"{self.name}-{(self.problems[0].part if self.problems else '') or f'0-{FROM}'}"

    def _time(self, part: str) -> str:
        text = plain_digits(normalised(self.posted(part)))
        if not text:
            return ""
        match = _TIME.fullmatch(text)
        if match is None:
            raise Unfit(BAD_TIME, part=part)
        hour, minute = int(match[1]), int(match[2] or match[3] or 0)
        if hour > 23 or minute > 59:
            raise Unfit(BAD_TIME, part=part)
        return f"{hour:02d}:{minute:02d}"
