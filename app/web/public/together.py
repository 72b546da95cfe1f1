"""The family's yes to a sitting with its helper, through the link in its own message."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.mandates.operations.joint_sessions import asked_by_link, prove_by_link
from app.web.doors import ANYONE, Visit
from app.web.pages import render
from app.web.public.door import public
from app.web.public.sign_in import require_accounts


@public.page("/together/<token>", who=ANYONE, methods=("GET", "POST"))
def together(visit: Visit, token: str) -> ResponseReturnValue:
    """Show one button; only pressing it says yes, once, because mail programs open links too (BXL-52)."""
    require_accounts(visit)
    databases, key = visit.house.databases, visit.profile.key
    if request.method == "POST":
        return visit.go("public.together_done") if prove_by_link(databases, key, token, visit.now) else _over(visit)
    helper = asked_by_link(databases, key, token, visit.now)
    if helper is None:
        return _over(visit)
    return render(
        "public/together.html",
        title=visit.texts.gettext("Change something together"),
        helper=helper,
        action=request.path,
    )


@public.page("/together-confirmed", who=ANYONE)
def together_done(visit: Visit) -> ResponseReturnValue:
    """Say what the yes opened, and how to end it."""
    require_accounts(visit)
    tr = visit.texts.gettext
    return render(
        "public/done.html",
        title=tr("You said yes"),
        text=tr("You can now change your answers together, for an hour. On your own page you can end the help."),
        url=visit.url("public.sign_in"),
        label=tr("Sign in"),
    )


def _over(visit: Visit) -> ResponseReturnValue:
    tr = visit.texts.gettext
    return render(
        "public/done.html",
        status=410,
        title=tr("This link no longer works"),
        text=tr("Perhaps you used it already, or it is too old. Your helper can ask again."),
        url=visit.url("public.home"),
        label=tr("To the start page"),
    )
