"""Writing figures down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.db import actor_of
from app.statistics.models import PageCount


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
