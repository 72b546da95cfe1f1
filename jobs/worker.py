"""The worker: takes jobs off the queue, and refuses every function that is not on its list.

Whoever can write to the queue can name any function; a name outside the list is never imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from redis import Redis
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from app import UnsafeSettings
from app.core.settings import Settings
from app.web.bell import DRAIN, QUEUE
from jobs.scheduler import RUN

ALLOWED = frozenset({DRAIN, RUN})


class ForbiddenJob(Exception):
    """A job names a function that the worker does not run."""


class ListedJob(Job):
    """A job that runs listed functions only."""

    @property
    def func(self) -> Callable[..., Any] | None:
        """Return the function; raises ForbiddenJob for one outside the list."""
        if self.func_name not in ALLOWED:
            raise ForbiddenJob
        return super().func


def main() -> None:
    """Work until asked to stop."""
    settings = Settings.from_env(os.environ)
    if settings.production and (problems := settings.problems()):
        raise UnsafeSettings("; ".join(problems))
    connection = Redis.from_url(settings.redis_url)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer, job_class=ListedJob)
    worker = Worker(
        [queue], connection=connection, serializer=JSONSerializer, job_class=ListedJob, log_job_description=False
    )
    worker.work(with_scheduler=False)


if __name__ == "__main__":
    main()
