"""Writes the day's page counts from the memory of the queue server into the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError

from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.statistics.operations import record_page_counts
from app.web.page_counts import counts_key
from jobs.context import context

DAYS_BACK = 3


def record(now: datetime) -> int:
    """Write the totals of today and the days before; without the queue server there is nothing to write."""
    surroundings = context()
    connection = Redis.from_url(surroundings.settings.redis_url or "redis://", socket_timeout=5, decode_responses=True)
    handled = 0
    for organisation, profile in surroundings.profiles.items():
        if profile.settings.analytics != "counters":
            continue
        for back in range(DAYS_BACK + 1):
            day = today_at(now) - timedelta(days=back)
            try:
                kept = connection.hgetall(counts_key(organisation, day))
            except RedisError:
                return handled
            counts = {}
            for field, views in kept.items():
                page, _, source = str(field).rpartition(" ")
                counts[page, source] = int(views)
            if not counts:
                continue
            with transaction(surroundings.databases, "jobs", system("counters", organisation), now) as session:
                handled += record_page_counts(session, day, counts)
    return handled
