"""The two ways in which the house says no."""

from __future__ import annotations

from enum import StrEnum


class Refused(Exception):
    """A rule said no; `reason` is a code that the door translates for the person."""

    def __init__(self, reason: StrEnum) -> None:
        super().__init__(str(reason))
        self.reason = reason


class NotFound(Exception):
    """Absent or out of the actor's reach: the two look the same from outside."""
