"""A request about data by phone, mail or letter, taken at the desk and passed on to the officer (KK-29, LEU-42)."""

from __future__ import annotations

from functools import partial

from flask.typing import ResponseReturnValue

from app.rights.rules import Channel
from app.web.doors import STAFF, Visit
from app.web.staff.door import open_frame, show, staff
from app.web.taking_requests import take_here

HERE = "staff.take_request"
CHANNELS = (Channel.PHONE, Channel.MAIL, Channel.LETTER, Channel.COUNTER)


@staff.page("/desk/data-request", who=STAFF, methods=("GET", "POST"), once=True)
def take_request(visit: Visit) -> ResponseReturnValue:
    """Write down what somebody asks about their data."""
    frame = open_frame(visit)
    return take_here(visit, HERE, CHANNELS, partial(show, visit, "staff/take_request.html", current=HERE, frame=frame))
