"""The urgent list: requests without a place whose start is near, and offers made from it (BXL-12, LEU-30 to LEU-32).

A facility sees what is asked, for whom and from which municipality. It reaches the family by an offer on this site; the
phone, the mail address and the street stay closed until the child has its place here.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.applications.operations.urgent import offer_urgently, withdraw_urgent_offer
from app.applications.queries.cursors import Cursor
from app.applications.queries.requests import own_facilities
from app.applications.queries.urgent import (
    OFFERED,
    REASON,
    FoundUrgent,
    find_urgent,
    own_urgent_offer,
    own_urgent_offers,
    urgent_requests,
    urgent_ways,
    was_taken,
)
from app.catalogue.marking import N_
from app.core.access import Presented, present, present_list
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.organisations.municipalities import MUNICIPALITIES
from app.organisations.terms import UrgentScope
from app.web.doors import FACILITY, Visit
from app.web.facility.door import URGENT, facility, gone, section, show
from app.web.facility.offering import fits, offer_context, offer_form, offer_terms
from app.web.facility.words import RANKS, TWINS, age_text, days_text, words_of

GET_POST = ("GET", "POST")
SHOWN = ("id", "subject", "facility")
DONE = {
    "offered": N_(
        "The offer is sent to the family. The request is off the list as long as the family thinks about it."
    ),
    "withdrawn": N_(
        "The offer is taken back. The request is on the list again, for every facility that sees the list."
    ),
}
TAKEN = N_("A facility offered this family a place just now.")


class Line(NamedTuple):
    """One line of the list, in words."""

    url: str
    child: str
    age: str
    start: str
    days: str
    rank: str
    town: str
    twin: str


@facility.page("/facility/urgent", who=FACILITY)
def urgent(visit: Visit) -> ResponseReturnValue:
    """Show the urgent requests that the leader's facilities may read, and the offers that they made from the list."""
    if visit.profile.urgent.scope is UrgentScope.OFF:
        abort(404)
    found = urgent_requests(visit.session, _cursor(request.args.get("page", "")))
    rows = present_list(visit.session, found.rows, reasons={REASON}, readable=visit.readable({REASON}), public=SHOWN)
    offers = present_list(
        visit.session,
        own_urgent_offers(visit.session),
        reasons={OFFERED},
        readable=visit.readable({OFFERED}),
        public=SHOWN,
    )
    done = request.args.get("done", "")
    return show(
        visit,
        "facility/urgent.html",
        own_facilities(visit.session),
        nav=section(visit, URGENT),
        lines=tuple(_line(visit, row) for row in rows),
        offers=tuple(_offer_line(visit, row) for row in offers),
        days=visit.profile.urgent.days,
        everywhere=visit.profile.urgent.scope is UrgentScope.ALL,
        next=visit.url(URGENT, page=found.next.encode()) if found.next else "",
        message=visit.texts.gettext(DONE[done]) if done in DONE else "",
    )


@facility.page("/facility/urgent/<uuid:application_id>", who=FACILITY)
def urgent_request(visit: Visit, application_id: UUID) -> ResponseReturnValue:
    """Show one urgent request, and where a place may be offered to it."""
    try:
        ways = urgent_ways(visit.session, application_id)
    except NotFound:
        return gone(visit)
    shown = {way.facility_id: _present(visit, way) for way in ways}
    first = shown[ways[0].facility_id]
    own = next((way for way in ways if way.record.answers is not None), None)
    return show(
        visit,
        "facility/urgent_request.html",
        own_facilities(visit.session),
        nav=section(visit, URGENT),
        shown=first,
        town=_town(visit, first.municipality),
        offers=tuple(
            (
                way.facility,
                visit.url("facility.urgent_place", application_id=application_id, facility_id=way.facility_id),
            )
            for way in ways
            if way.reason == REASON
        ),
        own=shown[own.facility_id].answers if own else None,
        own_facility=own.facility if own else "",
        withdraw=visit.url("facility.urgent_withdraw", application_id=application_id, offer_id=own.record.answers.id)
        if own and own.record.answers
        else "",
        back=visit.url(URGENT),
        words=words_of(visit.texts),
    )


