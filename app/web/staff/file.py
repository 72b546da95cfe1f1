"""A whole call on one screen: who asks, what they want, and the file as far as that may be told (BXL-48, KL-33)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.catalogue.marking import N_
from app.core.access import Presented, present
from app.core.errors import NotFound
from app.families.rules import grouped_reference
from app.mandates.operations.contacts import end_contact, identify, state_wish, turn_away
from app.mandates.queries.contacts import Contact, contact_of
from app.mandates.queries.file import Asking, asking
from app.mandates.queries.find import found_rows
from app.mandates.rules import QUESTIONS_ASKED, Known, Wish, answers_show_who, ways_of
from app.messages.operations.threads import open_desk_thread
from app.messages.queries.desk import Frame
from app.web.doors import STAFF, Visit
from app.web.staff.contact import CHANNELS, PURPOSES
from app.web.staff.door import FIND, open_frame, show, staff
from app.web.staff.file_view import file_in_words, town_of

# A code is checked at a counter of its own; here nobody could tell whether one was shown.
HOW: Mapping[str, str] = {
    Known.QUESTIONS: N_("By questions about the file"),
    Known.DOCUMENT: N_("I saw an identity document. I made no copy of it."),
    Known.KNOWN_SENDER: N_("It came from the address that stands in the file"),
}
KNOWN: Mapping[str, str] = {
    Known.QUESTIONS: N_("by questions about the file"),
    Known.DOCUMENT: N_("by an identity document"),
    Known.KNOWN_SENDER: N_("by the address that it came from"),
    Known.CODE: N_("by a code"),
}
WISHES: Mapping[str, str] = {
    Wish.INFORMATION: N_("Know how things stand"),
    Wish.CHANGE: N_("Change something"),
    Wish.CANCEL: N_("Cancel a request"),
    Wish.ANSWER: N_("Answer an offer"),
}
NOT_ALL_RIGHT = N_("Tick every answer that was right. Is one of them wrong? Then tell nothing, and stop here.")
CHOOSE_HOW = N_("Choose how you know who this is")
CHOOSE_WISH = N_("Choose what the family wants")
IDENTIFY, STOP, WISH, END = "identify", "stop", "wish", "end"


@dataclass(frozen=True)
class Question:
    """A question for who asks, with the right answer for the worker."""

    key: str
    words: str
    answer: str


@staff.page("/desk/files/<uuid:dossier_id>", who=STAFF, methods=("GET", "POST"), once=True)
def file(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Show an open file: before somebody is known what asking takes, and after that all of it."""
    frame = open_frame(visit)
    contact = require_contact(visit, dossier_id)
    if request.method == "GET":
        return _page(visit, frame, contact)
    deed, session, now = request.form.get("deed", ""), visit.session, visit.now
    if deed == END:
        end_contact(session, contact.id, now=now)
        return visit.go(FIND, done="ended")
    if deed == STOP:
        turn_away(session, contact.id, now=now)
        return visit.go(FIND, done="stopped")
    if deed == WISH:
        wish = request.form.get("wish", "")
        if wish not in WISHES:
            return _page(visit, frame, contact, problem=("wish", CHOOSE_WISH))
        state_wish(session, contact.id, Wish(wish), now=now)
        return visit.go("staff.file", dossier_id=dossier_id)
    if deed != IDENTIFY:
        abort(400)
    how = request.form.get("how", "")
    if how not in _ways(contact):
        return _page(visit, frame, contact, problem=("how", CHOOSE_HOW))
    if how == Known.QUESTIONS:
        _, found = asking(session, dossier_id)
        asked = {one.key for one in _questions(visit, _presented(visit, frame, dossier_id, found))}
        if not answers_show_who(len(asked & set(request.form.getlist("right"))), len(asked)):
            return _page(visit, frame, contact, problem=("right", NOT_ALL_RIGHT))
    identify(session, contact.id, Known(how), now=now)
    return visit.go("staff.file", dossier_id=dossier_id)


