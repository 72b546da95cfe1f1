"""Runs one scheduled job for one slot, at most once, and keeps the record of it."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.actor import system
from app.core.db import transaction
from app.core.models import JobRun
from jobs.context import context
from jobs.restored import stands_back
from jobs.schedule import job

SCHEDULER = system("scheduler")
log = logging.getLogger("jobs.runner")


def run(name: str, slot: str) -> int | None:
    """Run a job for its slot; None when that slot was taken by another run, or the database is not reconciled yet."""
    surroundings = context()
    if stands_back(surroundings, name):
        return None
    started = surroundings.now()
    with transaction(surroundings.databases, "jobs", SCHEDULER, started) as session:
        taken = session.connection().execute(
            insert(JobRun.__table__)  # type: ignore[arg-type]
            .values(id=uuid4(), name=name, slot=datetime.fromisoformat(slot), started_at=started)
            .on_conflict_do_nothing()
            .execution_options(preserve_rowcount=True)
        )
    if not taken.rowcount:
        return None
    try:
        handled = job(name).run(started)
    except Exception:
        _finish(name, slot, "failed", None)
        log.exception("job failed", extra={"job": name})
        raise
    _finish(name, slot, "done", handled)
    if handled:
        log.info("job done", extra={"job": name, "count": handled})
    return handled


def last_success(name: str) -> datetime | None:
    """Return when the job last ended well."""
    surroundings = context()
    with transaction(surroundings.databases, "jobs", SCHEDULER, surroundings.now()) as session:
        return session.scalar(
            select(JobRun.finished_at)
            .where(JobRun.name == name, JobRun.outcome == "done")
            .order_by(JobRun.slot.desc())
            .limit(1)
        )


def was_taken(name: str, slot: datetime) -> bool:
    """Tell whether a run for this slot was begun."""
    surroundings = context()
    with transaction(surroundings.databases, "jobs", SCHEDULER, surroundings.now()) as session:
        return session.scalar(select(JobRun.id).where(JobRun.name == name, JobRun.slot == slot)) is not None


def _finish(name: str, slot: str, outcome: str, handled: int | None) -> None:
    surroundings = context()
    now = surroundings.now()
    with transaction(surroundings.databases, "jobs", SCHEDULER, now) as session:
        session.execute(
            update(JobRun)
            .where(JobRun.name == name, JobRun.slot == datetime.fromisoformat(slot))
            .values(finished_at=now, outcome=outcome, handled=handled)
        )
