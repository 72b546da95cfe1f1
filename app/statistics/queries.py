"""Reads of the figures; none of them is of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.statistics.models import PageCount

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
