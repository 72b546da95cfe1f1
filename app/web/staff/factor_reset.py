"""A colleague's lost second factor: one administrator asks for a reset, another agrees (KL-31)."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations.factor_resets import agree_reset, ask_reset, refuse_reset
from app.accounts.queries.factors import colleague_login, open_resets
from app.accounts.rules import Denied, may_agree
from app.catalogue.marking import N_
from app.core.errors import NotFound, Refused
from app.web.doors import STAFF, Visit
from app.web.staff.door import ADMINISTRATOR, PEOPLE, open_frame, show, staff

HERE = "staff.factor_reset"
DEEDS = {"ask": ask_reset, "agree": agree_reset, "refuse": refuse_reset}
DONE = {
    "ask": N_("You asked for it. Now another administrator has to agree."),
    "agree": N_("It is done. Your colleague can make a new start with the password."),
    "refuse": N_("You said no. Everything stays as it is."),
}


@staff.page("/desk/people/<uuid:account_id>/factor", who=STAFF, methods=("GET", "POST"), once=True)
def factor_reset(visit: Visit, account_id: UUID) -> ResponseReturnValue:
    """Ask for a new start of a colleague, agree to it, or say no; never for oneself and never alone."""
    frame = open_frame(visit, frozenset({ADMINISTRATOR}))
    login = colleague_login(visit.session, account_id)
    if login is None:
        raise NotFound
    problem = ""
    if request.method == "POST":
        deed = request.form.get("deed", "")
        if deed not in DEEDS:
            raise NotFound
        try:
            with visit.session.begin_nested():
                DEEDS[deed](visit.session, account_id, visit.now)
        except Refused as refused:
            if refused.reason not in (Denied.RESET_TAKES_TWO, Denied.RESET_GONE):
                raise
            problem = visit.texts.gettext(N_("Somebody else was here just before you. Look again at what stands here."))
        else:
            return visit.go(HERE, account_id=account_id, done=deed)
    waiting = next(iter(open_resets(visit.session, account_id)), None)
    return show(
        visit,
        "staff/factor_reset.html",
        current=PEOPLE,
        frame=frame,
        roles=frozenset({ADMINISTRATOR}),
        status=409 if problem else 200,
        title=visit.texts.gettext(N_("A new start for signing in")),
        message=visit.texts.gettext(DONE.get(request.args.get("done", ""), "")),
        problem=problem,
        login=login,
        asked=visit.texts.format_moment(waiting.asked_at) if waiting else "",
        may_agree=waiting is not None and may_agree(visit.actor_id, asked_by=waiting.asked_by, owner=account_id),
        back=visit.url("staff.person", account_id=account_id),
        here=visit.url(HERE, account_id=account_id),
    )
