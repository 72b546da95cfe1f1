"""Organisations of helpers and who helps there."""

from __future__ import annotations

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from app.core.db import actor_of, now_of
from app.mandates.models import HelperMember


def is_member(session: Session) -> bool:
    """Tell whether the actor belongs to an organisation of helpers now, whatever is still to be signed."""
    now = now_of(session)
    return (
        session.scalar(
            select(HelperMember.id)
            .where(
                HelperMember.account_id == actor_of(session).id,
                HelperMember.starts_at <= now,
                or_(HelperMember.ends_at.is_(None), HelperMember.ends_at > now),
            )
            .limit(1)
        )
        is not None
    )


def helps_now(session: Session) -> bool:
    """Tell whether the actor's own agreement and that of the organisation both hold, so that helping is open."""
    return session.scalar(text("select exists (select 1 from access.helps)")) is True
