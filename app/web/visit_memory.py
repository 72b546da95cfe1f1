"""What a visitor looked for, remembered for the visit only: in the memory of the queue server, under a hashed id.

Nothing of it is written to the database, nothing names a person, and it is gone when the visit is over (LEU-49). Where
the queue server is away, or the browser keeps no cookie, nothing is remembered and every page still works.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from redis import Redis
from redis.exceptions import RedisError

LONGEST = 1000


class VisitMemory:
    """Keeps one small set of texts for each browser, as long as its visit lasts."""

    def __init__(self, connection: Redis) -> None:
        self._connection = connection

    def keep(self, organisation: str, session_id: str, what: str, values: Mapping[str, str], term: timedelta) -> None:
        """Remember these values until nothing was asked for the length of the term."""
        kept = json.dumps(dict(values))
        if len(kept) > LONGEST:
            return
        try:
            self._connection.set(_key(organisation, session_id, what), kept, ex=term)
        except RedisError:
            return

    def recall(self, organisation: str, session_id: str, what: str) -> Mapping[str, str]:
        """Return what was remembered, or nothing."""
        try:
            kept = self._connection.get(_key(organisation, session_id, what))
        except RedisError:
            return {}
        return json.loads(kept) if isinstance(kept, bytes) else {}

    def forget(self, organisation: str, session_id: str, what: str) -> None:
        """Drop what was remembered."""
        try:
            self._connection.delete(_key(organisation, session_id, what))
        except RedisError:
            return


def _key(organisation: str, session_id: str, what: str) -> str:
    # The id itself opens a session: a copy of this memory must not.
    return f"visit:{organisation}:{what}:{sha256(session_id.encode()).hexdigest()[:32]}"
