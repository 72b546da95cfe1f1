"""Who acts: the one value that the guard makes and that every query, rule and policy reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """Kinds of actor that come through a door; jobs act as `system:<purpose>`."""

    VISITOR = "visitor"
    DRAFT = "draft"
    PARENT = "parent"
    FACILITY = "facility"
    STAFF = "staff"


EVERY_ORGANISATION = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor in one organisation; a visitor has no id."""

    kind: str
    id: UUID | None
    organisation: str

    @property
    def is_system(self) -> bool:
        """Tell whether a job acts."""
        return self.kind.startswith("system:")


def system(purpose: str, organisation: str = EVERY_ORGANISATION) -> Actor:
    """Return the actor of a job; its purpose opens exactly the policies written for it."""
    return Actor(f"system:{purpose}", None, organisation)
