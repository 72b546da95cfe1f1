"""Messages with the desk and with each facility, and the notes that staff made: all of it the family's to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.queries.own import own_dossier_id
from app.catalogue.marking import N_
from app.core.access import present
from app.core.clock import today_at
from app.core.errors import Refused
from app.messages.operations.threads import mark_read, send_message
from app.messages.queries.records import Correspondence, Notes, OwnThread, OwnThreads, ThreadState
from app.messages.queries.threads import letters_of, notes_of, own_thread, own_threads
from app.messages.rules import Side
from app.organisations.terms import Anchor
from app.retention.policy import group_term
from app.retention.queries import keep_date
from app.retention.rules import kept_until
from app.web.doors import PARENT, Visit
from app.web.family.door import family
from app.web.family.my import links
from app.web.own_requests import OWNER
from app.web.pages import render
from app.web.threads import MessageForm, lines_of, notes_in_words, place_in

DESK = N_("The desk")
YOU = N_("You")
GET_POST = ("GET", "POST")


@dataclass(frozen=True)
class ThreadLine:
    """One line of the list: with whom, and whether there is something to read."""

    url: str
    name: str
    unread: bool
    last: str
    is_open: bool


@family.page("/my/messages", who=PARENT)
def my_messages(visit: Visit) -> ResponseReturnValue:
    """Show with whom one can write, and where something waits to be read (BXL-14)."""
    dossier_id = own_dossier_id(visit.session)
    found = own_threads(visit.session, dossier_id, today=today_at(visit.now))
    shown = present(
        visit.session,
        OwnThreads(found),
        subject=dossier_id,
        reasons=OWNER,
        readable=visit.readable(OWNER),
    )
    return render(
        "family/my/messages.html",
        title=visit.texts.gettext("Messages"),
        threads=tuple(_line(visit, one) for one in shown.messages or ()),
        notes_url=visit.url("family.my_notes"),
        **links(visit),
    )


@family.page("/my/messages/desk", who=PARENT, methods=GET_POST, once=True)
def my_desk_thread(visit: Visit) -> ResponseReturnValue:
    """Read what one wrote with the desk, and write."""
    return _thread(visit, None)


@family.page("/my/messages/<uuid:facility_id>", who=PARENT, methods=GET_POST, once=True)
def my_thread(visit: Visit, facility_id: UUID) -> ResponseReturnValue:
    """Read what one wrote with a facility; write while it can read the file."""
    return _thread(visit, facility_id)


@family.page("/my/notes", who=PARENT)
def my_notes(visit: Visit) -> ResponseReturnValue:
    """Show what staff noted about the file: none of it is kept from its family."""
    dossier_id = own_dossier_id(visit.session)
    shown = present(
        visit.session,
        Notes(notes_of(visit.session, dossier_id, of_all=True)),
        subject=dossier_id,
        reasons=OWNER,
        readable=visit.readable(OWNER),
    )
    return render(
        "family/my/notes.html",
        title=visit.texts.gettext("Notes about your application"),
        lines=notes_in_words(shown.notes, visit.texts, visit.texts.gettext(DESK)),
        **links(visit),
    )


def _thread(visit: Visit, facility_id: UUID | None) -> ResponseReturnValue:
    dossier_id, today, texts = own_dossier_id(visit.session), today_at(visit.now), visit.texts
    found = own_thread(visit.session, dossier_id, facility_id, today=today)
    posted = request.form if request.method == "POST" else None
    form = MessageForm(posted, texts=texts, today=today, required=("words",))
    if posted is not None and found.reached and form.validate():
        try:
            send_message(
                visit.session, dossier_id, facility_id, side=Side.FAMILY, words=form.words.data or "", now=visit.now
            )
            return visit.go(**_address(facility_id), done="sent")
        except Refused:
            # The facility lost the file while they wrote: what they typed stays on the page, with the reason.
            found = own_thread(visit.session, dossier_id, facility_id, today=today)
    letters = letters_of(visit.session, found.state, place_in(request.args.get("before")))
    shown = present(
        visit.session,
        Correspondence(letters),
        subject=dossier_id,
        reasons=OWNER,
        readable=visit.readable(OWNER),
    )
    if found.state is not None:
        mark_read(visit.session, found.state, by_family=True, now=visit.now)
    name = found.name or texts.gettext(DESK)
    wrong = posted is not None
    return render(
        "family/my/messages_thread.html",
        status=422 if wrong else 200,
        title=texts.gettext("Messages with %(name)s", name=name)
        if facility_id
        else texts.gettext("Messages with our desk"),
        form=form,
        lines=lines_of(
            shown.messages,
            texts,
            side=Side.FAMILY,
            names={Side.FAMILY: texts.gettext(YOU), Side.FACILITY: name, Side.DESK: name},
        ),
        earlier=visit.url(**_address(facility_id), before=letters.before.encode()) if letters.before else "",
        reached=found.reached,
        with_desk=facility_id is None,
        name=name,
        done=request.args.get("done") == "sent",
        kept_until=_kept_until(visit, found.state) if found.state else None,
        unsaved=False,
        **links(visit),
    )


def _address(facility_id: UUID | None) -> dict[str, str]:
    if facility_id is None:
        return {"endpoint": "family.my_desk_thread"}
    return {"endpoint": "family.my_thread", "facility_id": str(facility_id)}


def _line(visit: Visit, one: OwnThread) -> ThreadLine:
    return ThreadLine(
        url=visit.url(**_address(one.facility_id)),
        name=one.name or visit.texts.gettext(DESK),
        unread=one.state is not None and one.state.unread_by_family(),
        last=visit.texts.format_moment(one.state.last_at) if one.state else "",
        is_open=one.reached,
    )


def _kept_until(visit: Visit, state: ThreadState) -> date | None:
    """Return until when the newest message is kept: the date that the deletion obeys (BXL-42)."""
    term = group_term(visit.profile, "messages")
    if term is not None and term.anchor == Anchor.WRITTEN:
        return kept_until(term, today_at(state.last_at))
    # Where they are kept with the file they go with it.
    return keep_date(visit.session, visit.profile, own_dossier_id(visit.session, either=True))
