"""The jobs of leaks and complaints, run at a moment of the test's choosing."""

from __future__ import annotations

from datetime import datetime

from app.core.actor import system
from app.core.db import transaction
from app.incidents.operations.telling import tell_complainants, tell_families, tell_overseers
from app.incidents.operations.watch import watch
from app.web.doors import House
from jobs.incidents import BATCH, WATCHED_JOBS
from tests.people import BRUSSELS


def mails(house: House, now: datetime | None = None, organisation: str = BRUSSELS) -> int:
    """Let the mails around cases leave; return how many were written."""
    now = now or house.clock.now()
    with transaction(house.databases, "jobs", system("cases", organisation), now) as session:
        return (
            tell_overseers(session, now=now)
            + tell_families(session, now=now, limit=BATCH)
            + tell_complainants(session, now=now)
        )


def watched(house: House, now: datetime | None = None, organisation: str = BRUSSELS) -> int:
    """Let the watch look; return how many cases it opened."""
    now = now or house.clock.now()
    with transaction(house.databases, "jobs", system("watch", organisation), now) as session:
        return watch(session, house.profiles[organisation], jobs=WATCHED_JOBS, now=now)
