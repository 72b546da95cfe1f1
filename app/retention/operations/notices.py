"""Telling a family that its file is about to go. The end never waits for it (a peer's did, and kept 423,000 files)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.operations.notices import tell_family
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.models import OutboxMessage
from app.organisations.profile import Profile
from app.retention.policy import file_terms
from app.retention.queries.files import files_over, judged
from app.retention.rules import due_on


def files_ending(session: Session, profile: Profile, *, now: datetime) -> Mapping[UUID, date]:
    """Return the files that go soon, with the last day on which each is kept; for `system:retention`."""
    terms, age = file_terms(profile), profile.settings.care_ends_age
    if not terms:
        return {}
    ahead = today_at(now) + timedelta(days=profile.settings.erasure_notice_days)
    found = judged(session, files_over(session, ahead))
    days = {file: due_on(terms, one.facts, age) - timedelta(days=1) for file, one in found.items()}
    return {file: day for file, day in days.items() if day >= today_at(now)}


def tell_of_ends(session: Session, ends: Mapping[UUID, date], *, limit: int) -> int:
    """Tell families once that their files go, and how to keep them (M20); returns how many were told.

    For `system:endings`. Something that happens in a file moves the day, and the family is told anew before that one.
    """
    keys = {f"file-ends:{dossier_id}:{last_day}": (dossier_id, last_day) for dossier_id, last_day in ends.items()}
    told = set(
        session.scalars(
            select(OutboxMessage.once_key).where(
                OutboxMessage.organisation == actor_of(session).organisation, OutboxMessage.once_key.in_(keys)
            )
        )
    )
    new = [key for key in keys if key not in told][:limit]
    for key in new:
        dossier_id, last_day = keys[key]
        tell_family(session, dossier_id, "file_ends", key, last_on=last_day.isoformat())
    return len(new)
