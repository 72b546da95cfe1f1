"""Where each role of the desk begins."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.web.doors import STAFF, Visit
from app.web.staff.door import ROLES, open_frame, sections_of, staff


@staff.page("/desk/start", who=STAFF)
def start(visit: Visit) -> ResponseReturnValue:
    """Lead each role to its first page, and whoever has to accept a text first to that text."""
    frame = open_frame(visit, ROLES)
    sections = sections_of(visit, frame.role)
    if not sections:
        raise NotFound
    return visit.go(sections[0])
