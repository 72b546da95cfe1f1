"""Reads of sessions and accounts, before an actor exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.accounts.rules import hash_of
from app.core.db import Databases, call_signin


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that is neither ended, nor idle too long, nor past its limit."""

    actor_kind: str
    actor_id: UUID
    created_at: datetime
    expires_at: datetime
    language: str | None


def live_session(
    databases: Databases, organisation: str, session_id: str, now: datetime, idle: timedelta
) -> LiveSession | None:
    """Return the session behind a browser's id, in this organisation only."""
    rows = call_signin(databases, "session", id_hash=hash_of(session_id), organisation=organisation, now=now, idle=idle)
    if not rows:
        return None
    row = rows[0]
    return LiveSession(row.actor_kind, row.actor_id, row.created_at, row.expires_at, row.language)


def link_owner(databases: Databases, organisation: str, token: str, purpose: str, now: datetime) -> UUID | None:
    """Return whose link this is while it can still be spent; asking spends nothing."""
    rows = call_signin(databases, "token", hash=hash_of(token), organisation=organisation, purpose=purpose, now=now)
    return rows[0].account_id if rows else None
