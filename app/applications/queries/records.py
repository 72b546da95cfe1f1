"""Records of requests as facilities read them; their parts are named after the groups of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.applications.queries.cursors import Cursor
from app.applications.rules import AgeBand, ChoiceState, add_months

# Counting stops here: a facility with more open requests reads "500+", and the page stays as quick as with few.
COUNTED = 500


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name."""

    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class ChildIdentity:
    """The child, born or expected."""

    given_name: str | None
    family_name: str
    birth_date: date
    expected: bool


@dataclass(frozen=True, slots=True)
class CarePlan:
    """The care that is asked for; hours and flexibility stand in the request, not in the list.

    `link` says of children of one birth whether one place alone helps.
    """

    start_date: date
    half_days: int
    hours: Mapping[str, Any] | None = None
    flexible: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True)
class OwnChoice:
    """Where the request stands with this facility."""

    state: str
    submitted_at: datetime
    reply_due_on: date


@dataclass(frozen=True, slots=True)
class PriorityResult:
    """The outcome of the priority rules, not the answers behind it."""

    rank: int
    grounds: tuple[str, ...]
    sibling_here: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the family."""

    street: str | None
    house_number: str | None
    postcode: str | None
    municipality: str
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class DutchKnowledge:
    """Which parent knows Dutch, and whether the family ticked that a proof exists (BXL-22)."""

    level: str | None
    proof: bool


@dataclass(frozen=True, slots=True)
class OfferMade:
    """An offer of this facility."""

    id: UUID
    start_date: date
    half_days: int
    deviating: bool
    expires_at: datetime
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Answers:
    """What this facility answered so far."""

    answered_at: datetime | None
    refusal_reason: str | None
    offers: tuple[OfferMade, ...]


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One line of the list; `subject` is the dossier, for the audit."""

    id: UUID
    subject: UUID
    facility_id: UUID
    child_identity: ChildIdentity
    care_plan: CarePlan
    own_choice: OwnChoice
    priority_result: PriorityResult


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request, by the groups of the catalogue; `present` withholds what the profile does not give."""

    applicant_name: Name
    contact: Contact
    language: str
    partner_name: Name | None
    child_identity: ChildIdentity
    care_plan: CarePlan
    own_choice: OwnChoice
    dutch_knowledge: DutchKnowledge | None
    priority_result: PriorityResult
    answers: Answers


@dataclass(frozen=True, slots=True)
class FoundRequest:
    """A request with what the page needs beside the record: whose it is, and why it may be read."""

    id: UUID
    dossier_id: UUID
    application_id: UUID
    facility_id: UUID
    facility: str
    reason: str
    record: RequestRecord
    group_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OwnRefusal:
    """A refusal that whoever gave it can still take back: where, when, and for which month; nobody's name."""

    choice_id: UUID
    facility_id: UUID
    answered_at: datetime
    start_month: date


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; none of it names a person, a language, a nationality or an income (BXL-30)."""

    start_month: date | None = None
    age: AgeBand | None = None
    half_days: int = 0
    sibling: bool = False
    state: ChoiceState | None = None
    new_since: datetime | None = None
    due_by: date | None = None

    def values(self) -> dict[str, Any]:
        """Return what is compared with, by name; what does not narrow the list is left out, and age has no value."""
        values = {
            "month_first": self.start_month,
            "month_after": add_months(self.start_month, 1) if self.start_month else None,
            "half_days": self.half_days or None,
            "sibling": self.sibling or None,
            "state": self.state,
            "new_since": self.new_since,
            "due_by": self.due_by,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class RequestList:
    """One page of the list, and where the pages before and after it begin."""

    rows: tuple[RequestRow, ...]
    previous: Cursor | None
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The requests before and after one in the list, where there are any."""

    previous: UUID | None
    next: UUID | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests are open, new and due, each counted up to `COUNTED` of the first ranked, and what is urgent."""

    open: int
    new: int
    due: int
    urgent: int

    @property
    def capped(self) -> bool:
        """Tell whether there are more than were counted."""
        return self.open >= COUNTED
