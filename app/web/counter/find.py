"""Finding a family in the area, or being shown one by a code: nothing of a search stands in an address (LEU-27)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import Presented, present_list
from app.core.clock import today_at
from app.core.errors import Refused
from app.families.rules import grouped_reference
from app.mandates.operations.look_codes import spend_look_code
from app.mandates.queries.counter import MOST_FOUND, CounterRoles, files_in_area, find_in_area
from app.mandates.queries.looking import own_looks_now
from app.mandates.rules import Denied, plain_code
from app.web.counter.door import FIND, REASON, counter, keep_found, recall_found, require_counter, show
from app.web.doors import COUNTER, Visit
from app.web.forms import StepForm, TextField
from app.web.labels import town_in_words

FOUND = "counter-found"
BAD_CODE = N_("A code has six figures, such as 123 456.")
CODE_PROBLEMS = {
    Denied.NO_SUCH_CODE: N_("This code opens nothing. It may be older than 15 minutes, or used. Ask for a new one."),
    Denied.TOO_MANY_TRIES: N_("There were too many wrong codes. Wait 15 minutes and try again."),
}
DONE = {
    "moved": N_("Saved. This family no longer lies in your area, so you can no longer open its file."),
    "gone": N_("Saved. No facility on the list lies in your area any more, so you can no longer open this file."),
    "turned_away": N_("Noted. Tell this person nothing about the file."),
}


class FindForm(StepForm):
    """A name, phone number, e-mail address or reference."""

    words = TextField(missing=N_("Fill in a name, phone number, e-mail address or reference"), limit=120)


class CodeForm(StepForm):
    """Six figures that a family shows."""

    code = TextField(missing=BAD_CODE, limit=20)

    def check(self) -> None:
        """Ask for six figures."""
        if self.code.data and not plain_code(self.code.data):
            self.fail("code", BAD_CODE)


@dataclass(frozen=True)
class FoundLine:
    """One family that was found, in words."""

    url: str
    name: str
    town: str
    children: str
    reference: str


@counter.page("/counter/find", who=COUNTER, methods=("GET", "POST"))
def find(visit: Visit) -> ResponseReturnValue:
    """Ask whom somebody looks for; what is found stands on a page of its own."""
    roles = require_counter(visit)
    form = FindForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("words",),
    )
    if form.posted and form.validate():
        return visit.go(
            "counter.found", search_id=keep_found(visit, FOUND, find_in_area(visit.session, form.words.data or ""))
        )
    return _page(visit, roles, form, _code_form(visit))


@counter.page("/counter/found/<uuid:search_id>", who=COUNTER)
def found(visit: Visit, search_id: UUID) -> ResponseReturnValue:
    """Show what a search found, as far as it lies in the area at this moment."""
    roles = require_counter(visit)
    lines = files_in_area(visit.session, recall_found(visit, FOUND, search_id))
    shown = present_list(
        visit.session,
        lines,
        reasons=REASON,
        readable=visit.readable(REASON),
        public=("id", "subject", "reference"),
    )
    return show(
        visit,
        "counter/found.html",
        roles,
        current=FIND,
        title=visit.texts.gettext(N_("Families found")),
        lines=tuple(_line(visit, one) for one in shown),
        at_most=MOST_FOUND,
        find_url=visit.url(FIND),
    )


@counter.page("/counter/look", who=COUNTER, methods=("GET", "POST"))
def look(visit: Visit) -> ResponseReturnValue:
    """Take the code that a family shows: its file opens to this worker, to read, for half an hour."""
    roles = require_counter(visit)
    if request.method == "GET":
        return visit.go(FIND)
    form = _code_form(visit, posted=True)
    if form.validate():
        try:
            dossier_id = spend_look_code(visit.session, plain_code(form.code.data or ""))
        except Refused as refused:
            form.fail("code", CODE_PROBLEMS[Denied(refused.reason)])
        else:
            return visit.go("lookalong.look_file", dossier_id=dossier_id)
    return _page(visit, roles, FindForm(None, texts=visit.texts, today=today_at(visit.now)), form)


def _page(visit: Visit, roles: CounterRoles, form: FindForm, code: CodeForm) -> ResponseReturnValue:
    done = DONE.get(request.args.get("done", ""))
    looks = own_looks_now(visit.session)
    return show(
        visit,
        "counter/find.html",
        roles,
        status=422 if form.problems or code.problems else 200,
        current=FIND,
        title=visit.texts.gettext(N_("Find a family")),
        form=form,
        code=code,
        look_url=visit.url("counter.look"),
        looks=tuple(
            (visit.url("lookalong.look_file", dossier_id=one.dossier_id), visit.texts.format_moment(one.until))
            for one in looks
        ),
        message=visit.texts.gettext(done) if done else "",
    )


def _line(visit: Visit, one: Presented) -> FoundLine:
    return FoundLine(
        visit.url("counter.file", dossier_id=one.id),
        f"{one.applicant_name.given_name} {one.applicant_name.family_name}",
        town_in_words(one.contact.municipality, visit.language),
        ", ".join(one.child_name),
        grouped_reference(one.reference),
    )


def _code_form(visit: Visit, *, posted: bool = False) -> CodeForm:
    return CodeForm(request.form if posted else None, texts=visit.texts, today=today_at(visit.now), required=("code",))
