"""The daily mail to a facility: how many requests wait, without a name."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, func, select, text
from sqlalchemy.orm import Session

from app.applications.models import OPEN_CHOICE, Choice
from app.core.clock import today_at
from app.core.outbox import Message, enqueue
from app.facilities.models import Facility

DAY = timedelta(days=1)


def send_digests(session: Session, *, now: datetime) -> int:
    """Queue one mail a day for each facility where something waits; returns how many."""
    today = today_at(now)
    unanswered = Choice.answered_at.is_(None)
    new = func.count(case((Choice.submitted_at > now - DAY, 1)))
    waiting = func.count(case((unanswered, 1)))
    due = func.count(case((unanswered & (Choice.reply_due_on <= today), 1)))
    rows = session.execute(
        select(
            Facility.id,
            Facility.name,
            Facility.email,
            Facility.language,
            new.label("new"),
            waiting.label("waiting"),
            due.label("due"),
        )
        .join(Choice, Choice.facility_id == Facility.id)
        .where(Facility.active, Facility.email.is_not(None), text(f"choice.{OPEN_CHOICE}"))
        .group_by(Facility.id, Facility.name, Facility.email, Facility.language)
        .having((new > 0) | (waiting > 0))
    ).all()
    for row in rows:
        enqueue(
            session,
            Message(
                once_key=f"digest:{row.id}:{today.isoformat()}",
                kind="facility_digest",
                recipient=row.email,
                language=row.language,
                owner_id=row.id,
                params={"facility": row.name, "waiting": row.waiting, "new": row.new, "due": row.due},
            ),
        )
    return len(rows)
