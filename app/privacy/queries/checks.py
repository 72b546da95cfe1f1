"""What people check: audits and findings, trainings, declarations, reviews of the statement, promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.privacy.models import ComplianceCheck
from app.privacy.rules import CheckKind, Light, due_light, finding_light


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing that is checked: when it is due, when it was done last, and how it stands."""

    id: UUID
    kind: CheckKind
    title: str
    promise: str
    due_on: date | None
    done_on: date | None
    result: str
    light: Light


_KEPT = select(
    ComplianceCheck.id,
    ComplianceCheck.kind,
    ComplianceCheck.title,
    ComplianceCheck.promise,
    ComplianceCheck.due_on,
    ComplianceCheck.done_on,
    ComplianceCheck.result,
)


def check_lines(session: Session, today: date) -> tuple[CheckLine, ...]:
    """List what is checked beside the promises, red first, then by the day on which it is due."""
    rows = session.execute(_KEPT.where(ComplianceCheck.kind != CheckKind.PROMISE).order_by(ComplianceCheck.title))
    found = [_line(row, today) for row in rows]
    return tuple(sorted(found, key=lambda one: (list(Light).index(one.light), one.due_on or date.max)))


def promise_checks(session: Session, today: date) -> dict[str, CheckLine]:
    """Return the last tick of each promise that was ticked by hand (KG-40)."""
    rows = session.execute(
        _KEPT.where(ComplianceCheck.kind == CheckKind.PROMISE).order_by(
            ComplianceCheck.done_on, ComplianceCheck.recorded_at
        )
    )
    return {row.promise: _line(row, today) for row in rows}


def find_check(session: Session, check_id: UUID, today: date) -> CheckLine:
    """Return one thing that is checked; raises NotFound."""
    row = session.execute(_KEPT.where(ComplianceCheck.id == check_id)).first()
    if row is None:
        raise NotFound
    return _line(row, today)


def last_review(session: Session) -> date | None:
    """Return the day on which the statement was looked at last (LEU-53)."""
    found: date | None = session.scalar(
        select(func.max(ComplianceCheck.done_on)).where(ComplianceCheck.kind == CheckKind.REVIEW)
    )
    return found


def _line(row: Any, today: date) -> CheckLine:
    kind = CheckKind(row.kind)
    light = (finding_light if kind is CheckKind.FINDING else due_light)(row.due_on, row.done_on, today)
    return CheckLine(row.id, kind, row.title, row.promise or "", row.due_on, row.done_on, row.result or "", light)
