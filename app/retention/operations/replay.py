"""After a restore: what was erased since the backup was made is erased again (KG-37)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.audit import note_event
from app.retention.operations.erasing import erase_children, erase_dossiers, erase_groups, erase_rows
from app.retention.operations.journal import COUNTED, Erased
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
    elif batch.what in ROWS:
        gone = erase_rows(session, ROWS[batch.what], batch.ids)
    else:
        return None
    if gone:
        note_event(session, "replayed")
    return gone
