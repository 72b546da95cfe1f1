"""The heads of the audit, published outside the database, and what they tell about it: a restored one is behind them.

One line for each sealed segment. A database whose last segment is not the last one published is an older state of it,
or another one. Whoever reconciles it adds a line that names the segment it stands at: the chain goes on from there, and
the line stays as the trace of what was cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.line_files import append, last_line, lines
from app.core.models import AuditSegment
from app.core.sealing import FIRST_HEAD, Head

FILE = "audit-heads.jsonl"


@dataclass(frozen=True, slots=True)
class Behind:
    """A database that is not what was published last: the segment it stands at, and the last one published."""

    held: int
    published: int
    # When the segment that it stands at was sealed: what happened later it may not know.
    sealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Return:
    """That the database was brought back to an older state: to which segment, and up to which one it had been."""

    segment: int
    lost: int
    at: str


def publish(folder: Path, head: Head, now: datetime) -> None:
    """Publish the head of a sealed segment."""
    append(folder / FILE, {"segment": head.number, "entries": head.entries, "head": head.head, "at": now.isoformat()})


def published(folder: Path) -> dict[int, str]:
    """Return the published heads by segment; what a return to an older state cut off is left out."""
    heads: dict[int, str] = {}
    for line in lines(folder / FILE):
        if "lost" in line:
            heads = {number: head for number, head in heads.items() if number <= line["segment"]}
        if line["segment"]:
            heads[line["segment"]] = line["head"]
    return heads


def returns(folder: Path) -> tuple[Return, ...]:
    """Return each return to an older state, oldest first."""
    return tuple(Return(line["segment"], line["lost"], line["at"]) for line in lines(folder / FILE) if "lost" in line)


def behind(session: Session, folder: Path) -> Behind | None:
    """Tell whether the database is not the one whose head was published last; None when it is, or is ahead of it.

    Without a published head there is nothing to be behind of: the installation is new.
    """
    last = last_line(folder / FILE)
    if last is None:
        return None
    number, head, sealed_at = _held(session)
    if number > last["segment"] or (number == last["segment"] and head == last["head"]):
        return None
    return Behind(number, last["segment"], sealed_at)


def note_return(session: Session, folder: Path, now: datetime) -> None:
    """Write down at which segment the database stands: what comes next is chained to it (KG-37)."""
    number, head, _ = _held(session)
    last = last_line(folder / FILE)
    lost = last["segment"] if last else 0
    append(folder / FILE, {"segment": number, "head": head, "lost": lost, "at": now.isoformat()})


def _held(session: Session) -> tuple[int, str, datetime | None]:
    found = session.execute(
        select(AuditSegment.number, AuditSegment.head, AuditSegment.sealed_at)
        .order_by(AuditSegment.number.desc())
        .limit(1)
    ).first()
    return (found.number, found.head.hex(), found.sealed_at) if found else (0, FIRST_HEAD.hex(), None)
