"""Messages that leave the house: written in the transaction that causes them, sent later, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.crypto import keyring_of, seal_json, seal_json_for_others
from app.core.db import actor_of, now_of
from app.core.models import OutboxMessage

MESSAGE_KEY_CLASS = "message"
MAIL, TEXT, LETTER = "mail", "text", "letter"
# To a family, by whichever way it wants to be written to: read when the message leaves, not before. Who causes a
# message need not know the address, and one that changed in the meantime counts.
FAMILY = "family"


@dataclass(frozen=True)
class Message:
    """What goes to whom: `kind` names the text, `params` fill it, `once_key` makes it go once.

    Without a recipient it goes to the family of `dossier_id`, wherever that is reached when it leaves. `owner_id` is
    the dossier or account whose key encrypts it: it becomes unreadable together with its owner.
    """

    once_key: str
    kind: str
    recipient: str
    language: str
    owner_id: UUID
    params: Mapping[str, Any] = field(default_factory=dict)
    channel: str = MAIL
    dossier_id: UUID | None = None


def seal_message(
    session: Session,
    message_id: UUID,
    *,
    owner_id: UUID,
    recipient: str,
    params: Mapping[str, Any],
    fresh_key: bool = False,
) -> bytes:
    """Return what a message says and to whom, encrypted for its owner; under a fresh key its writer cannot read it."""
    seal = seal_json_for_others if fresh_key else seal_json
    return seal(
        session,
        {"recipient": recipient, "params": dict(params)},
        owner_id=owner_id,
        key_class=MESSAGE_KEY_CLASS,
        place=f"outbox:sealed:{message_id}",
    )


def enqueue(session: Session, message: Message, *, fresh_key: bool = False) -> None:
    """Write the message beside the change that causes it; the same once-key a second time does nothing.

    The first message to an owner whom the writer may not read is sealed under a fresh key: a receipt for a report.
    """
    message_id = uuid4()
    now = now_of(session)
    sealed = seal_message(
        session,
        message_id,
        owner_id=message.owner_id,
        recipient=message.recipient,
        params=message.params,
        fresh_key=fresh_key,
    )
    session.execute(
        insert(OutboxMessage)
        .values(
            id=message_id,
            organisation=actor_of(session).organisation,
            once_key=message.once_key,
            kind=message.kind,
            channel=message.channel,
            owner_id=message.owner_id,
            dossier_id=message.dossier_id,
            language=message.language,
            sealed=sealed,
            message_id=_mark_of(session, message.once_key),
            state="pending",
            attempts=0,
            due_at=now,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    session.info["rings"] = True


def _mark_of(session: Session, once_key: str) -> str:
    """Return the Message-ID of a cause: the same one again when a restored database has forgotten the first (KG-37)."""
    token = keyring_of(session).token("message", f"{actor_of(session).organisation}:{once_key}")
    return f"<{token.hex()[:40]}@opvangloket.invalid>"
