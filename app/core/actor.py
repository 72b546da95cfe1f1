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
    COUNTER = "counter"
    HELPER = "helper"
    OVERSIGHT = "oversight"
    # The password was right; the second factor is still to come.
    PENDING = "pending"


# Kinds of account that sign in with a second factor.
WITH_SECOND_FACTOR = frozenset({Kind.STAFF, Kind.COUNTER, Kind.HELPER, Kind.OVERSIGHT})
EVERY_ORGANISATION = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor in one organisation; a visitor has no id.

    `typed_by` is who sat at the keys for them: a helper, a worker of a counter, somebody of a facility.
    """

    kind: str
    id: UUID | None
    organisation: str
    typed_by: UUID | None = None
    typed_kind: str = ""

    @property
    def is_system(self) -> bool:
        """Tell whether a job acts."""
        return self.kind.startswith("system:")


def system(purpose: str, organisation: str = EVERY_ORGANISATION) -> Actor:
    """Return the actor of a job; its purpose opens exactly the policies written for it."""
    return Actor(f"system:{purpose}", None, organisation)
