"""The seal on the audit: entries chained into segments, after the fact, so that requests never wait for each other.

A segment holds the entries of all transactions between two points in the database's own order of transactions. Once a
point lies below the oldest running transaction nothing can be added before it, so no entry is missed or taken twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, text
from sqlalchemy.orm import Session

from app.core.models import AuditSeal, AuditSegment

LOCK = 0x0A0D17
FIRST_HEAD = bytes(32)

_UNSEALED = text(
    "select e.id, e.organisation, e.at, e.actor_kind, e.actor_id, e.event, e.reasons, e.groups, e.subjects,"
    " e.request_id, e.sequence, e.typed_by from audit_entry e"
    " where e.xid >= cast(:low as xid8) and e.xid < cast(:high as xid8)"
    " and not exists (select 1 from audit_seal s where s.entry_id = e.id) order by e.sequence"
)
_SEALED = text(
    "select e.id, e.organisation, e.at, e.actor_kind, e.actor_id, e.event, e.reasons, e.groups, e.subjects,"
    " e.request_id, e.sequence, e.typed_by, s.hash, s.position"
    " from audit_seal s left join audit_entry e on e.id = s.entry_id where s.segment = :segment order by s.position"
)


@dataclass(frozen=True)
class Head:
    """What is published outside the database about one segment."""

    number: int
    entries: int
    head: str


def seal(session: Session, now: datetime) -> Head | None:
    """Seal everything that can no longer change its place; None when there is nothing, or when another sealer works."""
    if not session.scalar(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}):
        return None
    high = session.scalar(text("select cast(pg_snapshot_xmin(pg_current_snapshot()) as text)"))
    last = session.execute(
        select(AuditSegment.number, AuditSegment.head, AuditSegment.upto_xid)
        .order_by(AuditSegment.number.desc())
        .limit(1)
    ).first()
    # A database restored into a new cluster counts its transactions anew: then the seals alone tell what is done.
    low = last.upto_xid if last and int(last.upto_xid) <= int(high or 0) else "0"
    rows = session.execute(_UNSEALED, {"low": str(low), "high": high}).all()
    if not rows:
        return None
    number = last.number + 1 if last else 1
    hashes = list(_chain(last.head if last else FIRST_HEAD, rows))
    session.execute(
        insert(AuditSeal),
        [
            {"entry_id": row.id, "segment": number, "position": position, "hash": digest}
            for position, (row, digest) in enumerate(zip(rows, hashes, strict=True))
        ],
    )
    session.execute(
        insert(AuditSegment).values(
            number=number,
            upto_xid=high,
            entries=len(rows),
            first_at=min(row.at for row in rows),
            last_at=max(row.at for row in rows),
            previous_head=last.head if last else FIRST_HEAD,
            head=hashes[-1],
            sealed_at=now,
        )
    )
    return Head(number, len(rows), hashes[-1].hex())


def broken_segments(
    session: Session, published: dict[int, str], *, droppable_before: datetime | None = None
) -> list[tuple[int, str]]:
    """Return (segment, what is wrong) where a segment does not match its chain or its published head (KL-36).

    A segment whose entries went at the end of their term is whole when its head was published and it was old enough:
    `droppable_before` is the moment before which entries can be over their term at all.
    """
    found = []
    head = FIRST_HEAD
    segments = session.execute(
        select(
            AuditSegment.number,
            AuditSegment.entries,
            AuditSegment.previous_head,
            AuditSegment.head,
            AuditSegment.last_at,
            AuditSegment.dropped_at,
        ).order_by(AuditSegment.number)
    ).all()
    for segment in segments:
        if segment.previous_head != head:
            found.append((segment.number, "does not follow the one before"))
        rows = session.execute(_SEALED, {"segment": segment.number}).all()
        if segment.dropped_at is not None:
            if rows or segment.number not in published:
                found.append((segment.number, "was dropped in part, or before its head was published"))
            elif droppable_before is None or segment.last_at >= droppable_before:
                found.append((segment.number, "was dropped before its term was over"))
        elif len(rows) != segment.entries or any(row.id is None for row in rows):
            found.append((segment.number, "entries are missing or added"))
        elif list(_chain(segment.previous_head, rows)) != [row.hash for row in rows] or rows[-1].hash != segment.head:
            found.append((segment.number, "an entry was altered or moved"))
        if segment.number in published and published[segment.number] != segment.head.hex():
            found.append((segment.number, "differs from the published head"))
        head = segment.head
    held = {segment.number for segment in segments}
    found += [(number, "is gone") for number in sorted(published) if number not in held]
    return found


def _chain(head: bytes, rows: Sequence[Row[Any]]) -> Iterator[bytes]:
    for row in rows:
        head = hashlib.sha256(head + _canonical(row)).digest()
        yield head


def _canonical(row: Row[Any]) -> bytes:
    return json.dumps(
        [
            str(row.id),
            row.organisation,
            row.at.timestamp(),
            row.actor_kind,
            str(row.actor_id),
            row.event,
            row.reasons,
            row.groups,
            [str(subject) for subject in row.subjects],
            row.request_id,
            row.sequence,
            # What was sealed before this was noted keeps its hash.
            *([str(row.typed_by)] if row.typed_by else []),
        ],
        separators=(",", ":"),
    ).encode()
