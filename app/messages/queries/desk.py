"""What the desk reads: who works there, one file, letters to print, messages that reached nobody, doubles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Integer, and_, func, literal_column, or_, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from app.accounts.models import StaffMember
from app.applications.models import PossibleDouble
from app.core.crypto import Unreadable, keyring_of, open_json_with
from app.core.db import actor_of, now_of
from app.core.errors import NotFound
from app.core.models import DataKey, OutboxMessage
from app.core.outbox import MESSAGE_KEY_CLASS
from app.families.models import Applicant, Child, Dossier, ProtectedContact
from app.families.queries import ADDRESS_KEY_CLASS, CONTACT, address_place
from app.families.rules import SEALED_CONTACT, plain_reference
from app.messages.models import Thread
from app.messages.queries.records import ChildLine, DeskFile, FileRecord, Reach, ThreadState, Who
from app.messages.queries.threads import STATE
from app.messages.queries.waiting import UNREAD_AT_DESK

PAGE_SIZE = 50
LETTERS_AT_ONCE = 20
_DEAD = and_(OutboxMessage.state == "dead", OutboxMessage.handled_at.is_(None))
_ADDRESS_KEY = aliased(DataKey)
# In the same statement as their file.
_CHILDREN = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_array(Child.given_name, Child.family_name, Child.birth_date, Child.expected),
                Child.birth_date,
                Child.id,
            )
        )
    )
    .where(Child.dossier_id == Dossier.id)
    .scalar_subquery()
    .label("children")
)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that reached nobody; its text is gone, its kind tells what the family did not hear."""

    id: UUID
    dossier_id: UUID | None
    kind: str
    channel: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A letter that waits for a printer, opened."""

    id: UUID
    dossier_id: UUID | None
    kind: str
    language: str
    recipient: str
    params: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Double:
    """Two requests that may be about one child; the one on the left was made last, or not at all."""

    id: UUID
    kind: str
    code: str
    state: str
    dossier_id: UUID | None
    other_dossier_id: UUID | None
    found_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToDo:
    """How much there is to do at the desk, each counted over the whole organisation."""

    letters: int
    undelivered: int
    doubles: int

    @property
    def total(self) -> int:
        """Return how much that is together."""
        return self.letters + self.undelivered + self.doubles


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around each page of the desk: the role of who looks, whether it is open, and how much waits."""

    role: str
    # Whether they accepted what the role asks for.
    agreed: bool
    unread: int
    to_do: ToDo


def require_worker(session: Session) -> str:
    """Return the role in which the actor works on files of the desk now; raises NotFound for everybody else (KG-02)."""
    role = session.scalar(select(_role(session)).where(text("exists (select 1 from access.employed)")))
    if role is None:
        raise NotFound
    return role


def desk_frame(session: Session) -> Frame:
    """Return what stands around each page of the desk; raises NotFound for who does not work there now."""
    unread = literal_column(f"({UNREAD_AT_DESK})", Integer)
    row = session.execute(
        select(
            _role(session).label("role"),
            literal_column("exists (select 1 from access.figures)", Boolean).label("agreed"),
            unread.label("unread"),
            select(func.count()).where(OutboxMessage.state == "to_print").scalar_subquery().label("letters"),
            select(func.count()).where(_DEAD).scalar_subquery().label("undelivered"),
            select(func.count()).where(PossibleDouble.state == "open").scalar_subquery().label("doubles"),
        )
    ).one()
    if row.role is None:
        raise NotFound
    return Frame(row.role, row.agreed, row.unread, ToDo(row.letters, row.undelivered, row.doubles))


def _role(session: Session) -> Any:
    now = now_of(session)
    return (
        select(StaffMember.role)
        .where(
            StaffMember.account_id == actor_of(session).id,
            StaffMember.starts_at <= now,
            or_(StaffMember.ends_at.is_(None), StaffMember.ends_at > now),
        )
        .limit(1)
        .scalar_subquery()
    )


def dossier_of_reference(session: Session, typed: str) -> UUID:
    """Return the file with this reference; raises NotFound, for one of another organisation as for none."""
    found: UUID | None = session.scalar(
        text("select access.dossier_by_reference(:reference)"), {"reference": plain_reference(typed)}
    )
    if found is None:
        raise NotFound
    return found


def desk_thread(session: Session, thread_id: UUID) -> ThreadState:
    """Return a thread of the desk; raises NotFound for any other."""
    row = session.execute(select(*STATE).where(Thread.id == thread_id, Thread.facility_id.is_(None))).one_or_none()
    if row is None:
        raise NotFound
    return ThreadState(*row)


