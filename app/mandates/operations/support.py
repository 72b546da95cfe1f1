"""Giving a developer a look at one file: by a named person, with a reason, for a day at most (BXL-59, LEU-25)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.core.audit import note_change
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.mandates.models import SupportGrant
from app.mandates.queries.contacts import reason_for
from app.mandates.queries.support import developers, looks
from app.mandates.rules import grant_problem


def give_look(session: Session, dossier_id: UUID, account_id: UUID, reason: str, hours: int, *, now: datetime) -> UUID:
    """Let a developer read one file for some hours; return the grant. Raises NotFound and Refused (BXL-59, LEU-25)."""
    ground = reason_for(session, dossier_id)
    denied = grant_problem(reason, hours, account_id, [one.account_id for one in developers(session)])
    if denied is not None:
        raise Refused(denied)
    grant_id = uuid4()
    session.execute(
        insert(SupportGrant.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=grant_id,
            organisation=actor_of(session).organisation,
            account_id=account_id,
            dossier_id=dossier_id,
            reason=reason.strip(),
            given_by=actor_of(session).id,
            given_at=now,
            until=now + timedelta(hours=hours),
            ended_at=None,
        )
    )
    note_change(session, "support_given", dossier_id=dossier_id, reasons=(ground,))
    return grant_id


def end_look(session: Session, grant_id: UUID, *, now: datetime) -> None:
    """End a look before its time; raises NotFound for one that is over, or is not the actor's to end."""
    found = next((one for one in looks(session) if one.id == grant_id), None)
    if found is None:
        raise NotFound
    ended = session.connection().execute(
        update(SupportGrant)
        .where(SupportGrant.id == grant_id, SupportGrant.ended_at.is_(None), SupportGrant.until > now)
        .values(ended_at=now)
    )
    if ended.rowcount != 1:
        raise NotFound
    note_change(session, "support_ended", dossier_id=found.dossier_id)
