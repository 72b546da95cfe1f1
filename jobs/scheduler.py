"""The clock of the house: one process, kept single by a lock in the database; missed slots are caught up."""

from __future__ import annotations

import logging
import signal
from datetime import datetime, timedelta
from threading import Event

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.web.bell import FAILURE_TTL, QUEUE
from jobs import runner
from jobs.context import Context, context
from jobs.schedule import JOBS, Job

LOCK = 0x0A0D5C
TICK_SECONDS = 1.0
STANDBY_SECONDS = 5.0
# A slot that was asked for and not begun is asked for again: the queue may have lost it.
ASK_AGAIN = timedelta(seconds=60)
RUN = "jobs.runner.run"
log = logging.getLogger("jobs.scheduler")


class Scheduler:
    """Asks for every job at its slot."""

    def __init__(self, surroundings: Context) -> None:
        self.surroundings = surroundings
        redis = Redis.from_url(surroundings.settings.redis_url, socket_timeout=1, socket_connect_timeout=1)
        self.queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
        self._asked: dict[str, tuple[datetime, datetime]] = {}
        self._done: dict[str, datetime] = {}

    def tick(self) -> None:
        """Ask for each job whose latest slot was not begun."""
        now = self.surroundings.now()
        for each in JOBS:
            slot = each.slot(now)
            if self._done.get(each.name) == slot:
                continue
            if each.inline:
                self._run(each, slot)
            elif runner.was_taken(each.name, slot):
                self._done[each.name] = slot
            elif self._is_time_to_ask(each.name, slot, now):
                self._ask(each, slot, now)

    def _is_time_to_ask(self, name: str, slot: datetime, now: datetime) -> bool:
        asked_slot, asked_at = self._asked.get(name, (None, now))
        return asked_slot != slot or now - asked_at >= ASK_AGAIN

    def _ask(self, each: Job, slot: datetime, now: datetime) -> None:
        self._asked[each.name] = (slot, now)
        try:
            self.queue.enqueue(
                RUN,
                each.name,
                slot.isoformat(),
                description=each.name,
                job_timeout=3600,
                result_ttl=0,
                failure_ttl=FAILURE_TTL,
            )
        except RedisError:
            # Without its queue the house is slower, not silent.
            self._run(each, slot)

    def _run(self, each: Job, slot: datetime) -> None:
        self._done[each.name] = slot
        try:
            runner.run(each.name, slot.isoformat())
        except Exception:  # the next job must not wait for the repair of this one
            log.exception("job failed", extra={"job": each.name})


def main() -> None:
    """Wait for the lock, then keep time until asked to stop."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    surroundings = context()
    while not stop.is_set():
        try:
            with (
                surroundings.databases.engine("jobs")
                .execution_options(isolation_level="AUTOCOMMIT")
                .connect() as connection
            ):
                _keep_time(surroundings, connection, stop)
        except SQLAlchemyError:
            log.exception("the database is away")
            surroundings.databases.dispose()
        stop.wait(STANDBY_SECONDS)


def _keep_time(surroundings: Context, connection: Connection, stop: Event) -> None:
    if not connection.scalar(text("select pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        return
    log.info("this scheduler keeps the time")
    scheduler = Scheduler(surroundings)
    while not stop.wait(TICK_SECONDS):
        # The lock lives as long as its connection: when that is gone, another scheduler may already keep the time.
        connection.execute(text("select 1"))
        scheduler.tick()


if __name__ == "__main__":
    main()
