"""Beginning beside a family at a counter, a desk or a facility that registers; and stopping, for everybody who did."""

from __future__ import annotations

import dataclasses
from uuid import UUID

from flask.typing import ResponseReturnValue

from app.core.actor import Kind
from app.core.errors import NotFound
from app.mandates.queries.clients import may_begin_beside, registering_facilities
from app.web.assist.door import assist
from app.web.assisting import begin, begun_lines, go_on, home_of, language_options, start_form
from app.web.doors import COUNTER, FACILITY, HELPER, STAFF, Visit
from app.web.pages import render, shell

BESIDE = COUNTER | STAFF | FACILITY


@assist.page("/assist/start", who=BESIDE, methods=("GET", "POST"), once=True)
def start(visit: Visit) -> ResponseReturnValue:
    """Begin with a family: fill in beside it, or register for it at a facility (BXL-54)."""
    if not may_begin_beside(visit.session):
        raise NotFound
    registers = visit.actor.kind == Kind.FACILITY
    facilities = registering_facilities(visit.session, now=visit.now) if registers else {}
    form = start_form(visit, facilities)
    if form.posted and form.validate():
        return begin(visit, form, facilities)
    texts = visit.texts
    title = texts.gettext("Register for parents") if registers else texts.gettext("Start with a family")
    return render(
        "helper/start.html",
        status=422 if form.problems else 200,
        title=title,
        shell=dataclasses.replace(shell(texts), home=visit.url(home_of(visit))),
        form=form,
        languages=language_options(visit),
        places=[(key.hex, name) for key, name in facilities.items()] if len(facilities) > 1 else (),
        drafts=begun_lines(visit, "assist.go_on_with"),
        back_url=visit.url(home_of(visit)),
        sign_out_url=visit.url("public.sign_out"),
    )


@assist.page("/assist/drafts/<uuid:draft_id>", who=BESIDE, methods=("POST",), once=True)
def go_on_with(visit: Visit, draft_id: UUID) -> ResponseReturnValue:
    """Go on beside a family whose application is not sent yet."""
    if not may_begin_beside(visit.session):
        raise NotFound
    return go_on(visit, draft_id)


@assist.page("/assist/stop", who=BESIDE | HELPER, methods=("POST",))
def stop(visit: Visit) -> ResponseReturnValue:
    """Let the session be the worker's own again; what was typed is kept for this family, and for no other."""
    visit.stop_assisting()
    return visit.go(home_of(visit))
