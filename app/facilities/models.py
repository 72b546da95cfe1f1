"""Tables of facilities and their members."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base


class Facility(Base):
    """A childcare location; public data."""

    __tablename__ = "facility"
    __table_args__ = (Index("ix_facility_organisation_municipality", "organisation", "municipality"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    street: Mapped[str | None]
    postcode: Mapped[str]
    municipality: Mapped[str]
    latitude: Mapped[float] = mapped_column(Double)
    longitude: Mapped[float] = mapped_column(Double)
    phone: Mapped[str | None]
    email: Mapped[str | None]
    language: Mapped[str]
    tariff: Mapped[str]
    reply_days: Mapped[int | None]
    active: Mapped[bool]


class FacilityMember(Base):
    """Who answers for a facility, from when until when."""

    __tablename__ = "facility_member"
    __table_args__ = (
        CheckConstraint("role in ('leader', 'deputy')", name="role"),
        Index("ix_facility_member_account", "account_id"),
        Index("ix_facility_member_facility", "facility_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
