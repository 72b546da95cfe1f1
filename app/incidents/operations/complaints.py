"""Working at a complaint, and answering it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.audit import note_event
from app.core.crypto import seal_json
from app.core.db import actor_of
from app.core.errors import Refused
from app.core.outbox import Message, enqueue
from app.families.rules import grouped_reference
from app.incidents.models import Complaint
from app.incidents.queries.complaints import Complained, complaint
from app.incidents.rules import COMPLAINT_KEY, ComplaintState, Denied, Reply


def take_up(session: Session, complaint_id: UUID) -> None:
    """Note that somebody works at it; a second time does nothing."""
    session.execute(
        update(Complaint)
        .where(Complaint.id == complaint_id, Complaint.state == ComplaintState.RECEIVED)
        .values(state=ComplaintState.IN_WORK, handler_id=actor_of(session).id)
    )
    note_event(session, "complaint_taken_up")


def answer_complaint(session: Session, complaint_id: UUID, words: str, *, now: datetime) -> Complained:
    """Answer a complaint once (BXL-68); raises Refused where it was answered, and NotFound.

    Who chose to be answered by e-mail gets the words; a family reads them on its own page; a letter is printed by
    whoever answers, and by nobody else.
    """
    found = complaint(session, complaint_id)
    changed = session.connection().execute(
        update(Complaint)
        .where(Complaint.id == complaint_id, Complaint.state != ComplaintState.ANSWERED)
        .values(
            state=ComplaintState.ANSWERED,
            handler_id=actor_of(session).id,
            sealed_answer=seal_json(
                session,
                {"words": words},
                owner_id=complaint_id,
                key_class=COMPLAINT_KEY,
                place=f"complaint:sealed_answer:{complaint_id}",
            ),
            answered_at=now,
            answered_by=actor_of(session).id,
        )
    )
    if not changed.rowcount:
        raise Refused(Denied.ANSWERED)
    note_event(session, "complaint_answered")
    if found.reply == Reply.MAIL and found.email and not found.by_account:
        enqueue(
            session,
            Message(
                once_key=f"complaint_answer:{complaint_id}",
                kind="complaint_answer",
                recipient=found.email,
                language=found.language,
                owner_id=complaint_id,
                params={"reference": grouped_reference(found.line.reference), "words": words},
            ),
        )
    return found
