"""Letting a worker at a counter look along: six figures to show, who looks, and the end of it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.queries.own import own_dossier_id
from app.core.audit import note_read
from app.core.errors import NotFound
from app.mandates.operations.look_codes import end_looks, make_look_code
from app.mandates.queries.looking import own_looks
from app.mandates.rules import LOOK_CODE_WAITS, grouped_figures
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.own_requests import OWNER
from app.web.pages import render


@family.page("/my/look", who=PARENT, methods=("GET", "POST"))
def my_look(visit: Visit) -> ResponseReturnValue:
    """Make a code and show it, once; or end every look at the file (LEU-26)."""
    if "looking" not in visit.profile.access:
        raise NotFound
    dossier_id = own_dossier_id(visit.session)
    code = ""
    if request.method == "POST":
        if request.form.get("deed") == "end":
            end_looks(visit.session, dossier_id, now=visit.now)
            return visit.go("family.my_look")
        code = make_look_code(visit.session, dossier_id, now=visit.now)
    looks = own_looks(visit.session, dossier_id)
    note_read(visit.session, subjects=(dossier_id,), groups=("help",), reasons=OWNER)
    moment = visit.texts.format_moment
    return render(
        "family/my/look.html",
        title=visit.texts.gettext("Let somebody at a counter look along"),
        code=grouped_figures(code) if code else "",
        code_until=moment(visit.now + LOOK_CODE_WAITS),
        waits=any(one.used_at is None for one in looks) and not code,
        looks=tuple((moment(one.used_at), moment(one.until)) for one in looks if one.used_at and one.until),
        **links(visit),
    )
