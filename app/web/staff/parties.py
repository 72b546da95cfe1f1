"""The register: which organisations process data here, on which agreement, until when (LEU-35, BXL-51, BXL-59)."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations.parties import end_agreement, extend_agreement, record_agreement
from app.accounts.rules import PartyDenied
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.mandates.queries.register import (
    FACILITY,
    HELPERS,
    PROCESSOR,
    Covered,
    Party,
    Signed,
    find_party,
)
from app.mandates.queries.register import (
    parties as all_parties,
)
from app.web.doors import STAFF, Visit
from app.web.staff.door import PARTIES, open_frame, show, staff
from app.web.staff.forms_people import EndsForm, SignedForm
from app.web.staff.people import GET_POST, ONLY

KINDS = {FACILITY: N_("Childcare facility"), HELPERS: N_("Organisation of helpers"), PROCESSOR: N_("Processor")}
STATES = {
    Covered.NONE: (N_("no agreement"), "stop"),
    Covered.ENDS_SOON: (N_("ends soon"), "wait"),
    Covered.HOLDS: (N_("in order"), "go"),
}
PROBLEMS = {
    PartyDenied.SIGNED_LATER: ("signed_on", N_("This day is still to come. Put it on record once it is signed.")),
    PartyDenied.ENDS_BEFORE: ("ends_on", N_("The last day must be later")),
}
DONE = {
    "recorded": N_("The agreement is on record. It counts at once."),
    "extended": N_("The agreement is extended."),
    "ended": N_("The agreement is ended. It counts at once."),
}


@staff.page("/desk/parties", who=STAFF)
def parties(visit: Visit) -> ResponseReturnValue:
    """Show who has no agreement, whose ends within 30 days, and all others."""
    frame = open_frame(visit, ONLY)
    found = all_parties(visit.session, facilities_sign=visit.profile.settings.facility_agreement)
    today = today_at(visit.now)
    return show(
        visit,
        "staff/parties.html",
        current=PARTIES,
        frame=frame,
        title=visit.texts.gettext("Agreements with organisations"),
        lines=tuple(_line(visit, one, today) for one in found),
        without=sum(one.covered(today) is Covered.NONE for one in found),
        soon=sum(one.covered(today) is Covered.ENDS_SOON for one in found),
        add_url=visit.url("staff.party_new"),
    )


@staff.page("/desk/parties/new", who=STAFF, methods=GET_POST, once=True)
def party_new(visit: Visit) -> ResponseReturnValue:
    """Put the agreement with a processor on record, one that has no page of its own here."""
    frame = open_frame(visit, ONLY)
    form = _signed_form(visit, posted=request.method == "POST", named=True)
    if form.posted and form.validate():
        party_id = uuid4()
        if _record(visit, form, PROCESSOR, party_id, str(form.name.data)):
            return visit.go("staff.party", party_id=party_id, done="recorded")
    return show(
        visit,
        "staff/party_new.html",
        current=PARTIES,
        frame=frame,
        status=422 if form.problems else 200,
        title=visit.texts.gettext("Add a processor"),
        back=visit.url(PARTIES),
        form=form,
    )


@staff.page("/desk/parties/<uuid:party_id>", who=STAFF, methods=GET_POST, once=True)
def party(visit: Visit, party_id: UUID) -> ResponseReturnValue:
    """Show what was signed with one organisation; put an agreement on record, extend it, end it."""
    frame = open_frame(visit, ONLY)
    found, today = find_party(visit.session, party_id), today_at(visit.now)
    deed = request.form.get("deed", "")
    form = _signed_form(visit, posted=deed == "record", named=False)
    extend = EndsForm(request.form if deed == "extend" else None, texts=visit.texts, today=today, required=("until",))
    current = next((one for one in found.agreements if one.holds(today)), None)
    if deed == "record":
        name = found.name if found.kind == PROCESSOR else None
        if form.validate() and _record(visit, form, found.kind, party_id, name):
            return visit.go("staff.party", party_id=party_id, done="recorded")
    elif deed == "extend" and current is not None:
        if extend.validate() and _extend(visit, extend, current):
            return visit.go("staff.party", party_id=party_id, done="extended")
    elif deed == "end" and current is not None:
        end_agreement(visit.session, current.id, now=visit.now)
        return visit.go("staff.party", party_id=party_id, done="ended")
    elif deed:
        raise NotFound
    return show(
        visit,
        "staff/party.html",
        current=PARTIES,
        frame=frame,
        status=422 if form.problems or extend.problems else 200,
        title=found.name,
        message=visit.texts.gettext(DONE.get(request.args.get("done", ""), "")),
        back=visit.url(PARTIES),
        here=visit.url("staff.party", party_id=party_id),
        kind=visit.texts.gettext(KINDS[found.kind]),
        form=form,
        extend=extend,
        holds=current is not None,
        lines=tuple(_signed_line(visit, one, today) for one in found.agreements),
    )


def _signed_form(visit: Visit, *, posted: bool, named: bool) -> SignedForm:
    days = ("signed_on", "ends_on")
    return SignedForm(
        request.form if posted else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("name", "signed_on") if named else ("signed_on",),
        shown=None if named else days,
    )


def _record(visit: Visit, form: SignedForm, kind: str, party_id: UUID, name: str | None) -> bool:
    """Put it on record; say beside its question what a rule found wrong."""
    assert form.signed_on.data is not None
    try:
        with visit.session.begin_nested():
            record_agreement(
                visit.session,
                kind,
                party_id,
                signed_on=form.signed_on.data,
                ends_on=form.ends_on.data,
                name=name,
                now=visit.now,
            )
    except Refused as refused:
        form.fail(*PROBLEMS[PartyDenied(refused.reason)])
        return False
    return True


def _extend(visit: Visit, form: EndsForm, current: Signed) -> bool:
    assert form.until.data is not None
    try:
        with visit.session.begin_nested():
            extend_agreement(visit.session, current.id, form.until.data, now=visit.now)
    except Refused as refused:
        if refused.reason is not PartyDenied.ENDS_BEFORE:
            raise
        form.fail("until", PROBLEMS[PartyDenied.ENDS_BEFORE][1])
        return False
    return True


def _line(visit: Visit, one: Party, today: date) -> tuple[str, str, str, str, str, str]:
    texts, until = visit.texts, one.until(today)
    label, tone = STATES[one.covered(today)]
    return (
        visit.url("staff.party", party_id=one.id),
        one.name,
        texts.gettext(KINDS[one.kind]),
        texts.gettext(label),
        tone,
        texts.format_day(until) if until else "",
    )


def _signed_line(visit: Visit, one: Signed, today: date) -> tuple[str, str, str]:
    texts = visit.texts
    if one.ended_at is not None:
        state = texts.gettext("Ended on %(moment)s", moment=texts.format_moment(one.ended_at))
    else:
        state = texts.gettext(N_("holds")) if one.holds(today) else texts.gettext(N_("is over"))
    return texts.format_day(one.signed_on), texts.format_day(one.ends_on) if one.ends_on else "", state
