"""Tables of drafts, applications, choices and offers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base
from app.families.models import dossier_key

OPEN_CHOICE = "state in ('open', 'considering', 'not_now', 'offered')"


class Draft(Base):
    """A wizard that is being filled in; all answers in one encrypted value under the draft's own key."""

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_expires", "expires_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    language: Mapped[str]
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]


class Application(Base):
    """A request for care of one child (opvangvraag); at most one open per child."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("state in ('open', 'enrolled', 'cancelled', 'expired')", name="state"),
        CheckConstraint("half_days between 1 and 16383", name="half_days"),
        Index("uq_application_open_child", "child_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_application_dossier", "dossier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    start_date: Mapped[date]
    half_days: Mapped[int] = mapped_column(SmallInteger)
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    flexible: Mapped[bool]
    state: Mapped[str]
    submitted_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    rule_set: Mapped[str]
    grounds: Mapped[list[str]]
    priority_rank: Mapped[int] = mapped_column(SmallInteger)


class Choice(Base):
    """One facility that a family chose, with its answer; carries the keys that its list is ranked and filtered by."""

    __tablename__ = "choice"
    __table_args__ = (
        CheckConstraint(
            "state in ('open', 'considering', 'not_now', 'offered', 'refused', 'withdrawn', 'closed', 'enrolled')",
            name="state",
        ),
        UniqueConstraint("application_id", "facility_id"),
        Index(
            "ix_choice_facility_ranked",
            "facility_id",
            "priority_rank",
            "submitted_at",
            "id",
            postgresql_where=text(OPEN_CHOICE),
        ),
        Index("ix_choice_dossier", "dossier_id"),
        Index("ix_choice_child", "child_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    priority_rank: Mapped[int] = mapped_column(SmallInteger)
    grounds: Mapped[list[str]]
    submitted_at: Mapped[datetime]
    start_date: Mapped[date]
    half_days: Mapped[int] = mapped_column(SmallInteger)
    child_birth_date: Mapped[date]
    sibling_here: Mapped[bool]
    reply_due_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    refusal_reason: Mapped[str | None]


class Offer(Base):
    """A place offered by a facility (plaatsvoorstel); at most one open per choice."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("state in ('open', 'accepted', 'declined', 'lapsed', 'withdrawn')", name="state"),
        CheckConstraint("half_days between 1 and 16383", name="half_days"),
        Index("uq_offer_open_choice", "choice_id", unique=True, postgresql_where=text("state = 'open'")),
        Index(
            "uq_offer_accepted_application", "application_id", unique=True, postgresql_where=text("state = 'accepted'")
        ),
        Index("ix_offer_expires", "expires_at", postgresql_where=text("state = 'open'")),
        Index("ix_offer_dossier", "dossier_id"),
        Index("ix_offer_choice", "choice_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    choice_id: Mapped[UUID] = mapped_column(ForeignKey("choice.id", ondelete="CASCADE"))
    application_id: Mapped[UUID]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    facility_id: Mapped[UUID]
    start_date: Mapped[date]
    half_days: Mapped[int] = mapped_column(SmallInteger)
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    deviating: Mapped[bool]
    expires_at: Mapped[datetime]
    state: Mapped[str]
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
