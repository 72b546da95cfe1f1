"""Writing figures down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.db import actor_of
from app.statistics.models import PageCount, TrendRow
from app.statistics.rules import Kind


def record_page_counts(session: Session, day: date, counts: Mapping[tuple[str, str], int]) -> int:
    """Write how often each (page, source) was opened on a day so far; returns how many were written.

    The numbers are totals of the day: the same totals a second time change nothing.
    """
    if not counts:
        return 0
    rows = [
        {"organisation": actor_of(session).organisation, "day": day, "page": page, "source": source, "views": views}
        for (page, source), views in counts.items()
    ]
    statement = insert(PageCount).values(rows)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[PageCount.organisation, PageCount.day, PageCount.page, PageCount.source],
            set_={"views": func.greatest(PageCount.views, statement.excluded.views)},
        )
    )
    return len(rows)


def has_trends(session: Session, year: int) -> bool:
    """Tell whether a year of the actor's organisation was counted; only one transaction at a time gets to ask."""
    organisation = actor_of(session).organisation
    session.execute(text("select pg_advisory_xact_lock(hashtext(:key))"), {"key": f"trends:{organisation}"})
    found = select(TrendRow.period).where(
        TrendRow.organisation == organisation, func.left(TrendRow.period, 4) == str(year)
    )
    return session.execute(found.limit(1)).first() is not None


def record_trends(session: Session, kinds: Mapping[Kind, int]) -> int:
    """Write the counts of a year, in the order of their words: where a row lies says nothing either (LEU-39).

    What stands there stays as it is; returns how many rows were written.
    """
    organisation = actor_of(session).organisation
    rows = [
        {
            "organisation": organisation,
            "period": kind.period,
            "municipality": kind.municipality,
            "age_band": kind.age_band,
            "days_band": kind.days_band,
            "outcome": kind.outcome,
            "requests": number,
        }
        for kind, number in sorted(kinds.items())
    ]
    if not rows:
        return 0
    statement = insert(TrendRow).values(rows).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return session.connection().execute(statement).rowcount
