"""Beginning, saving and ending a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.orm import Session

from app.applications.models import Draft
from app.applications.queries.drafts import DRAFT_KEY_CLASS, DraftRecord, draft_place
from app.core.audit import note_change
from app.core.crypto import keyring_of, seal_json_with
from app.core.db import actor_of
from app.core.models import DataKey
from app.organisations.terms import Application

# What stays of a sent draft is its id, so that a late second click finds the file that came of it.
SENT_DRAFT_TERM = timedelta(days=1)
# Every posted page saves the draft; the columns come from the values that it is executed with.
_SAVE = update(Draft.__table__).where(  # type: ignore[arg-type]
    Draft.id == bindparam("draft_id"), Draft.submitted_at.is_(None)
)


def start_draft(
    session: Session, draft_id: UUID, content: Mapping[str, Any], *, language: str, terms: Application, now: datetime
) -> None:
    """Begin a draft under its own key; the key dies with it."""
    keyring = keyring_of(session)
    wrapped = keyring.new_wrapped_key(draft_id, DRAFT_KEY_CLASS)
    organisation = actor_of(session).organisation
    session.execute(
        insert(DataKey).values(
            owner_id=draft_id, key_class=DRAFT_KEY_CLASS, organisation=organisation, wrapped=wrapped, created_at=now
        )
    )
    session.execute(
        insert(Draft).values(
            id=draft_id,
            organisation=organisation,
            language=language,
            sealed=_sealed(session, draft_id, wrapped, content),
            created_at=now,
            updated_at=now,
            expires_at=now + timedelta(days=terms.draft_days),
            submitted_at=None,
        )
    )
    note_change(session, "draft_started", dossier_id=draft_id, groups=("draft",), reasons=("draft",))


def save_draft(
    session: Session,
    draft: DraftRecord,
    content: Mapping[str, Any],
    *,
    language: str,
    terms: Application,
    now: datetime,
) -> None:
    """Save all answers of a draft that was read `to_change`; the term of keeping begins again."""
    session.connection().execute(
        _SAVE,
        {
            "draft_id": draft.id,
            "language": language,
            "sealed": _sealed(session, draft.id, draft.wrapped, content),
            "updated_at": now,
            "expires_at": now + timedelta(days=terms.draft_days),
        },
    )
    note_change(session, "draft_saved", dossier_id=draft.id, groups=("draft",), reasons=("draft",))


def end_draft(session: Session, draft_id: UUID, *, now: datetime) -> None:
    """Empty a draft that became an application and destroy its key: the answers live in one place only."""
    session.execute(
        update(Draft)
        .where(Draft.id == draft_id)
        .values(sealed=b"", submitted_at=now, updated_at=now, expires_at=now + SENT_DRAFT_TERM)
    )
    session.execute(delete(DataKey).where(DataKey.owner_id == draft_id, DataKey.key_class == DRAFT_KEY_CLASS))


def _sealed(session: Session, draft_id: UUID, wrapped: bytes, content: Mapping[str, Any]) -> bytes:
    return seal_json_with(
        keyring_of(session), wrapped, content, owner_id=draft_id, key_class=DRAFT_KEY_CLASS, place=draft_place(draft_id)
    )
