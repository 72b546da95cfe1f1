"""Letters that wait for a printer: one a page, and out of the list once they are printed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.core.access import present_list
from app.core.clock import today_at
from app.core.errors import NotFound
from app.messages.operations.tasks import mark_printed
from app.messages.queries.desk import ToPrint, letters_to_print
from app.web.doors import STAFF, Visit
from app.web.i18n import direction_of, texts
from app.web.mails import compose
from app.web.staff.door import REASON, TODO, show, staff


@dataclass(frozen=True)
class PrintedPage:
    """One letter as it leaves the printer."""

    to: tuple[str, ...]
    day: str
    subject: str
    paragraphs: tuple[str, ...]
    language: str
    direction: str


@dataclass(frozen=True)
class LetterRow:
    """A letter, for the gate that every shown record passes."""

    id: UUID
    subject: UUID
    messages: PrintedPage


@staff.page("/desk/letters", who=STAFF, methods=("GET", "POST"), once=True)
def letters(visit: Visit) -> ResponseReturnValue:
    """Show the letters that wait, each on a page of its own; a post says which of them were printed (KL-05)."""
    waiting = letters_to_print(visit.session)
    if request.method == "POST":
        files = {str(one.id): (one.id, one.dossier_id) for one in waiting}
        ticked = [files[word] for word in request.form.getlist("letter") if word in files]
        done = mark_printed(visit.session, ticked, now=visit.now)
        return visit.go(TODO, done=done)
    rows = [LetterRow(one.id, one.dossier_id or one.id, _page(visit, one)) for one in waiting]
    shown = present_list(visit.session, rows, reasons=REASON, readable=visit.readable(REASON))
    return show(
        visit,
        "staff/letters.html",
        title=visit.texts.gettext("Letters to print"),
        letters=tuple((str(one.id), one.messages) for one in shown if one.messages),
        sender=_sender(visit),
        back=visit.url(TODO),
    )


def _sender(visit: Visit) -> tuple[str, ...]:
    """Return who writes, and where an answer on paper goes."""
    address, contacts = visit.profile.address, visit.profile.contacts
    town = " ".join(part for part in (address.postcode, address.municipality) if part)
    lines = (visit.profile.name, address.street, town, contacts.phone, contacts.helpdesk_email)
    return tuple(line for line in lines if line)


def _page(visit: Visit, letter: ToPrint) -> PrintedPage:
    try:
        made = compose(
            visit.profile, letter.kind, letter.language, letter.params, base_url=visit.house.settings.base_url
        )
    except KeyError:
        raise NotFound from None
    return PrintedPage(
        tuple(letter.recipient.split("\n")),
        texts(letter.language).format_day(today_at(visit.now)),
        made.subject,
        tuple(part for part in made.text.split("\n\n") if part.strip()),
        letter.language,
        direction_of(letter.language),
    )
