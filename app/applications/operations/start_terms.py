"""The wished start of care: a family without a place hears that it is near, and that it has passed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.operations.notices import tell_family, told_before
from app.applications.rules import ApplicationState
from app.core.clock import today_at

NEAR, PASSED = "start-near", "start-passed"


def remind_of_starts(session: Session, *, now: datetime, days: int, limit: int) -> int:
    """Tell each family once that the start is near and no place is found yet (BXL-15); returns how many were told.

    For `system:starts` of one organisation. A start that is moved is near again; days that were missed are caught up.
    """
    today = today_at(now)
    near = Application.start_date.between(today, today + timedelta(days=days))
    return _tell(session, NEAR, near, "start_near", today, limit)


def tell_of_passed_starts(session: Session, *, now: datetime, limit: int) -> int:
    """Ask each family once to change or end a request whose start has passed (BXL-16); returns how many were asked."""
    today = today_at(now)
    return _tell(session, PASSED, Application.start_date < today, "start_passed", today, limit)


def _tell(session: Session, key: str, when: ColumnElement[bool], kind: str, today: date, limit: int) -> int:
    rows = session.execute(
        select(Application.id, Application.dossier_id, Application.start_date, Application.expires_on)
        .where(
            Application.state == ApplicationState.OPEN,
            Application.expires_on >= today,
            when,
            ~told_before(func.concat(f"{key}:", Application.id, ":", Application.start_date)),
        )
        .order_by(Application.start_date, Application.id)
        .limit(limit)
    ).all()
    for row in rows:
        tell_family(
            session,
            row.dossier_id,
            kind,
            f"{key}:{row.id}:{row.start_date}",
            start_on=row.start_date.isoformat(),
            last_on=row.expires_on.isoformat(),
            application_id=str(row.id),
        )
    return len(rows)
