"""The promises of the organisation's own statement: the rule that keeps each, its last proof, and how it stands now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.organisations.profile import Profile
from app.privacy.queries.checks import CheckLine, promise_checks
from app.privacy.rules import Light, job_light, worst

EVIDENCE = Path(__file__).parent.parent / "evidence"
# Whose statement each document is.
DOCUMENTS: Mapping[str, str] = {
    "brussels": "BXL",
    "leuven": "LEU",
    "kindengezin": "KG",
    "kinderkeet": "KK",
    "kidslife": "KL",
}
# What shows by itself whether a promise of this kind is kept today: jobs of each day, and what is past its date.
OF_KIND: Mapping[str, tuple[str, ...]] = {
    "retention": ("retention", "watch-terms", "held_back"),
    "transfer": ("deliveries",),
    "right": ("rights-reminders", "requests"),
    "access": ("verify-audit",),
    "security": ("verify-audit", "broken"),
}
# Promises of which something nearer is watched.
OF_PROMISE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("LEU-55", "LEU-56"), ("leaks",)),
    **dict.fromkeys(("BXL-68", "LEU-57", "KK-57"), ("complaints",)),
    **dict.fromkeys(("KL-36", "BXL-58"), ("verify-audit", "broken")),
    "BXL-44": ("expire-applications",),
    **dict.fromkeys(("BXL-15", "BXL-16"), ("start-reminders",)),
}
# Counts of what is past its date; everything else is the name of a job.
COUNTS = ("requests", "complaints", "leaks", "held_back", "broken")
_JOBS = text("select name, max(finished_at) as finished_at from job_run where outcome = 'done' group by name")
_COUNTS = text("select * from access.overdue_counts()")


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise as it was published with this version of the program."""

    id: str
    kind: str
    title: str
    # The rules that keep it, as tests name them; a test opened each and turned red.
    rules: tuple[str, ...]
    # proved, marked or open, from the last run.
    proof: str
    proved_on: date | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """Something that shows by itself how a promise stands: a job of each day, or a count of what is past its date."""

    name: str
    light: Light
    finished_at: datetime | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A promise with what shows that it is kept: indicators, or a tick by hand with its date."""

    promise: Promise
    indicators: tuple[Indicator, ...]
    tick: CheckLine | None
    light: Light


def published_promises(profile: Profile, folder: Path = EVIDENCE) -> tuple[Promise, ...]:
    """Return the promises of the organisation's own statement; none where none were published."""
    return _promises(folder / f"{DOCUMENTS.get(profile.key, '')}.json")


def find_promise(profile: Profile, promise_id: str) -> Promise:
    """Return one promise of the organisation's own statement; raises NotFound."""
    found = next((one for one in published_promises(profile) if one.id == promise_id), None)
    if found is None:
        raise NotFound
    return found


def evidence(session: Session, profile: Profile, *, today: date, now: datetime) -> tuple[Evidence, ...]:
    """List each promise with its indicators or its tick, what is wrong first (KG-39, KG-40)."""
    ticks = promise_checks(session, today)
    runs = {row.name: row.finished_at for row in session.execute(_JOBS)}
    counts = dict(session.execute(_COUNTS).mappings().one())
    found = [_judged(promise, ticks.get(promise.id), runs, counts, now) for promise in published_promises(profile)]
    return tuple(sorted(found, key=lambda one: list(Light).index(one.light)))


def indicators_of(promise: Promise) -> tuple[str, ...]:
    """Return what shows by itself how a promise stands; nothing for what only people can see."""
    return OF_PROMISE.get(promise.id) or OF_KIND.get(promise.kind, ())


def _judged(
    promise: Promise,
    tick: CheckLine | None,
    runs: Mapping[str, datetime],
    counts: Mapping[str, int],
    now: datetime,
) -> Evidence:
    shown = tuple(_indicator(name, runs, counts, now) for name in indicators_of(promise))
    lights = [one.light for one in shown]
    # A tick by hand is due again after its term; beside an indicator it is worth as much as that.
    if tick is not None or not shown:
        lights.append(tick.light if tick is not None else Light.WAIT)
    return Evidence(promise, shown, tick, worst(lights))


def _indicator(name: str, runs: Mapping[str, datetime], counts: Mapping[str, int], now: datetime) -> Indicator:
    if name in COUNTS:
        return Indicator(name, Light.STOP if counts[name] else Light.GO, count=counts[name])
    return Indicator(name, job_light(runs.get(name), now), finished_at=runs.get(name))


@lru_cache(maxsize=16)
def _promises(path: Path) -> tuple[Promise, ...]:
    if not path.exists():
        return ()
    published: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    rows: Sequence[Mapping[str, Any]] = published["promises"]
    return tuple(
        Promise(
            row["id"],
            row["kind"],
            row["title"],
            tuple(row["rules"]),
            row["proof"],
            date.fromisoformat(row["proved_on"]) if row["proved_on"] else None,
        )
        for row in rows
    )
