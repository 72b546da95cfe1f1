"""Asking about one's data without an account: a partner who is named, somebody who worked here, anybody (KG-44)."""

from __future__ import annotations

from flask import abort
from flask import request as http
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from app.core.errors import NotFound
from app.rights.rules import Subject
from app.web.doors import ANYONE, Visit
from app.web.incident_words import TOO_MANY, id_of_form, may_report
from app.web.pages import render
from app.web.public.door import public
from app.web.replay import FORM_KEY
from app.web.rights_words import SUBJECT
from app.web.taking_requests import take, taking_form, taking_words

SUBJECTS = tuple(Subject)


@public.page("/ask-about-data", who=ANYONE, methods=("GET", "POST"), tokenless=True)
def rights_request(visit: Visit) -> ResponseReturnValue:
    """Take a request of anybody: the page says the same whether we know somebody or not."""
    if visit.profile.application is None:
        raise NotFound
    form = taking_form(visit, (), SUBJECTS)
    status = 422 if form.posted else 200
    if form.posted and form.validate():
        once = http.form.get("once", "")
        if not FORM_KEY.fullmatch(once):
            abort(400, "form")
        if may_report(visit):
            try:
                with visit.session.begin_nested():
                    reference = take(visit, form, request_id=id_of_form(visit, once))
            except IntegrityError:  # the same form a second time: it was taken the first time
                return visit.go("public.rights_request")
            if reference is not None:
                return visit.go("public.rights_request", given=reference)
        else:
            form.fail("says", TOO_MANY)
            status = 429
    words = taking_words(visit, form, ()) | {
        "status": status,
        "subjects": [(str(one), visit.texts.gettext(SUBJECT[one])) for one in SUBJECTS],
    }
    return render(
        "public/rights_request.html",
        title=visit.texts.gettext("Ask about your data"),
        authority=visit.profile.authority,
        own_url=visit.url("family.my_rights"),
        **words,
    )
