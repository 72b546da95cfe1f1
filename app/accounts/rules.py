"""How long a session lives, and what a login may look like."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

SESSION_ID_BYTES = 32


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """The idle and absolute limits of a session."""

    idle: timedelta
    absolute: timedelta

    def expires_at(self, now: datetime) -> datetime:
        """Return the end of a session that begins now, whatever happens in it."""
        return now + self.absolute


def hash_of(secret: str) -> bytes:
    """Return what the database keeps of a random secret."""
    return hashlib.sha256(secret.encode()).digest()
