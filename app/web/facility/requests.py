"""The list of requests, one request, and whether anything new came in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.operations import note_visit
from app.applications.queries.records import COUNTED, Counts, FoundRequest
from app.applications.queries.requests import (
    PAGE_SIZE,
    count_news,
    count_requests,
    find_request,
    find_twins,
    open_requests,
    own_facilities,
    own_facilities_and_kinds,
)
from app.applications.rules import ANSWERABLE, MOST_AT_ONCE, ChoiceState
from app.catalogue.marking import N_
from app.core.access import Presented, present, present_list
from app.core.clock import today_at
from app.core.errors import NotFound
from app.facilities.rules import FacilityKind
from app.messages.queries.threads import find_thread
from app.organisations.municipalities import MUNICIPALITIES
from app.placements.queries import children_per_half_day
from app.web.doors import FACILITY, Visit
from app.web.facility.bulk import SEVERAL, options
from app.web.facility.corrections import correctable
from app.web.facility.door import LIST, facility, gone, messages_link, sections, show, urgent_link
from app.web.facility.neighbours import around
from app.web.facility.occupancy import occupied
from app.web.facility.view import DUE_DAYS, ListView, months_to_choose, shown_query
from app.web.facility.words import (
    AGES,
    CORRECTED,
    DONE,
    FILTERED_STATES,
    RANKS,
    STATES,
    TONES,
    TWINS,
    age_text,
    days_text,
    words_of,
)
from app.web.forms import grouped_phone
from app.web.pages import NavLink, render

REASON = "chosen"
AT_HOME = frozenset({FacilityKind.FAMILY})
ALWAYS_SHOWN = ("id", "subject", "facility_id")
LONGEST_NUMBER = 12
ANSWERS = ("consider", "not_now", "refuse", "offer", "withdraw")


@facility.page("/facility", who=FACILITY)
def requests(visit: Visit) -> ResponseReturnValue:
    """Show the open requests of the leader's own facilities, by priority (BXL-30, BXL-53)."""
    asked = ListView.read(request.args)
    today = today_at(visit.now)
    since = note_visit(visit.session, current_user.live.created_at)
    facilities, kinds = own_facilities_and_kinds(visit.session)
    counts = count_requests(visit.session, new_since=since, due_by=today + DUE_DAYS)
    if kinds == AT_HOME and not asked.table:
        return _one_at_a_time(visit, asked, facilities, counts, since)
    filters = asked.filters(today=today, new_since=since)
    found = open_requests(visit.session, filters, asked.cursor(), size=MOST_AT_ONCE if asked.many else PAGE_SIZE)
    rows = present_list(
        visit.session, found.rows, reasons={REASON}, readable=visit.readable({REASON}), public=ALWAYS_SHOWN
    )
    several = len(facilities) > 1
    return show(
        visit,
        "facility/list.html",
        facilities,
        nav=(*_tabs(visit, asked, counts), *urgent_link(visit, counts.urgent), messages_link(visit), *sections(visit)),
        lines=_lines(rows, visit, asked, since, facilities if several else {}),
        several=several,
        asked=asked,
        narrowed=asked.narrowed,
        kept=shown_query(ListView(new=asked.new, due=asked.due, table=asked.table).query()),
        months=tuple(
            (month.isoformat()[:7], visit.texts.format_month(month)) for month in months_to_choose(today, asked.month())
        ),
        ages=tuple((age, visit.texts.gettext(words)) for age, words in AGES.items()),
        states=tuple((state, visit.texts.gettext(STATES[state])) for state in FILTERED_STATES),
        clear=visit.url(LIST, **ListView(new=asked.new, due=asked.due, table=asked.table).query()),
        everything=visit.url(LIST, **ListView(table=asked.table).query()),
        previous=visit.url(LIST, **asked.query(page=found.previous.encode())) if found.previous else "",
        next=visit.url(LIST, **asked.query(page=found.next.encode())) if found.next else "",
        news_url=visit.url("facility.news", since=int(visit.now.timestamp()) + 1),
        more=""
        if asked.many or not (found.next or found.previous)
        else visit.url(LIST, **asked.query(many=True, page="")),
        several_url=visit.url("facility.several", **asked.query()),
        **options(visit),
        refused_url=visit.url("facility.refused"),
        next_request=_next_request(visit, asked),
        message=_message(visit),
    )


