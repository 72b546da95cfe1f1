"""Tables of the registers: who processes for us, what was checked, and what has to be checked again."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base


class Processor(Base):
    """A firm that works with data for the organisation: its task and its agreement (KG-07, KG-08)."""

    __tablename__ = "processor"
    __table_args__ = (Index("ix_processor_organisation", "organisation", "ends_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    name: Mapped[str]
    # A key of the purposes that profiles name.
    purpose: Mapped[str]
    country: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    agreement_signed_on: Mapped[date | None]
    agreement_until: Mapped[date | None]
    # Of which version of the statement the agreement speaks.
    statement_version: Mapped[str | None]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class ComplianceCheck(Base):
    """Something that people check and no program can: an audit, a finding, a training, a declaration, a promise."""

    __tablename__ = "compliance_check"
    __table_args__ = (
        CheckConstraint("kind in ('audit', 'finding', 'training', 'declaration', 'promise', 'review')", name="kind"),
        CheckConstraint("done_on is null or done_by is not null", name="done"),
        Index("ix_compliance_check_due", "organisation", "kind", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    # The promise of the organisation's own statement that the check is about.
    promise: Mapped[str | None]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    done_by: Mapped[UUID | None]
    result: Mapped[str | None]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
