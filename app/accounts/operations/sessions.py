"""Opening and ending sessions."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from app.accounts.models import WebSession
from app.accounts.rules import SESSION_ID_BYTES, SessionTerms, hash_of
from app.core.audit import note_event
from app.core.db import Databases, actor_of, call_signin
from app.core.errors import NotFound


def open_session(
    databases: Databases,
    organisation: str,
    kind: str,
    actor_id: UUID,
    now: datetime,
    terms: SessionTerms,
    replaces: str | None,
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


def end_own_session(session: Session, id_hash: bytes, now: datetime) -> None:
    """End one of the actor's own sessions; raises NotFound when there is no such live one."""
    ended = session.connection().execute(_own(session).where(WebSession.id_hash == id_hash).values(ended_at=now))
    if not ended.rowcount:
        raise NotFound
    note_event(session, "session_ended")


def end_other_sessions(session: Session, keep: str, now: datetime) -> None:
    """End every session of the actor but the one behind this browser's id."""
    session.connection().execute(_own(session).where(WebSession.id_hash != hash_of(keep)).values(ended_at=now))
    note_event(session, "sessions_ended")


def _own(session: Session) -> Update:
    return update(WebSession).where(WebSession.actor_id == actor_of(session).id, WebSession.ended_at.is_(None))
