"""Tables of figures."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base


class PageCount(Base):
    """How often a page was opened on a day, by the kind of place the visitor came from; nothing of any visitor."""

    __tablename__ = "page_count"

    organisation: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    views: Mapped[int]


class TrendRow(Base):
    """How many requests of one coarse kind there were: what is left of files whose term is over (LEU-39).

    No id, no moment and no order leads back to a file; a kind with too few requests is counted in a coarser one.
    """

    __tablename__ = "trend_row"
    __table_args__ = (CheckConstraint("requests > 0", name="requests"),)

    organisation: Mapped[str] = mapped_column(primary_key=True)
    # The year or quarter of the wished start; an empty word stands for every value of its column.
    period: Mapped[str] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(primary_key=True)
    age_band: Mapped[str] = mapped_column(primary_key=True)
    days_band: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    requests: Mapped[int]