def _one_at_a_time(
    visit: Visit, asked: ListView, facilities: Mapping[UUID, str], counts: Counts, since: datetime | None
) -> ResponseReturnValue:
    """Show a provider at home one request to a screen, those that wait for an answer first."""
    shown = replace(asked, state=asked.state or ChoiceState.OPEN)
    filters = shown.filters(today=today_at(visit.now), new_since=since)
    found = open_requests(visit.session, filters, asked.cursor(), size=1)
    rows = present_list(
        visit.session, found.rows, reasons={REASON}, readable=visit.readable({REASON}), public=ALWAYS_SHOWN
    )
    lines = _lines(rows, visit, asked, since, {})
    everything = visit.texts.gettext(N_("All requests"))
    return show(
        visit,
        "facility/simple.html",
        facilities,
        nav=(
            NavLink(visit.url(LIST), visit.texts.gettext(N_("To answer")), True),
            NavLink(visit.url(LIST, table=1), f"{everything} ({counts.open})", False),
            *urgent_link(visit, counts.urgent),
            messages_link(visit),
            *sections(visit),
        ),
        line=lines[0] if lines else None,
        seen=found.rows[0].own_choice.state if lines else "",
        urls={name: visit.url(f"facility.{name}", choice_id=found.rows[0].id, **asked.query()) for name in ANSWERS}
        if lines
        else {},
        previous=visit.url(LIST, **asked.query(page=found.previous.encode())) if found.previous else "",
        next=visit.url(LIST, **asked.query(page=found.next.encode())) if found.next else "",
        everything=visit.url(LIST, table=1),
        begin=visit.url(LIST) if asked.page else "",
        refused_url=visit.url("facility.refused"),
        message=_message(visit),
    )


def _message(visit: Visit) -> str:
    """Return what came of the answer that led here; a number in it is bounded, whoever wrote the address."""
    done, number = request.args.get("done", ""), request.args.get("number", "")
    if done == SEVERAL and re.fullmatch(r"[0-9]{1,3}", number):
        return visit.texts.ngettext(
            "%(count)s request is answered. Each family hears it by itself.",
            "%(count)s requests are answered. Each family hears it by itself.",
            int(number),
        )
    return visit.texts.gettext(DONE.get(done, ""))


