"""What the job of deliveries has to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import today_at
from app.core.db import now_of
from app.retention.models import ErasureOrder
from app.transfers.models import Delivery
from app.transfers.rules import State


@dataclass(frozen=True, slots=True)
class Approved:
    """A file to make."""

    id: UUID
    recipient: str
    kind: str


def approved(session: Session) -> tuple[Approved, ...]:
    """Return the files that two people agreed to and nobody made yet, the oldest first."""
    rows = session.execute(
        select(Delivery.id, Delivery.recipient, Delivery.kind)
        .where(Delivery.state == State.APPROVED)
        .order_by(Delivery.approved_at, Delivery.id)
    )
    return tuple(Approved(*row) for row in rows)


def to_erase(session: Session) -> Sequence[UUID]:
    """Return the files that a granted request erases now, whole or in part."""
    found = session.scalars(
        select(ErasureOrder.dossier_id)
        .where(ErasureOrder.done_at.is_(None), ErasureOrder.due_on <= today_at(now_of(session)))
        .distinct()
    )
    return [dossier_id for dossier_id in found if dossier_id is not None]
