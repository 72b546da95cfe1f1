"""Reads of the figures; none of them is of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.statistics.models import PageCount, TrendRow
from app.statistics.rules import Kind

DAYS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class PageViews:
    """How often one page was opened by visitors who came from one kind of place."""

    page: str
    source: str
    views: int


def page_counts(session: Session, *, today: date) -> tuple[PageViews, ...]:
    """Return the counts of the last 30 days per page and source, the most opened pages first."""
    views = func.sum(PageCount.views)
    whole = func.sum(views).over(partition_by=PageCount.page)
    rows = session.execute(
        select(PageCount.page, PageCount.source, views)
        .where(PageCount.day > today - timedelta(days=DAYS_SHOWN), PageCount.day <= today)
        .group_by(PageCount.page, PageCount.source)
        .order_by(whole.desc(), PageCount.page, views.desc(), PageCount.source)
    )
    return tuple(PageViews(row[0], row[1], int(row[2])) for row in rows)


@dataclass(frozen=True, slots=True)
class Trend:
    """How many requests of one kind there were; an empty word stands for all that have no row of their own."""

    kind: Kind
    requests: int


def trends(session: Session, *, at_least: int) -> tuple[Trend, ...]:
    """Return what is left of the requests whose term is over, the latest year first, none about fewer than so many."""
    rows = session.execute(
        select(
            TrendRow.period,
            TrendRow.municipality,
            TrendRow.age_band,
            TrendRow.days_band,
            TrendRow.outcome,
            TrendRow.requests,
        )
        .where(TrendRow.requests >= at_least)
        .order_by(
            func.left(TrendRow.period, 4).desc(),
            TrendRow.period,
            TrendRow.municipality,
            TrendRow.age_band,
            TrendRow.days_band,
            TrendRow.outcome,
        )
    )
    return tuple(Trend(Kind(*row[:5]), row.requests) for row in rows)
