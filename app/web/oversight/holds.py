"""Files that the officer holds back: a reason, a last day, and the end of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import present_list
from app.core.errors import Refused
from app.families.rules import grouped_reference, plain_reference
from app.privacy.queries.oversight import require_officer
from app.retention.operations.holds import end_hold, place_hold
from app.retention.queries.holds import Hold
from app.retention.rules import Denied
from app.web.doors import OVERSIGHT, Visit
from app.web.forms import DatePartsField, LongTextField, StepForm, TextField
from app.web.oversight.door import REASON, oversight
from app.web.oversight.keeping_words import PROBLEMS

RETENTION = "oversight.retention"
LONGEST_REFERENCE, LONGEST_REASON = 40, 600


class HoldForm(StepForm):
    """Which file has to stay, why, and until when."""

    reference = TextField(missing=N_("Fill in the reference"), limit=LONGEST_REFERENCE)
    reason = LongTextField(missing=N_("Say why the file has to stay"), limit=LONGEST_REASON)
    until = DatePartsField(missing=N_("Fill in the last day"))


@dataclass(frozen=True)
class HoldLine:
    """One hold, in words."""

    url: str
    file: str
    reason: str
    since: str
    until: str


@oversight.page("/oversight/retention/holds/<uuid:hold_id>", who=OVERSIGHT, methods=("POST",), once=True)
def retention_hold(visit: Visit, hold_id: UUID) -> ResponseReturnValue:
    """End a hold; the officer alone. Raises NotFound."""
    require_officer(visit.session)
    end_hold(visit.session, hold_id, now=visit.now)
    return visit.go(RETENTION, done="hold_ended")


def place(visit: Visit, form: HoldForm) -> bool:
    """Hold the file back; says on the form why that cannot be."""
    try:
        place_hold(
            visit.session,
            plain_reference(form.reference.data or ""),
            reason=str(form.reason.data),
            until=form.until.data,
            now=visit.now,
        )
    except Refused as refused:
        form.fail(*PROBLEMS[Denied(refused.reason)])
        return False
    return True


def hold_lines(visit: Visit, holds: Sequence[Hold]) -> tuple[HoldLine, ...]:
    """Return the holds as the officer may read them."""
    texts = visit.texts
    rows = present_list(visit.session, holds, reasons=REASON, readable=visit.readable(REASON))
    return tuple(
        HoldLine(
            visit.url("oversight.retention_hold", hold_id=row.id),
            grouped_reference(row.account or ""),
            row.holds.reason,
            texts.format_moment(row.holds.placed_at),
            texts.format_day(row.holds.until),
        )
        for row in rows
        if row.holds
    )
