"""Telling a family, or a facility, what happened: the message stands in the transaction that caused it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, exists, func, insert, select
from sqlalchemy.orm import Session

from app.core.db import actor_of, now_of
from app.core.models import OutboxMessage
from app.core.outbox import FAMILY, Message, enqueue
from app.facilities.models import Facility
from app.families.models import Dossier, FamilyNotice


def tell_family(session: Session, dossier_id: UUID, kind: str, once_key: str, **params: Any) -> None:
    """Queue a message to the family in its own language; how it is reached is looked up when it leaves (KL-05)."""
    row = session.execute(select(Dossier.reference, Dossier.language).where(Dossier.id == dossier_id)).one()
    enqueue(
        session,
        Message(
            once_key=once_key,
            kind=kind,
            recipient="",
            language=row.language,
            owner_id=dossier_id,
            dossier_id=dossier_id,
            channel=FAMILY,
            params={"reference": row.reference, **params},
        ),
    )


def note_notice(
    session: Session,
    dossier_id: UUID,
    *,
    reason: str,
    event: str,
    groups: Iterable[str],
    message_key: str,
    contact_id: UUID | None = None,
) -> None:
    """Write down what somebody who is not the family changed in its file (BXL-49).

    `message_key` is the once-key of the message, queued in this same transaction, that tells the family: without both
    the database refuses the change at commit. `contact_id` is the contact in which the family said what it wants.
    """
    actor = actor_of(session)
    session.execute(
        insert(FamilyNotice.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            id=uuid4(),
            organisation=actor.organisation,
            dossier_id=dossier_id,
            at=now_of(session),
            actor_kind=actor.kind,
            actor_id=actor.id,
            reason=reason,
            event=event,
            groups=sorted(set(groups)),
            contact_id=contact_id,
            message_key=message_key,
        )
    )


def told_before(once_key: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that the actor's organisation wrote the message of this once-key: none is sealed in vain."""
    return exists().where(OutboxMessage.organisation == func.app.organisation(), OutboxMessage.once_key == once_key)


def tell_facility(session: Session, facility_id: UUID, kind: str, once_key: str, **params: Any) -> None:
    """Queue a mail to the facility's own address, without a name; where it has none, its list says the same."""
    row = session.execute(
        select(Facility.name, Facility.email, Facility.language).where(Facility.id == facility_id)
    ).one()
    if row.email:
        enqueue(
            session,
            Message(
                once_key=once_key,
                kind=kind,
                recipient=row.email,
                language=row.language,
                owner_id=facility_id,
                params={"facility": row.name, **params},
            ),
        )
