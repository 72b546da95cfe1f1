"""Holding a file back from its end, with a reason and a last day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, insert, text, update
from sqlalchemy.orm import Session

from app.core.audit import note_change
from app.core.clock import today_at
from app.core.crypto import seal_json
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.retention.models import LegalHold
from app.retention.queries.holds import HOLD_KEY_CLASS, hold_place
from app.retention.rules import Denied, hold_problem

_OFFICER = text("select 1 from access.officer")
_FILE = text("select id from dossier where reference = :reference")
GROUPS, REASON = ("holds",), ("overseer",)


def place_hold(session: Session, reference: str, *, reason: str, until: date | None, now: datetime) -> UUID:
    """Hold a file back until a day; its reason is sealed. Raises NotFound for who may not, and Refused with why."""
    _require_officer(session)
    if denied := hold_problem(until, reason, today_at(now)):
        raise Refused(denied)
    dossier_id: UUID | None = session.scalar(_FILE, {"reference": reference})
    if dossier_id is None:
        raise Refused(Denied.UNKNOWN_FILE)
    hold_id, actor = uuid4(), actor_of(session)
    sealed = seal_json(
        session,
        {"reason": reason.strip()},
        owner_id=hold_id,
        key_class=HOLD_KEY_CLASS,
        place=hold_place(hold_id),
    )
    session.execute(
        insert(LegalHold).values(
            id=hold_id,
            organisation=actor.organisation,
            dossier_id=dossier_id,
            sealed=sealed,
            placed_by=actor.id,
            placed_at=now,
            until=until,
        )
    )
    note_change(session, "hold_placed", dossier_id=dossier_id, groups=GROUPS, reasons=REASON)
    return hold_id


def end_hold(session: Session, hold_id: UUID, *, now: datetime) -> None:
    """End a hold before its last day; raises NotFound for one that is not there or was ended."""
    _require_officer(session)
    dossier_id = session.scalar(text("select dossier_id from legal_hold where id = :id"), {"id": hold_id})
    ended = session.execute(
        update(LegalHold)
        .where(LegalHold.id == hold_id, LegalHold.ended_at.is_(None))
        .values(ended_at=now, ended_by=actor_of(session).id)
    )
    if cast("CursorResult[Any]", ended).rowcount != 1 or dossier_id is None:
        raise NotFound
    note_change(session, "hold_ended", dossier_id=dossier_id, groups=GROUPS, reasons=REASON)


def _require_officer(session: Session) -> None:
    if session.execute(_OFFICER).first() is None:
        raise NotFound
