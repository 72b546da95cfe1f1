"""Reads of the draft that is being filled in: row and key in one statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.applications.models import Draft
from app.core.audit import note_read
from app.core.crypto import keyring_of, open_json_with
from app.core.models import DataKey

DRAFT_KEY_CLASS = "draft"
# Every page of the application asks for the draft: putting the statement together anew would cost more than asking.
_TO_READ = (
    select(Draft.id, Draft.language, Draft.updated_at, Draft.submitted_at, Draft.sealed, DataKey.wrapped)
    .outerjoin(DataKey, and_(DataKey.owner_id == Draft.id, DataKey.key_class == DRAFT_KEY_CLASS))
    .where(Draft.id == bindparam("draft_id"), Draft.expires_at > bindparam("now"))
)
_TO_CHANGE = _TO_READ.with_for_update(of=Draft)


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A draft opened with its own key; a draft that was sent has no content any more."""

    id: UUID
    language: str
    updated_at: datetime
    submitted_at: datetime | None
    wrapped: bytes = b""
    content: dict[str, Any] = field(default_factory=dict)


def own_draft(session: Session, draft_id: UUID, *, now: datetime, to_change: bool = False) -> DraftRecord | None:
    """Return the actor's draft and note the read; `to_change` makes a second change wait for this one."""
    found = session.connection().execute(_TO_CHANGE if to_change else _TO_READ, {"draft_id": draft_id, "now": now})
    row = found.one_or_none()
    if row is None:
        return None
    if row.submitted_at is not None or row.wrapped is None:
        return DraftRecord(row.id, row.language, row.updated_at, row.submitted_at)
    content = open_json_with(
        keyring_of(session),
        row.wrapped,
        row.sealed,
        owner_id=row.id,
        key_class=DRAFT_KEY_CLASS,
        place=draft_place(row.id),
    )
    note_read(session, subjects=(row.id,), groups=("draft",), reasons=("draft",))
    return DraftRecord(row.id, row.language, row.updated_at, row.submitted_at, row.wrapped, content)


def draft_place(draft_id: UUID) -> str:
    """Return the place that the answers of a draft are bound to."""
    return f"draft:sealed:{draft_id}"
