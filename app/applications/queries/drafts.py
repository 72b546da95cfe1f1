"""Reads of the draft that is being filled in: row and key in one statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.applications.models import Draft, DraftPass
from app.core.audit import note_read
from app.core.crypto import KeyRing, keyring_of, open_json_with
from app.core.models import DataKey
from app.families.rules import WRONG_TRIES, code_from

DRAFT_KEY_CLASS = "draft"
# What the hash of a pass is made with: the secret of a link is no code, and a code opens no link.
CODE, LINK = "draft-code", "draft-link"
# Every page of the application asks for the draft: putting the statement together anew would cost more than asking.
_ALIVE = (
    select(
        Draft.id,
        Draft.account_id,
        Draft.language,
        Draft.updated_at,
        Draft.expires_at,
        Draft.submitted_at,
        Draft.sealed,
        Draft.assisted_by,
        Draft.mandate_id,
        Draft.registrar_facility_id,
        DataKey.wrapped,
    )
    .outerjoin(DataKey, and_(DataKey.owner_id == Draft.id, DataKey.key_class == DRAFT_KEY_CLASS))
    .where(Draft.expires_at > bindparam("now"))
)
_TO_READ = _ALIVE.where(Draft.id == bindparam("draft_id"))
_TO_CHANGE = _TO_READ
# A second change waits for the first.
_TO_CHANGE = _TO_CHANGE.with_for_update(of=Draft)
_NEXT_TO_READ = _ALIVE.where(Draft.account_id == bindparam("account_id"), Draft.submitted_at.is_(None))
_NEXT_TO_CHANGE = _NEXT_TO_READ.with_for_update(of=Draft)


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A draft opened with its own key; a draft that was sent has no content any more."""

    id: UUID
    language: str
    updated_at: datetime
    submitted_at: datetime | None
    wrapped: bytes = b""
    content: dict[str, Any] = field(default_factory=dict)
    account_id: UUID | None = None
    expires_at: datetime | None = None
    # Who began it beside the family, under which mandate, or for which registering facility (BXL-50, BXL-54).
    assisted_by: UUID | None = None
    mandate_id: UUID | None = None
    registrar_facility_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OwnPass:
    """The code that stands for a draft now, and the second factor that an earlier pass of it asked for."""

    code: str = ""
    expires_at: datetime | None = None
    factor: bytes | None = None


def own_draft(session: Session, draft_id: UUID, *, now: datetime, to_change: bool = False) -> DraftRecord | None:
    """Return the actor's draft and note the read; `to_change` makes a second change wait for this one."""
    return _opened(session, _TO_CHANGE if to_change else _TO_READ, {"draft_id": draft_id, "now": now})


def next_child_draft(
    session: Session, account_id: UUID, *, now: datetime, to_change: bool = False
) -> DraftRecord | None:
    """Return the draft in which a parent asks for a next child, if there is one that was not sent (BXL-41)."""
    return _opened(session, _NEXT_TO_CHANGE if to_change else _NEXT_TO_READ, {"account_id": account_id, "now": now})


def own_pass(session: Session, draft_id: UUID, *, now: datetime) -> OwnPass:
    """Return what there is to go on with this draft elsewhere; the code is made again, it is written nowhere."""
    rows = session.execute(
        select(
            DraftPass.hash,
            DraftPass.factor,
            DraftPass.created_at,
            DraftPass.expires_at,
            DraftPass.used_at,
            DraftPass.tries,
        )
        .where(DraftPass.draft_id == draft_id)
        .order_by(DraftPass.created_at.desc())
    ).all()
    if not rows:
        return OwnPass()
    keyring = keyring_of(session)
    for row in rows:
        code = code_of(keyring, draft_id, row.created_at)
        if pass_hash(keyring, CODE, code) != row.hash:
            continue
        if row.used_at is None and row.tries < WRONG_TRIES and row.expires_at > now:
            return OwnPass(code, row.expires_at, row.factor)
    return OwnPass(factor=rows[0].factor)


def pass_hash(keyring: KeyRing, kind: str, secret: str) -> bytes:
    """Return what the database keeps of a code or of the secret in a link."""
    return keyring.token(kind, secret)


def code_of(keyring: KeyRing, draft_id: UUID, made_at: datetime) -> str:
    """Return the code of a draft that was made at a moment: no one without the index key can make it."""
    return code_from(keyring.token("draft-code-of", f"{draft_id}:{made_at.timestamp():.6f}"))


def draft_place(draft_id: UUID) -> str:
    """Return the place that the answers of a draft are bound to."""
    return f"draft:sealed:{draft_id}"


def notice_place(draft_id: UUID) -> str:
    """Return the place that the address for the notice is bound to."""
    return f"draft:notice_to:{draft_id}"


def _opened(session: Session, statement: Any, values: dict[str, object]) -> DraftRecord | None:
    row = session.connection().execute(statement, values).one_or_none()
    if row is None:
        return None
    helped = (row.assisted_by, row.mandate_id, row.registrar_facility_id)
    if row.submitted_at is not None or row.wrapped is None:
        # Sent, or begun beside a family a moment ago: there are no answers in it.
        account_id, ends = row.account_id, row.expires_at
        return DraftRecord(row.id, row.language, row.updated_at, row.submitted_at, b"", {}, account_id, ends, *helped)
    content = open_json_with(
        keyring_of(session),
        row.wrapped,
        row.sealed,
        owner_id=row.id,
        key_class=DRAFT_KEY_CLASS,
        place=draft_place(row.id),
    )
    note_read(session, subjects=(row.id,), groups=("draft",), reasons=("draft",))
    return DraftRecord(
        row.id,
        row.language,
        row.updated_at,
        row.submitted_at,
        row.wrapped,
        content,
        row.account_id,
        row.expires_at,
        *helped,
    )
