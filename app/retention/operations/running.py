"""The rules that a nightly run executes, each over what is due, whatever the day: what was missed is caught up.

A rule finds what is due by SQL, judges each again by the pure rules, and the database refuses what is not due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.accounts.operations.overseers import mail_overseers
from app.core.audit import note_batch
from app.core.clock import today_at
from app.core.db import actor_of
from app.organisations.profile import Profile
from app.retention.models import RetentionRun
from app.retention.operations.erasing import erase_children, erase_dossiers, erase_groups, erase_rows
from app.retention.operations.journal import note_erased
from app.retention.operations.trends import keep_trends
from app.retention.policy import (
    CHILDREN,
    FILES,
    GROUPS,
    ROWS,
    Row,
    early_groups,
    file_terms,
    goes_by_child,
    group_term,
    is_anonymised,
)
from app.retention.queries.files import MOST_FOUND, children_over, files_over, groups_over, judged
from app.retention.queries.runs import earlier_counts, is_late
from app.retention.rules import Outcome, allowed, due_on, kept_until, last_start_over

EXPIRED = "expired"
LATE, HELD_BACK = "retention_late", "retention_held_back"
# So many in one transaction: nobody waits for its locks.
FILES_AT_ONCE, ROWS_AT_ONCE = 100, 1000

Found = Sequence[Any]
Find = Callable[[Session, Profile, date], Found]
Take = Callable[[Session, Profile, Found, datetime], int]


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes together: how it is found, and how a batch of it goes; `groups` are those whose terms it executes."""

    name: str
    groups: frozenset[str]
    find: Find
    take: Take
    at_once: int


def rules_of(profile: Profile) -> tuple[Rule, ...]:
    """Return the rules that an organisation's terms ask for, in the order in which they run."""
    made = [_of_rows(name, row) for name, row in ROWS.items() if _is_asked(profile, row)]
    if file_terms(profile):
        if early := early_groups(profile):
            made.append(Rule(GROUPS, frozenset(early), _find_groups, _take_groups, FILES_AT_ONCE))
        if goes_by_child(profile):
            made.append(Rule(CHILDREN, _of_file(profile), _find_children, _take_children, FILES_AT_ONCE))
        made.append(Rule(FILES, _of_file(profile), _find_files, _take_files, FILES_AT_ONCE))
    # An account goes after the last of its files.
    return tuple(sorted(made, key=lambda rule: rule.name == "accounts"))


def prepare(session: Session, rule: str, due: int, *, limit: int, release: bool = False) -> tuple[int, Outcome]:
    """Return how many a run may take; a number that jumped is held back, unless somebody released it."""
    if not due:
        # Nothing to hold back: what earlier runs found does not matter.
        return allowed(0, limit=limit, earlier=(), released=True)
    organisation = actor_of(session).organisation
    released = release or bool(_released(session, organisation, rule))
    return allowed(due, limit=limit, earlier=earlier_counts(session, organisation, rule), released=released)


def record_run(
    session: Session, rule: str, *, due: int, handled: int, limit: int, outcome: str, started: datetime, now: datetime
) -> None:
    """Write down what became of one rule; where it is held back the overseers are mailed, once a day."""
    session.execute(
        insert(RetentionRun).values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            rule=rule,
            started_at=started,
            finished_at=now,
            due=due,
            handled=handled,
            run_limit=limit,
            outcome=str(outcome),
        )
    )
    if outcome == Outcome.HELD_BACK:
        mail_overseers(session, HELD_BACK, f"retention-held-back:{now:%Y-%m-%d}")


def release(session: Session, rule: str, *, now: datetime) -> bool:
    """Let the next run take what the last one held back; says whether there was such a run."""
    last = _last(session, actor_of(session).organisation, rule)
    if last is None or last.outcome != Outcome.HELD_BACK:
        return False
    actor = actor_of(session)
    values: dict[str, Any] = {"released_at": now, **({} if actor.is_system else {"released_by": actor.id})}
    session.execute(
        update(RetentionRun)
        .where(RetentionRun.id == last.id, RetentionRun.outcome == Outcome.HELD_BACK)
        .values(**values)
    )
    return True


def warn_when_late(session: Session, *, now: datetime) -> int:
    """Mail the overseers when no run ended well for 26 hours; asked by other jobs than the run itself."""
    return mail_overseers(session, LATE, f"retention-late:{now:%Y-%m-%d}") if is_late(session, now=now) else 0


def _released(session: Session, organisation: str, rule: str) -> datetime | None:
    last = _last(session, organisation, rule)
    return last.released_at if last is not None and last.outcome == Outcome.HELD_BACK else None


def _last(session: Session, organisation: str, rule: str) -> Any:
    return session.execute(
        select(RetentionRun.id, RetentionRun.outcome, RetentionRun.released_at)
        .where(RetentionRun.organisation == organisation, RetentionRun.rule == rule)
        .order_by(RetentionRun.started_at.desc(), RetentionRun.id)
        .limit(1)
    ).first()