@staff.page("/desk/files/<uuid:dossier_id>/thread", who=STAFF, methods=("POST",), once=True)
def file_thread(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Open the desk's thread of a file, to write to its family (BXL-14)."""
    open_frame(visit)
    if not found_rows(visit.session, (dossier_id,)):
        raise NotFound
    return visit.go("staff.thread", thread_id=open_desk_thread(visit.session, dossier_id, now=visit.now))


def require_contact(visit: Visit, dossier_id: UUID) -> Contact:
    """Return the contact in which a file is open to the worker; raises NotFound, also once it is over."""
    contact = contact_of(visit.session, dossier_id)
    if contact is None:
        abort(404, "contact_over")
    return contact


def _page(visit: Visit, frame: Frame, contact: Contact, problem: tuple[str, str] | None = None) -> Response:
    texts = visit.texts
    context: dict[str, Any] = {
        "frame": frame,
        "status": 422 if problem else 200,
        "current": FIND,
        "errors": [(problem[0], texts.gettext(problem[1]))] if problem else [],
        "contact_line": texts.gettext(CHANNELS[contact.channel]),
        "purpose": texts.gettext(PURPOSES[contact.purpose]) if contact.purpose in PURPOSES else "",
        "until": texts.format_until(contact.until),
        "here": visit.url("staff.file", dossier_id=contact.dossier_id),
        "is_call": bool(ways_of(contact.channel)),
    }
    if not contact.may_tell:
        reference, found = asking(visit.session, contact.dossier_id)
        shown = _presented(visit, frame, contact.dossier_id, found)
        name = shown.applicant_name
        return show(
            visit,
            "staff/file_asking.html",
            title=texts.gettext("Who is this?"),
            name=f"{name.given_name} {name.family_name}" if name else "",
            reference=grouped_reference(reference),
            questions=_questions(visit, shown),
            ways=tuple((code, texts.gettext(HOW[code])) for code in _ways(contact)),
            written_from=_written_from(visit, contact, shown),
            ticked=frozenset(request.form.getlist("right")),
            **context,
        )
    return show(
        visit,
        "staff/file.html",
        title=texts.gettext("File of a family"),
        known=texts.gettext(KNOWN[contact.identified_how]) if contact.identified_how else "",
        wish=contact.wish or "",
        wishes=tuple((code, texts.gettext(words)) for code, words in WISHES.items()),
        may_change=contact.unchangeable is None,
        **file_in_words(visit, contact, frame.role),
        **context,
    )


def _ways(contact: Contact) -> tuple[Known, ...]:
    return tuple(way for way in ways_of(contact.channel) if way in HOW)


def _presented(visit: Visit, frame: Frame, dossier_id: UUID, found: Asking) -> Presented:
    reasons = (frame.role,)
    return present(visit.session, found, subject=dossier_id, reasons=reasons, readable=visit.readable(reasons))


def _questions(visit: Visit, shown: Presented) -> tuple[Question, ...]:
    """Return the questions that this file can answer, as many as are asked."""
    texts, home, own = visit.texts, shown.contact, shown.applicant_identity
    children = [texts.format_day(child.birth_date) for child in shown.child_identity or ()]
    street = f"{home.street or ''} {home.house_number or ''}".strip() if home and not home.protected else ""
    asked = (
        Question("born", texts.gettext(N_("When is your child born, or expected?")), ", ".join(children)),
        Question("street", texts.gettext(N_("In which street do you live, and at which number?")), street),
        Question("facility", texts.gettext(N_("Name a facility that you chose")), ", ".join(shown.choices or ())),
        Question(
            "parent",
            texts.gettext(N_("What is your own birth date?")),
            texts.format_day(own.birth_date) if own and own.birth_date else "",
        ),
    )
    return tuple(one for one in asked if one.answer)[:QUESTIONS_ASKED]


def _written_from(visit: Visit, contact: Contact, shown: Presented) -> str:
    """Return the address of the file that a mail or letter is compared with; a secret one is compared with nothing."""
    home = shown.contact
    if home is None or home.protected:
        return ""
    if contact.channel == "mail":
        return home.email or ""
    if contact.channel == "letter":
        return (
            f"{home.street or ''} {home.house_number or ''}, {home.postcode or ''} {town_of(visit, home.municipality)}"
        )
    return ""
