"""Opening and ending sessions."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from app.accounts.rules import SESSION_ID_BYTES, SessionTerms, hash_of
from app.core.db import Databases, call_signin


def open_session(
    databases: Databases, organisation: str, kind: str, actor_id: UUID, now: datetime, terms: SessionTerms, replaces: str | None
) -> str:
    """Open a session under a fresh id, end the one it replaces, and return the id for the browser."""
    session_id = secrets.token_urlsafe(SESSION_ID_BYTES)
    call_signin(
        databases,
        "open_session",
        id_hash=hash_of(session_id),
        organisation=organisation,
        kind=kind,
        actor_id=actor_id,
        now=now,
        expires=terms.expires_at(now),
        replaces=hash_of(replaces or ""),
    )
    return session_id


def end_session(databases: Databases, session_id: str, now: datetime) -> None:
    """End the session behind a browser's id."""
    call_signin(databases, "end_session", id_hash=hash_of(session_id), now=now)
