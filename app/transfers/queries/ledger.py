"""What the overseers see of transfers: what was asked, made and fetched, for whom and how many; never a content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.crypto import open_json
from app.core.errors import NotFound
from app.organisations.profile import Profile
from app.transfers.models import Delivery, RecipientKey
from app.transfers.policy.rows import function_of, served
from app.transfers.rules import ORDER_KEY_CLASS, Kind, Standing, place_of

PAGE_SIZE = 50
_COUNTS = "select standing, children, files from access.{name}()"
_FILE = text("select id from dossier where reference = :reference")
_COLUMNS = (
    *(Delivery.id, Delivery.recipient, Delivery.purpose, Delivery.ground, Delivery.kind, Delivery.format),
    *(Delivery.columns, Delivery.text_version, Delivery.state, Delivery.asked_by, Delivery.asked_at),
    *(Delivery.approved_by, Delivery.approved_at, Delivery.made_at, Delivery.record_count, Delivery.fetched_at),
    *(Delivery.file_until, Delivery.hidden_until, Delivery.law, Delivery.dossier_id),
)


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One file, as the ledger knows it (BXL-37)."""

    id: UUID
    recipient: str
    purpose: str
    ground: str
    kind: str
    format: str
    columns: tuple[str, ...]
    text_version: str
    state: str
    asked_by: UUID | None
    asked_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    made_at: datetime | None
    record_count: int | None
    fetched_at: datetime | None
    file_until: datetime | None
    hidden_until: date | None
    law: str | None
    dossier_id: UUID | None

    @property
    def is_order(self) -> bool:
        """Tell whether the law asked for it."""
        return self.kind == Kind.ORDER


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A recipient's certificate, as it is compared."""

    id: UUID
    recipient: str
    digest: str
    expires_on: date
    added_by: UUID
    checked_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many children stand how with a recipient, and the files that somebody looks at by hand."""

    standing: Standing
    children: int
    files: tuple[str, ...]


def listed(session: Session, *, orders: bool, before: datetime | None = None) -> tuple[DeliveryLine, ...]:
    """Return a page of the ledger, the newest first, and one line more when there is more."""
    query = select(*_COLUMNS).where((Delivery.kind == Kind.ORDER) if orders else (Delivery.kind != Kind.ORDER))
    if before is not None:
        query = query.where(Delivery.asked_at < before)
    rows = session.execute(query.order_by(Delivery.asked_at.desc(), Delivery.id).limit(PAGE_SIZE + 1))
    return tuple(_line(row) for row in rows)


def delivery_of(session: Session, delivery_id: UUID) -> DeliveryLine:
    """Return one file; raises NotFound."""
    row = session.execute(select(*_COLUMNS).where(Delivery.id == delivery_id)).one_or_none()
    if row is None:
        raise NotFound
    return _line(row)


def order_said(session: Session, delivery_id: UUID) -> dict[str, str]:
    """Return the reference of an order and who gave it; raises NotFound."""
    sealed = session.scalar(select(Delivery.sealed).where(Delivery.id == delivery_id))
    if sealed is None:
        raise NotFound
    said: dict[str, str] = open_json(
        session, sealed, owner_id=delivery_id, key_class=ORDER_KEY_CLASS, place=place_of(delivery_id)
    )
    return said


def keys_listed(session: Session) -> tuple[KeyLine, ...]:
    """Return every certificate, by recipient, the newest first."""
    rows = session.execute(
        select(
            *(RecipientKey.id, RecipientKey.recipient, RecipientKey.digest, RecipientKey.expires_on),
            *(RecipientKey.added_by, RecipientKey.checked_at, RecipientKey.ended_at),
        ).order_by(RecipientKey.recipient, RecipientKey.added_at.desc(), RecipientKey.id)
    )
    return tuple(KeyLine(*row) for row in rows)


def counted(session: Session, profile: Profile, recipient: str) -> tuple[Count, ...]:
    """Return how many children would be in a recipient's next file, and how many are left out and why."""
    if recipient not in {one.key for one in served(profile)}:
        return ()
    name = function_of(profile.key, recipient, what="count")
    rows = session.execute(text(_COUNTS.format(name=name)))
    return tuple(Count(Standing(row.standing), row.children, tuple(row.files)) for row in rows)


def file_named(session: Session, reference: str) -> UUID:
    """Return the file that an order names by its reference; raises NotFound. The audit hears nothing of it."""
    found: UUID | None = session.scalar(_FILE, {"reference": reference})
    if found is None:
        raise NotFound
    return found


def _line(row: Any) -> DeliveryLine:
    values = dict(row._mapping)
    return DeliveryLine(**{**values, "columns": tuple(values["columns"])})
