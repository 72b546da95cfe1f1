"""Tables of recipients' keys, deliveries and disclosures."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base
from app.families.models import dossier_key


class RecipientKey(Base):
    """The certificate for which a recipient's files are encrypted; a second person compared its digest."""

    __tablename__ = "recipient_key"
    __table_args__ = (
        CheckConstraint("checked_by is distinct from added_by", name="second_person"),
        Index("ix_recipient_key_recipient", "organisation", "recipient"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    recipient: Mapped[str]
    certificate: Mapped[bytes]
    digest: Mapped[str]
    expires_on: Mapped[date]
    added_by: Mapped[UUID]
    added_at: Mapped[datetime]
    checked_by: Mapped[UUID | None]
    checked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Delivery(Base):
    """One file for one recipient: asked by one, approved by another, made by a job, encrypted for the recipient."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("kind in ('regular', 'correction', 'order', 'research')", name="kind"),
        CheckConstraint("state in ('asked', 'approved', 'made', 'fetched', 'cancelled')", name="state"),
        CheckConstraint("format in ('csv', 'json')", name="format"),
        # LEU-37: nobody approves what they asked for themselves.
        CheckConstraint("approved_by is distinct from asked_by or approved_by is null", name="second_person"),
        Index("ix_delivery_organisation", "organisation", "asked_at"),
        Index("ix_delivery_file", "file_until", postgresql_where=text("file is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    # A key of the profile's register; for a legal order the authority stands sealed.
    recipient: Mapped[str]
    purpose: Mapped[str]
    ground: Mapped[str]
    kind: Mapped[str]
    format: Mapped[str]
    columns: Mapped[list[str]]
    # The version of the privacy statement under which it was given.
    text_version: Mapped[str]
    # Of a legal order: the one file it names, the law, and what it says, sealed under the delivery's own key.
    # No foreign key: that an order was followed is kept for its own term.
    dossier_id: Mapped[UUID | None]
    law: Mapped[str | None]
    sealed: Mapped[bytes | None]
    # Until when the family may not be told; empty: it is told.
    hidden_until: Mapped[date | None]
    state: Mapped[str]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    record_count: Mapped[int | None]
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("recipient_key.id"))
    file: Mapped[bytes | None]
    file_until: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    fetched_by: Mapped[UUID | None]


class Disclosure(Base):
    """That one file of a family was in a delivery: one row per person who is in it."""

    __tablename__ = "disclosure"
    __table_args__ = (
        Index("ix_disclosure_dossier", "dossier_id", "at"),
        Index("ix_disclosure_delivery", "delivery_id"),
        Index("ix_disclosure_recipient", "organisation", "recipient", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"))
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    # The child that the record is about, where it is about one.
    child_id: Mapped[UUID | None]
    # Whose data they are.
    person: Mapped[str]
    recipient: Mapped[str]
    at: Mapped[datetime]
    columns: Mapped[list[str]]
    # Keyed tokens of what was given, one for each column: they tell what changed since, and nothing else (M25). Empty:
    # the recipient was asked to take the person out.
    given_token: Mapped[bytes]
    hidden_until: Mapped[date | None]
    told_at: Mapped[datetime | None]
