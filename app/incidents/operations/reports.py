"""Reporting a leak, and complaining: by anybody, read by few (LEU-55, LEU-57, BXL-68)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.orm import Session

from app.core.audit import note_event
from app.core.clock import today_at
from app.core.crypto import seal_json_for_others
from app.core.db import actor_of
from app.core.outbox import Message, enqueue
from app.families.rules import grouped_reference, new_reference
from app.incidents.models import Complaint, LeakCase
from app.incidents.queries.receipts import receipt
from app.incidents.rules import (
    COMPLAINT_KEY,
    LEAK_KEY,
    CaseState,
    Category,
    ComplaintState,
    Origin,
    Reply,
    answer_due,
    known_from,
)


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody saw; how to reach them, if they want to be reached."""

    id: UUID
    category: Category
    origin: Origin
    language: str
    words: str
    contact: str = ""
    # Where a receipt goes.
    email: str = ""
    # When a worker already knew.
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grievance:
    """What somebody complains about, and how they want to be answered."""

    id: UUID
    about: str
    language: str
    words: str
    account_id: UUID | None = None
    name: str = ""
    reply: str = Reply.NONE
    email: str = ""
    address: str = ""


def report_leak(session: Session, report: Report, *, now: datetime) -> None:
    """Open a case with its clock; the same report a second time does nothing (LEU-55)."""
    if report.origin is not Origin.WORKER and receipt(session, report.id) is not None:
        return
    reference = new_reference(secrets.choice)
    sealed = seal_json_for_others(
        session,
        {"words": report.words, "contact": report.contact, "email": report.email},
        owner_id=report.id,
        key_class=LEAK_KEY,
        place=f"leak_case:sealed:{report.id}",
    )
    session.execute(
        insert(LeakCase).values(
            id=report.id,
            organisation=actor_of(session).organisation,
            reference=reference,
            category=report.category,
            origin=report.origin,
            language=report.language,
            known_at=known_from(report.known_at, now),
            reported_at=now,
            sealed=sealed,
            state=CaseState.NEW,
        )
    )
    note_event(session, "leak_reported")
    if report.email:
        _send_receipt(session, "leak_receipt", report.id, report.email, report.language, reference)


def complain(session: Session, grievance: Grievance, *, days: int, now: datetime) -> None:
    """Take a complaint, apart from every file; the same one a second time does nothing (LEU-57, KG-13)."""
    if receipt(session, grievance.id) is not None:
        return
    reference, due_on = new_reference(secrets.choice), answer_due(today_at(now), days)
    sealed = seal_json_for_others(
        session,
        {
            "words": grievance.words,
            "name": grievance.name,
            "reply": grievance.reply,
            "email": grievance.email,
            "address": grievance.address,
        },
        owner_id=grievance.id,
        key_class=COMPLAINT_KEY,
        place=f"complaint:sealed:{grievance.id}",
    )
    session.execute(
        insert(Complaint).values(
            id=grievance.id,
            organisation=actor_of(session).organisation,
            reference=reference,
            about=grievance.about,
            language=grievance.language,
            account_id=grievance.account_id,
            received_at=now,
            due_on=due_on,
            sealed=sealed,
            state=ComplaintState.RECEIVED,
        )
    )
    note_event(session, "complaint_made")
    if grievance.email:
        _send_receipt(
            session, "complaint_receipt", grievance.id, grievance.email, grievance.language, reference, due_on
        )


def open_found_case(
    session: Session,
    case_id: UUID,
    *,
    category: Category,
    watch_key: str,
    found: dict[str, str | int],
    suspect: tuple[UUID, datetime, datetime] | None,
    language: str,
    now: datetime,
) -> bool:
    """Open a case for what the watch found, once for each finding (LEU-56); return whether it is new."""
    who, since, until = suspect or (None, None, None)
    made = session.connection().execute(
        insert_once(LeakCase.__table__)  # type: ignore[arg-type]
        .values(
            id=case_id,
            organisation=actor_of(session).organisation,
            reference=new_reference(secrets.choice),
            category=category,
            origin=Origin.WATCH,
            watch_key=watch_key,
            language=language,
            known_at=now,
            reported_at=now,
            sealed=seal_json_for_others(
                session, {"found": found}, owner_id=case_id, key_class=LEAK_KEY, place=f"leak_case:sealed:{case_id}"
            ),
            state=CaseState.NEW,
            suspect_id=who,
            suspect_from=since,
            suspect_until=until,
        )
        .on_conflict_do_nothing()
        .execution_options(preserve_rowcount=True)
    )
    return bool(made.rowcount)


def _send_receipt(
    session: Session, kind: str, report_id: UUID, email: str, language: str, reference: str, due_on: date | None = None
) -> None:
    params = {"reference": grouped_reference(reference)}
    if due_on is not None:
        params["due_on"] = due_on.isoformat()
    enqueue(
        session,
        Message(
            once_key=f"{kind}:{report_id}",
            kind=kind,
            recipient=email,
            language=language,
            owner_id=report_id,
            params=params,
        ),
        fresh_key=True,
    )
