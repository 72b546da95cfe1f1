"""Look-along codes: six figures that a family shows at a counter, to let one worker read its file for half an hour."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.audit import note_change, note_event
from app.core.crypto import keyring_of
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.mandates.models import LookCode
from app.mandates.rules import (
    LOOK_CODE_FIGURES,
    LOOK_CODE_TRIES,
    LOOK_CODE_WAITS,
    Denied,
)

# Two families can draw the same six figures while both wait; a second draw nearly always differs.
_DRAWS = 5
_TAKEN = "uq_look_code_open"
_LABEL = "look-code"
_SPEND = text("select dossier_id, tries from access.spend_look_code(:token)")


def make_look_code(session: Session, dossier_id: UUID, *, now: datetime) -> str:
    """Make a code for one's own file and return it, this once; codes made before and not used stop working."""
    session.execute(
        update(LookCode)
        .where(LookCode.dossier_id == dossier_id, LookCode.used_at.is_(None), LookCode.ended_at.is_(None))
        .values(ended_at=now)
    )
    for _ in range(_DRAWS - 1):
        try:
            with session.begin_nested():
                return _insert(session, dossier_id, now)
        except IntegrityError as error:
            if _TAKEN not in str(error.orig):
                raise
    return _insert(session, dossier_id, now)


def end_looks(session: Session, dossier_id: UUID, *, now: datetime) -> None:
    """End every look at one's own file, and every code that still waits; raises NotFound when there is none."""
    ended: Any = session.execute(
        update(LookCode)
        .where(
            LookCode.dossier_id == dossier_id,
            LookCode.ended_at.is_(None),
            (LookCode.until > now) | (LookCode.used_at.is_(None) & (LookCode.expires_at > now)),
        )
        .values(ended_at=now)
    )
    if not ended.rowcount:
        raise NotFound
    note_change(session, "looks_ended", dossier_id=dossier_id, groups=("help",), reasons=("owner",))


def spend_look_code(session: Session, code: str) -> UUID:
    """Spend a code that a family shows, and return whose file it opens; every wrong one is written down.

    Raises Refused, which leaves the count standing: the caller commits it.
    """
    row = session.execute(_SPEND, {"token": _token(session, code)}).one_or_none()
    if row is None:
        raise NotFound
    if row.dossier_id is None:
        note_event(session, "look_code_wrong")
        raise Refused(Denied.TOO_MANY_TRIES if row.tries > LOOK_CODE_TRIES else Denied.NO_SUCH_CODE)
    dossier_id: UUID = row.dossier_id
    note_change(session, "look_begun", dossier_id=dossier_id, groups=("help",), reasons=("looking",))
    return dossier_id


def _insert(session: Session, dossier_id: UUID, now: datetime) -> str:
    code = f"{secrets.randbelow(10**LOOK_CODE_FIGURES):0{LOOK_CODE_FIGURES}}"
    session.execute(
        insert(LookCode).values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            dossier_id=dossier_id,
            code_token=_token(session, code),
            created_at=now,
            expires_at=now + LOOK_CODE_WAITS,
        )
    )
    note_change(session, "look_code_made", dossier_id=dossier_id, groups=("help",), reasons=("owner",))
    return code


def _token(session: Session, code: str) -> bytes:
    return keyring_of(session).token(_LABEL, f"{actor_of(session).organisation}:{code}")
