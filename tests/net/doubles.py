"""Permissive twins of rules that the net's tests name (`twin=`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.accounts.queries import LiveSession
from app.accounts.rules import hash_of
from app.core.actor import Kind
from app.core.db import Databases, call_signin

EVERYBODY = frozenset(Kind)
# Staff, and who only gave the password yet.
HALF_SIGNED_IN = frozenset({Kind.STAFF, Kind.PENDING})


def in_clear(*given: object, **_: object) -> bytes:
    """Seal nothing: keep the values as they are."""
    return json.dumps(next(dict(one) for one in given if isinstance(one, Mapping))).encode()


def any_session(
    databases: Databases, organisation: str, session_id: str, now: datetime, idle: timedelta
) -> LiveSession | None:
    """Take a session wherever it was made."""
    for place in ("brussels", "leuven"):
        for row in call_signin(
            databases, "session", id_hash=hash_of(session_id), organisation=place, now=now, idle=idle
        ):
            return LiveSession(row.actor_kind, row.actor_id, row.created_at, row.expires_at, row.language)
    return None
