"""Certificates of recipients: one overseer adds it, another compares its digest by another way, both may end it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.core.audit import note_event
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.transfers.models import RecipientKey
from app.transfers.operations.sealing import read_certificate
from app.transfers.rules import Denied


def add_key(session: Session, recipient: str, pem: str, known: Collection[str], *, now: datetime) -> UUID:
    """Write down the certificate of a recipient; nothing leaves under it before a second person checked it."""
    if recipient not in known:
        raise Refused(Denied.NOT_IN_REGISTER)
    found = read_certificate(pem, now=now)
    key_id, actor = uuid4(), actor_of(session)
    session.execute(
        insert(RecipientKey).values(
            id=key_id,
            organisation=actor.organisation,
            recipient=recipient,
            certificate=found.der,
            digest=found.digest,
            expires_on=found.expires_on,
            added_by=actor.id,
            added_at=now,
        )
    )
    note_event(session, "recipient_key_added")
    return key_id


def check_key(session: Session, key_id: UUID, *, now: datetime) -> None:
    """Note that the digest was compared with the recipient; raises Refused for whoever added it, NotFound."""
    actor = actor_of(session)
    row = session.execute(
        select(RecipientKey.added_by).where(
            RecipientKey.id == key_id, RecipientKey.checked_by.is_(None), RecipientKey.ended_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.added_by == actor.id:
        raise Refused(Denied.SAME_PERSON)
    _change(session, key_id, checked_by=actor.id, checked_at=now)
    note_event(session, "recipient_key_checked")


def end_key(session: Session, key_id: UUID, *, now: datetime) -> None:
    """End a key at once: the next file is not made under it; raises NotFound."""
    _change(session, key_id, ended_at=now)
    note_event(session, "recipient_key_ended")


def _change(session: Session, key_id: UUID, **values: object) -> None:
    changed = session.connection().execute(
        update(RecipientKey).where(RecipientKey.id == key_id, RecipientKey.ended_at.is_(None)).values(**values)
    )
    if changed.rowcount != 1:
        raise NotFound
