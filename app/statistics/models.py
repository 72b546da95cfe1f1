"""Tables of figures."""

from __future__ import annotations

from datetime import date

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
