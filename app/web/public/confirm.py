"""Confirming an e-mail address through the link in a mail."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import confirm_address
from app.accounts.queries import link_owner
from app.accounts.rules import Denied
from app.core.errors import Refused
from app.web.doors import ANYONE, Visit
from app.web.pages import render
from app.web.public.door import public
from app.web.public.password import link_spent
from app.web.public.sign_in import require_accounts


@public.page("/confirm/<token>", who=ANYONE, methods=("GET", "POST"))
def confirm(visit: Visit, token: str) -> ResponseReturnValue:
    """Show one button; only pressing it spends the link, because mail programs open links too."""
    require_accounts(visit)
    if request.method == "POST":
        try:
            confirm_address(visit.house.databases, visit.profile.key, token, visit.now)
        except Refused as refused:
            if refused.reason is Denied.ADDRESS_TAKEN:
                return address_taken(visit)
            if refused.reason is Denied.LINK_SPENT:
                return link_spent(visit)
            raise
        return visit.go("public.confirmed")
    if link_owner(visit.house.databases, visit.profile.key, token, "confirm", visit.now) is None:
        return link_spent(visit)
    return render("public/confirm.html", title=visit.texts.gettext("Confirm your e-mail address"), action=request.path)


@public.page("/confirmed", who=ANYONE)
def confirmed(visit: Visit) -> ResponseReturnValue:
    """Say that the address counts now."""
    require_accounts(visit)
    return render(
        "public/done.html",
        title=visit.texts.gettext("Your e-mail address is confirmed"),
        text=visit.texts.gettext("From now on you can sign in with this address."),
        url=visit.url("public.sign_in"),
        label=visit.texts.gettext("Sign in"),
    )


def address_taken(visit: Visit) -> ResponseReturnValue:
    """Say that somebody signs in with this address already: they hold the mailbox, so they may know."""
    tr = visit.texts.gettext
    return render(
        "public/done.html",
        status=409,
        title=tr("This address belongs to another file"),
        text=tr(
            "Another file already uses this e-mail address to sign in. You can still sign in with your reference. "
            "Do you have two files by mistake? Call us: we help you."
        ),
        url=visit.url("public.sign_in"),
        label=tr("Sign in"),
    )
