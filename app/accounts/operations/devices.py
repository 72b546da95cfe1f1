"""Registering a public device: an administrator makes it and its code, the code is typed on the device, once."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.accounts.models import KioskDevice
from app.accounts.operations.signing_in import count_attempt
from app.accounts.rules import (
    DEVICE_CODE_TERM,
    SESSION_ID_BYTES,
    TRIES_PER_ADDRESS,
    Denied,
    hash_of,
    tries_allowed,
)
from app.core.audit import note_before_sign_in, note_event
from app.core.crypto import KeyRing, keyring_of
from app.core.db import Databases, actor_of, call_signin
from app.core.errors import NotFound, Refused


def make_device(session: Session, name: str, code: str, *, now: datetime) -> UUID:
    """Add a device that whoever types the code on it in time registers; only the code's keyed hash is kept.

    Raises Refused (another device has this name).
    """
    _require_free_name(session, name)
    made, actor = uuid4(), actor_of(session)
    session.execute(
        insert(KioskDevice).values(
            id=made,
            organisation=actor.organisation,
            name=name,
            code_hash=_code_hash(keyring_of(session), code),
            code_expires_at=now + DEVICE_CODE_TERM,
            created_by=actor.id,
            created_at=now,
        )
    )
    note_event(session, "device_made")
    return made


def renew_device_code(session: Session, device_id: UUID, code: str, *, now: datetime) -> None:
    """Give a device another code: for a browser that lost its registration. Raises NotFound for one that is revoked."""
    _change(
        session,
        device_id,
        code_hash=_code_hash(keyring_of(session), code),
        code_expires_at=now + DEVICE_CODE_TERM,
    )
    note_event(session, "device_code_made")


def rename_device(session: Session, device_id: UUID, name: str) -> None:
    """Call a device otherwise; raises NotFound, and Refused (another device has this name)."""
    _require_free_name(session, name, but=device_id)
    _change(session, device_id, name=name)
    note_event(session, "device_renamed")


def revoke_device(session: Session, device_id: UUID, *, now: datetime) -> None:
    """End a registration: the next request from there is that of an ordinary browser (KL-32). Raises NotFound."""
    _change(
        session,
        device_id,
        code_hash=None,
        code_expires_at=None,
        revoked_at=now,
        revoked_by=actor_of(session).id,
    )
    note_event(session, "device_revoked")


def enrol_device(databases: Databases, organisation: str, code: str, address: str, now: datetime) -> str | None:
    """Spend a code and return the secret for the device's browser; None for a code that opens nothing.

    Raises Refused (too many tries).
    """
    key = databases.keyring.token("device-address", address)
    if not tries_allowed(count_attempt(databases, organisation, key, now), TRIES_PER_ADDRESS):
        raise Refused(Denied.TOO_MANY_TRIES)
    token = secrets.token_urlsafe(SESSION_ID_BYTES)
    rows = call_signin(
        databases,
        "enrol_device",
        organisation=organisation,
        code_hash=_code_hash(databases.keyring, code),
        token_hash=hash_of(token),
        now=now,
    )
    enrolled = bool(rows) and rows[0][0] is not None
    note_before_sign_in(
        databases,
        organisation,
        "device_enrolled" if enrolled else "device_enrol_failed",
        kind="visitor",
        actor_id=None,
        now=now,
    )
    if enrolled:
        call_signin(databases, "give_back_attempt", organisation=organisation, key=key)
    return token if enrolled else None


def bind_session(databases: Databases, session_id: str, device_id: UUID) -> None:
    """Let a session that begins hold on this device only."""
    call_signin(databases, "bind_session", id_hash=hash_of(session_id), device_id=device_id)


def end_device_visit(
    databases: Databases, organisation: str, device_id: UUID, session_id: str | None, now: datetime
) -> None:
    """End every session of a device, and what was typed there and given no code to go on with (LEU-49)."""
    rows = call_signin(
        databases,
        "end_device_visit",
        device_id=device_id,
        id_hash=hash_of(session_id) if session_id else None,
        now=now,
    )
    if rows[0][0]:
        note_before_sign_in(databases, organisation, "device_wiped", kind="visitor", actor_id=None, now=now)


def _require_free_name(session: Session, name: str, but: UUID | None = None) -> None:
    """Raise Refused for a name that a device in use has: two of a name, and the wrong one is revoked."""
    others = select(KioskDevice.id).where(KioskDevice.name == name, KioskDevice.revoked_at.is_(None))
    if any(other != but for other in session.scalars(others)):
        raise Refused(Denied.NAME_TAKEN)


def _change(session: Session, device_id: UUID, **values: Any) -> None:
    changed = session.connection().execute(
        update(KioskDevice).where(KioskDevice.id == device_id, KioskDevice.revoked_at.is_(None)).values(**values)
    )
    if not changed.rowcount:
        raise NotFound


def _code_hash(keyring: KeyRing, code: str) -> bytes:
    return keyring.token("device-code", code)
