"""Asking something about one's own data: one page for each right, and the list of what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.queries.own import OwnFile, own_file
from app.applications.rules import ApplicationState
from app.catalogue.groups import GROUPS
from app.catalogue.marking import N_
from app.catalogue.values import word_of
from app.consents.queries import asks_of
from app.core.audit import note_read
from app.core.clock import today_at
from app.core.errors import NotFound
from app.families.rules import grouped_reference
from app.organisations.rules import groups_held
from app.rights.operations.asking import ask
from app.rights.queries.own import OwnAsked, own_asked
from app.rights.rules import LONGEST_SAYING, Channel, Kind, Subject
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.forms import ChoiceField, LongTextField, StepForm, TickField
from app.web.own_requests import OWNER
from app.web.pages import StepPlace, render

KIND, STATE, OUTCOME = "rights_request.kind", "rights_request.state", "rights_request.outcome"
# The grounds on which data are corrected or erased; whose fault it is, nobody asks (KK-31).
GROUNDS: Mapping[str, str] = {
    "wrong": N_("They are wrong"),
    "not_needed": N_("You do not need them"),
    "unlawful": N_("You may not have them: a rule forbids it"),
}
# What each page is called, what it asks, and what happens then.
PAGES: Mapping[str, tuple[str, str, str]] = {
    Kind.ACCESS: (
        N_("All your data by post"),
        N_("We send everything that we hold about you to your address, on paper."),
        N_("Send me all my data by post"),
    ),
    Kind.CORRECT: (
        N_("Have something corrected"),
        N_("For what you cannot change yourself: what a facility or our staff wrote, or what this website made."),
        N_("Ask for this correction"),
    ),
    Kind.ERASE: (
        N_("Have data erased"),
        N_("We erase what we do not have to keep. You read from us what goes, what stays, and why."),
        N_("Ask to erase my data"),
    ),
    Kind.RESTRICT: (
        N_("Stop using your data for a while"),
        N_(
            "We keep your file and do not use it. No facility, desk or helper sees it, and no place is offered. "
            "You can ask us at any time to go on."
        ),
        N_("Ask to stop for a while"),
    ),
    Kind.OBJECT: (
        N_("Object to a use of your data"),
        N_("Tell us which use you do not want. We stop it, unless we have a stronger reason, and then we name it."),
        N_("Object"),
    ),
}
SETTLED = "answered"


class AskForm(StepForm):
    """The one question of a page; which of these are on it follows from the right."""

    field = ChoiceField(missing=N_("Choose what has to be corrected"))
    value = LongTextField(missing=N_("Write what it has to be"), limit=LONGEST_SAYING)
    says = LongTextField(missing=N_("Tell us what you do not want"), limit=LONGEST_SAYING)
    ground = ChoiceField(missing=N_("Choose an answer"), values=tuple(GROUNDS))
    warned = TickField(missing=N_("Tick the box to go on"))


# The boxes of each page, and which of them cannot stay empty (KG-34).
BOXES: Mapping[str, tuple[str, ...]] = {
    Kind.ACCESS: (),
    Kind.CORRECT: ("field", "value", "ground"),
    Kind.ERASE: ("says", "ground", "warned"),
    Kind.RESTRICT: ("says",),
    Kind.OBJECT: ("says",),
}
NEEDED: Mapping[str, tuple[str, ...]] = {Kind.CORRECT: ("field", "value"), Kind.OBJECT: ("says",)}


@dataclass(frozen=True)
class AskedLine:
    """One request in words."""

    reference: str
    what: str
    state: str
    is_answered: bool
    received: str
    due: str
    outcome: str
    later: str
    answer_url: str


@family.page("/my/rights", who=PARENT)
def my_rights(visit: Visit) -> ResponseReturnValue:
    """Show what one asked and by when the answer comes, and lead to each right (KG-44)."""
    found = own_file(visit.session, either=True)
    note_read(visit.session, subjects=(found.dossier_id,), groups=("rights_requests",), reasons=(found.reason,))
    return render(
        "family/my/rights.html",
        title=visit.texts.gettext("Your rights"),
        lines=tuple(_line(visit, one) for one in own_asked(visit.session)),
        asks=[(visit.url("family.my_ask", kind=kind), *_words(visit, words)) for kind, words in PAGES.items()],
        permissions=bool(asks_of(visit.profile)) and (found.reason,) == OWNER,
        is_second=(found.reason,) != OWNER,
        sent=request.args.get("done") == "sent",
        days=visit.profile.settings.answer_days,
        dpo=visit.profile.contacts.dpo_email,
        **links(visit),
    )


@family.page("/my/rights/<kind>", who=PARENT, methods=("GET", "POST"), once=True)
def my_ask(visit: Visit, kind: str) -> ResponseReturnValue:
    """Ask one thing: in plain words, with what happens then and within how many days (KK-25, KG-34, LEU-42)."""
    if kind not in PAGES:
        raise NotFound
    found = own_file(visit.session, either=True)
    is_owner = (found.reason,) == OWNER
    # What still runs is closed before anything goes: whoever asks has read that.
    running = _running(found) if kind == Kind.ERASE and is_owner else ()
    boxes = tuple(box for box in BOXES[kind] if box != "warned" or running)
    posted = request.form if request.method == "POST" else None
    form = AskForm(
        posted,
        texts=visit.texts,
        today=today_at(visit.now),
        shown=boxes,
        required=(*NEEDED.get(kind, ()), *(("warned",) if running else ())),
        choices={"field": _fields(visit, found.reason)},
    )
    if posted is not None and form.validate():
        ask(
            visit.session,
            visit.profile,
            kind=kind,
            subject_kind=Subject.APPLICANT if is_owner else Subject.PARTNER,
            dossier_id=found.dossier_id,
            account_id=visit.actor_id,
            channel=Channel.PORTAL,
            details=_details(form),
            received_on=today_at(visit.now),
            language=visit.language,
            now=visit.now,
        )
        return visit.go("family.my_rights", done="sent")
    title, lead, submit = _words(visit, PAGES[kind])
    return render(
        "family/my/rights_ask.html",
        status=422 if form.posted else 200,
        title=title,
        lead=lead,
        submit=submit,
        kind=kind,
        form=form,
        running=running,
        kept=_kept_by_law(visit, found) if kind == Kind.ERASE else (),
        grounds=[(code, visit.texts.gettext(words)) for code, words in GROUNDS.items()],
        fields=[(group, visit.texts.gettext(GROUPS[group].label)) for group in _fields(visit, found.reason)],
        # KK-30: looking first is offered, and nobody is sent away for not having looked.
        look_first=visit.profile.settings.correction_flow == "after_access" and not _looked(visit),
        surveys=any(one.unless_refused for one in asks_of(visit.profile)) and is_owner,
        is_second=not is_owner,
        days=visit.profile.settings.answer_days,
        step=StepPlace(back_url=visit.url("family.my_rights")),
        unsaved=False,
        **links(visit),
    )


def _details(form: AskForm) -> dict[str, Any]:
    given: dict[str, Any] = {name: getattr(form, name).data for name in ("says", "ground") if name in form}
    if "value" in form:
        given["items"] = [{"field": form.field.data, "value": form.value.data}]
    return {name: value for name, value in given.items() if value}


def _fields(visit: Visit, reason: str) -> tuple[str, ...]:
    """Return the parts in which something can be wrong: what is held and read by whoever asks."""
    readable = visit.readable((reason,)) & groups_held(visit.profile)
    return tuple(group for group in GROUPS if group in readable)


def _running(found: OwnFile) -> tuple[str, ...]:
    """Return the facilities that still read a request."""
    names = (
        choice.facility
        for one in found.requests
        if one.state == ApplicationState.OPEN
        for choice in one.choices
        if one.own_choice[choice.id].state not in ("refused", "withdrawn", "closed")
    )
    return tuple(dict.fromkeys(names))


def _kept_by_law(visit: Visit, found: OwnFile) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what stays although it was asked, and which law says so (LEU-44)."""
    if not any(one.state == ApplicationState.ENROLLED for one in found.requests):
        return ()
    texts = visit.texts
    return tuple(
        (texts.gettext(term.law), tuple(texts.gettext(GROUPS[group].label) for group in GROUPS if group in term.groups))
        for term in visit.profile.legal_terms.values()
    )


def _looked(visit: Visit) -> bool:
    return any(one.kind in (Kind.ACCESS, Kind.COPY) for one in own_asked(visit.session))


def _line(visit: Visit, one: OwnAsked) -> AskedLine:
    texts = visit.texts
    later: date | None = one.deferred_until
    return AskedLine(
        reference=grouped_reference(one.reference),
        what=texts.gettext(word_of(KIND, one.kind)),
        state=texts.gettext(word_of(STATE, one.state)),
        is_answered=one.state == SETTLED,
        received=texts.format_day(one.received_on),
        due=texts.format_weekday(one.due_on),
        outcome=texts.gettext(word_of(OUTCOME, one.outcome)) if one.outcome else "",
        later=texts.format_day(later) if later else "",
        answer_url=visit.url("family.my_rights_answer", request_id=one.id) if one.state == SETTLED else "",
    )


def _words(visit: Visit, words: tuple[str, str, str]) -> tuple[str, str, str]:
    title, lead, submit = (visit.texts.gettext(one) for one in words)
    return title, lead, submit
