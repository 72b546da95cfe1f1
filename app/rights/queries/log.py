"""The audit of a family's own file, as the family may read it: functions, reasons and groups, day by day (KL-36)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import actor_of
from app.mandates.policy.log_functions import DAYS_SHOWN

READ = "read"
PAGE_SIZE = 50
# Of the reasons that an entry carries, the one that says in which function somebody came.
_FUNCTIONS = (
    *("support", "looking", "sick_care", "counter", "helper", "registrar", "administrator", "helpdesk", "found"),
    *("enrolled", "urgent_offer", "chosen", "urgent", "desk", "overseer"),
)
_BY_KIND = {
    "parent": "you",
    "organisation": "organisation",
    "staff": "desk",
    "counter": "counter",
    "helper": "helper",
    "facility": "chosen",
    "oversight": "overseer",
}
NOT_IDENTIFIED = "contact_not_identified"


@dataclass(frozen=True, slots=True)
class LogLine:
    """What people in one function did with the file on one day: who they are stands nowhere."""

    day: date
    function: str
    facility: str
    changed: bool
    refused: bool
    typed_by: str
    groups: frozenset[str]
    times: int
    people: int


@dataclass(frozen=True, slots=True)
class OwnLog:
    """One page of the log by whole days, and the day before which an earlier one begins."""

    lines: tuple[LogLine, ...]
    before: date | None


_LOG = text("select * from access.own_log(:before)")
_FOR_ANSWER = text("select * from access.log_for_answer(:dossier_id, :before)")


def own_log(session: Session, before: date | None = None) -> OwnLog:
    """Return who came to the actor's own file before a day, the last days first."""
    return _page(session.execute(_LOG, {"before": before}))


def whole_log(session: Session, dossier_id: UUID) -> tuple[LogLine, ...]:
    """Return the whole log of a file: to a parent as they read it, to a job as the parent who applied reads it."""
    lines: list[LogLine] = []
    before: date | None = None
    while True:
        if actor_of(session).is_system:
            page = _page(session.execute(_FOR_ANSWER, {"dossier_id": dossier_id, "before": before}))
        else:
            page = own_log(session, before)
        lines.extend(page.lines)
        if page.before is None or page.before == before:
            return tuple(lines)
        before = page.before


def _page(rows: Iterable[Any]) -> OwnLog:
    folded: dict[tuple[date, str, str, bool, bool, str], LogLine] = {}
    for row in rows:
        function = _function(row.kind, row.reasons)
        key = (
            row.day,
            function,
            row.facility or "",
            row.event != READ,
            row.event == NOT_IDENTIFIED,
            row.typed_by or "",
        )
        known = folded.get(key)
        folded[key] = LogLine(
            *key,
            groups=frozenset(row.groups) | (known.groups if known else frozenset()),
            times=row.times + (known.times if known else 0),
            people=max(row.people, known.people if known else 0),
        )
    # Whole days: a line that a page leaves out would be lost to who reads only the first of its day.
    lines = sorted(folded.values(), key=lambda line: (-line.day.toordinal(), line.function == "you"))
    kept = [line for line in lines if line.day >= lines[min(len(lines), PAGE_SIZE) - 1].day]
    goes_on = len(kept) < len(lines) or len({line.day for line in lines}) == DAYS_SHOWN
    return OwnLog(tuple(kept), kept[-1].day if kept and goes_on else None)


def _function(kind: str, reasons: list[str]) -> str:
    if kind.startswith("system:"):
        return "job"
    if kind in ("parent", "organisation"):
        return _BY_KIND[kind]
    return next((reason for reason in _FUNCTIONS if reason in reasons), _BY_KIND.get(kind, "organisation"))
