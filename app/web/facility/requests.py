"""The list of requests, one request, and whether anything new came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.applications.operations.visits import previous_visit
from app.applications.queries.records import COUNTED, Counts
from app.applications.queries.requests import count_news, count_requests, find_request, open_requests, own_facilities
from app.applications.rules import ChoiceState
from app.core.access import Presented, present, present_list
from app.core.clock import today_at
from app.core.errors import NotFound
from app.organisations.municipalities import MUNICIPALITIES
from app.placements.queries import children_per_half_day
from app.web.doors import FACILITY, Visit
from app.web.facility.door import LIST, facility, show
from app.web.facility.occupancy import occupied
from app.web.facility.view import DUE_DAYS, ListView, months_to_choose, shown_query
from app.web.facility.words import (
    AGES,
    DONE,
    FILTERED_STATES,
    RANKS,
    STATES,
    TONES,
    age_text,
    days_text,
    words_of,
)
from app.web.forms import grouped_phone
from app.web.pages import NavLink, render, render_error

REASON = "chosen"
ALWAYS_SHOWN = ("id", "subject", "facility_id")
LONGEST_NUMBER = 12
GONE = "request_gone"
ANSWERS = ("consider", "not_now", "refuse", "offer", "withdraw")


@facility.page("/facility", who=FACILITY)
def requests(visit: Visit) -> ResponseReturnValue:
    """Show the open requests of the leader's own facilities, by priority (BXL-30, BXL-53)."""
    asked = ListView.read(request.args)
    today = today_at(visit.now)
    since = previous_visit(visit.session, visit.actor_id, current_user.live.created_at)
    facilities = own_facilities(visit.session)
    counts = count_requests(visit.session, new_since=since, due_by=today + DUE_DAYS)
    found = open_requests(visit.session, asked.filters(today=today, new_since=since), asked.cursor())
    rows = present_list(
        visit.session, found.rows, reasons={REASON}, readable=visit.readable({REASON}), public=ALWAYS_SHOWN
    )
    lines = tuple(_line(row, visit, since, facilities if len(facilities) > 1 else {}) for row in rows)
    return show(
        visit,
        "facility/list.html",
        facilities,
        nav=_tabs(visit, asked, counts),
        lines=lines,
        several=len(facilities) > 1,
        asked=asked,
        path=f"{visit.url(LIST)}/requests/",
        words=visit.url(LIST, **asked.query()).removeprefix(visit.url(LIST)),
        narrowed=asked.narrowed,
        kept=shown_query({"new": int(asked.new), "due": int(asked.due)}) if asked.new or asked.due else (),
        months=months_to_choose(today, asked.month()),
        ages=AGES,
        states=tuple((state, STATES[state]) for state in FILTERED_STATES),
        clear=visit.url(LIST, **ListView(new=asked.new, due=asked.due).query()),
        everything=visit.url(LIST),
        previous=visit.url(LIST, **asked.query(page=found.previous.encode())) if found.previous else "",
        next=visit.url(LIST, **asked.query(page=found.next.encode())) if found.next else "",
        news_url=visit.url("facility.news", since=int(visit.now.timestamp()) + 1),
        message=visit.texts.gettext(DONE.get(request.args.get("done", ""), "")),
    )


@facility.page("/facility/news", who=FACILITY)
def news(visit: Visit) -> ResponseReturnValue:
    """Answer a list that stands open: nothing (204) when nothing came in; it names nobody, so no read is noted."""
    number = count_news(visit.session, _instant(request.args.get("since", "")))
    if not number:
        return "", 204
    return render("facility/news.html", number=number, url=visit.url(LIST))


