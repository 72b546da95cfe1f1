"""A family says that its data are still right."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.applications.queries.own import own_file
from app.families.operations import confirm_data
from app.web.doors import PARENT, Visit
from app.web.family.door import family


@family.page("/my/still-right", who=PARENT, methods=("POST",), once=True)
def my_still_right(visit: Visit) -> ResponseReturnValue:
    """Note that the family looked at its data; the term of keeping counts from here."""
    confirm_data(visit.session, own_file(visit.session).dossier_id, now=visit.now)
    return visit.go("family.my", done="still_right")
