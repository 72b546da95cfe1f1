"""Beginning, saving and ending a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.applications.models import Draft
from app.applications.queries.drafts import DRAFT_KEY_CLASS, DraftRecord, draft_place, notice_place
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


@dataclass(frozen=True, slots=True)
class Notice:
    """Where a family is told that its draft will end; `factor` opens the link, where it is known already."""

    recipient: str
    channel: str
    factor: bytes | None = None


def start_draft(
    session: Session,
    draft_id: UUID,
    content: Mapping[str, Any],
    *,
    language: str,
    terms: Application,
    now: datetime,
    account_id: UUID | None = None,
    is_touched: bool = True,
    notice: Notice | None = None,
    device_id: UUID | None = None,
) -> bool:
    """Begin a draft under its own key, which dies with it; False when the same form, or the same parent, just did.

    The draft of a next child is its parent's (BXL-41); one that begins on a public device ends with the visit there,
    unless a code was made to go on with it elsewhere.
    """
    wrapped = keyring_of(session).new_wrapped_key(draft_id, DRAFT_KEY_CLASS)
    organisation = actor_of(session).organisation
    # The draft comes first: whose it is decides who may keep its key.
    started = session.connection().execute(
        insert(Draft.__table__)  # type: ignore[arg-type]
        .values(
            id=draft_id,
            organisation=organisation,
            account_id=account_id,
            language=language,
            sealed=_sealed(session, draft_id, wrapped, content, draft_place(draft_id)),
            created_at=now,
            updated_at=now,
            expires_at=ends_at(terms, now, is_touched=is_touched),
            submitted_at=None,
            notice_to=_notice(session, draft_id, wrapped, notice),
            noticed_at=None,
            device_id=device_id,
        )
        .on_conflict_do_nothing()
        # Without it an insert reports no count at all, and a second start would pass for a first.
        .execution_options(preserve_rowcount=True)
    )
    if not started.rowcount:
        return False
    session.execute(
        insert(DataKey).values(
            owner_id=draft_id, key_class=DRAFT_KEY_CLASS, organisation=organisation, wrapped=wrapped, created_at=now
        )
    )
    note_change(session, "draft_started", dossier_id=draft_id, groups=("draft",), reasons=("draft",))
    return True


def save_draft(
    session: Session,
    draft: DraftRecord,
    content: Mapping[str, Any],
    *,
    language: str,
    terms: Application,
    now: datetime,
    is_touched: bool = True,
    notice: Notice | None = None,
) -> None:
    """Save all answers of a draft that was read `to_change`; the term of keeping begins again."""
    wrapped = draft.wrapped or _new_key(session, draft.id, now)
    session.connection().execute(
        _SAVE,
        {
            "draft_id": draft.id,
            "language": language,
            "sealed": _sealed(session, draft.id, wrapped, content, draft_place(draft.id)),
            "updated_at": now,
            "expires_at": ends_at(terms, now, is_touched=is_touched),
            "notice_to": _notice(session, draft.id, wrapped, notice),
            "noticed_at": None,
        },
    )
    note_change(session, "draft_saved", dossier_id=draft.id, groups=("draft",), reasons=("draft",))


def end_draft(session: Session, draft_id: UUID, *, now: datetime) -> None:
    """Empty a draft that became an application and destroy its key: the answers live in one place only."""
    session.execute(
        update(Draft)
        .where(Draft.id == draft_id)
        .values(sealed=b"", notice_to=None, submitted_at=now, updated_at=now, expires_at=now + SENT_DRAFT_TERM)
    )
    session.execute(delete(DataKey).where(DataKey.owner_id == draft_id, DataKey.key_class == DRAFT_KEY_CLASS))


def ends_at(terms: Application, now: datetime, *, is_touched: bool) -> datetime:
    """Return when a draft that is saved now is deleted; one of which only the first page was filled in goes sooner."""
    return now + timedelta(days=terms.draft_days if is_touched else min(terms.untouched_draft_days, terms.draft_days))


def _new_key(session: Session, draft_id: UUID, now: datetime) -> bytes:
    """Make the key of a draft that was begun beside a family, at its first answers."""
    wrapped = keyring_of(session).new_wrapped_key(draft_id, DRAFT_KEY_CLASS)
    organisation = actor_of(session).organisation
    session.execute(
        insert(DataKey).values(
            owner_id=draft_id, key_class=DRAFT_KEY_CLASS, organisation=organisation, wrapped=wrapped, created_at=now
        )
    )
    return wrapped


def _notice(session: Session, draft_id: UUID, wrapped: bytes, notice: Notice | None) -> bytes | None:
    if notice is None:
        return None
    told = {
        "recipient": notice.recipient,
        "channel": notice.channel,
        "factor": notice.factor.hex() if notice.factor else "",
    }
    return _sealed(session, draft_id, wrapped, told, notice_place(draft_id))


def _sealed(session: Session, draft_id: UUID, wrapped: bytes, content: Mapping[str, Any], place: str) -> bytes:
    return seal_json_with(
        keyring_of(session), wrapped, content, owner_id=draft_id, key_class=DRAFT_KEY_CLASS, place=place
    )
