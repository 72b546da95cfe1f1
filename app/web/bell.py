"""The alarm clock: tells the worker that the outbox holds something. Losing a ring loses no message."""

from __future__ import annotations

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

QUEUE = "opvangloket"
DRAIN = "jobs.outbox.drain"
FAILURE_TTL = 3600


class Bell:
    """Rings the queue; Valkey being away, slow or wiped is no error for the person who waits for a page."""

    def __init__(self, connection: Redis) -> None:
        self._queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)

    def ring(self) -> None:
        """Ask for the outbox to be drained soon; the minute sweep does it anyway."""
        try:
            self._queue.enqueue(DRAIN, description="outbox", result_ttl=0, failure_ttl=FAILURE_TTL)
        except RedisError:
            return