@facility.page("/facility/urgent/<uuid:application_id>/<uuid:facility_id>", who=FACILITY, methods=GET_POST, once=True)
def urgent_place(visit: Visit, application_id: UUID, facility_id: UUID) -> ResponseReturnValue:
    """Ask what is offered, show it once more, then offer it; who comes second reads that somebody was first."""
    try:
        way = find_urgent(visit.session, application_id, facility_id)
    except NotFound:
        return _come_second(visit, application_id)
    terms, plan = offer_terms(visit), way.record.care_plan
    form = offer_form(visit, plan, terms, posted=request.form if request.method == "POST" else None)
    valid = form.posted and "change" not in request.form and form.validate()
    valid = valid and fits(visit, form, way.record.child_identity, terms)
    if valid and "confirmed" in request.form:
        try:
            with visit.session.begin_nested():
                made = form.offer(today_at(visit.now))
                offer_urgently(visit.session, application_id, facility_id, made, terms=terms, now=visit.now)
        except (Refused, NotFound):
            return _come_second(visit, application_id)
        return visit.go(URGENT, done="offered")
    return _ask(
        visit,
        "facility/offer_confirm.html" if valid else "facility/offer.html",
        way,
        status=422 if form.problems else 200,
        form=form,
        typed=tuple((name, value) for name, values in form.to_typed().items() for value in values),
        twins=(),
        **offer_context(visit, form, plan, terms, facility_id, valid=valid),
    )


@facility.page(
    "/facility/urgent/<uuid:application_id>/withdraw/<uuid:offer_id>", who=FACILITY, methods=GET_POST, once=True
)
def urgent_withdraw(visit: Visit, application_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Ask whether the offer is to be taken back, then take it back: the request is on the list again (LEU-32)."""
    try:
        way = own_urgent_offer(visit.session, application_id, offer_id)
        if request.method == "POST":
            with visit.session.begin_nested():
                withdraw_urgent_offer(visit.session, application_id, offer_id)
            return visit.go(URGENT, done="withdrawn")
    except (Refused, NotFound):
        return gone(visit)
    return _ask(visit, "facility/urgent_withdraw.html", way, made=way.record.answers)


def _come_second(visit: Visit, application_id: UUID) -> ResponseReturnValue:
    """Tell who answers too late that somebody offered a place; to everybody else the request is not there."""
    if request.method != "POST" or not was_taken(visit.session, application_id):
        return gone(visit)
    return show(
        visit,
        "facility/meanwhile.html",
        own_facilities(visit.session),
        nav=section(visit, URGENT),
        status=409,
        decided=visit.texts.gettext(TAKEN),
        back=visit.url(URGENT),
    )


def _ask(visit: Visit, template: str, way: FoundUrgent, *, status: int = 200, **context: Any) -> ResponseReturnValue:
    shown = _present(visit, way)
    return show(
        visit,
        template,
        own_facilities(visit.session),
        status=status,
        found=way,
        shown=shown,
        seen="",
        wanted=days_text(shown.care_plan.half_days, visit.texts) if shown.care_plan else "",
        words=words_of(visit.texts),
        back=visit.url("facility.urgent_request", application_id=way.application_id),
        **context,
    )


def _present(visit: Visit, way: FoundUrgent) -> Presented:
    """Return what this reason gives to read; every opening is noted under it."""
    return present(
        visit.session,
        way.record,
        subject=way.dossier_id,
        reasons={way.reason},
        readable=visit.readable({way.reason}),
    )


def _line(visit: Visit, row: Presented) -> Line:
    texts, child, plan, priority = visit.texts, row.child_identity, row.care_plan, row.priority_result
    return Line(
        url=visit.url("facility.urgent_request", application_id=row.id),
        child=f"{child.given_name or ''} {child.family_name}".strip() if child else "",
        age=age_text(child.birth_date, plan.start_date, texts) if child and plan else "",
        start=texts.format_day_short(plan.start_date) if plan else "",
        days=days_text(plan.half_days, texts) if plan else "",
        rank=texts.gettext(RANKS[priority.rank]) if priority else "",
        town=_town(visit, row.municipality),
        twin=texts.gettext(TWINS.get(plan.link, "")) if plan else "",
    )


def _offer_line(visit: Visit, row: Presented) -> tuple[str, str, str, str, str]:
    start, until = row.answers or (None, None)
    return (
        visit.url("facility.urgent_request", application_id=row.id),
        f"{row.child_identity.given_name} {row.child_identity.family_name}".strip() if row.child_identity else "",
        row.facility,
        visit.texts.format_day_short(start) if start else "",
        words_of(visit.texts)["until"](until) if until else "",
    )


def _town(visit: Visit, key: str | None) -> str:
    place = MUNICIPALITIES.get(key or "")
    return place.name(visit.language) if place else key or ""


def _cursor(word: str) -> Cursor | None:
    try:
        return Cursor.decode(word) if word else None
    except ValueError:
        abort(400)
