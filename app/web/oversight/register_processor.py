"""One processor: put it in the register, note its agreement, note its last day."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.organisations.texts import PURPOSES
from app.privacy.operations import add_processor, end_processor, sign_agreement
from app.privacy.queries.oversight import require_overseer
from app.privacy.queries.processors import find_processor
from app.privacy.rules import RegisterDenied, Standing
from app.web.doors import OVERSIGHT, Visit
from app.web.oversight.door import oversight, show
from app.web.oversight.register_forms import AgreementForm, EndForm, ProcessorForm
from app.web.oversight.registers import DONE, GET_POST, PROCESSOR, REGISTERS, STANDINGS, day_or_dash

# What a firm can do for us; other purposes in the register of recipients are those of recipients.
TASKS = ("build_and_run", "host", "deliver_post")
PROBLEMS = {
    RegisterDenied.STILL_TO_COME: ("signed_on", N_("This day is still to come. Note it once it is signed.")),
    RegisterDenied.ENDS_BEFORE: ("until", N_("The last day must be later")),
}


@oversight.page("/oversight/registers/processors/new", who=OVERSIGHT, methods=GET_POST, once=True)
def register_processor_new(visit: Visit) -> ResponseReturnValue:
    """Put a processor in the register; until its agreement is noted it may get nothing (KG-07)."""
    require_overseer(visit.session)
    form = ProcessorForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("name", "purpose", "country", "starts_on"),
        choices={"purpose": TASKS},
    )
    if form.posted and form.validate():
        assert form.starts_on.data is not None
        made = add_processor(
            visit.session,
            visit.profile,
            name=str(form.name.data),
            purpose=str(form.purpose.data),
            country=str(form.country.data),
            starts_on=form.starts_on.data,
            now=visit.now,
        )
        return visit.go(PROCESSOR, processor_id=made, done="added")
    return show(
        visit,
        "oversight/register_processor_new.html",
        status=422 if form.problems else 200,
        current=REGISTERS,
        title=visit.texts.gettext("Add a processor"),
        back=visit.url(REGISTERS),
        form=form,
        tasks=tuple((task, visit.texts.gettext(PURPOSES[task])) for task in TASKS),
    )


@oversight.page("/oversight/registers/processors/<uuid:processor_id>", who=OVERSIGHT, methods=GET_POST, once=True)
def register_processor(visit: Visit, processor_id: UUID) -> ResponseReturnValue:
    """Show one processor; note a signed agreement or its last day."""
    require_overseer(visit.session)
    texts, today = visit.texts, today_at(visit.now)
    found = find_processor(visit.session, visit.profile, processor_id, today)
    deed = request.form.get("deed", "")
    sign = AgreementForm(request.form if deed == "sign" else None, texts=texts, today=today, required=("signed_on",))
    end = EndForm(request.form if deed == "end" else None, texts=texts, today=today, required=("ends_on",))
    if deed == "sign":
        if sign.validate() and _sign(visit, processor_id, sign):
            return visit.go(PROCESSOR, processor_id=processor_id, done="signed")
    elif deed == "end":
        if end.validate():
            assert end.ends_on.data is not None
            end_processor(visit.session, processor_id, ends_on=end.ends_on.data, now=visit.now)
            return visit.go(PROCESSOR, processor_id=processor_id, done="ended")
    elif request.method == "POST":
        raise NotFound
    state, tone = STANDINGS[found.standing]
    return show(
        visit,
        "oversight/register_processor.html",
        status=422 if sign.problems or end.problems else 200,
        current=REGISTERS,
        title=found.name,
        message=texts.gettext(DONE.get(request.args.get("done", ""), "")),
        back=visit.url(REGISTERS),
        state=texts.gettext(state),
        tone=tone,
        is_open=found.standing is not Standing.ENDED,
        rows=(
            (texts.gettext("Task"), texts.gettext(PURPOSES.get(found.purpose, found.purpose)), ""),
            (texts.gettext("Country"), found.country, ""),
            (texts.gettext("From"), texts.format_day(found.starts_on), ""),
            (texts.gettext("Last day"), day_or_dash(visit, found.ends_on), ""),
            (texts.gettext("Agreement signed on"), day_or_dash(visit, found.signed_on), ""),
            (texts.gettext("Agreement until"), day_or_dash(visit, found.until), ""),
            (texts.gettext("Version of the statement"), found.version or "–", ""),
        ),
        sign=sign,
        end=end,
    )


def _sign(visit: Visit, processor_id: UUID, form: AgreementForm) -> bool:
    """Note it; say beside its question what a rule found wrong."""
    assert form.signed_on.data is not None
    try:
        with visit.session.begin_nested():
            sign_agreement(
                visit.session,
                visit.profile,
                processor_id,
                signed_on=form.signed_on.data,
                until=form.until.data,
                now=visit.now,
            )
    except Refused as refused:
        form.fail(*PROBLEMS[RegisterDenied(refused.reason)])
        return False
    return True