@facility.page("/facility/requests/<uuid:choice_id>", who=FACILITY)
def request_page(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    """Show one request with exactly the groups that the profile gives the leader's reason (BXL-55)."""
    asked = ListView.read(request.args)
    try:
        found = find_request(visit.session, choice_id)
    except NotFound:
        # Absent, someone else's, or no longer theirs: one and the same page.
        return render_error(404, reason=GONE)
    facilities = own_facilities(visit.session)
    reasons = {found.reason}
    shown = present(
        visit.session, found.record, subject=found.dossier_id, reasons=reasons, readable=visit.readable(reasons)
    )
    answers, own = shown.answers, shown.own_choice
    offer = next((made for made in answers.offers if made.state == "open"), None) if answers else None
    return show(
        visit,
        "facility/request.html",
        facilities,
        shown=shown,
        found=found,
        back=visit.url(LIST, **asked.query()),
        urls={name: visit.url(f"facility.{name}", choice_id=choice_id, **asked.query()) for name in ANSWERS},
        offer=offer,
        lapsed=offer is not None and offer.expires_at <= visit.now,
        state=visit.texts.gettext(STATES.get(own.state, "")) if own else "",
        tone=TONES.get(own.state, "") if own else "",
        late=own is not None and own.state == ChoiceState.OPEN and own.reply_due_on < today_at(visit.now),
        occupied=occupied(
            children_per_half_day(visit.session, found.facility_id, found.record.care_plan.start_date),
            found.record.care_plan.half_days,
        ),
        words=words_of(visit.texts),
        municipality=_municipality(shown.contact.municipality, visit.language) if shown.contact else "",
        phone=grouped_phone(shown.contact.phone) if shown.contact and shown.contact.phone else "",
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, in words."""

    id: UUID
    child: str
    age: str
    expected: bool
    start: Any
    days: str
    rank: str
    sibling: bool
    state: str
    tone: str
    due: Any
    late: bool
    asked_on: Any
    new: bool
    facility: str


def _line(row: Presented, visit: Visit, since: datetime | None, facilities: Mapping[UUID, str]) -> Line:
    """Put a row into words; a group that the profile withholds leaves its cells empty."""
    child, plan, own, priority = row.child_identity, row.care_plan, row.own_choice, row.priority_result
    waits = own is not None and own.state == ChoiceState.OPEN
    return Line(
        id=row.id,
        child=f"{child.given_name or ''} {child.family_name}".strip() if child else "",
        age=age_text(child.birth_date, plan.start_date, visit.texts) if child and plan else "",
        expected=child is not None and child.expected,
        start=plan.start_date if plan else None,
        days=days_text(plan.half_days, visit.texts) if plan else "",
        rank=visit.texts.gettext(RANKS[priority.rank]) if priority else "",
        sibling=priority is not None and priority.sibling_here,
        state=visit.texts.gettext(STATES[own.state]) if own else "",
        tone=TONES.get(own.state, "") if own else "",
        due=own.reply_due_on if waits else None,
        late=waits and own.reply_due_on < today_at(visit.now),
        asked_on=own.submitted_at if own else None,
        new=own is not None and (since is None or own.submitted_at > since),
        facility=facilities.get(row.facility_id, ""),
    )


def _tabs(visit: Visit, asked: ListView, counts: Counts) -> tuple[NavLink, ...]:
    def label(words: str, number: int) -> str:
        more = "+" if counts.capped and number else ""
        return f"{visit.texts.gettext(words)} ({min(number, COUNTED)}{more})"

    everything = asked.query(new=False, due=False, page="")
    return (
        NavLink(visit.url(LIST, **everything), label("All requests", counts.open), not (asked.new or asked.due)),
        NavLink(visit.url(LIST, **{**everything, "new": 1}), label("New", counts.new), asked.new),
        NavLink(visit.url(LIST, **{**everything, "due": 1}), label("Reply due", counts.due), asked.due),
    )


def _municipality(key: str, language: str) -> str:
    place = MUNICIPALITIES.get(key)
    return place.name(language) if place else key


def _instant(word: str) -> datetime:
    if not word.isascii() or not word.isdecimal() or len(word) > LONGEST_NUMBER:
        abort(400)
    try:
        return datetime.fromtimestamp(int(word), UTC)
    except (ValueError, OverflowError):
        abort(400)
