"""Tables of holds, ordered erasures and the runs of the job."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base
from app.families.models import dossier_key


class LegalHold(Base):
    """A file that must not go yet: why, until when, and who said so; the reason is sealed."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index("ix_legal_hold_dossier", "dossier_id"),
        Index("ix_legal_hold_organisation", "organisation", "until"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    sealed: Mapped[bytes]
    placed_by: Mapped[UUID]
    placed_at: Mapped[datetime]
    # The last day of the hold: none lasts for ever by being forgotten.
    until: Mapped[date]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


class ErasureOrder(Base):
    """What has to go on a day, by a granted request: some groups of a file, or without groups the file as a whole.

    What a legal term still keeps is ordered for the end of that term, and goes then by itself (KK-33). An
    order outlives the file that it ended, without saying which that was.
    """

    __tablename__ = "erasure_order"
    __table_args__ = (
        Index("ix_erasure_order_due", "organisation", "due_on", postgresql_where=text("done_at is null")),
        Index("ix_erasure_order_dossier", "dossier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id", ondelete="SET NULL"))
    request_id: Mapped[UUID | None] = mapped_column(index=True)
    groups: Mapped[list[str]]
    # Which legal term kept it: a key of the profile; empty where nothing did.
    law: Mapped[str | None]
    due_on: Mapped[date]
    ordered_by: Mapped[UUID | None]
    ordered_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class RetentionRun(Base):
    """One run of one rule in one organisation: how much was due, and what became of it."""

    __tablename__ = "retention_run"
    __table_args__ = (
        CheckConstraint("outcome in ('done', 'limited', 'off', 'held_back', 'failed')", name="outcome"),
        Index("ix_retention_run_rule", "organisation", "rule", "started_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    rule: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    due: Mapped[int]
    handled: Mapped[int]
    # How many a run may take; nothing at 0.
    run_limit: Mapped[int]
    outcome: Mapped[str]
    # Who let a run go on that was held back because its count jumped.
    released_by: Mapped[UUID | None]
    released_at: Mapped[datetime | None]
