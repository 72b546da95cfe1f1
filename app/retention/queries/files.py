"""Files and what their terms count from: what every file has, read once for the rule to judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.organisations.profile import Profile
from app.retention.policy.rows import not_held
from app.retention.policy.terms import CHILD_ENDS, EARLY_ENDS, FILE_ENDS, FILE_FACTS, file_terms, old_enough
from app.retention.rules import ChildFacts, FileFacts, due_on

# A run that finds more than this finds the rest on the next night.
MOST_FOUND = 200_000
_FACTS = text(FILE_FACTS.format(ids=":ids"))
# Of many files at once, for the job: the same words, without asking the net for each row.
_FACTS_OF_MANY = text("select * from access.file_facts(:ids)")
_FREE = not_held("f.dossier_id")
_OLD = old_enough("cast(:today as date)")
_FOUND = "where f.ends_on < :today and " + _FREE + " order by f.ends_on limit :most"
_FILES = text(f"select f.dossier_id from ({FILE_ENDS.format(condition=_OLD)}) f {_FOUND}")  # noqa: S608
# A child that goes before its family; the last one goes with the file.
_CHILDREN = text(
    f"""
    select f.child_id from ({CHILD_ENDS.format(condition=_OLD)}) f
    where f.ends_on < :today and {_FREE} and :today <= (
        select max(w.ends_on) from ({FILE_ENDS.format(condition="d.id = f.dossier_id")}) w)
    order by f.ends_on limit :most
    """  # noqa: S608
)
_EARLY = text(
    f"""
    select f.dossier_id, f.data_group from ({EARLY_ENDS.format(condition=_OLD)}) f
    where f.ends_on < :today and {_FREE} and access.holds_group(f.dossier_id, f.data_group)
    order by f.ends_on limit :most
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A file with what its term counts from, and its children in the order of their facts."""

    facts: FileFacts
    children: tuple[UUID, ...]


def judged(session: Session, ids: Sequence[UUID], *, many: bool = False) -> Mapping[UUID, Judged]:
    """Return what the terms of these files count from, in one statement."""
    rows: dict[UUID, list[tuple[UUID, ChildFacts]]] = defaultdict(list)
    days: dict[UUID, tuple[date, date]] = {}
    for row in session.execute(_FACTS_OF_MANY if many else _FACTS, {"ids": list(ids)}):
        days[row.id] = (row.created_on, row.active_on)
        if row.child_id is not None:
            child = ChildFacts(row.birth_date, row.open_until, row.closed_on, row.ended_on, row.in_care)
            rows[row.id].append((row.child_id, child))
    return {
        file: Judged(
            FileFacts(created, active, tuple(child for _, child in rows[file])), tuple(key for key, _ in rows[file])
        )
        for file, (created, active) in days.items()
    }


def keep_date(session: Session, profile: Profile, dossier_id: UUID) -> date | None:
    """Return the last day on which a file is kept if nothing else happens in it: the day the deletion obeys (BXL-43).

    None where the organisation keeps no files, or this one is not the actor's to read.
    """
    terms = file_terms(profile)
    found = judged(session, [dossier_id]).get(dossier_id)
    if found is None or not terms:
        return None
    return due_on(terms, found.facts, profile.settings.care_ends_age) - timedelta(days=1)


def files_over(session: Session, today: date) -> list[UUID]:
    """Return the files whose term is over and that nobody holds back, the oldest first."""
    return list(session.scalars(_FILES, {"today": today, "most": MOST_FOUND}))


def children_over(session: Session, today: date) -> list[UUID]:
    """Return the children whose term is over while that of their family's file is not (LEU-41)."""
    return list(session.scalars(_CHILDREN, {"today": today, "most": MOST_FOUND}))


def groups_over(session: Session, today: date) -> list[tuple[UUID, str]]:
    """Return (file, group) of what goes before its file."""
    return [(row.dossier_id, row.data_group) for row in session.execute(_EARLY, {"today": today, "most": MOST_FOUND})]
