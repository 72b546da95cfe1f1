"""Answers chosen from a list: radios, selects, ticks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from app.catalogue.marking import N_
from app.web.forms.base import AnswerField, Json, Raw, Unfit, strings

NOT_LISTED = N_("Choose one of the answers shown")
TOO_MANY = N_("Choose at most %(limit)s")
YES, NO = "yes", "no"
TICKED = "yes"


class ChoiceField(AnswerField):
    """One of several values, as radios or a select; the template gives each value its label."""

    def __init__(self, *, values: Collection[str] = (), **options: Any) -> None:
        """Take one of `values`; a form's `choices` argument replaces them per profile."""
        super().__init__(**options)
        self.values: Collection[str] = options["_form"].choices.get(self.name, values)

    def parse(self) -> str | None:
        """Return the value, raising Unfit when it is not one of those shown."""
        typed = self.posted()
        if typed and typed not in self.values:
            raise Unfit(NOT_LISTED)
        return typed or None

    def chosen(self, value: str) -> bool:
        """Return whether this value is the one chosen."""
        return self.typed == value


class SeveralField(AnswerField):
    """Any number of values, as checkboxes of one name, up to a limit."""

    def __init__(self, *, values: Collection[str] = (), at_most: int = 50, **options: Any) -> None:
        """Take at most `at_most` of `values`; a form's `choices` argument replaces the values."""
        super().__init__(**options)
        self.values: Collection[str] = options["_form"].choices.get(self.name, values)
        self.at_most = at_most

    def parse(self) -> list[str]:
        """Return the values in the order posted, each once, raising Unfit for an unknown one or too many."""
        found = list(dict.fromkeys(value for value in self._posted.get(self.name, []) if value))
        if len(found) > self.at_most:
            raise Unfit(TOO_MANY, limit=self.at_most)
        if any(value not in self.values for value in found):
            raise Unfit(NOT_LISTED)
        return found

    def show(self, answer: Any) -> Raw:
        """Return one input for each value."""
        return {self.name: strings(answer)}

    def chosen(self, value: str) -> bool:
        """Return whether this value is among those chosen."""
        return value in self.raw.get(self.name, [])


class YesNoField(AnswerField):
    """Yes or no, as two radios; None is not answered."""

    def parse(self) -> bool | None:
        """Return the answer, raising Unfit when it is neither."""
        typed = self.posted()
        if typed not in ("", YES, NO):
            raise Unfit(NOT_LISTED)
        return typed == YES if typed else None

    def show(self, answer: Any) -> Raw:
        """Return the radio of a stored answer."""
        return {self.name: [YES if answer else NO]} if isinstance(answer, bool) else {}

    def chosen(self, value: str) -> bool:
        """Return whether this radio is the one chosen."""
        return self.typed == value


class TickField(AnswerField):
    """One box that is ticked or not; where it is required, it must be ticked."""

    def parse(self) -> bool:
        """Return whether it is ticked, raising Unfit when the value is not the box's own."""
        typed = self.posted()
        if typed not in ("", TICKED):
            raise Unfit(NOT_LISTED)
        return typed == TICKED

    def blank(self) -> bool:
        """Return whether the box is empty."""
        return not self.data

    def show(self, answer: Any) -> Raw:
        """Return the box of a stored answer."""
        return {self.name: [TICKED]} if answer is True else {}

    def answer(self) -> Json:
        """Return true or false."""
        return bool(self.data)

    @property
    def ticked(self) -> bool:
        """Return whether the page shows the box ticked."""
        return self.typed == TICKED
