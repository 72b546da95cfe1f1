"""The journal of erasures: what went for good, by random ids alone, in a file outside the database (KG-37).

A backup that is restored knows nothing of what was erased after it was made. The journal does: `replay` erases it
again. It lies in ERASURE_JOURNAL, a folder on another disk than the database, and is never restored along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from app.catalogue.stores import STORES
from app.core.db import actor_of, now_of
from app.core.line_files import append, keep, lines

FILE = "erasures.jsonl"
COUNTED, ORDERED = "trends", "order"


@dataclass(frozen=True, slots=True)
class Erased:
    """One batch that was erased: what it was, its ids, and where groups of a file went, which."""

    what: str
    ids: tuple[UUID, ...]
    organisation: str
    at: datetime
    groups: tuple[str, ...]
    # What is left of them, where figures are kept: the rows of `trend_row`, about nobody.
    counts: tuple[tuple[Any, ...], ...] = ()
    # Of an erasure that is ordered and not done: its id, its day, and the law that keeps the rest until then.
    order: Mapping[str, str] = field(default_factory=dict)


def note_erased(
    session: Session,
    journal_dir: Path,
    what: str,
    ids: Sequence[UUID],
    *,
    organisation: str,
    at: datetime,
    groups: Sequence[str] = (),
) -> None:
    """Write down what this transaction erases: on disk just before it commits, taken back when it does not (KG-37).

    A process that is killed between the two leaves a line about something that was due and is still there; the next
    run erases it. The other way round somebody would come back.
    """
    if ids:
        line = {"what": what, "organisation": organisation, "at": at.isoformat()}
        _note(session, journal_dir, {**line, "ids": [str(each) for each in ids], "groups": sorted(groups)})


def note_counted(
    session: Session, journal_dir: Path, counts: Sequence[Sequence[Any]], *, organisation: str, at: datetime
) -> None:
    """Write down the figures of a year as they were counted: counted anew after a restore they would be others."""
    if counts:
        line = {"what": COUNTED, "organisation": organisation, "at": at.isoformat(), "ids": [], "groups": []}
        _note(session, journal_dir, {**line, "counts": [list(row) for row in counts]})


def note_ordered(
    session: Session, dossier_id: UUID, order_id: UUID, groups: Sequence[str], *, law: str | None, due_on: date
) -> None:
    """Write down that a granted erasure waits for its day: a backup from before it moves no day (KK-33)."""
    folder: Path = session.info["kept_apart"]
    line = {"what": ORDERED, "organisation": actor_of(session).organisation, "at": now_of(session).isoformat()}
    order = {"id": str(order_id), "law": law or "", "due_on": due_on.isoformat()}
    _note(session, folder, {**line, "ids": [str(dossier_id)], "groups": sorted(groups), "order": order})


def erased(journal_dir: Path) -> tuple[Erased, ...]:
    """Return what was erased, the oldest first."""
    held = lines(journal_dir / FILE)
    taken_back = {line["void"] for line in held if "void" in line}
    return tuple(
        Erased(
            line["what"],
            tuple(UUID(each) for each in line["ids"]),
            line["organisation"],
            datetime.fromisoformat(line["at"]),
            tuple(line["groups"]),
            tuple(tuple(row) for row in line.get("counts", ())),
            line.get("order", {}),
        )
        for line in held
        if "void" not in line and line["line"] not in taken_back
    )


def prune(journal_dir: Path, now: datetime) -> int:
    """Drop the lines that no backup is old enough to need; returns how many went."""
    days = STORES["erasure_journal"].days
    assert days is not None
    oldest = now - timedelta(days=days)
    return keep(journal_dir / FILE, lambda line: datetime.fromisoformat(line["at"]) > oldest)


def _note(session: Session, journal_dir: Path, line: dict[str, Any]) -> None:
    whole = {"line": uuid4().hex, **line}
    session.info["before_commit"].append(lambda committing: _write(committing, journal_dir / FILE, whole))


def _write(session: Session, path: Path, line: dict[str, Any]) -> None:
    append(path, line)
    kept = False

    def committed(session: Session) -> None:
        nonlocal kept
        kept = True

    def ended(session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None and not kept:
            append(path, {"void": line["line"], "at": line["at"]})

    event.listen(session, "after_commit", committed)
    event.listen(session, "after_transaction_end", ended)
