"""Jobs run once for each slot, by one keeper of time, with or without the queue."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import text

from jobs import runner
from jobs.context import Context
from jobs.schedule import JOBS, WORKING_DAYS, Job
from jobs.scheduler import LOCK, Scheduler
from jobs.worker import ForbiddenJob, ListedJob


def nothing(now: datetime) -> int:
    """Do nothing."""
    return 0


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2027-01-15T05:59:00+00:00", "2027-01-14T06:00:00+00:00"),
        ("2027-01-15T06:00:00+00:00", "2027-01-15T06:00:00+00:00"),
        # A Saturday: the latest working day was Friday.
        ("2027-01-16T12:00:00+00:00", "2027-01-15T06:00:00+00:00"),
        # In summer seven o'clock in Brussels is five o'clock in UTC.
        ("2027-07-15T05:00:00+00:00", "2027-07-15T05:00:00+00:00"),
    ],
)
def test_a_daily_slot_follows_the_clock_of_brussels(now: str, slot: str) -> None:
    job = Job("digest", nothing, at=time(7), weekdays=WORKING_DAYS)
    assert job.slot(datetime.fromisoformat(now)) == datetime.fromisoformat(slot)


def test_a_repeated_slot_is_the_same_for_everyone() -> None:
    job = Job("sweep", nothing, every=timedelta(minutes=5))
    assert job.slot(datetime(2027, 1, 15, 9, 7, 30, tzinfo=UTC)) == datetime(2027, 1, 15, 9, 5, tzinfo=UTC)


def test_a_slot_is_run_once(surroundings: Context) -> None:
    slot = surroundings.now().isoformat()
    assert runner.run("housekeeping", slot) is not None
    assert runner.run("housekeeping", slot) is None
    assert runner.last_success("housekeeping") is not None


@pytest.mark.parametrize("job", JOBS, ids=[job.name for job in JOBS])
def test_every_job_runs_on_an_empty_house_and_twice(surroundings: Context, job: Job) -> None:
    for minute in range(2):
        assert runner.run(job.name, (surroundings.now() + timedelta(minutes=minute)).isoformat()) == 0


def test_a_missed_slot_is_caught_up_and_asked_for_once(surroundings: Context) -> None:
    scheduler = Scheduler(surroundings)
    scheduler.tick()
    scheduler.tick()
    asked = [job.description for job in scheduler.queue.jobs]
    assert sorted(asked) == sorted(job.name for job in JOBS if not job.inline)


def test_what_lies_in_the_queue_names_no_person(surroundings: Context) -> None:
    scheduler = Scheduler(surroundings)
    scheduler.tick()
    for job in scheduler.queue.jobs:
        assert len(job.args) == 2
        assert job.args[0] in {each.name for each in JOBS}
        datetime.fromisoformat(job.args[1])
        assert not job.kwargs


def test_without_its_queue_the_house_is_slower_not_silent(surroundings: Context) -> None:
    scheduler = Scheduler(surroundings)
    scheduler.queue.connection = Redis.from_url("redis://127.0.0.1:9", socket_connect_timeout=0.2)
    scheduler.tick()
    for job in JOBS:
        assert runner.last_success(job.name) is not None, job.name


def test_only_one_keeps_the_time(surroundings: Context) -> None:
    engine = surroundings.databases.engine("jobs")
    with engine.connect() as first, engine.connect() as second:
        assert first.scalar(text("select pg_try_advisory_lock(:lock)"), {"lock": LOCK})
        assert not second.scalar(text("select pg_try_advisory_lock(:lock)"), {"lock": LOCK})
        first.scalar(text("select pg_advisory_unlock(:lock)"), {"lock": LOCK})


def test_a_function_that_is_not_on_the_list_is_refused(surroundings: Context) -> None:
    queue = Queue(
        "forged",
        connection=Redis.from_url(surroundings.settings.redis_url),
        serializer=JSONSerializer,
        job_class=ListedJob,
    )
    forged = queue.enqueue("os.system", "true")
    with pytest.raises(ForbiddenJob):
        _ = forged.func
    with pytest.raises(ForbiddenJob):
        forged.perform()
