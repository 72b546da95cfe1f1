"""Files in which something looks wrong or is missing: read at each look, so that nothing of it can lag behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.mandates.queries.find import Named
from app.mandates.rules import (
    ASIDE_LASTS,
    BIRTH_IS_LATE_DAYS,
    LATEST_BIRTH_DAYS,
    OLDEST_AT_START_DAYS,
    OLDEST_CHILD_DAYS,
    OLDEST_PARENT_DAYS,
    YOUNGEST_PARENT_DAYS,
    Doubtful,
    Flag,
    flags_of,
)

AT_ONCE = 50
_DOUBTFUL = text("select * from access.doubtful_files(:oldest, :latest, :late, :grown, :young, :old, :aside, :number)")
_LIMITS = {
    "oldest": OLDEST_CHILD_DAYS,
    "latest": LATEST_BIRTH_DAYS,
    "late": BIRTH_IS_LATE_DAYS,
    "grown": OLDEST_AT_START_DAYS,
    "young": YOUNGEST_PARENT_DAYS,
    "old": OLDEST_PARENT_DAYS,
    "aside": ASIDE_LASTS,
    "number": AT_ONCE,
}


@dataclass(frozen=True, slots=True)
class FlaggedRow:
    """One file to look at; `subject` is the file, for the audit."""

    id: UUID
    subject: UUID
    reference: str
    applicant_name: Named
    flags: tuple[Flag, ...]
    written_at: datetime | None


def flagged_files(session: Session, today: date) -> tuple[FlaggedRow, ...]:
    """Return files with something doubtful in an open request: those that nobody wrote about first (BXL-14)."""
    found: dict[UUID, FlaggedRow] = {}
    for row in session.execute(_DOUBTFUL, _LIMITS):
        facts = Doubtful(
            reachable=row.reachable,
            has_address=row.has_address,
            by_letter=row.by_letter,
            parent_born=row.parent_born,
            child_born=row.child_born,
            expected=row.expected,
            starts=row.starts,
            choices_left=row.choices_left,
            facilities_twice=row.facilities_twice,
        )
        flags = flags_of(facts, today)
        if flags:
            before = found[row.dossier_id].flags if row.dossier_id in found else ()
            found[row.dossier_id] = FlaggedRow(
                row.dossier_id,
                row.dossier_id,
                row.reference,
                Named(row.given_name, row.family_name),
                tuple(dict.fromkeys((*before, *flags))),
                row.written_at,
            )
    return tuple(found.values())
