"""What ends by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.applications.models import Draft
from app.core.models import DataKey


def expire_drafts(session: Session, *, now: datetime, limit: int) -> int:
    """Delete the drafts past their term together with their keys; an abandoned wizard leaves nothing (BXL-27)."""
    expired = session.scalars(select(Draft.id).where(Draft.expires_at <= now).limit(limit)).all()
    if expired:
        session.execute(delete(DataKey).where(DataKey.owner_id.in_(expired), DataKey.key_class == "draft"))
        session.execute(delete(Draft).where(Draft.id.in_(expired)))
    return len(expired)
