"""The job of the registers: who keeps them hears in time of what ends."""

from __future__ import annotations

from datetime import datetime

from app.core.actor import system
from app.core.db import transaction
from app.privacy.operations import warn_of_registers
from jobs.context import context


def register_warnings(now: datetime) -> int:
    """Write to the overseers of each organisation about agreements and checks that end within 30 days, or 7."""
    surroundings = context()
    warned = 0
    for organisation, profile in surroundings.profiles.items():
        with transaction(surroundings.databases, "jobs", system("registers", organisation), now) as session:
            warned += warn_of_registers(session, profile, now=now)
    return warned
