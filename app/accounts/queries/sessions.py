"""Reads of sessions, links and accounts; most of them before an actor exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, WebSession
from app.accounts.rules import hash_of
from app.core.actor import Kind
from app.core.db import Databases, actor_of, call_signin


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that is neither ended, nor idle too long, nor past its limit."""

    actor_kind: str
    actor_id: UUID
    created_at: datetime
    expires_at: datetime
    language: str | None
    # Whom the actor fills in beside at this moment.
    assisting_kind: str | None = None
    assisting_id: UUID | None = None
    # The public device it began on.
    device_id: UUID | None = None


def live_session(
    databases: Databases, organisation: str, session_id: str, now: datetime, idle: timedelta
) -> LiveSession | None:
    """Return the session behind a browser's id, in this organisation only."""
    rows = call_signin(databases, "session", id_hash=hash_of(session_id), organisation=organisation, now=now, idle=idle)
    if not rows:
        return None
    row = rows[0]
    return LiveSession(
        row.actor_kind,
        row.actor_id,
        row.created_at,
        row.expires_at,
        row.language,
        row.assisting_kind,
        row.assisting_id,
        row.device_id,
    )


def link_owner(databases: Databases, organisation: str, token: str, purpose: str, now: datetime) -> UUID | None:
    """Return whose link this is while it can still be spent; asking spends nothing."""
    rows = call_signin(databases, "token", hash=hash_of(token), organisation=organisation, purpose=purpose, now=now)
    return rows[0].account_id if rows else None


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One session of the actor's own: when it began, when it was last used, whether it still lives."""

    id_hash: bytes
    created_at: datetime
    last_seen_at: datetime
    is_this: bool
    is_live: bool


def own_sessions(
    session: Session, this: str, now: datetime, idle: timedelta, limit: int = 10
) -> tuple[OwnSession, ...]:
    """Return the actor's latest sessions, the newest first."""
    rows = session.execute(
        select(
            WebSession.id_hash,
            WebSession.created_at,
            WebSession.last_seen_at,
            WebSession.expires_at,
            WebSession.ended_at,
        )
        .where(WebSession.actor_id == actor_of(session).id, WebSession.actor_kind != Kind.PENDING)
        .order_by(WebSession.created_at.desc(), WebSession.id_hash)
        .limit(limit)
    )
    return tuple(
        OwnSession(
            bytes(row.id_hash),
            row.created_at,
            row.last_seen_at,
            is_this=bytes(row.id_hash) == hash_of(this),
            is_live=row.ended_at is None and row.expires_at > now and row.last_seen_at > now - idle,
        )
        for row in rows
    )


def own_login(session: Session) -> str | None:
    """Return the address that the actor signs in with."""
    login: str | None = session.scalar(select(Account.login).where(Account.id == actor_of(session).id))
    return login
