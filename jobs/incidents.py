"""The jobs of leaks and complaints: the mails around them, and the watch that opens cases by itself."""

from __future__ import annotations

from datetime import datetime

from app.core.actor import system
from app.core.db import transaction
from app.incidents.operations.telling import tell_complainants, tell_families, tell_overseers
from app.incidents.operations.watch import watch
from jobs.context import context

BATCH = 500
# Whose standing still is a finding by itself.
WATCHED_JOBS = ("retention", "erase-ordered", "verify-audit")


def case_mails(now: datetime) -> int:
    """Mail overseers of what was reported, families of what happened to their data, and who complained of an answer."""
    surroundings = context()
    handled = 0
    for organisation in surroundings.profiles:
        with transaction(surroundings.databases, "jobs", system("cases", organisation), now) as session:
            handled += tell_overseers(session, now=now)
            handled += tell_families(session, now=now, limit=BATCH)
            handled += tell_complainants(session, now=now)
    return handled


def watch_terms(now: datetime) -> int:
    """Open a case for what is kept too long, was looked at without a ground, or stands still (LEU-56)."""
    surroundings = context()
    handled = 0
    for organisation, profile in surroundings.profiles.items():
        if profile.application is not None:
            with transaction(surroundings.databases, "jobs", system("watch", organisation), now) as session:
                handled += watch(session, profile, jobs=WATCHED_JOBS, now=now)
    return handled
