"""After a restore: what was erased since the backup was made is erased again, what was ordered stays so (KG-37)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.audit import note_event
from app.families.models import Dossier, Restriction
from app.retention.models import ErasureOrder
from app.retention.operations.erasing import erase_children, erase_dossiers, erase_groups, erase_rows
from app.retention.operations.journal import COUNTED, ORDERED, Erased
from app.retention.policy import ROWS
from app.statistics.operations import record_trends
from app.statistics.rules import Kind


def erase_again(session: Session, batch: Erased, *, known_until: datetime | None) -> int | None:
    """Erase a batch of the journal again; returns how many rows or files were there, None for a batch of no known kind.

    Ids never come back, so they are erased whenever they are met. Groups of a file may have been filled in anew since
    they were erased: they go only where the database does not know of their erasure, `known_until` being the last
    moment that it knows of (None: it knows of nothing).
    """
    if batch.what == "dossier":
        gone = erase_dossiers(session, batch.ids)
    elif batch.what == "child":
        gone = erase_children(session, batch.ids)
    elif batch.what == "groups":
        forgotten = batch.ids if known_until is None or batch.at >= known_until else ()
        for dossier_id in forgotten:
            erase_groups(session, dossier_id, batch.groups)
        gone = len(forgotten)
    elif batch.what == COUNTED:
        gone = record_trends(session, {Kind(*row[:-1]): row[-1] for row in batch.counts})
    elif batch.what == ORDERED:
        gone = _order_again(session, batch)
    elif batch.what in ROWS:
        gone = erase_rows(session, ROWS[batch.what], batch.ids)
    else:
        return None
    if gone:
        note_event(session, "replayed")
    return gone


def _order_again(session: Session, batch: Erased) -> int:
    """Write an order that the backup does not know, for the same day; what a law keeps is out of use again (KK-32)."""
    dossier_id, order = batch.ids[0], batch.order
    if session.scalar(select(Dossier.id).where(Dossier.id == dossier_id)) is None:
        return 0
    common = {"organisation": batch.organisation, "dossier_id": dossier_id}
    written = session.connection().execute(
        insert(ErasureOrder.__table__)  # type: ignore[arg-type]
        .values(
            **common,
            id=UUID(order["id"]),
            groups=list(batch.groups),
            law=order["law"] or None,
            due_on=date.fromisoformat(order["due_on"]),
            ordered_at=batch.at,
        )
        .on_conflict_do_nothing()
        .execution_options(preserve_rowcount=True)
    )
    if written.rowcount and order["law"]:
        session.execute(insert(Restriction).values(**common, id=uuid4(), since=batch.at).on_conflict_do_nothing())
    return written.rowcount
