"""The watch: finds by itself what counts as a leak, and opens a case for it (LEU-56).

It asks the tables and not the job that deletes: a deletion that fails, or stands still, is found by somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.incidents.operations.reports import open_found_case
from app.incidents.rules import FILES_WITHOUT_GROUND, GRACE, LATE_AFTER, REFUSALS_IN_A_DAY, Category, Finding
from app.mandates.queries.grounds import OPENED, WITHOUT_GROUND
from app.organisations.profile import Profile
from app.organisations.rules import groups_held
from app.organisations.terms import Anchor, KeepRule

# Days that were missed are looked at again; a finding that has its case is passed over.
LOOKED_BACK = timedelta(days=7)
CATCHING_UP = timedelta(hours=1)
_WORKERS = "('facility', 'staff', 'counter', 'helper', 'oversight')"
_DAY = "(e.at at time zone 'Europe/Brussels')::date"
# A file counts as over when even its latest fact is: its last activity, or the end of the last place of its children.
_FILES = text(
    """
    select count(*) as files from dossier d
    where d.organisation = app.organisation() and d.last_activity_at < :before
      and (not :until_care or not exists (
        select 1 from placement p where p.dossier_id = d.id
          and coalesce(p.end_date, (p.start_date + make_interval(years => :care_ends))::date) >= :before))
      and not exists (
        select 1 from legal_hold h where h.dossier_id = d.id and h.ended_at is null and h.until >= app.today())
    """
)
_OTHERS = {
    "drafts": text(
        "select count(*) from draft where organisation = app.organisation() and expires_at < :before"
        " and submitted_at is null"
    ),
    "sessions": text(
        "select count(*) from web_session where organisation = app.organisation() and expires_at < :before"
    ),
    "messages": text("select count(*) from outbox where organisation = app.organisation() and created_at < :before"),
    "audit": text("select count(*) from audit_entry where organisation = app.organisation() and at < :before"),
}
_REFUSED = text(
    f"""
    select e.actor_id, {_DAY} as day, count(*) as times, min(e.at) as since, max(e.at) as until
    from audit_entry e where e.organisation = app.organisation() and e.at >= :since and e.event = 'refused'
      and e.actor_kind in {_WORKERS}
    group by e.actor_id, day having count(*) >= :series
    """  # noqa: S608  the parts are fixed words of this file
)
_NO_GROUND = text(
    f"""
    select e.actor_id, {_DAY} as day, count(distinct e.subjects[1]) as times, min(e.at) as since, max(e.at) as until
    from audit_entry e where e.organisation = app.organisation() and e.at >= :since and {OPENED} and {WITHOUT_GROUND}
    group by e.actor_id, day having count(distinct e.subjects[1]) >= :series
    """  # noqa: S608
)
# A house that stood still as a whole catches up when it is back: a job is late only where others ran on without it.
_LATE = text(
    """
    with last as (
        select coalesce(max(r.finished_at) filter (where r.name = :job and r.outcome = 'done'), min(r.started_at)) as at
        from job_run r)
    select last.at from last where exists (
        select 1 from job_run o where o.started_at >= last.at + :late and o.started_at < :now - :catching_up)
    """
)
_OPEN = text("select 1 from leak_case where state <> 'closed' and starts_with(watch_key, :prefix) limit 1")


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: what it is about, its own key, and whom it points at."""

    finding: Finding
    about: str
    key: str
    count: int
    suspect: tuple[UUID, datetime, datetime] | None = None


def watch(session: Session, profile: Profile, *, jobs: tuple[str, ...], now: datetime) -> int:
    """Look for data over its term, refusals and reads without ground in series, and late jobs; return the new cases."""
    opened = 0
    for found in (
        *_over_term(session, profile, now),
        *_series(session, _REFUSED, Finding.REFUSED, REFUSALS_IN_A_DAY, now),
        *_series(session, _NO_GROUND, Finding.NO_GROUND, FILES_WITHOUT_GROUND, now),
        *_late(session, jobs, now),
    ):
        # While somebody works at a case, the same finding of the next day is no other one.
        if found.suspect is None and session.execute(_OPEN, {"prefix": f"{found.finding}:{found.about}:"}).first():
            continue
        opened += open_found_case(
            session,
            uuid4(),
            category=Category.KEPT if found.finding in (Finding.TERM, Finding.LATE) else Category.SEEN,
            watch_key=f"{found.finding}:{found.about}:{found.key}",
            found={"finding": str(found.finding), "about": found.about, "count": found.count},
            suspect=found.suspect,
            language=profile.languages.master,
            now=now,
        )
    return opened


def _over_term(session: Session, profile: Profile, now: datetime) -> Iterator[Found]:
    counts = {
        "files": _files_over(session, profile, now),
        "drafts": _count(session, "drafts", now - GRACE),
        "sessions": _count(session, "sessions", now - GRACE),
        "messages": _written_over(session, profile, "messages", "messages", now),
        "audit": _written_over(session, profile, "audit", "access_log", now),
    }
    for store, count in counts.items():
        if count:
            yield Found(Finding.TERM, store, f"{now:%Y-%m-%d}", count)


def _files_over(session: Session, profile: Profile, now: datetime) -> int:
    """Count the files of which nothing may be there any more: past the longest term of what they hold."""
    rules = [profile.retention[group] for group in groups_held(profile)]
    counted = [rule for rule in rules if rule.anchor in (Anchor.LAST_ACTIVITY, Anchor.END_OF_CARE)]
    if not counted:
        return 0
    values = {
        "before": min(_before(rule, now) for rule in counted),
        "until_care": any(rule.anchor is Anchor.END_OF_CARE for rule in counted),
        "care_ends": profile.settings.care_ends_age,
    }
    count: int = session.scalar(_FILES, values) or 0
    return count


def _written_over(session: Session, profile: Profile, store: str, group: str, now: datetime) -> int:
    rule = profile.retention[group]
    return _count(session, store, _before(rule, now)) if rule.anchor is Anchor.WRITTEN else 0


def _count(session: Session, store: str, before: datetime) -> int:
    count: int = session.scalar(_OTHERS[store], {"before": before}) or 0
    return count


def _before(rule: KeepRule, now: datetime) -> datetime:
    """Return the moment before which a record is over its term, with the days of grace."""
    try:
        years_ago = now.replace(year=now.year - rule.years)
    except ValueError:
        years_ago = now.replace(year=now.year - rule.years, day=28)
    return years_ago - timedelta(days=rule.days) - GRACE


def _series(session: Session, statement: Any, finding: Finding, series: int, now: datetime) -> Iterator[Found]:
    for row in session.execute(statement, {"since": now - LOOKED_BACK, "series": series}):
        # The stretch of the audit holds its last entry too.
        span = (row.actor_id, row.since, row.until + timedelta(seconds=1))
        yield Found(finding, str(row.actor_id), f"{row.day}", row.times, span)


def _late(session: Session, jobs: tuple[str, ...], now: datetime) -> Iterator[Found]:
    for job in jobs:
        values = {"job": job, "now": now, "late": LATE_AFTER, "catching_up": CATCHING_UP}
        last: datetime | None = session.scalar(_LATE, values)
        if last is not None:
            yield Found(Finding.LATE, job, f"{now:%Y-%m-%d}", (now - last) // timedelta(hours=1))
