"""Messages that leave the house: written in the transaction that causes them, sent later, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.crypto import seal_json
from app.core.db import actor_of, now_of
from app.core.models import OutboxMessage

MESSAGE_KEY_CLASS = "message"
MAIL, LETTER = "mail", "letter"


@dataclass(frozen=True)
class Message:
    """What goes to whom: `kind` names the text, `params` fill it, `once_key` makes it go once.

    `owner_id` is the dossier or account whose key encrypts it: it becomes unreadable together with its owner.
    """

    once_key: str
    kind: str
    recipient: str
    language: str
    owner_id: UUID
    params: Mapping[str, Any] = field(default_factory=dict)
    channel: str = MAIL
    dossier_id: UUID | None = None


def enqueue(session: Session, message: Message) -> None:
    """Write the message beside the change that causes it; the same once-key a second time does nothing."""
    message_id = uuid4()
    now = now_of(session)
    sealed = seal_json(
        session,
        {"recipient": message.recipient, "params": dict(message.params)},
        owner_id=message.owner_id,
        key_class=MESSAGE_KEY_CLASS,
        place=f"outbox:sealed:{message_id}",
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
            message_id=f"<{message_id}@opvangloket.invalid>",
            state="pending",
            attempts=0,
            due_at=now,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    session.info["rings"] = True
