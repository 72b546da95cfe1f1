"""What people check: an audit and its findings, a training, a declaration, a review of the statement, a promise."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.privacy.operations import add_check, finish_check
from app.privacy.queries.checks import find_check
from app.privacy.queries.oversight import require_overseer
from app.privacy.rules import CheckKind, RegisterDenied
from app.web.doors import OVERSIGHT, Visit
from app.web.oversight.door import oversight, show
from app.web.oversight.register_forms import CheckForm, DoneForm
from app.web.oversight.registers import CHECK, DONE, GET_POST, KINDS, LIGHTS, REGISTERS, day_or_dash

PROBLEMS = {
    RegisterDenied.STILL_TO_COME: ("done_on", N_("This day is still to come")),
    RegisterDenied.NO_DATE: ("due_on", N_("Say by when it must be mended")),
}


@oversight.page("/oversight/registers/checks/new", who=OVERSIGHT, methods=GET_POST, once=True)
def register_check_new(visit: Visit) -> ResponseReturnValue:
    """Put something in the register that people check: what was done, or what has to be done by when."""
    require_overseer(visit.session)
    asked = request.args.get("kind", "")
    form = CheckForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        answers={"kind": asked} if asked in KINDS else None,
        required=("kind", "title"),
        choices={"kind": tuple(KINDS)},
    )
    if form.posted and form.validate():
        made = _add(visit, form)
        if made is not None:
            return visit.go(CHECK, check_id=made, done="added")
    return show(
        visit,
        "oversight/register_check_new.html",
        status=422 if form.problems else 200,
        current=REGISTERS,
        title=visit.texts.gettext("Add a check"),
        back=visit.url(REGISTERS),
        form=form,
        kinds=tuple((kind, visit.texts.gettext(label)) for kind, label in KINDS.items()),
        months=visit.profile.settings.review_months,
    )


@oversight.page("/oversight/registers/checks/<uuid:check_id>", who=OVERSIGHT, methods=GET_POST, once=True)
def register_check(visit: Visit, check_id: UUID) -> ResponseReturnValue:
    """Show one thing that is checked; note that it was done."""
    require_overseer(visit.session)
    texts, today = visit.texts, today_at(visit.now)
    found = find_check(visit.session, check_id, today)
    if found.kind not in KINDS:
        # A promise is ticked from the page of evidence.
        raise NotFound
    form = DoneForm(
        request.form if request.method == "POST" else None, texts=texts, today=today, required=("done_on", "result")
    )
    if form.posted and form.validate():
        assert form.done_on.data is not None
        try:
            with visit.session.begin_nested():
                finish_check(
                    visit.session,
                    visit.profile,
                    check_id,
                    found.kind,
                    done_on=form.done_on.data,
                    result=str(form.result.data),
                    now=visit.now,
                )
            return visit.go(CHECK, check_id=check_id, done="checked")
        except Refused as refused:
            form.fail(*PROBLEMS[RegisterDenied(refused.reason)])
    state, tone = LIGHTS[found.light]
    return show(
        visit,
        "oversight/register_check.html",
        status=422 if form.problems else 200,
        current=REGISTERS,
        title=found.title,
        message=texts.gettext(DONE.get(request.args.get("done", ""), "")),
        back=visit.url(REGISTERS),
        state=texts.gettext(state),
        tone=tone,
        rows=(
            (texts.gettext("Kind"), texts.gettext(KINDS[found.kind]), ""),
            (texts.gettext("Due on"), day_or_dash(visit, found.due_on), ""),
            (texts.gettext("Done last on"), day_or_dash(visit, found.done_on), ""),
            (texts.gettext("Result"), found.result or "–", ""),
        ),
        form=form,
        is_open=not (found.kind is CheckKind.FINDING and found.done_on is not None),
    )


def _add(visit: Visit, form: CheckForm) -> UUID | None:
    """Put it in the register; say beside its question what a rule found wrong."""
    try:
        with visit.session.begin_nested():
            return add_check(
                visit.session,
                visit.profile,
                CheckKind(str(form.kind.data)),
                title=str(form.title.data),
                due_on=form.due_on.data,
                done_on=form.done_on.data,
                result=str(form.result.data or ""),
                now=visit.now,
            )
    except Refused as refused:
        form.fail(*PROBLEMS[RegisterDenied(refused.reason)])
        return None
