"""A form that was already posted gets the first result again, not a second effect."""

from __future__ import annotations

import re

from flask import abort
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.db import actor_of, now_of
from app.core.models import FormUse

FORM_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def replayed(session: Session, given: str | None) -> str | None:
    """Claim the form's key; return where the first post led when it was claimed before.

    Two posts at the same moment: the second waits on the first one's row and then reads its result.
    """
    key = _key(given)
    actor = actor_of(session)
    claimed = session.connection().execute(
        insert(FormUse.__table__)  # type: ignore[arg-type]
        .values(organisation=actor.organisation, key=key, actor_id=actor.id, used_at=now_of(session))
        .on_conflict_do_nothing()
        # Without it an insert reports no count at all, and every replay would pass for a first post.
        .execution_options(preserve_rowcount=True)
    )
    if claimed.rowcount:
        return None
    mine = (FormUse.organisation == actor.organisation, FormUse.key == key, FormUse.actor_id == actor.id)
    location = session.scalar(select(FormUse.location).where(*mine))
    if location is None:
        abort(400, "form")
    return location


def settle(session: Session, given: str, location: str | None) -> None:
    """Keep where this form led; a form that led nowhere (it had errors) may be posted again."""
    actor = actor_of(session)
    mine = (FormUse.organisation == actor.organisation, FormUse.key == _key(given), FormUse.actor_id == actor.id)
    if location is None:
        session.execute(delete(FormUse).where(*mine))
    else:
        session.execute(update(FormUse).where(*mine).values(location=location))


def _key(given: str | None) -> str:
    if not given or not FORM_KEY.fullmatch(given):
        abort(400, "form")
    return given
