"""A database that was restored stands back: nothing leaves it and no job runs before it is reconciled."""

from __future__ import annotations

import logging

from app.core import heads
from app.core.actor import system
from app.core.db import transaction
from jobs.context import Context

SEALER = system("sealer")
log = logging.getLogger("jobs.restored")


def behind_published(surroundings: Context) -> heads.Behind | None:
    """Tell whether the database is older than what was published outside it."""
    with transaction(surroundings.databases, "jobs", SEALER, surroundings.now()) as session:
        return heads.behind(session, surroundings.settings.kept_apart)


def stands_back(surroundings: Context, name: str) -> bool:
    """Tell whether a job must wait for `flask retention replay`, and say so in the log (KG-37)."""
    found = behind_published(surroundings)
    if found is not None:
        log.error("not reconciled after a restore", extra={"job": name, "count": found.published - found.held})
    return found is not None
