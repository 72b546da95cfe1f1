"""What somebody asked about their own data, through their own account, and how far each of it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import actor_of
from app.rights.models import RightsRequest


@dataclass(frozen=True, slots=True)
class OwnAsked:
    """One request of one's own: when we got it, by when we answer, what we did."""

    id: UUID
    reference: str
    kind: str
    state: str
    received_on: date
    due_on: date
    outcome: str | None
    answered_at: datetime | None
    deferred_until: date | None


def own_asked(session: Session) -> Sequence[OwnAsked]:
    """Return what the actor asked, the last first; what the other parent asked is theirs."""
    rows = session.execute(
        select(
            RightsRequest.id,
            RightsRequest.reference,
            RightsRequest.kind,
            RightsRequest.state,
            RightsRequest.received_on,
            RightsRequest.due_on,
            RightsRequest.outcome,
            RightsRequest.answered_at,
            RightsRequest.deferred_until,
        )
        .where(RightsRequest.account_id == actor_of(session).id)
        .order_by(RightsRequest.entered_at.desc(), RightsRequest.id)
    )
    return [OwnAsked(*row) for row in rows]
