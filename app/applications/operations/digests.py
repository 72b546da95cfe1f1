"""The daily mail to a facility: how many requests and messages wait, without a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, case, func, select, text
from sqlalchemy.orm import Session

from app.applications.models import OPEN_CHOICE, Choice
from app.core.clock import today_at
from app.core.outbox import Message, enqueue
from app.facilities.models import Facility

DAY = timedelta(days=1)


def send_digests(session: Session, *, now: datetime, unread: Mapping[UUID, int]) -> int:
    """Queue one mail a day for each facility where something waits; returns how many.

    `unread` is how many families wrote to a facility without being read; a facility with open requests or without.
    """
    today = today_at(now)
    unanswered = Choice.id.is_not(None) & Choice.answered_at.is_(None)
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
        .outerjoin(
            Choice,
            and_(Choice.facility_id == Facility.id, text(f"choice.{OPEN_CHOICE}"), Choice.expires_on >= today),
        )
        .where(Facility.active, Facility.email.is_not(None))
        .group_by(Facility.id, Facility.name, Facility.email, Facility.language)
        .having((new > 0) | (waiting > 0) | Facility.id.in_(unread.keys()))
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
                params={
                    "facility": row.name,
                    "waiting": row.waiting,
                    "new": row.new,
                    "due": row.due,
                    "unread": unread.get(row.id, 0),
                },
            ),
        )
    return len(rows)