def desk_files(session: Session, dossier_ids: Collection[UUID]) -> dict[UUID, DeskFile]:
    """Return the files that the desk reaches among these, with what it may read of each."""
    if not dossier_ids:
        return {}
    rows = session.execute(
        select(
            Dossier.id,
            Dossier.reference,
            Dossier.language,
            Applicant.given_name,
            Applicant.family_name,
            *CONTACT,
            Applicant.channel,
            Applicant.protected,
            ProtectedContact.sealed,
            _ADDRESS_KEY.wrapped,
            _CHILDREN,
        )
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .outerjoin(ProtectedContact, ProtectedContact.dossier_id == Dossier.id)
        .outerjoin(_ADDRESS_KEY, and_(_ADDRESS_KEY.owner_id == Dossier.id, _ADDRESS_KEY.key_class == ADDRESS_KEY_CLASS))
        .where(Dossier.id.in_(dossier_ids))
    ).all()
    return {
        row.id: DeskFile(
            row.id,
            row.reference,
            FileRecord(
                applicant_name=Who(row.given_name, row.family_name),
                contact=_reach(session, row),
                language=row.language,
                child_identity=tuple(_child(*child) for child in row.children or ()),
            ),
        )
        for row in rows
    }


def desk_file(session: Session, dossier_id: UUID) -> DeskFile:
    """Return one file; raises NotFound when the desk does not reach it."""
    found = desk_files(session, (dossier_id,)).get(dossier_id)
    if found is None:
        raise NotFound
    return found


_UNDELIVERED = select(
    OutboxMessage.id,
    OutboxMessage.dossier_id,
    OutboxMessage.kind,
    OutboxMessage.channel,
    OutboxMessage.created_at,
)


def undelivered(session: Session) -> tuple[Undelivered, ...]:
    """Return the oldest messages that reached nobody and that nobody dealt with."""
    rows = session.execute(
        _UNDELIVERED.where(_DEAD).order_by(OutboxMessage.created_at, OutboxMessage.id).limit(PAGE_SIZE)
    )
    return tuple(Undelivered(*row) for row in rows)


def find_undelivered(session: Session, message_id: UUID) -> Undelivered:
    """Return one message that reached nobody, dealt with or not; raises NotFound."""
    row = session.execute(
        _UNDELIVERED.where(OutboxMessage.id == message_id, OutboxMessage.state == "dead")
    ).one_or_none()
    if row is None:
        raise NotFound
    return Undelivered(*row)


def letters_to_print(session: Session) -> tuple[ToPrint, ...]:
    """Return the oldest letters that wait for a printer; one whose key is gone is left out, its family was erased."""
    rows = session.execute(
        select(
            OutboxMessage.id,
            OutboxMessage.dossier_id,
            OutboxMessage.owner_id,
            OutboxMessage.kind,
            OutboxMessage.language,
            OutboxMessage.sealed,
            OutboxMessage.created_at,
            DataKey.wrapped,
        )
        .join(DataKey, and_(DataKey.owner_id == OutboxMessage.owner_id, DataKey.key_class == MESSAGE_KEY_CLASS))
        .where(OutboxMessage.state == "to_print")
        .order_by(OutboxMessage.created_at, OutboxMessage.id)
        .limit(LETTERS_AT_ONCE)
    )
    return tuple(letter for row in rows if (letter := _letter(session, row)) is not None)


def open_doubles(session: Session) -> tuple[Double, ...]:
    """Return the oldest pairs that nobody decided yet."""
    rows = session.execute(_doubles().where(PossibleDouble.state == "open").limit(PAGE_SIZE))
    return tuple(Double(*row) for row in rows)


def find_double(session: Session, double_id: UUID) -> Double:
    """Return one pair, decided or not; raises NotFound."""
    row = session.execute(_doubles().where(PossibleDouble.id == double_id)).one_or_none()
    if row is None:
        raise NotFound
    return Double(*row)


def _child(given_name: str | None, family_name: str, birth_date: str, expected: bool) -> ChildLine:
    return ChildLine(given_name, family_name, date.fromisoformat(birth_date), expected)


def _doubles() -> Any:
    return (
        select(
            PossibleDouble.id,
            PossibleDouble.kind,
            PossibleDouble.code,
            PossibleDouble.state,
            PossibleDouble.dossier_id,
            PossibleDouble.other_dossier_id,
            PossibleDouble.found_at,
            PossibleDouble.decided_at,
        )
        .where(text("exists (select 1 from access.employed)"))
        .order_by(PossibleDouble.found_at, PossibleDouble.id)
    )


def _letter(session: Session, row: Any) -> ToPrint | None:
    try:
        opened = open_json_with(
            keyring_of(session),
            row.wrapped,
            row.sealed or b"",
            owner_id=row.owner_id,
            key_class=MESSAGE_KEY_CLASS,
            place=f"outbox:sealed:{row.id}",
        )
    except Unreadable:
        return None
    return ToPrint(
        row.id, row.dossier_id, row.kind, row.language, opened["recipient"], opened["params"], row.created_at
    )


def _reach(session: Session, row: Any) -> Reach:
    hidden: Mapping[str, Any] = {}
    if row.sealed is not None and row.wrapped is not None:
        hidden = open_json_with(
            keyring_of(session),
            row.wrapped,
            row.sealed,
            owner_id=row.id,
            key_class=ADDRESS_KEY_CLASS,
            place=address_place(row.id),
        )
    reached = {name: hidden.get(name, getattr(row, name)) for name in SEALED_CONTACT}
    return Reach(**reached, municipality=row.municipality, channel=row.channel, protected=row.protected)
