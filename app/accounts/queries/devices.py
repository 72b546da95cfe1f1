"""Reads of public devices: the one behind a browser, and all of an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import KioskDevice
from app.accounts.rules import hash_of
from app.core.db import Databases, call_signin


@dataclass(frozen=True, slots=True)
class DeviceHere:
    """The device that a browser says it is; `visit_is_over` when it still shows a session that counts no more."""

    id: UUID
    organisation: str
    is_live: bool
    visit_is_over: bool


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as its administrator sees it."""

    id: UUID
    name: str
    code_expires_at: datetime | None
    enrolled_at: datetime | None
    last_seen_at: datetime | None
    revoked_at: datetime | None


_ROW = select(
    KioskDevice.id,
    KioskDevice.name,
    KioskDevice.code_expires_at,
    KioskDevice.enrolled_at,
    KioskDevice.last_seen_at,
    KioskDevice.revoked_at,
)


def device_here(
    databases: Databases, token: str, session_id: str | None, now: datetime, *, is_busy: bool
) -> DeviceHere | None:
    """Return the device whose secret a browser shows, None when nobody's; whoever is busy there stays signed in."""
    rows = call_signin(
        databases,
        "device",
        token_hash=hash_of(token),
        id_hash=hash_of(session_id) if session_id else None,
        is_busy=is_busy,
        now=now,
    )
    if not rows:
        return None
    row = rows[0]
    return DeviceHere(row.id, row.organisation, row.is_live, row.visit_is_over)


def devices(session: Session, limit: int = 200) -> tuple[DeviceRow, ...]:
    """Return the devices of the organisation, those in use first; none for who does not manage them."""
    rows = session.execute(
        _ROW.order_by(KioskDevice.revoked_at.is_not(None), KioskDevice.name, KioskDevice.id).limit(limit)
    )
    return tuple(DeviceRow(*row) for row in rows)


def device(session: Session, device_id: UUID) -> DeviceRow | None:
    """Return one device of the organisation, None for who does not manage it."""
    row = session.execute(_ROW.where(KioskDevice.id == device_id)).one_or_none()
    return DeviceRow(*row) if row is not None else None
