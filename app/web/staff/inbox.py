"""The inbox of the desk, one thread, and the way to a file by its reference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import Presented, present, present_list
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.rules import grouped_reference
from app.messages.operations.threads import mark_read, open_desk_thread
from app.messages.queries.desk import desk_file, desk_thread, dossier_of_reference
from app.messages.queries.threads import letters_of, notes_of
from app.messages.queries.waiting import waiting
from app.messages.rules import Side
from app.organisations.municipalities import MUNICIPALITIES
from app.web.doors import STAFF, Visit
from app.web.forms import StepForm, TextField, grouped_phone
from app.web.i18n import name_of_language
from app.web.staff.door import INBOX, REASON, open_frame, show, staff
from app.web.threads import CHANNELS, lines_of, notes_in_words, place_in
from app.web.writing import DONE, Writing

NO_FILE = N_("There is no file with this reference. Look at it again.")
LONGEST_REFERENCE = 40
ALWAYS_SHOWN = ("id", "subject", "reference", "unread")
FAMILY = N_("The family")
FACILITY = N_("The facility")
DESK = N_("The desk")
WISHES = {"mail": N_("by e-mail"), "text": N_("by text message"), "letter": N_("by letter")}


class ReferenceForm(StepForm):
    """Which file."""

    reference = TextField(missing=N_("Fill in the reference"), limit=LONGEST_REFERENCE)


@dataclass(frozen=True)
class WaitingLine:
    """One line of the inbox in words."""

    url: str
    name: str
    reference: str
    since: str
    unread: bool


@staff.page("/desk", who=STAFF)
def inbox(visit: Visit) -> ResponseReturnValue:
    """Show what families wrote and nobody answered: unread first, the oldest first (BXL-14)."""
    return _inbox(visit, _reference_form(visit))


@staff.page("/desk/threads", who=STAFF, methods=("GET", "POST"), once=True)
def begin(visit: Visit) -> ResponseReturnValue:
    """Open the thread of the file with a reference; one of another organisation looks like none."""
    open_frame(visit)
    if request.method == "GET":
        return visit.go(INBOX)
    form = _reference_form(visit)
    if form.validate():
        try:
            dossier_id = dossier_of_reference(visit.session, form.reference.data or "")
            return visit.go("staff.thread", thread_id=open_desk_thread(visit.session, dossier_id, now=visit.now))
        except NotFound:
            form.fail("reference", NO_FILE)
    return _inbox(visit, form, status=422)


@staff.page("/desk/threads/<uuid:thread_id>", who=STAFF, methods=("GET", "POST"), once=True)
def thread(visit: Visit, thread_id: UUID) -> ResponseReturnValue:
    """Show whose file it is and what was written; answer, file what came in elsewhere, note, put aside (BXL-71)."""
    session = visit.session
    state = desk_thread(session, thread_id)
    writing = Writing(request.form if request.method == "POST" else None, visit.texts, visit.now)
    status = 200
    if writing.deed:
        try:
            if writing.act(session, state.dossier_id, None, Side.DESK):
                return visit.go("staff.thread", thread_id=thread_id, done=writing.deed)
            status = 422
        except Refused:
            status = 409
    found = desk_file(session, state.dossier_id)
    letters = letters_of(session, state, place_in(request.args.get("before")))
    record = replace(found.record, messages=letters, notes=notes_of(session, state.dossier_id))
    shown = present(session, record, subject=state.dossier_id, reasons=REASON, readable=visit.readable(REASON))
    mark_read(session, state, by_family=False, now=visit.now)
    texts = visit.texts
    return show(
        visit,
        "staff/thread.html",
        status=status,
        title=texts.gettext("Messages"),
        message=texts.gettext(DONE.get(request.args.get("done", ""), "")) if status == 200 else "",
        writing=writing,
        channels=tuple((code, texts.gettext(words)) for code, words in CHANNELS.items()),
        lines=lines_of(
            shown.messages,
            texts,
            side=Side.DESK,
            names={
                Side.FAMILY: texts.gettext(FAMILY),
                Side.DESK: texts.gettext(DESK),
                Side.FACILITY: texts.gettext(FACILITY),
            },
        ),
        earlier=visit.url("staff.thread", thread_id=thread_id, before=letters.before.encode())
        if letters.before
        else "",
        notes=notes_in_words(shown.notes, texts, texts.gettext(DESK)),
        waits=state.waits(),
        reference=grouped_reference(found.reference),
        shown=shown,
        **_reached(visit, shown),
    )


def _inbox(visit: Visit, form: ReferenceForm, status: int = 200) -> ResponseReturnValue:
    found = waiting(visit.session, "desk", place_in(request.args.get("page")))
    rows = present_list(visit.session, found.rows, reasons=REASON, readable=visit.readable(REASON), public=ALWAYS_SHOWN)
    return show(
        visit,
        "staff/inbox.html",
        status=status,
        title=visit.texts.gettext("Inbox"),
        current=INBOX,
        form=form,
        begin_url=visit.url("staff.begin"),
        lines=tuple(_line(visit, row) for row in rows),
        previous=visit.url(INBOX, page=found.previous.encode()) if found.previous else "",
        next=visit.url(INBOX, page=found.next.encode()) if found.next else "",
    )


def _line(visit: Visit, row: Presented) -> WaitingLine:
    name = row.applicant_name
    return WaitingLine(
        url=visit.url("staff.thread", thread_id=row.id),
        name=f"{name.given_name} {name.family_name}" if name else visit.texts.gettext(FAMILY),
        reference=grouped_reference(row.reference),
        since=visit.texts.format_moment(row.messages.last_at) if row.messages else "",
        unread=row.unread,
    )


def _reference_form(visit: Visit) -> ReferenceForm:
    posted = request.form if request.method == "POST" else None
    return ReferenceForm(posted, texts=visit.texts, today=today_at(visit.now), required=("reference",))


def _reached(visit: Visit, shown: Presented) -> dict[str, Any]:
    """Put what the page says of the family's contact data into words."""
    contact = shown.contact
    place = MUNICIPALITIES.get(contact.municipality) if contact else None
    return {
        "municipality": place.name(visit.language) if place else "",
        "phone": grouped_phone(contact.phone) if contact and contact.phone else "",
        "wish": visit.texts.gettext(WISHES[contact.channel]) if contact and contact.channel else "",
        "spoken": name_of_language(shown.language) if shown.language else "",
    }
