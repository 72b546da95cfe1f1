"""The audit at the end of its term: whole segments go, their heads and counts stay (KL-36)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, text, update
from sqlalchemy.orm import Session

from app.core.audit import note_batch
from app.core.clock import today_at
from app.core.models import AuditSegment
from app.organisations.profile import Profile
from app.retention.policy import AUDIT, group_term
from app.retention.queries.files import MOST_FOUND
from app.retention.rules import Term, kept_until, last_start_over

GROUPS = ("access_log", "change_log")
_OF = text(
    "select distinct e.organisation from audit_seal s join audit_entry e on e.id = s.entry_id where s.segment = :number"
)
_ENTRIES = text("delete from audit_entry where id in (select s.entry_id from audit_seal s where s.segment = :number)")
_SEALS = text("delete from audit_seal where segment = :number")


def terms_of_audit(profiles: Mapping[str, Profile]) -> Mapping[str, Term]:
    """Return for how long each organisation keeps its part of the audit: the longest of its two logs."""
    made = {}
    for key, profile in profiles.items():
        terms = [term for group in GROUPS if (term := group_term(profile, group)) is not None]
        made[key] = max(terms, key=lambda term: (term.years, term.days))
    return made


def droppable_before(profiles: Mapping[str, Profile], now: datetime) -> datetime:
    """Return the moment before which a segment can be over at all: one that went and is younger was taken away."""
    terms = terms_of_audit(profiles).values()
    # Of the shortest term: whose entries are in a segment is asked of each segment.
    latest = max(last_start_over(term, today_at(now)) for term in terms)
    return datetime(latest.year, latest.month, latest.day, tzinfo=now.tzinfo) + timedelta(days=1)


def segments_over(session: Session, profiles: Mapping[str, Profile], *, now: datetime) -> Sequence[int]:
    """Return the segments of which every entry is over its organisation's term, the oldest first."""
    before = droppable_before(profiles, now)
    rows = session.execute(
        select(AuditSegment.number, AuditSegment.last_at)
        .where(AuditSegment.dropped_at.is_(None), AuditSegment.last_at < before)
        .order_by(AuditSegment.number)
        .limit(MOST_FOUND)
    ).all()
    return [row.number for row in rows if _is_over(session, profiles, row, now)]


def drop_segment(session: Session, profiles: Mapping[str, Profile], number: int, *, now: datetime) -> int:
    """Drop one segment whose entries are all over; returns 1, or 0 when it is not, or is gone already."""
    run = session.connection().execute
    row = run(
        select(AuditSegment.number, AuditSegment.last_at, AuditSegment.entries).where(
            AuditSegment.number == number, AuditSegment.dropped_at.is_(None)
        )
    ).one_or_none()
    if row is None or not _is_over(session, profiles, row, now):
        return 0
    run(_ENTRIES, {"number": number})
    run(_SEALS, {"number": number})
    dropped = run(
        update(AuditSegment)
        .where(AuditSegment.number == number, AuditSegment.dropped_at.is_(None))
        .values(dropped_at=now)
    )
    note_batch(session, "expired", reasons=(AUDIT,), groups=GROUPS)
    return cast("CursorResult[Any]", dropped).rowcount


def _is_over(session: Session, profiles: Mapping[str, Profile], row: Any, now: datetime) -> bool:
    """Judge a segment by the organisations in it; what is of none of them takes the longest term."""
    terms = terms_of_audit(profiles)
    longest = max(terms.values(), key=lambda term: (term.years, term.days))
    found = [terms.get(each, longest) for each in session.scalars(_OF, {"number": row.number})]
    return all(kept_until(term, today_at(row.last_at)) < today_at(now) for term in found or [longest])
