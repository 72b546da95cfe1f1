"""Taking up the invitation of the other parent, through the link in a mail."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations import hash_password
from app.accounts.rules import SHORTEST_PASSWORD
from app.applications.operations.second_parents import Denied, is_invited, join_dossier
from app.core.actor import Kind
from app.core.clock import today_at
from app.core.errors import Refused
from app.web.doors import ANYONE, Visit
from app.web.pages import render
from app.web.passwords import NewPasswordForm, judge_password
from app.web.public.confirm import address_taken
from app.web.public.door import public
from app.web.public.password import link_spent
from app.web.public.sign_in import require_accounts


@public.page("/invited/<token>", who=ANYONE, methods=("GET", "POST"))
def invited(visit: Visit, token: str) -> ResponseReturnValue:
    """Ask for a password; opening the page spends nothing and shows nothing of the file."""
    require_accounts(visit)
    if not is_invited(visit.house.databases, visit.profile.key, token, visit.now):
        return link_spent(visit)
    posted = request.form if request.method == "POST" else None
    form = NewPasswordForm(posted, texts=visit.texts, today=today_at(visit.now), required=("password",))
    if posted is not None and form.validate() and judge_password(form, "password", visit.profile):
        try:
            account_id = join_dossier(
                visit.house.databases,
                visit.profile.key,
                token,
                password_hash=hash_password(form.password.data or ""),
                language=visit.language,
                now=visit.now,
            )
        except Refused as refused:
            return address_taken(visit) if refused.reason is Denied.ADDRESS_TAKEN else link_spent(visit)
        visit.begin_session(Kind.PARENT, account_id)
        return visit.go("family.my_own_details")
    return render(
        "public/invited.html",
        status=422 if form.posted else 200,
        title=visit.texts.gettext("The other parent invites you"),
        form=form,
        unsaved=False,
        shortest=SHORTEST_PASSWORD,
    )
