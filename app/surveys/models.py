"""Tables of surveys; an answer leads to nobody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base


class Survey(Base):
    """One question about the quality of the service, in each language of the families."""

    __tablename__ = "survey"
    __table_args__ = (CheckConstraint("closes_on >= opens_on", name="days"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    question: Mapped[dict[str, Any]] = mapped_column(JSONB)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    # When the invitations began to leave; the last family that was asked is not noted here.
    sent_at: Mapped[datetime | None]


class SurveyPass(Base):
    """The right to answer once, mailed as a link: it names no family, and goes with the answer."""

    __tablename__ = "survey_pass"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]


class SurveyAnswer(Base):
    """One answer from 1 to 5, without a family, a moment or a number."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        CheckConstraint("score between 1 and 5", name="score"),
        Index("ix_survey_answer_survey", "survey_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    score: Mapped[int] = mapped_column(SmallInteger)
