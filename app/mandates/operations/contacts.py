"""A contact with a family, or work on its file: opened, with somebody identified and a wish noted, and ended.

It is what opens the file (BXL-48), and what lets anything in it be changed (BXL-49, KL-33); it ends by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.core.actor import Kind
from app.core.audit import note_change
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.mandates.models import DeskContact
from app.mandates.queries.contacts import Contact, own_contact, reason_for
from app.mandates.rules import (
    PUT_ASIDE,
    Channel,
    Denied,
    Known,
    Purpose,
    Wish,
    ends_at,
    identifying_problem,
    opening_problem,
    wish_problem,
)

# A worker of the desk reads nothing of a file before the contact is open: whether there is one, a function says.
_IS_FILE = text("select access.is_file(:dossier_id)")


def open_contact(session: Session, dossier_id: UUID, *, channel: Channel, purpose: Purpose, now: datetime) -> UUID:
    """Open a contact with a family, which ends whatever other contact the worker had; return its id.

    Raises NotFound for a file that is not there for the worker, Refused when the purpose does not fit (BXL-48, KG-36).
    """
    _refuse_if(opening_problem(channel, purpose))
    actor = actor_of(session)
    if actor.kind == Kind.STAFF and not session.execute(_IS_FILE, {"dossier_id": dossier_id}).scalar():
        raise NotFound
    if actor.kind == Kind.COUNTER:
        reason_for(session, dossier_id)
    # One family at a time: nothing of the one before is in sight, or within reach, of the next.
    session.execute(
        update(DeskContact)
        .where(DeskContact.worker_id == actor.id, DeskContact.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    contact_id = uuid4()
    session.add(
        DeskContact(
            id=contact_id,
            organisation=actor.organisation,
            dossier_id=dossier_id,
            worker_id=actor.id,
            channel=channel,
            purpose=purpose,
            opened_at=now,
            until=ends_at(now),
        )
    )
    session.flush()
    note_change(session, "contact_opened", dossier_id=dossier_id, reasons=(reason_for(session, dossier_id),))
    return contact_id


def identify(session: Session, contact_id: UUID, how: Known, *, now: datetime) -> None:
    """Note how the other side of a contact was identified; raises NotFound, Refused (KL-33)."""
    contact = own_contact(session, contact_id)
    _refuse_if(identifying_problem(contact.channel, how, identified=contact.identified))
    _step(
        session,
        contact,
        Denied.KNOWN_BEFORE,
        DeskContact.identified_at.is_(None),
        identified_how=how,
        identified_at=now,
    )
    _note(session, contact, "contact_identified")


def turn_away(session: Session, contact_id: UUID, *, now: datetime) -> None:
    """End a contact in which somebody did not show to be the family; it is noted. Raises NotFound, Refused (KL-33)."""
    contact = own_contact(session, contact_id)
    if contact.channel == Channel.FILE_WORK:
        raise Refused(Denied.NO_CALLER)
    _refuse_if(Denied.KNOWN_BEFORE if contact.identified else None)
    _note(session, contact, "contact_not_identified")
    _step(session, contact, Denied.KNOWN_BEFORE, DeskContact.identified_at.is_(None), ended_at=now)


def state_wish(session: Session, contact_id: UUID, wish: Wish, *, now: datetime) -> None:
    """Note what the family wants, also when it wants something else after; raises NotFound, Refused (BXL-49)."""
    contact = own_contact(session, contact_id)
    _refuse_if(wish_problem(contact.channel, identified=contact.identified))
    _step(session, contact, Denied.NO_CONTACT, DeskContact.identified_at.is_not(None), wish=wish, wish_at=now)
    _note(session, contact, "contact_wish")


def end_contact(session: Session, contact_id: UUID, *, now: datetime) -> None:
    """End a contact: the file is closed to the worker from the next request on. Raises NotFound."""
    contact = own_contact(session, contact_id)
    _note(session, contact, "contact_ended")
    _step(session, contact, Denied.NO_CONTACT, ended_at=now)


def put_aside(session: Session, dossier_id: UUID, why: Purpose, *, now: datetime) -> None:
    """Note that what looked wrong in a file was looked at, and why it needs nothing more; no value changes (BXL-14).

    Raises NotFound, Refused.
    """
    _refuse_if(None if why in PUT_ASIDE else Denied.NO_PURPOSE)
    if not session.execute(_IS_FILE, {"dossier_id": dossier_id}).scalar():
        raise NotFound
    actor = actor_of(session)
    made = DeskContact(
        id=uuid4(),
        organisation=actor.organisation,
        dossier_id=dossier_id,
        worker_id=actor.id,
        channel=Channel.FILE_WORK,
        purpose=why,
        opened_at=now,
        until=now,
    )
    session.add(made)
    session.flush()
    made.ended_at = now
    note_change(session, "flag_put_aside", dossier_id=dossier_id, reasons=("found",))


def _step(session: Session, contact: Contact, otherwise: Denied, *expected: Any, **values: Any) -> None:
    changed: Any = session.execute(
        update(DeskContact)
        .where(DeskContact.id == contact.id, DeskContact.ended_at.is_(None), *expected)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:
        raise Refused(otherwise)


def _note(session: Session, contact: Contact, event: str) -> None:
    reason = reason_for(session, contact.dossier_id)
    note_change(session, event, dossier_id=contact.dossier_id, groups=("help",), reasons=(reason,))


def _refuse_if(problem: Denied | None) -> None:
    if problem is not None:
        raise Refused(problem)
