"""A request about data that reaches a facility: passed on into the organisation's own register (LEU-36)."""

from __future__ import annotations

from functools import partial

from flask.typing import ResponseReturnValue

from app.applications.queries.requests import own_facilities
from app.core.errors import NotFound
from app.rights.rules import Channel
from app.web.doors import FACILITY, Visit
from app.web.facility.door import facility, section, show
from app.web.taking_requests import take_here

HERE = "facility.take_request"
CHANNELS = (Channel.COUNTER, Channel.PHONE, Channel.MAIL, Channel.LETTER)


@facility.page("/facility/data-request", who=FACILITY, methods=("GET", "POST"), once=True)
def take_request(visit: Visit) -> ResponseReturnValue:
    """Write down what somebody asks about their data; raises NotFound for who answers for no facility now."""
    facilities = own_facilities(visit.session)
    if not facilities:
        raise NotFound
    page = partial(show, visit, "staff/take_request.html", facilities, nav=section(visit, HERE))
    return take_here(visit, HERE, CHANNELS, page)
