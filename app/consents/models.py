"""Table of consents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base
from app.families.models import dossier_key


class Consent(Base):
    """One answer to one consent question; the latest row of a recipient counts, the earlier ones are its history."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_dossier_recipient", "dossier_id", "recipient", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    application_id: Mapped[UUID]
    recipient: Mapped[str]
    given: Mapped[bool]
    at: Mapped[datetime]
    text_version: Mapped[str]
    language: Mapped[str]
    channel: Mapped[str]
