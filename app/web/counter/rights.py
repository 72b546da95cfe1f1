"""A request about data that somebody makes at a counter, passed on to the officer (KK-29)."""

from __future__ import annotations

from functools import partial

from flask.typing import ResponseReturnValue

from app.rights.rules import Channel
from app.web.counter.door import counter, require_counter, show
from app.web.doors import COUNTER, Visit
from app.web.taking_requests import take_here

HERE = "counter.take_request"
CHANNELS = (Channel.COUNTER, Channel.PHONE, Channel.LETTER)


@counter.page("/counter/data-request", who=COUNTER, methods=("GET", "POST"), once=True)
def take_request(visit: Visit) -> ResponseReturnValue:
    """Write down what somebody asks about their data."""
    roles = require_counter(visit)
    return take_here(visit, HERE, CHANNELS, partial(show, visit, "staff/take_request.html", roles, current=HERE))