def _next_request(visit: Visit, asked: ListView) -> str:
    """Return where the request stands that came after the one just answered."""
    word = request.args.get("next", "")
    if not word:
        return ""
    try:
        return visit.url("facility.request_page", choice_id=UUID(word), **asked.query())
    except ValueError:
        abort(400)


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
        return gone(visit, **asked.query())
    facilities = own_facilities(visit.session)
    reasons = {found.reason}
    shown = present(
        visit.session, found.record, subject=found.dossier_id, reasons=reasons, readable=visit.readable(reasons)
    )
    answers, own = shown.answers, shown.own_choice
    written = find_thread(visit.session, found.dossier_id, found.facility_id)
    offer = next((made for made in answers.offers if made.state == "open"), None) if answers else None
    near = around(visit, asked, found)
    return show(
        visit,
        "facility/request.html",
        facilities,
        shown=shown,
        found=found,
        previous=_link(visit, asked, near.previous),
        next=_link(visit, asked, near.next),
        twins=_twins(visit, asked, found),
        correct={
            part: visit.url("facility.correct", choice_id=choice_id, part=part, **asked.query())
            for part in correctable(visit.profile, found)
        },
        correct_words={part: visit.texts.gettext(words) for part, words in CORRECTED.items()},
        message=visit.texts.gettext(DONE.get(request.args.get("done", ""), "")),
        back=visit.url(LIST, **asked.query()),
        urls={name: visit.url(f"facility.{name}", choice_id=choice_id, **asked.query()) for name in ANSWERS},
        thread_url=visit.url("facility.thread", choice_id=choice_id, **asked.query()),
        thread_unread=written is not None and written.unread_by_staff(),
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


def _link(visit: Visit, asked: ListView, choice_id: UUID | None) -> str:
    return visit.url("facility.request_page", choice_id=choice_id, **asked.query()) if choice_id else ""


def _twins(visit: Visit, asked: ListView, found: FoundRequest) -> tuple[tuple[str, str], ...]:
    """Return the open requests for children of the same birth: their addresses and names."""
    rows = present_list(
        visit.session,
        tuple(find_twins(visit.session, found).values()),
        reasons={REASON},
        readable=visit.readable({REASON}),
        public=ALWAYS_SHOWN,
    )
    return tuple(
        (_link(visit, asked, row.id), f"{child.given_name or ''} {child.family_name}".strip())
        for row in rows
        if (child := row.child_identity)
    )


class Line(NamedTuple):
    """One line of the list, in words: a page of fifty is all text by the time that the template sees it."""

    url: str
    child: str
    age: str
    start: str
    days: str
    rank: str
    sibling: bool
    state: str
    tone: str
    due: str
    late: bool
    asked_on: str
    new: bool
    facility: str
    pick: str
    twin: str


def _lines(
    rows: Iterable[Presented], visit: Visit, asked: ListView, since: datetime | None, facilities: Mapping[UUID, str]
) -> tuple[Line, ...]:
    """Put rows into words; a group that the profile withholds leaves its cells empty."""
    base, texts, today = visit.url(LIST), visit.texts, today_at(visit.now)
    query = visit.url(LIST, **asked.query()).removeprefix(base)
    ranks = {rank: texts.gettext(words) for rank, words in RANKS.items()}
    states = {state: (texts.gettext(words), TONES.get(state, "")) for state, words in STATES.items()}
    twins = {link: texts.gettext(words) for link, words in TWINS.items()}
    late, by = texts.gettext(N_("late: %(day)s")), texts.gettext(N_("by %(day)s"))
    lines = []
    for row in rows:
        child, plan, own, priority = row.child_identity, row.care_plan, row.own_choice, row.priority_result
        state, tone = states[own.state] if own else ("", "")
        waits = own is not None and own.state == ChoiceState.OPEN
        is_late = waits and own.reply_due_on < today
        lines.append(
            Line(
                url=f"{base}/requests/{row.id}{query}",
                child=f"{child.given_name or ''} {child.family_name}".strip() if child else "",
                age=age_text(child.birth_date, plan.start_date, texts) if child and plan else "",
                start=texts.format_day_short(plan.start_date) if plan else "",
                days=days_text(plan.half_days, texts) if plan else "",
                rank=ranks[priority.rank] if priority else "",
                sibling=priority is not None and priority.sibling_here,
                state=state,
                tone=tone,
                due=(late if is_late else by) % {"day": texts.format_day_short(own.reply_due_on)} if waits else "",
                late=is_late,
                asked_on=texts.format_day_short(own.submitted_at) if own else "",
                new=own is not None and (since is None or own.submitted_at > since),
                facility=facilities.get(row.facility_id, ""),
                pick=f"{row.id}.{own.state}" if own and own.state in ANSWERABLE else "",
                twin=twins.get(plan.link, "") if plan else "",
            )
        )
    return tuple(lines)


def _tabs(visit: Visit, asked: ListView, counts: Counts) -> tuple[NavLink, ...]:
    def label(words: str, number: int) -> str:
        more = "+" if counts.capped and number else ""
        return f"{visit.texts.gettext(words)} ({min(number, COUNTED)}{more})"

    everything = asked.query(new=False, due=False, page="")
    return (
        NavLink(visit.url(LIST, **everything), label(N_("All"), counts.open), not (asked.new or asked.due)),
        NavLink(visit.url(LIST, **{**everything, "new": 1}), label(N_("New"), counts.new), asked.new),
        NavLink(visit.url(LIST, **{**everything, "due": 1}), label(N_("Reply due"), counts.due), asked.due),
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
