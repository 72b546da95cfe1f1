"""What stands before and after a request in the list that its reader came from."""

from __future__ import annotations

from uuid import UUID

from app.applications.queries.cursors import Cursor
from app.applications.queries.records import FoundRequest, Neighbours
from app.applications.queries.requests import find_request, neighbours
from app.core.clock import today_at
from app.core.errors import NotFound
from app.web.doors import Visit
from app.web.facility.view import ListView

CHOSEN = "chosen"


def around(visit: Visit, asked: ListView, found: FoundRequest) -> Neighbours:
    """Return the neighbours of an open request; one that is enrolled stands in no list."""
    if found.reason != CHOSEN:
        return Neighbours(None, None)
    ranked, own = found.record.priority_result, found.record.own_choice
    # What is new is told by the list alone: it knows when its reader came last.
    filters = asked.filters(today=today_at(visit.now), new_since=None)
    return neighbours(visit.session, filters, Cursor(ranked.rank, own.submitted_at, found.id))


def next_request(visit: Visit, asked: ListView, choice_id: UUID) -> UUID | None:
    """Return the request after one that is about to be answered."""
    try:
        return around(visit, asked, find_request(visit.session, choice_id)).next
    except NotFound:
        return None
