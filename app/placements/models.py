"""Table of placements."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base
from app.families.models import dossier_key


class Placement(Base):
    """A child enrolled in a facility (inschrijving); one per application."""

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint("half_days between 1 and 16383", name="half_days"),
        CheckConstraint("end_date is null or end_date >= start_date", name="dates"),
        Index("ix_placement_facility", "facility_id"),
        Index("ix_placement_dossier", "dossier_id"),
        Index("ix_placement_child", "child_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id"))
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), unique=True)
    offer_id: Mapped[UUID]
    start_date: Mapped[date]
    end_date: Mapped[date | None]
    half_days: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
