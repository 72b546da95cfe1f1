"""What somebody who works here asks about the own account: the same clock, and no colleague sees it (KK-59)."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.families.rules import grouped_reference
from app.rights.operations.asking import ask
from app.rights.queries.requests import own_answer, own_requests
from app.rights.rules import LONGEST_SAYING, Channel, Kind, Subject
from app.web.doors import Visit
from app.web.forms import ChoiceField, LongTextField, StepForm
from app.web.own.door import GET_POST, WORKER, own, show
from app.web.rights_words import KIND, STATE, answer_words

HERE = "own.my_rights"
ASKED = (Kind.ACCESS, Kind.CORRECT, Kind.ERASE, Kind.OBJECT)


class OwnRightsForm(StepForm):
    """What one asks, in one's own words."""

    kind = ChoiceField(missing=N_("Choose what you ask"), values=tuple(ASKED))
    says = LongTextField(missing=N_("Write what is asked"), limit=LONGEST_SAYING)


@own.page("/account/rights", who=WORKER, methods=GET_POST, once=True)
def my_rights(visit: Visit) -> ResponseReturnValue:
    """Ask what is held on oneself, and follow it."""
    form = OwnRightsForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("kind", "says"),
    )
    if form.posted and form.validate():
        ask(
            visit.session,
            visit.profile,
            kind=form.kind.data or "",
            subject_kind=Subject.WORKER,
            dossier_id=None,
            account_id=visit.actor_id,
            channel=Channel.PORTAL,
            details={"says": form.says.data},
            received_on=today_at(visit.now),
            language=visit.language,
            now=visit.now,
        )
        return visit.go(HERE, done="asked")
    say, day = visit.texts.gettext, visit.texts.format_day
    return show(
        visit,
        "own/rights.html",
        status=422 if form.posted else 200,
        title=say(N_("My data and my rights")),
        message=say(N_("It is asked. Only the data protection officer reads it.")) if "done" in request.args else "",
        form=form,
        kinds=[(str(kind), say(KIND[kind])) for kind in ASKED],
        days=visit.profile.settings.answer_days,
        lines=[
            (
                grouped_reference(one.reference),
                say(KIND[one.rights_requests.kind]),
                day(one.rights_requests.received_on),
                day(one.rights_requests.due_on),
                say(STATE[one.rights_requests.state]),
                visit.url("own.my_rights_answer", request_id=one.id) if one.rights_requests.state == "answered" else "",
            )
            for one in own_requests(visit.session)
        ],
    )


@own.page("/account/rights/<uuid:request_id>", who=WORKER)
def my_rights_answer(visit: Visit, request_id: UUID) -> ResponseReturnValue:
    """Show the answer to what one asked; raises NotFound for anybody else's (LEU-43)."""
    one = own_answer(visit.session, request_id)
    opened = one.rights_requests
    answer = answer_words(visit.texts, visit.profile, opened.asked.kind, opened.answer)
    return show(
        visit,
        "own/rights_answer.html",
        title=answer.title,
        back=visit.url(HERE),
        reference=grouped_reference(one.reference),
        answer=answer,
    )