def _is_asked(profile: Profile, row: Row) -> bool:
    term = group_term(profile, row.group)
    if term is None:
        return False
    of_file = any(term.anchor == whole.anchor for whole in file_terms(profile))
    return row.of_file is None or row.of_file == of_file


def _of_file(profile: Profile) -> frozenset[str]:
    anchors = {term.anchor for term in file_terms(profile)}
    return frozenset(
        group
        for group in profile.retention
        if (term := group_term(profile, group)) is not None and term.anchor in anchors
    )


# Whoever works in a file holds it: it waits for the next run, and nobody waits for this one.
_FREE = text("select access.lock_files(:ids)")


def _find_files(session: Session, profile: Profile, today: date) -> Found:
    return files_over(session, today)


def _find_children(session: Session, profile: Profile, today: date) -> Found:
    return children_over(session, today)


def _find_groups(session: Session, profile: Profile, today: date) -> Found:
    return groups_over(session, today)


def _take_files(session: Session, profile: Profile, found: Found, now: datetime) -> int:
    """Erase the files of a batch that are due, and that nobody works in at this moment; those wait for the next run."""
    today = today_at(now)
    free = session.scalars(_FREE, {"ids": list(found)}).all()
    terms, age = file_terms(profile), profile.settings.care_ends_age
    files = judged(session, free, many=True)
    due = [file for file, one in files.items() if due_on(terms, one.facts, age) <= today]
    if is_anonymised(profile):
        keep_trends(session, profile, [child for file in due for child in files[file].children], today=today)
    return _note(session, profile, FILES, "dossier", due, now, lambda: erase_dossiers(session, due))


def _take_children(session: Session, profile: Profile, found: Found, now: datetime) -> int:
    today = today_at(now)
    rows = session.execute(text("select id, dossier_id from child where id = any(:ids)"), {"ids": list(found)}).all()
    files = judged(session, sorted({row.dossier_id for row in rows}), many=True)
    terms, age = file_terms(profile), profile.settings.care_ends_age
    due = [
        child
        for one in files.values()
        for child, facts in zip(one.children, one.facts.children, strict=True)
        if child in set(found) and due_on(terms, one.facts, age, facts) <= today
    ]
    if is_anonymised(profile):
        keep_trends(session, profile, due, today=today)
    return _note(session, profile, CHILDREN, "child", due, now, lambda: erase_children(session, due))


def _take_groups(session: Session, profile: Profile, found: Found, now: datetime) -> int:
    early, age, today = early_groups(profile), profile.settings.care_ends_age, today_at(now)
    files = judged(session, sorted({file for file, _ in found}), many=True)
    taken = 0
    for file, group in found:
        if file in files and due_on((early[group],), files[file].facts, age) <= today:
            note_erased(session, _journal(session), "groups", [file], organisation=profile.key, at=now, groups=(group,))
            erase_groups(session, file, (group,))
            taken += 1
    if taken:
        note_batch(session, EXPIRED, reasons=(GROUPS,), groups=early)
    return taken


def _of_rows(name: str, row: Row) -> Rule:
    def find(session: Session, profile: Profile, today: date) -> Found:
        term = group_term(profile, row.group)
        assert term is not None
        values = {"last": last_start_over(term, today), "organisation": profile.key, "most": MOST_FOUND}
        return list(session.scalars(text(f"{_ROWS[name]} and {row.day} <= :last order by 1 limit :most"), values))

    def take(session: Session, profile: Profile, found: Found, now: datetime) -> int:
        term = group_term(profile, row.group)
        assert term is not None
        values = {"organisation": profile.key, "ids": list(found)}
        rows = session.execute(text(f"{_ROWS[name]} and r.id = any(:ids)"), values)
        due = [one.id for one in rows if one.day is not None and kept_until(term, one.day) < today_at(now)]
        return _note(session, profile, name, name, due, now, lambda: erase_rows(session, row, due), (row.group,))

    return Rule(name, frozenset({row.group}), find, take, ROWS_AT_ONCE)


_ROWS: Mapping[str, str] = MappingProxyType(
    {
        name: f"select r.id, {row.day} as day from {row.table} r"  # noqa: S608  declared, never typed by anybody
        f" where r.organisation = :organisation and ({row.condition}) and {row.free}"
        for name, row in ROWS.items()
    }
)


def _note(
    session: Session,
    profile: Profile,
    rule: str,
    what: str,
    due: Sequence[UUID],
    now: datetime,
    erase: Callable[[], int],
    groups: Sequence[str] = (),
) -> int:
    """Erase a batch between its line in the journal and its entry in the audit; nothing where nothing is due."""
    if not due:
        return 0
    note_erased(session, _journal(session), what, due, organisation=profile.key, at=now)
    erase()
    note_batch(session, EXPIRED, reasons=(rule,), groups=groups)
    return len(due)


def _journal(session: Session) -> Path:
    folder: Path = session.info["erasure_journal"]
    return folder
