"""Tables of facilities and their members."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, SmallInteger
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
    # "We answer around": what the facility itself says, shown to the families that wait.
    answers_around: Mapped[date | None]
    # A provider at home may keep these from public pages.
    hides_house_number: Mapped[bool] = mapped_column(default=False)
    hides_phone: Mapped[bool] = mapped_column(default=False)
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


class FreePlace(Base):
    """A place that a facility says is free: which half days, for which age, from when; nobody's former place."""

    __tablename__ = "free_place"
    __table_args__ = (
        CheckConstraint("half_days between 1 and 16383", name="half_days"),
        CheckConstraint("age_from_months between 0 and age_to_months", name="ages"),
        Index("ix_free_place_facility", "facility_id"),
        Index("ix_free_place_organisation", "organisation", "starts_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    half_days: Mapped[int] = mapped_column(SmallInteger)
    age_from_months: Mapped[int] = mapped_column(SmallInteger)
    age_to_months: Mapped[int] = mapped_column(SmallInteger)
    starts_on: Mapped[date]
    # The last day on which it is shown; a last-minute place has one (LEU-50).
    shown_until: Mapped[date]
    last_minute: Mapped[bool]
    published_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
