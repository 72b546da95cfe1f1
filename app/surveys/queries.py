"""Reads of surveys: what was asked, and how the answers lie; never whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Integer, func, select
from sqlalchemy.orm import Session

from app.core.db import Databases, call_signin
from app.surveys.models import Survey, SurveyAnswer
from app.surveys.rules import SCORES


@dataclass(frozen=True, slots=True)
class SurveyRecord:
    """One survey; `scores` stays empty while so few answered that somebody could be recognised."""

    id: UUID
    question: Mapping[str, str]
    opens_on: date
    closes_on: date
    sent: bool
    answers: int
    scores: tuple[int, ...]


def surveys(session: Session, *, least: int) -> tuple[SurveyRecord, ...]:
    """Return the surveys of the organisation, the newest first; fewer than `least` answers are not shown apart."""
    each = [func.sum((SurveyAnswer.score == score).cast(Integer)) for score in SCORES]
    counted = (
        select(SurveyAnswer.survey_id, func.count().label("answers"), *each).group_by(SurveyAnswer.survey_id)
    ).subquery()
    rows = session.execute(
        select(Survey.id, Survey.question, Survey.opens_on, Survey.closes_on, Survey.sent_at, counted)
        .outerjoin(counted, counted.c.survey_id == Survey.id)
        .order_by(Survey.opens_on.desc(), Survey.id)
    ).all()
    made = []
    for row in rows:
        answers = row.answers or 0
        scores = tuple(int(count) for count in row[-len(SCORES) :]) if answers >= least else ()
        made.append(
            SurveyRecord(row.id, row.question, row.opens_on, row.closes_on, row.sent_at is not None, answers, scores)
        )
    return tuple(made)


def question_of(databases: Databases, organisation: str, token_hash: bytes, now: datetime) -> Mapping[str, str] | None:
    """Return the question behind a mailed link, in each language; None when it was answered or is over."""
    found = call_signin(databases, "survey_question", organisation=organisation, hash=token_hash, now=now)
    return found[0].question if found else None
