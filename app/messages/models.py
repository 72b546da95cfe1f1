"""Tables of threads, messages and staff notes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base
from app.families.models import dossier_key


class Thread(Base):
    """What one family and one other side write to each other: the desk, or one facility."""

    __tablename__ = "thread"
    __table_args__ = (
        UniqueConstraint("dossier_id", "facility_id", postgresql_nulls_not_distinct=True),
        Index("ix_thread_facility", "facility_id", "last_at"),
        Index("ix_thread_desk", "organisation", "last_at", postgresql_where=text("facility_id is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    # Empty: the thread with the desk.
    facility_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility.id"))
    created_at: Mapped[datetime]
    last_at: Mapped[datetime]
    last_sender: Mapped[str]
    family_read_at: Mapped[datetime | None]
    other_read_at: Mapped[datetime | None]
    # When the other side said that what the family wrote needs no answer.
    settled_at: Mapped[datetime | None]


class ThreadMessage(Base):
    """One message of a thread, sealed; a mail, call or chat that came in elsewhere is filed as one (BXL-14, BXL-42)."""

    __tablename__ = "thread_message"
    __table_args__ = (
        CheckConstraint("sender in ('family', 'facility', 'desk')", name="sender"),
        CheckConstraint("channel in ('portal', 'mail', 'text', 'whatsapp', 'call', 'letter')", name="channel"),
        Index("ix_thread_message_thread", "thread_id", "received_at"),
        Index("ix_thread_message_dossier", "dossier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"))
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    facility_id: Mapped[UUID | None]
    sender: Mapped[str]
    # Who wrote it, or who filed what came in elsewhere.
    author_id: Mapped[UUID]
    channel: Mapped[str]
    sealed: Mapped[bytes]
    received_at: Mapped[datetime]
    created_at: Mapped[datetime]


class StaffNote(Base):
    """What somebody of the desk or of a facility noted; sealed, and part of the family's own copy."""

    __tablename__ = "staff_note"
    __table_args__ = (Index("ix_staff_note_dossier", "dossier_id", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    facility_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility.id"))
    author_id: Mapped[UUID]
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
