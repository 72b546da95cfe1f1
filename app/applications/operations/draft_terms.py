"""The end of a draft: told once by mail or text message, with a link that lets it live on, and kept in any case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, select, update
from sqlalchemy.orm import Session

from app.accounts.models import WebSession
from app.applications.models import Draft, DraftPass
from app.applications.operations.passes import issue_link
from app.applications.queries.drafts import DRAFT_KEY_CLASS, notice_place
from app.core.crypto import keyring_of, open_json_with
from app.core.db import actor_of
from app.core.models import DataKey
from app.core.outbox import MESSAGE_KEY_CLASS, Message, enqueue
from app.organisations.terms import Application

# After this nobody comes back to a public device that went dark.
LEFT_BEHIND_TERM = timedelta(minutes=15)


def expire_drafts(session: Session, *, now: datetime, limit: int) -> int:
    """Delete the drafts past their term together with their keys; an abandoned wizard leaves nothing (BXL-27).

    The term alone decides: whether the family was told, or could be, makes no difference.
    """
    rows = session.execute(select(Draft.id, Draft.submitted_at).where(Draft.expires_at <= now).limit(limit)).all()
    # A sent draft left the key of its messages to the account that came of it.
    _delete(session, [row.id for row in rows], unsent=[row.id for row in rows if row.submitted_at is None])
    return len(rows)


def expire_left_behind(session: Session, *, now: datetime, limit: int) -> int:
    """Delete what was typed on a public device whose visit ended without a wipe: the power was cut (LEU-49).

    What a code or a link was made for is gone on with elsewhere and keeps its term.
    """
    since = now - LEFT_BEHIND_TERM
    busy = select(WebSession.actor_id).where(
        WebSession.device_id.is_not(None), WebSession.ended_at.is_(None), WebSession.last_seen_at > since
    )
    left = session.scalars(
        select(Draft.id)
        .where(
            Draft.device_id.is_not(None),
            Draft.submitted_at.is_(None),
            Draft.account_id.is_(None),
            Draft.updated_at <= since,
            Draft.id.not_in(busy),
            ~exists().where(DraftPass.draft_id == Draft.id),
        )
        .limit(limit)
    ).all()
    _delete(session, left, unsent=left)
    return len(left)


def _delete(session: Session, ids: Sequence[UUID], *, unsent: Sequence[UUID]) -> None:
    if not ids:
        return
    session.execute(delete(DataKey).where(DataKey.owner_id.in_(unsent), DataKey.key_class == MESSAGE_KEY_CLASS))
    session.execute(delete(DataKey).where(DataKey.owner_id.in_(ids), DataKey.key_class == DRAFT_KEY_CLASS))
    session.execute(delete(Draft).where(Draft.id.in_(ids)))


def send_draft_notices(session: Session, terms: Application, *, now: datetime, limit: int) -> int:
    """Tell each family whose draft ends soon, once; a save after it makes a next notice possible.

    Nothing waits for this: a draft ends at its term, told or not.
    """
    rows = session.execute(
        select(Draft.id, Draft.account_id, Draft.language, Draft.expires_at, Draft.notice_to, DataKey.wrapped)
        .join(DataKey, and_(DataKey.owner_id == Draft.id, DataKey.key_class == DRAFT_KEY_CLASS))
        .where(
            Draft.organisation == actor_of(session).organisation,
            Draft.submitted_at.is_(None),
            Draft.notice_to.is_not(None),
            Draft.noticed_at.is_(None),
            Draft.expires_at > now,
            Draft.expires_at <= now + timedelta(days=terms.draft_notice_days),
        )
        .order_by(Draft.expires_at)
        .limit(limit)
        .with_for_update(of=Draft, skip_locked=True)
    ).all()
    for row in rows:
        _tell(session, row, now)
        session.execute(update(Draft).where(Draft.id == row.id).values(noticed_at=now))
    return len(rows)


def _tell(session: Session, row: Any, now: datetime) -> None:
    told = open_json_with(
        keyring_of(session),
        row.wrapped,
        row.notice_to,
        owner_id=row.id,
        key_class=DRAFT_KEY_CLASS,
        place=notice_place(row.id),
    )
    params: dict[str, Any] = {"until_at": row.expires_at.isoformat()}
    if row.account_id is not None:
        kind = "draft_ends_next_child"
    elif (factor := bytes.fromhex(told["factor"]) or _asked_before(session, row.id)) is not None:
        kind = "draft_ends"
        params["token"] = issue_link(session, row.id, factor, expires_at=row.expires_at, now=now)
    else:
        kind = "draft_ends_unreachable"
    enqueue(
        session,
        Message(
            once_key=f"draft_ends:{row.id}:{row.expires_at.isoformat()}",
            kind=kind,
            recipient=told["recipient"],
            language=row.language,
            owner_id=row.account_id or row.id,
            channel=told["channel"],
            params=params,
        ),
    )


def _asked_before(session: Session, draft_id: UUID) -> bytes | None:
    """Return the second factor of the newest code or link of this draft."""
    return session.scalar(
        select(DraftPass.factor).where(DraftPass.draft_id == draft_id).order_by(DraftPass.created_at.desc()).limit(1)
    )
