"""Every scheduled job of the house: its name, its rhythm, and what it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.core.clock import BRUSSELS
from jobs import deliveries, incidents, page_counts, registers, retention, rights, tasks


@dataclass(frozen=True)
class Job:
    """A job runs once for each slot; a slot that was missed is caught up, the latest one only."""

    name: str
    run: Callable[[datetime], int]
    every: timedelta = timedelta()
    at: time | None = None
    weekdays: frozenset[int] = frozenset(range(7))
    # A job that must not wait for the queue: the scheduler runs it itself.
    inline: bool = False

    def slot(self, now: datetime) -> datetime:
        """Return the latest moment at which the job was due."""
        if self.at is None:
            seconds = self.every.total_seconds()
            return datetime.fromtimestamp(now.timestamp() // seconds * seconds, now.tzinfo)
        local = now.astimezone(BRUSSELS)
        day = local.date()
        while True:
            due = datetime.combine(day, self.at, BRUSSELS)
            if due <= local and day.weekday() in self.weekdays:
                return due.astimezone(now.tzinfo)
            day -= timedelta(days=1)

    @property
    def rhythm(self) -> str:
        """Return the rhythm in words for `flask jobs list`."""
        if self.at is None:
            return f"every {int(self.every.total_seconds())} s"
        days = "daily" if len(self.weekdays) == 7 else "on working days"
        return f"{days} at {self.at:%H:%M}"


WORKING_DAYS = frozenset(range(5))
JOBS: tuple[Job, ...] = (
    Job("send-outbox", tasks.send_outbox, every=timedelta(minutes=1), inline=True),
    Job("seal-audit", tasks.seal_audit, every=timedelta(seconds=10), inline=True),
    Job("lapse-offers", tasks.lapse_offers, every=timedelta(minutes=5)),
    Job("find-doubles", tasks.find_doubles, every=timedelta(minutes=5)),
    Job("expire-drafts", tasks.expire_drafts, every=timedelta(hours=1)),
    Job("wipe-devices", tasks.wipe_devices, every=timedelta(minutes=5)),
    Job("draft-notices", tasks.draft_notices, every=timedelta(hours=1)),
    Job("expire-applications", tasks.end_applications, at=time(6)),
    # The list itself follows the clock; this tells the family that its request stands on it.
    Job("urgent-notices", tasks.urgent_notices, at=time(8)),
    Job("birth-reminders", tasks.remind_births, at=time(9)),
    Job("erasure-notices", tasks.erasure_notices, at=time(9, 30)),
    Job("surveys", tasks.ask_surveys, every=timedelta(hours=1)),
    Job("start-reminders", tasks.remind_starts, at=time(9)),
    # In the morning, so that the day of the reminder is whole.
    Job("offer-reminders", tasks.remind_offers, at=time(8)),
    Job("helper-deadlines", tasks.helper_deadlines, at=time(8, 15)),
    Job("agreement-warnings", tasks.agreement_warnings, at=time(7, 30)),
    Job("facility-digest", tasks.facility_digest, at=time(7), weekdays=WORKING_DAYS),
    # A report of a leak reaches who handles it at once.
    Job("case-mails", incidents.case_mails, every=timedelta(minutes=1)),
    Job("watch-terms", incidents.watch_terms, at=time(6, 30)),
    Job("rights-answers", rights.rights_answers, every=timedelta(minutes=1)),
    Job("rights-reminders", rights.rights_reminders, at=time(7, 15)),
    Job("count-pages", page_counts.record, every=timedelta(minutes=15)),
    Job("register-warnings", registers.register_warnings, at=time(7, 45)),
    Job("verify-audit", tasks.verify_audit, at=time(5)),
    Job("close-unused-accounts", tasks.close_unused_accounts, at=time(3)),
    Job("deliveries", deliveries.deliveries, every=timedelta(minutes=15)),
    # At night; the latest slot alone is run, and takes whatever is due, so that a missed night is caught up.
    Job("retention", retention.run, at=time(2)),
    Job("erase-ordered", retention.erase_ordered, every=timedelta(minutes=15)),
    Job("housekeeping", tasks.housekeeping, at=time(4)),
)


def job(name: str) -> Job:
    """Return a job by its name; raises KeyError."""
    return {each.name: each for each in JOBS}[name]
