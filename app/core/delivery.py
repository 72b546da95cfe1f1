"""How a message leaves: claimed, sent once, and looked up in the relay's journal when nobody knows.

    pending ──claim──▶ sending ──accepted──▶ sent
       ▲                  │ lost in the middle, or the lease ran out
       └──not in journal──┴──▶ uncertain ──in journal──▶ sent

The database is the to-do list; the queue only shortens the wait. Nothing is ever resent blindly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.crypto import Unreadable, open_json
from app.core.models import OutboxMessage
from app.core.outbox import MESSAGE_KEY_CLASS

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
    )


def mark_sent(session: Session, message_id: UUID, now: datetime) -> bool:
    """Note that the relay accepted the message, and destroy its text; False when it was noted before."""
    return _leave(session, message_id, state="sent", sent_at=now, sealed=None, lease_until=None, last_error=None)


def mark_uncertain(session: Session, message_id: UUID, *, look_after: datetime) -> bool:
    """Note that the line broke after the text began: only the journal knows."""
    return _leave(session, message_id, state="uncertain", due_at=look_after, lease_until=None, last_error="line broke")


def put_back(session: Session, message_id: UUID, now: datetime, error: str) -> bool:
    """Note that nothing was handed over: try again later, less and less often; dead after the last attempt."""
    attempts = session.scalar(select(OutboxMessage.attempts).where(OutboxMessage.id == message_id)) or 0
    if attempts >= MAX_ATTEMPTS:
        return bury(session, message_id, error)
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
            row.state, row.sent_at, row.sealed, row.last_error = "sent", now, None, None
            found += 1
        else:
            row.state, row.due_at = "pending", now
            again += 1
    return found, again


def _leave(session: Session, message_id: UUID, **values: Any) -> bool:
    """Move a message out of `sending`; another worker may have settled it meanwhile."""
    changed = session.connection().execute(
        update(OutboxMessage).where(OutboxMessage.id == message_id, OutboxMessage.state == "sending").values(**values)
    )
    return bool(changed.rowcount)
