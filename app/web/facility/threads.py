"""Messages with a family: one thread for each, from its request; what waits for an answer stands in a list."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.queries.records import ChildIdentity, FoundRequest, Name
from app.applications.queries.requests import find_request, own_facilities
from app.catalogue.marking import N_
from app.core.access import Presented, present, present_list
from app.core.errors import NotFound, Refused
from app.messages.operations.threads import mark_read
from app.messages.queries.records import Letters, Note, ThreadState
from app.messages.queries.threads import find_thread, letters_of, notes_of
from app.messages.queries.waiting import waiting
from app.messages.rules import Side
from app.web.doors import FACILITY, Visit
from app.web.facility.door import MESSAGES, facility, gone, messages_link, show
from app.web.facility.view import ListView
from app.web.threads import CHANNELS, lines_of, notes_in_words, place_in
from app.web.writing import DONE, Writing

FAMILY, WE = N_("The family"), N_("We")
ALWAYS_SHOWN = ("id", "subject", "choice_id", "unread")


@dataclass(frozen=True, slots=True)
class ThreadRecord:
    """What a leader reads here: with whom, about which child, what was written and noted."""

    applicant_name: Name
    child_identity: ChildIdentity
    messages: Letters
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class WaitingLine:
    """One thread that waits, in words."""

    url: str
    name: str
    child: str
    since: str
    unread: bool


@facility.page("/facility/messages", who=FACILITY)
def messages(visit: Visit) -> ResponseReturnValue:
    """Show what families wrote and nobody answered: unread first, the oldest first."""
    facilities = own_facilities(visit.session)
    found = waiting(visit.session, "facility", place_in(request.args.get("page")))
    # Chosen or enrolled: both reasons read the same of a thread.
    reasons = ("chosen", "enrolled")
    rows = present_list(
        visit.session, found.rows, reasons=reasons, readable=visit.readable(("chosen",)), public=ALWAYS_SHOWN
    )
    return show(
        visit,
        "facility/threads.html",
        facilities,
        title=visit.texts.gettext("Messages"),
        nav=(messages_link(visit, current=True),),
        lines=tuple(_line(visit, row) for row in rows),
        previous=visit.url(MESSAGES, page=found.previous.encode()) if found.previous else "",
        next=visit.url(MESSAGES, page=found.next.encode()) if found.next else "",
    )


@facility.page("/facility/requests/<uuid:choice_id>/messages", who=FACILITY, methods=("GET", "POST"), once=True)
def thread(visit: Visit, choice_id: UUID) -> ResponseReturnValue:
    """Read and answer; file what came in elsewhere; note. Whoever lost the file lost the thread with it (BXL-56)."""
    asked, session, texts = ListView.read(request.args), visit.session, visit.texts
    try:
        found = find_request(session, choice_id)
    except NotFound:
        return gone(visit, **asked.query())
    writing = Writing(request.form if request.method == "POST" else None, texts, visit.now)
    status = 200
    if writing.deed:
        try:
            if writing.act(session, found.dossier_id, found.facility_id, Side.FACILITY):
                return visit.go("facility.thread", choice_id=choice_id, **asked.query(), done=writing.deed)
            status = 422
        except Refused:
            status = 409
    state = find_thread(session, found.dossier_id, found.facility_id)
    shown = _present(visit, found, state)
    if state is not None:
        mark_read(session, state, by_family=False, now=visit.now)
    before = shown.messages.before if shown.messages else None
    names: dict[str, str] = {
        Side.FAMILY: texts.gettext(FAMILY),
        Side.FACILITY: texts.gettext(WE),
        Side.DESK: visit.profile.name,
    }
    return show(
        visit,
        "facility/thread.html",
        own_facilities(session),
        status=status,
        title=texts.gettext("Messages"),
        message=texts.gettext(DONE.get(request.args.get("done", ""), "")) if status == 200 else "",
        writing=writing,
        channels=tuple((code, texts.gettext(words)) for code, words in CHANNELS.items()),
        shown=shown,
        lines=lines_of(shown.messages, texts, side=Side.FACILITY, names=names),
        earlier=visit.url("facility.thread", choice_id=choice_id, before=before.encode()) if before else "",
        notes=notes_in_words(shown.notes, texts, found.facility),
        waits=state is not None and state.waits(),
        back=visit.url("facility.request_page", choice_id=choice_id, **asked.query()),
    )


def _present(visit: Visit, found: FoundRequest, state: ThreadState | None) -> Presented:
    record = ThreadRecord(
        found.record.applicant_name,
        found.record.child_identity,
        letters_of(visit.session, state, place_in(request.args.get("before"))),
        notes_of(visit.session, found.dossier_id, found.facility_id),
    )
    reasons = {found.reason}
    return present(visit.session, record, subject=found.dossier_id, reasons=reasons, readable=visit.readable(reasons))


def _line(visit: Visit, row: Presented) -> WaitingLine:
    name, child = row.applicant_name, row.child_identity
    return WaitingLine(
        url=visit.url("facility.thread", choice_id=row.choice_id),
        name=f"{name.given_name} {name.family_name}" if name else visit.texts.gettext(FAMILY),
        child=f"{child.given_name or ''} {child.family_name}".strip() if child else "",
        since=visit.texts.format_moment(row.messages.last_at) if row.messages else "",
        unread=row.unread,
    )
