"""Tables that belong to no domain: data keys, audit, outbox, form replays, job runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import UserDefinedType


class Xid8(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type's SQL name."""
        return "XID8"


class Base(DeclarativeBase):
    """Base of all tables; nothing is fetched back after an insert, since policies cannot see the new row."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        str: Text(),
        UUID: Uuid(),
        bytes: LargeBinary(),
        list[str]: ARRAY(Text()),
        list[UUID]: ARRAY(Uuid()),
    }
    __mapper_args__ = {"eager_defaults": False}


class DataKey(Base):
    """A wrapped data key of one owner and class; deleting the row shreds everything under it."""

    __tablename__ = "data_key"
    __table_args__ = {"schema": "keys"}

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_class: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]


class AuditEntry(Base):
    """One read or change: who, in which role, when, of whom, which groups; never a value."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subjects", "subjects", postgresql_using="gin"),
        Index("ix_audit_entry_organisation_at", "organisation", "at"),
        Index("ix_audit_entry_xid", "xid"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    event: Mapped[str]
    reasons: Mapped[list[str]]
    groups: Mapped[list[str]]
    subjects: Mapped[list[UUID]]
    request_id: Mapped[str | None]
    # Who typed, where somebody filled in beside the person who acts.
    typed_by: Mapped[UUID | None]
    # Order and transaction are given by the server: the sealer chains only below the oldest running transaction.
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    xid: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))


class AuditSegment(Base):
    """A sealed stretch of the audit: the transactions below `upto_xid`, their count and the head of the chain."""

    __tablename__ = "audit_segment"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    upto_xid: Mapped[str] = mapped_column(Xid8())
    entries: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    previous_head: Mapped[bytes]
    head: Mapped[bytes]
    sealed_at: Mapped[datetime]
    # Once its entries are over their term the segment keeps its count and its head.
    dropped_at: Mapped[datetime | None]


class AuditSeal(Base):
    """Where an entry stands in the chain, and its hash."""

    __tablename__ = "audit_seal"
    __table_args__ = (UniqueConstraint("segment", "position"),)

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    segment: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int]
    hash: Mapped[bytes]


class OutboxMessage(Base):
    """One message to one recipient, written in the transaction that causes it."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("organisation", "once_key"),
        UniqueConstraint("message_id"),
        CheckConstraint("state in ('pending', 'sending', 'uncertain', 'to_print', 'sent', 'dead')", name="state"),
        # What the desk has to do: letters to print, messages that reached nobody.
        Index(
            "ix_outbox_to_do",
            "organisation",
            "created_at",
            postgresql_where=text("state = 'to_print' or state = 'dead' and handled_at is null"),
        ),
        Index("ix_outbox_dossier", "dossier_id"),
        Index("ix_outbox_owner", "owner_id"),
        Index("ix_outbox_due", "due_at", postgresql_where=text("state in ('pending', 'sending', 'uncertain')")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    once_key: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[str]
    owner_id: Mapped[UUID]
    dossier_id: Mapped[UUID | None]
    language: Mapped[str]
    sealed: Mapped[bytes | None]
    message_id: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    # When the desk dealt with a message that reached nobody.
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[UUID | None]


class FormUse(Base):
    """A form that was posted: a second post of the same form gets the first one's result."""

    __tablename__ = "form_use"

    organisation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    actor_id: Mapped[UUID] = mapped_column(primary_key=True)
    used_at: Mapped[datetime]
    location: Mapped[str | None]


class JobRun(Base):
    """One run of a scheduled job for one slot."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("name", "slot"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    slot: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    handled: Mapped[int | None]
