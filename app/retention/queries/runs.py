"""Runs, counts and months: what went, what goes when, and what should have gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.core.clock import today_at
from app.core.db import actor_of
from app.retention.models import ErasureOrder, LegalHold, RetentionRun
from app.retention.rules import LATE_AFTER, OVERDUE_DAYS, RUNS_COMPARED, Outcome

MONTHS = 12
ORDERS = "orders"
_PLAN = text("select rule, month, due from access.keep_plan(:until)")
_CALENDAR = text("select rule, month, due from access.keep_calendar(:until)")


@dataclass(frozen=True, slots=True)
class Month:
    """How many rows or files of one rule go in one month; those that are due already stand in the present one."""

    rule: str
    month: date
    due: int


@dataclass(frozen=True, slots=True)
class Run:
    """The last run of one rule."""

    id: UUID
    rule: str
    started_at: datetime
    finished_at: datetime
    due: int
    handled: int
    limit: int
    outcome: str
    released_at: datetime | None


def plan(session: Session, today: date, *, officer: bool = False) -> tuple[Month, ...]:
    """Return what goes in the next twelve months, by rule and month, in the actor's organisation."""
    until = date(today.year + 1, today.month, 1)
    rows = session.execute(_CALENDAR if officer else _PLAN, {"until": until})
    return tuple(sorted((Month(row.rule, row.month, row.due) for row in rows), key=lambda row: (row.month, row.rule)))


def overdue(session: Session, *, now: datetime) -> Mapping[str, int]:
    """Return by rule how much should have gone two days ago and is still there; nothing where all is well.

    For the actor `system:retention` of one organisation.
    """
    last = today_at(now) - timedelta(days=OVERDUE_DAYS)
    found: dict[str, int] = {}
    for row in session.execute(_PLAN, {"until": last}):
        found[row.rule] = found.get(row.rule, 0) + row.due
    waiting = session.scalar(
        select(func.count())
        .select_from(ErasureOrder)
        .where(
            ErasureOrder.organisation == actor_of(session).organisation,
            ErasureOrder.done_at.is_(None),
            ErasureOrder.due_on <= last,
            ~select(LegalHold.id)
            .where(
                LegalHold.dossier_id == ErasureOrder.dossier_id,
                LegalHold.ended_at.is_(None),
                LegalHold.until >= today_at(now),
            )
            .exists(),
        )
    )
    return {**found, **({ORDERS: waiting} if waiting else {})}


def last_runs(session: Session) -> Mapping[str, Run]:
    """Return the last run of each rule in the actor's organisation."""
    rows = session.execute(
        select(
            RetentionRun.id,
            RetentionRun.rule,
            RetentionRun.started_at,
            RetentionRun.finished_at,
            RetentionRun.due,
            RetentionRun.handled,
            RetentionRun.run_limit,
            RetentionRun.outcome,
            RetentionRun.released_at,
        )
        .where(RetentionRun.organisation == actor_of(session).organisation)
        .order_by(RetentionRun.rule, RetentionRun.started_at.desc())
        .ext(distinct_on(RetentionRun.rule))
    )
    return {row.rule: Run(*row) for row in rows}


def earlier_counts(session: Session, organisation: str, rule: str) -> list[int]:
    """Return how much the last runs of a rule found that did take it, the latest first."""
    return list(
        session.scalars(
            select(RetentionRun.due)
            .where(
                RetentionRun.organisation == organisation,
                RetentionRun.rule == rule,
                RetentionRun.outcome.in_((Outcome.DONE, Outcome.LIMITED)),
            )
            .order_by(RetentionRun.started_at.desc())
            .limit(RUNS_COMPARED)
        )
    )


def is_late(session: Session, *, now: datetime) -> bool:
    """Tell whether no run ended well for 26 hours; a house without any run is not late yet."""
    organisation = actor_of(session).organisation
    ended = session.scalar(
        select(func.max(RetentionRun.finished_at)).where(
            RetentionRun.organisation == organisation, RetentionRun.outcome != Outcome.FAILED
        )
    )
    return ended is not None and now - ended > LATE_AFTER
