"""Pseudonyms for research: made under a key of their own, by a purpose that reads nothing else (KG-41)."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.crypto import keyring_of
from app.core.db import actor_of, now_of
from app.core.models import DataKey

KEY_CLASS = "research"
_HOUSE = UUID("6a0e5f0e-3c1d-4f4e-9d3b-0b1e2f6c7a51")
PSEUDONYM_DIGITS = 32


def key_owner(organisation: str, recipient: str) -> UUID:
    """Return under which id the key of one recipient's pseudonyms lies."""
    return uuid5(_HOUSE, f"{organisation}:{recipient}")


def pseudonyms_for(session: Session, delivery_id: UUID, recipient: str) -> dict[UUID, str]:
    """Return the pseudonym of each child of an approved research set; for one recipient a child keeps its own."""
    keyring, actor = keyring_of(session), actor_of(session)
    owner = key_owner(actor.organisation, recipient)
    kept = select(DataKey.wrapped).where(DataKey.owner_id == owner, DataKey.key_class == KEY_CLASS)
    wrapped = session.scalar(kept)
    if wrapped is None:
        session.execute(
            insert(DataKey)
            .values(
                owner_id=owner,
                key_class=KEY_CLASS,
                organisation=actor.organisation,
                wrapped=keyring.new_wrapped_key(owner, KEY_CLASS),
                created_at=now_of(session),
            )
            .on_conflict_do_nothing()
        )
        wrapped = session.scalar(kept)
    assert wrapped is not None
    children = session.scalars(text("select child_id from access.research_children(:id)"), {"id": delivery_id}).all()
    return {
        child: keyring.token_under(wrapped, owner, KEY_CLASS, str(child)).hex()[:PSEUDONYM_DIGITS] for child in children
    }
