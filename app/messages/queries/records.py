"""What the pages of messages show, by the groups of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.applications.queries.cursors import Cursor
from app.messages.rules import is_unread


@dataclass(frozen=True, slots=True)
class ThreadState:
    """Where a thread stands: who had the last word, when, and how far each side has read."""

    id: UUID
    dossier_id: UUID
    facility_id: UUID | None
    last_at: datetime
    last_sender: str
    family_read_at: datetime | None
    other_read_at: datetime | None
    settled_at: datetime | None

    def unread_by_family(self) -> bool:
        """Tell whether the family has something to read."""
        return is_unread(
            last_at=self.last_at, last_sender=self.last_sender, read_at=self.family_read_at, by_family=True
        )

    def unread_by_staff(self) -> bool:
        """Tell whether the desk or the facility has something to read."""
        return is_unread(
            last_at=self.last_at, last_sender=self.last_sender, read_at=self.other_read_at, by_family=False
        )

    def waits(self) -> bool:
        """Tell whether the family wrote last and nobody answered or put it aside."""
        return self.last_sender == "family" and (self.settled_at is None or self.settled_at < self.last_at)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a thread, opened."""

    id: UUID
    sender: str
    channel: str
    text: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Letters:
    """Part of a thread, oldest first, and where the part before it ends."""

    lines: tuple[Letter, ...]
    before: Cursor | None


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A thread as one reads it."""

    messages: Letters


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody of the desk or of a facility noted."""

    id: UUID
    facility: str | None
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes about a file."""

    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class OwnThread:
    """The other side of a family's thread: the desk, or a facility; `state` is empty before the first message."""

    facility_id: UUID | None
    name: str
    reached: bool
    state: ThreadState | None


@dataclass(frozen=True, slots=True)
class OwnThreads:
    """Everybody with whom a family can write, or wrote."""

    messages: tuple[OwnThread, ...]


@dataclass(frozen=True, slots=True)
class Who:
    """A name."""

    given_name: str | None
    family_name: str


@dataclass(frozen=True, slots=True)
class ChildLine:
    """A child of the file."""

    given_name: str | None
    family_name: str
    birth_date: date
    expected: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach a family, its protected address included: the desk alone reads this."""

    street: str | None
    house_number: str | None
    postcode: str | None
    municipality: str
    phone: str | None
    email: str | None
    channel: str | None
    protected: bool


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the desk reads of a file."""

    applicant_name: Who
    contact: Reach
    language: str
    child_identity: tuple[ChildLine, ...]
    messages: Letters | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskFile:
    """A file at the desk. Its reference is the word that the desk finds it by, and stands on every letter."""

    dossier_id: UUID
    reference: str
    record: FileRecord


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One line of what waits for an answer; `subject` is the dossier, for the audit."""

    id: UUID
    subject: UUID
    reference: str
    unread: bool
    where: UUID | None
    choice_id: UUID | None
    applicant_name: Who
    child_identity: Who | None
    messages: ThreadState


@dataclass(frozen=True, slots=True)
class WaitingList:
    """One page of what waits, oldest first, and where the pages before and after it begin."""

    rows: tuple[WaitingRow, ...]
    previous: Cursor | None
    next: Cursor | None
