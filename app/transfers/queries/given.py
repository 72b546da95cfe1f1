"""To whom data of a file were given: what its family may know of it (KK-28, LEU-38)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.core.clock import today_at
from app.core.db import now_of
from app.transfers.models import Delivery, Disclosure
from app.transfers.rules import CORRECTED, REMOVED, Kind


@dataclass(frozen=True, slots=True)
class Given:
    """One time that data of one person were given: to whom, for what, on which ground, and exactly which."""

    at: datetime
    recipient: str
    purpose: str
    ground: str
    person: str
    columns: tuple[str, ...]
    # The recipient was asked to take the person out.
    is_removal: bool


@dataclass(frozen=True, slots=True)
class ToTell:
    """A recipient that has data of a file, and when it got them last."""

    recipient: str
    purpose: str
    at: datetime


def given_to(session: Session, dossier_id: UUID) -> tuple[Given, ...]:
    """Return every time that data of the file were given, the last first; what the law hides does not exist here.

    The policies of the reader decide (a family's own, an answer about rights); the clock is asked once more.
    """
    rows = session.execute(
        select(
            *(Disclosure.at, Disclosure.recipient, Delivery.purpose, Delivery.ground, Disclosure.person),
            *(Disclosure.columns, Disclosure.given_token == REMOVED),
        )
        .join(Delivery, Delivery.id == Disclosure.delivery_id)
        .where(
            Disclosure.dossier_id == dossier_id,
            Disclosure.hidden_until.is_(None) | (Disclosure.hidden_until < today_at(now_of(session))),
        )
        .order_by(Disclosure.at.desc(), Disclosure.recipient, Disclosure.person, Disclosure.child_id)
    )
    return tuple(Given(*row[:5], tuple(row[5]), row[6]) for row in rows)


def recipients_to_tell(session: Session, dossier_id: UUID) -> Sequence[ToTell]:
    """Return who has data of a file that are corrected, erased or restricted: for the officer (BXL-61, BXL-62).

    An authority that got them by law is not told by us, and does not stand here.
    """
    last = (
        select(Disclosure.recipient, Delivery.purpose, Disclosure.at, Disclosure.given_token)
        .join(Delivery, Delivery.id == Disclosure.delivery_id)
        .where(
            Disclosure.dossier_id == dossier_id,
            Delivery.kind != Kind.ORDER,
            Disclosure.at > now_of(session) - CORRECTED,
        )
        .order_by(Disclosure.recipient, Disclosure.child_id, Disclosure.person, Disclosure.at.desc(), Disclosure.id)
        .ext(distinct_on(Disclosure.recipient, Disclosure.child_id, Disclosure.person))
        .subquery()
    )
    rows = session.execute(
        select(last.c.recipient, func.min(last.c.purpose), func.max(last.c.at))
        .where(last.c.given_token != REMOVED)
        .group_by(last.c.recipient)
        .order_by(last.c.recipient)
    )
    return [ToTell(*row) for row in rows]
