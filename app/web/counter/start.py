"""Where somebody who works at a counter begins, and the text that a role may ask for first."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.web.agreements import agreement_page
from app.web.counter.door import FIND, SICK_CARE, counter, open_roles
from app.web.doors import COUNTER, Visit

agreement_page(counter, "/counter/agreement", who=COUNTER, home="counter.start")


@counter.page("/counter", who=COUNTER)
def start(visit: Visit) -> ResponseReturnValue:
    """Lead each role to its own page; raises NotFound for who does not work here now (LEU-34)."""
    roles = open_roles(visit)
    return visit.go(FIND if roles.at_counter else SICK_CARE)
