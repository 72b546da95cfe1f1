"""What is left of requests whose term is over: a year of them, counted once, in groups in which nobody is found.

Why a year at once, and never one night's requests: what a night adds to a count is that night's few families, and who
saw the count on two mornings could take one from the other. So a calendar year of wished starts is counted as a whole,
from every file that is still held, in the night in which the first of them goes. Nothing is ever added to it. Two
pictures of the figures, a week or ten years apart, differ by whole years, each kind with at least the profile's
`trend_threshold` requests in it.

Nothing leads back. A row has no id, moment or order of its own, and rows are written in the order of their words. All
rows of a year carry the number of the transaction that wrote them, which is also that of the batch's entry in the
audit: it tells in which night the year was closed, and the rows are about all families of the year, of whom the batch
held a few. What that batch erased is therefore never named by them, whatever the entry says.

What is too small for its own kind is counted in a coarser one (app/statistics/rules.py: days first, then the age, then
the quarter, then the municipality); a year with fewer requests than the threshold leaves nothing. A file that was
restricted or erased before its year was counted is not in it. The rows stand in the journal of erasures as well: after
a restore the same ones are written again, since a second count of fewer files would be one more picture to compare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import now_of
from app.organisations.profile import Profile
from app.retention.operations.journal import note_counted
from app.statistics.operations import has_trends, record_trends
from app.statistics.rules import Kind, age_band, coarsened, days_band

_YEARS = text("select year from access.trend_years(:children) order by year")
_COUNTS = text("select * from access.trend_counts(:year)")


def keep_trends(session: Session, profile: Profile, children: Sequence[UUID], *, today: date) -> None:
    """Count the years of these children's requests that were not counted yet, before the children go (LEU-39).

    A year is over for good once it is past on `today` and none of its requests stands: the database judges it.
    """
    for year in session.scalars(_YEARS, {"children": list(children)}).all():
        if year >= today.year or has_trends(session, year):
            continue
        counted: Counter[Kind] = Counter()
        for row in session.execute(_COUNTS, {"year": year}):
            kind = Kind(
                f"{year}Q{row.quarter}", row.municipality, age_band(row.months), days_band(row.half_days), row.outcome
            )
            counted[kind] += row.requests
        kinds = coarsened(counted, whole=str(year), threshold=profile.settings.trend_threshold)
        record_trends(session, kinds)
        rows = [(*astuple(kind), number) for kind, number in sorted(kinds.items())]
        note_counted(session, session.info["erasure_journal"], rows, organisation=profile.key, at=now_of(session))
