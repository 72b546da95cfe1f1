"""The refusals that one can still take back: for a day, without a name."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.applications.operations.answers import take_back_refusal
from app.applications.queries.requests import own_facilities, own_refusals
from app.applications.rules import TAKE_BACK_TERM
from app.core.errors import NotFound, Refused
from app.web.doors import FACILITY, Visit
from app.web.facility.door import LIST, facility, gone, show


@facility.page("/facility/refused", who=FACILITY)
def refused(visit: Visit) -> ResponseReturnValue:
    """Show when one refused what, by the month that care would begin: the files themselves stay closed (BXL-56)."""
    facilities = own_facilities(visit.session)
    return show(
        visit,
        "facility/refused.html",
        facilities,
        lines=tuple(
            (
                visit.url("facility.take_back", choice_id=each.choice_id),
                visit.texts.format_moment(each.answered_at),
                visit.texts.format_month(each.start_month),
                facilities.get(each.facility_id, "") if len(facilities) > 1 else "",
                visit.texts.format_moment(each.answered_at + TAKE_BACK_TERM),
            )
            for each in own_refusals(visit.session)
        ),
        several=len(facilities) > 1,
        back=visit.url(LIST),
    )


@facility.page("/facility/requests/<uuid:choice_id>/take-back", who=FACILITY, methods=("POST",), once=True)
def take_back(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    """Take one's own refusal back; the request is in the list again, as it was."""
    try:
        with visit.session.begin_nested():
            take_back_refusal(visit.session, choice_id, now=visit.now)
    except (Refused, NotFound):
        return gone(visit)
    return visit.go(LIST, done="taken_back")
