"""What somebody who reported may know of the report: its reference, and the day of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_RECEIPT = text("select r.reference, r.due_on from access.report_receipt(:id) r")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof that a report arrived."""

    reference: str
    # Of a complaint: the last day on which it is answered.
    due_on: date | None


def receipt(session: Session, report_id: UUID) -> Receipt | None:
    """Return the receipt of a report whose id is known; None for an id of nothing."""
    row = session.execute(_RECEIPT, {"id": report_id}).first()
    return Receipt(row.reference, row.due_on) if row else None
