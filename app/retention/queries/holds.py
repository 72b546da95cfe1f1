"""Files that are held back: which, why and until when, for the officer alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.crypto import Unreadable, open_json
from app.core.db import actor_of
from app.families.models import Dossier
from app.retention.models import LegalHold

HOLD_KEY_CLASS = "hold"


@dataclass(frozen=True, slots=True)
class Held:
    """Why one file is held back, since when and until when."""

    reason: str
    placed_at: datetime
    until: date


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold on one file, as the officer reads it."""

    id: UUID
    subject: UUID
    account: str
    holds: Held


def hold_place(hold_id: UUID) -> str:
    """Return where the reason of a hold is sealed."""
    return f"legal_hold:sealed:{hold_id}"


def open_holds(session: Session, *, today: date) -> tuple[Hold, ...]:
    """Return the holds of the actor's organisation that hold today, those that end first before the others."""
    rows = session.execute(
        select(
            LegalHold.id,
            LegalHold.dossier_id,
            LegalHold.sealed,
            LegalHold.placed_at,
            LegalHold.until,
            Dossier.reference,
        )
        .join(Dossier, Dossier.id == LegalHold.dossier_id)
        .where(
            LegalHold.organisation == actor_of(session).organisation,
            LegalHold.ended_at.is_(None),
            LegalHold.until >= today,
        )
        .order_by(LegalHold.until, LegalHold.id)
    ).all()
    return tuple(
        Hold(
            row.id,
            row.dossier_id,
            row.reference,
            Held(_reason(session, row.id, row.sealed), row.placed_at, row.until),
        )
        for row in rows
    )


def _reason(session: Session, hold_id: UUID, sealed: bytes) -> str:
    try:
        opened = open_json(session, sealed, owner_id=hold_id, key_class=HOLD_KEY_CLASS, place=hold_place(hold_id))
    except Unreadable:
        return ""
    return str(opened["reason"])
