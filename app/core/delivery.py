"""How a message leaves: claimed, sent once, and looked up in the relay's journal when nobody knows.

    pending ──claim──▶ sending ──accepted──▶ sent
       ▲                  │ lost in the middle, or the lease ran out
       └──not in journal──┴──▶ uncertain ──in journal──▶ sent

A letter goes to_print instead of sent: its text stays, sealed, until the desk has printed it. What can never arrive is
dead, and a task of the desk until somebody handled it; a family is then written to by its next channel, each once.

The database is the to-do list; the queue only shortens the wait. Nothing is ever resent blindly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.crypto import Unreadable, open_json
from app.core.models import OutboxMessage
from app.core.outbox import LETTER, MAIL, MESSAGE_KEY_CLASS, TEXT, Message, enqueue, seal_message

MAX_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Envelope:
    """A claimed message, opened."""

    id: UUID
    organisation: str
    kind: str
    channel: str
    language: str
    message_id: str
    recipient: str
    params: dict[str, Any]
    once_key: str
    owner_id: UUID
    dossier_id: UUID | None
    # Whether it goes to a family by whatever way there is, and not to an address that somebody typed.
    to_family: bool

    @property
    def cause(self) -> str:
        """Return the once-key of the first message of this cause: a second channel carries its name behind it."""
        head, _, tail = self.once_key.rpartition(":")
        return head if head and tail in (MAIL, TEXT, LETTER) else self.once_key


def claim(session: Session, *, due: datetime, lease_until: datetime) -> Envelope | None:
    """Take one due message; a message whose key is gone is dead, since its owner was erased."""
    row = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == "pending", OutboxMessage.due_at <= due)
        .order_by(OutboxMessage.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    row.state, row.lease_until, row.attempts = "sending", lease_until, row.attempts + 1
    try:
        content = open_json(
            session,
            row.sealed or b"",
            owner_id=row.owner_id,
            key_class=MESSAGE_KEY_CLASS,
            place=f"outbox:sealed:{row.id}",
        )
    except Unreadable:
        row.state, row.last_error, row.sealed, row.lease_until = "dead", "unreadable", None, None
        return claim(session, due=due, lease_until=lease_until)
    return Envelope(
        row.id,
        row.organisation,
        row.kind,
        row.channel,
        row.language,
        row.message_id,
        content["recipient"],
        content["params"],
        row.once_key,
        row.owner_id,
        row.dossier_id,
        row.dossier_id is not None and (not content["recipient"] or row.channel == LETTER),
    )


def address(session: Session, envelope: Envelope, *, channel: str, recipient: str) -> Envelope:
    """Write a claimed message to somebody by a channel.

    A letter keeps its address from now on; by the other channels it is looked up anew at each attempt.
    """
    values: dict[str, Any] = {"channel": channel}
    if channel == LETTER:
        values["sealed"] = seal_message(
            session, envelope.id, owner_id=envelope.owner_id, recipient=recipient, params=envelope.params
        )
    _leave(session, envelope.id, **values)
    return replace(envelope, channel=channel, recipient=recipient)


def tried(session: Session, envelope: Envelope) -> frozenset[str]:
    """Return the channels by which a message of this cause has been under way, this one included."""
    keys = [envelope.cause, *(f"{envelope.cause}:{channel}" for channel in (MAIL, TEXT, LETTER))]
    return frozenset(
        session.scalars(
            select(OutboxMessage.channel).where(
                OutboxMessage.organisation == envelope.organisation, OutboxMessage.once_key.in_(keys)
            )
        )
    )


def send_by(session: Session, envelope: Envelope, channel: str) -> None:
    """Queue the same message by another channel, once; the session acts for the message's own organisation."""
    enqueue(
        session,
        Message(
            once_key=f"{envelope.cause}:{channel}",
            kind=envelope.kind,
            recipient="",
            language=envelope.language,
            owner_id=envelope.owner_id,
            dossier_id=envelope.dossier_id,
            channel=channel,
            params=envelope.params,
        ),
    )


def mark_to_print(session: Session, message_id: UUID) -> bool:
    """Note that a letter waits for the desk, with its text kept; False when it was noted before."""
    return _leave(session, message_id, state="to_print", lease_until=None, last_error=None)


def mark_sent(session: Session, message_id: UUID, now: datetime) -> bool:
    """Note that the relay accepted the message, and destroy its text; False when it was noted before."""
    return _leave(session, message_id, state="sent", sent_at=now, sealed=None, lease_until=None, last_error=None)


def mark_uncertain(session: Session, message_id: UUID, *, look_after: datetime) -> bool:
    """Note that the line broke after the text began: only the journal knows."""
    return _leave(session, message_id, state="uncertain", due_at=look_after, lease_until=None, last_error="line broke")


def is_last_attempt(session: Session, message_id: UUID) -> bool:
    """Tell whether a message that was not handed over has used up its attempts."""
    return (session.scalar(select(OutboxMessage.attempts).where(OutboxMessage.id == message_id)) or 0) >= MAX_ATTEMPTS


def put_back(session: Session, message_id: UUID, now: datetime, error: str) -> bool:
    """Note that nothing was handed over: try again later, less and less often."""
    attempts = session.scalar(select(OutboxMessage.attempts).where(OutboxMessage.id == message_id)) or 0
    wait = min(FIRST_WAIT * 2 ** max(attempts - 1, 0), LONGEST_WAIT)
    return _leave(session, message_id, state="pending", due_at=now + wait, lease_until=None, last_error=error)


def bury(session: Session, message_id: UUID, error: str) -> bool:
    """Note that the message can never be delivered there."""
    return _leave(session, message_id, state="dead", lease_until=None, last_error=error, sealed=None)


def reconcile(
    session: Session, *, now: datetime, real_now: datetime, settling: timedelta, was_accepted: Callable[[str], bool]
) -> tuple[int, int]:
    """Settle every message of which nobody knows whether it left; returns (found in the journal, to be sent again).

    A lease that ran out counts only after the settling time: until then the relay may still be writing its journal.
    """
    found = again = 0
    lost = session.scalars(
        select(OutboxMessage)
        .where(
            ((OutboxMessage.state == "uncertain") & (OutboxMessage.due_at <= now))
            | ((OutboxMessage.state == "sending") & (OutboxMessage.lease_until <= real_now - settling))
        )
        .limit(200)
        .with_for_update(skip_locked=True)
    ).all()
    for row in lost:
        row.lease_until = None
        if was_accepted(row.message_id):
            row.last_error = None
            if row.channel == LETTER:
                row.state = "to_print"
            else:
                row.state, row.sent_at, row.sealed = "sent", now, None
            found += 1
        else:
            row.state, row.due_at = "pending", now
            again += 1
    return found, again


def doubt_all(session: Session, *, now: datetime) -> int:
    """Note of everything that waits to be sent that nobody knows whether it left: the database was restored (KG-37).

    The relay's journal settles each as it settles a line that broke; returns how many there are.
    """
    waiting = session.connection().execute(
        update(OutboxMessage)
        .where(OutboxMessage.state.in_(("pending", "sending", "uncertain")))
        .values(state="uncertain", due_at=now, lease_until=None, last_error="restored")
    )
    return waiting.rowcount


def _leave(session: Session, message_id: UUID, **values: Any) -> bool:
    """Move a message out of `sending`; another worker may have settled it meanwhile."""
    changed = session.connection().execute(
        update(OutboxMessage).where(OutboxMessage.id == message_id, OutboxMessage.state == "sending").values(**values)
    )
    return bool(changed.rowcount)
