"""The contact that an actor has open with a family, and what it allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.actor import Kind
from app.core.db import actor_of, now_of
from app.core.errors import NotFound, Refused
from app.mandates.models import DeskContact
from app.mandates.rules import Denied, change_problem, may_tell

_COLUMNS = (
    DeskContact.id,
    DeskContact.dossier_id,
    DeskContact.channel,
    DeskContact.purpose,
    DeskContact.opened_at,
    DeskContact.until,
    DeskContact.identified_how,
    DeskContact.identified_at,
    DeskContact.wish,
    DeskContact.wish_at,
)
_AT_DESK = text(
    "select r.reason from (select 'helpdesk' as reason, h.dossier_id from access.helpdesk h"
    " union all select 'administrator', a.dossier_id from access.administrator a) r"
    " where r.dossier_id = :dossier_id limit 1"
)
_AT_COUNTER = text("select 'counter' from access.counter r where r.dossier_id = :dossier_id limit 1")


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that is open now: with which family, over what, why, who asks, and what they want."""

    id: UUID
    dossier_id: UUID
    channel: str
    purpose: str
    opened_at: datetime
    until: datetime
    identified_how: str | None
    identified_at: datetime | None
    wish: str | None
    wish_at: datetime | None

    @property
    def identified(self) -> bool:
        """Tell whether it was found out who asks."""
        return self.identified_at is not None

    @property
    def may_tell(self) -> bool:
        """Tell whether what stands in the file may be shown in this contact (KL-33)."""
        return may_tell(self.channel, identified=self.identified)

    @property
    def unchangeable(self) -> Denied | None:
        """Say why nothing may be changed in this contact, if so (BXL-49)."""
        return change_problem(self.channel, identified=self.identified, wish=self.wish)


def contact_of(session: Session, dossier_id: UUID) -> Contact | None:
    """Return the contact that the actor has open with this family now; a colleague's opens nothing."""
    row = session.execute(_open(session).where(DeskContact.dossier_id == dossier_id)).first()
    return Contact(*row) if row else None


def own_contact(session: Session, contact_id: UUID) -> Contact:
    """Return one of the actor's contacts; raises NotFound when it ended, ran out, or is somebody else's."""
    row = session.execute(_open(session).where(DeskContact.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound
    return Contact(*row)


def current_contact(session: Session) -> Contact | None:
    """Return the contact that the actor has open now, with whichever family."""
    row = session.execute(_open(session)).first()
    return Contact(*row) if row else None


def require_known(session: Session, dossier_id: UUID) -> Contact:
    """Return the open contact in which the family may be helped with a change (BXL-49, KL-33).

    Raises Refused with the reason where there is none, nobody was identified, or no change was asked for.
    """
    contact = contact_of(session, dossier_id)
    if contact is None:
        raise Refused(Denied.NO_CONTACT)
    if contact.unchangeable is not None:
        raise Refused(contact.unchangeable)
    return contact


def reason_for(session: Session, dossier_id: UUID) -> str:
    """Return the ground on which the actor reaches a file now, at the desk or at a counter; raises NotFound."""
    asked = _AT_COUNTER if actor_of(session).kind == Kind.COUNTER else _AT_DESK
    reason = session.execute(asked, {"dossier_id": dossier_id}).scalar()
    if reason is None:
        raise NotFound
    return str(reason)


def _open(session: Session) -> Any:
    now = now_of(session)
    return (
        select(*_COLUMNS)
        .where(
            DeskContact.worker_id == actor_of(session).id,
            DeskContact.opened_at <= now,
            DeskContact.until > now,
            DeskContact.ended_at.is_(None),
        )
        .order_by(DeskContact.opened_at.desc())
    )
