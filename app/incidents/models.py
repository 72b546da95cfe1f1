"""Tables of leak cases and complaints."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base
from app.families.models import dossier_key


class LeakCase(Base):
    """A possible leak, reported by anyone or found by the watch; what was reported is sealed under the case's id."""

    __tablename__ = "leak_case"
    __table_args__ = (
        UniqueConstraint("organisation", "reference"),
        UniqueConstraint("organisation", "watch_key"),
        # The four of LEU-55.
        CheckConstraint("category in ('lost', 'seen', 'changed', 'kept')", name="category"),
        CheckConstraint("origin in ('visitor', 'family', 'worker', 'watch')", name="origin"),
        CheckConstraint("state in ('new', 'assessing', 'closed')", name="state"),
        CheckConstraint("risk in ('none', 'risk', 'high')", name="risk"),
        CheckConstraint("state <> 'closed' or risk is not null and sealed_assessment is not null", name="assessed"),
        # KL-35: no end without a decision on telling the authority, and at a high risk on telling the persons.
        CheckConstraint(
            "state <> 'closed' or risk = 'none' or (authority_told_at is not null or authority_excused_at is not null)"
            " and (risk <> 'high' or persons_told_at is not null or persons_excused_at is not null)",
            name="decided",
        ),
        Index("ix_leak_case_open", "organisation", "state", "known_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    reference: Mapped[str]
    category: Mapped[str]
    origin: Mapped[str]
    # What the watch found, once per finding.
    watch_key: Mapped[str | None]
    language: Mapped[str]
    # The clock of article 33: 72 hours from the moment that anybody here knew.
    known_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    sealed: Mapped[bytes]
    state: Mapped[str]
    risk: Mapped[str | None]
    sealed_assessment: Mapped[bytes | None]
    handler_id: Mapped[UUID | None]
    # The stretch of the audit in which whoever was affected is looked for.
    suspect_id: Mapped[UUID | None]
    suspect_from: Mapped[datetime | None]
    suspect_until: Mapped[datetime | None]
    authority_told_at: Mapped[datetime | None]
    authority_reference: Mapped[str | None]
    authority_excused_at: Mapped[datetime | None]
    # What the families are told, in which languages; a job sends it, since whoever handles a case opens no file.
    sealed_notice: Mapped[bytes | None]
    notice_asked_at: Mapped[datetime | None]
    persons_told_at: Mapped[datetime | None]
    persons_excused_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]


class LeakPerson(Base):
    """A file that a leak touched, and when its family was told."""

    __tablename__ = "leak_person"
    __table_args__ = (Index("ix_leak_person_dossier", "dossier_id"),)

    leak_case_id: Mapped[UUID] = mapped_column(ForeignKey("leak_case.id", ondelete="CASCADE"), primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(dossier_key(), primary_key=True)
    organisation: Mapped[str]
    added_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class Complaint(Base):
    """A complaint: apart from every file, read by whom it is for and by nobody whom it is about (BXL-68, LEU-57)."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("organisation", "reference"),
        CheckConstraint("about in ('service', 'person', 'privacy', 'website')", name="about"),
        CheckConstraint("state in ('received', 'in_work', 'answered')", name="state"),
        CheckConstraint(
            "state <> 'answered' or answered_at is not null and sealed_answer is not null", name="answered"
        ),
        Index("ix_complaint_open", "organisation", "state", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    reference: Mapped[str]
    about: Mapped[str]
    language: Mapped[str]
    # Of a family that was signed in: so that it can follow the complaint; the file itself is not named.
    account_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
    due_on: Mapped[date]
    sealed: Mapped[bytes]
    state: Mapped[str]
    handler_id: Mapped[UUID | None]
    sealed_answer: Mapped[bytes | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
