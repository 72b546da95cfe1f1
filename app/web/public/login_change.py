"""The two links by which another sign-in address counts: one to the old address, one to the new."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.rules import Denied
from app.catalogue.marking import N_
from app.core.actor import Kind
from app.core.audit import note_before_sign_in
from app.core.errors import Refused
from app.mandates.operations.logins import confirm_login_change, login_link
from app.web.doors import ANYONE, Visit
from app.web.pages import render
from app.web.public.confirm import address_taken
from app.web.public.door import public
from app.web.public.password import link_spent
from app.web.public.sign_in import require_accounts

TEXTS = {
    True: N_("Somebody wants to sign in to your file with another e-mail address. Do you agree?"),
    False: N_("Somebody wants to sign in to a file with this e-mail address. Is that you?"),
}
WARNING = N_("Did you not ask for this? Then do not press the button, and call us.")


@public.page("/login-change/<token>", who=ANYONE, methods=("GET", "POST"))
def login_change(visit: Visit, token: str) -> ResponseReturnValue:
    """Show one button; only pressing it spends the link, because mail programs open links too."""
    require_accounts(visit)
    databases, organisation = visit.house.databases, visit.profile.key
    if request.method == "POST":
        try:
            account_id, done = confirm_login_change(databases, organisation, token, visit.now)
        except Refused as refused:
            return address_taken(visit) if refused.reason is Denied.ADDRESS_TAKEN else link_spent(visit)
        event = "login_changed" if done else "login_change_agreed"
        note_before_sign_in(databases, organisation, event, kind=Kind.PARENT, actor_id=account_id, now=visit.now)
        return visit.go("public.login_changed", done="yes" if done else None)
    is_old = login_link(databases, organisation, token, visit.now)
    if is_old is None:
        return link_spent(visit)
    return render(
        "public/login_change.html",
        title=visit.texts.gettext("Another address to sign in"),
        text=visit.texts.gettext(TEXTS[is_old]),
        warning=visit.texts.gettext(WARNING),
        action=request.path,
    )


@public.page("/login-changed", who=ANYONE)
def login_changed(visit: Visit) -> ResponseReturnValue:
    """Say whether the new address counts now, or what it still waits for."""
    require_accounts(visit)
    tr = visit.texts.gettext
    if request.args.get("done") == "yes":
        title, text = tr("The new address counts now"), tr("From now on you sign in with the new address.")
    else:
        title = tr("Thank you. One more step")
        text = tr("You still sign in with the old address, until the other address agrees too.")
    return render(
        "public/done.html",
        title=title,
        text=text,
        url=visit.url("public.sign_in"),
        label=visit.texts.gettext("Sign in"),
    )
