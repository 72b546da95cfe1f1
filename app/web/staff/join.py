"""The page of whoever is invited to work here or to help: a password of their own."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.web.doors import ANYONE, Visit
from app.web.joining import choose_first_password, show_joined
from app.web.pages import render
from app.web.staff.door import staff


@staff.page("/desk/join/<token>", who=ANYONE, methods=("GET", "POST"))
def join(visit: Visit, token: str) -> ResponseReturnValue:
    """Ask an invited person for a password."""
    return choose_first_password(visit, token, "staff/join.html", "staff.joined", _refused)


@staff.page("/desk/joined", who=ANYONE)
def joined(visit: Visit) -> ResponseReturnValue:
    """Confirm, and lead to signing in: there the second step is set up."""
    return show_joined(visit)


def _refused(visit: Visit, status: int) -> ResponseReturnValue:
    return render("staff/join_no.html", status=status, sign_in=visit.url("public.sign_in"))
