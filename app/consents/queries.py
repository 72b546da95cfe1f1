"""Reads of a family's own consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.consents.models import Consent
from app.consents.rules import TERMS


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """The answer that counts today for one recipient."""

    recipient: str
    given: bool
    at: datetime
    text_version: str
    language: str


def own_consents(session: Session, dossier_id: UUID) -> Sequence[ConsentRecord]:
    """Return the latest answer for each recipient, in the order of their keys; an agreement is no consent."""
    rows = session.execute(
        select(Consent.recipient, Consent.given, Consent.at, Consent.text_version, Consent.language)
        .where(Consent.dossier_id == dossier_id, Consent.recipient != TERMS)
        .order_by(Consent.recipient, Consent.at.desc(), Consent.id)
        .ext(distinct_on(Consent.recipient))
    )
    return [ConsentRecord(*row) for row in rows]
