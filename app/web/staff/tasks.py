"""What the desk has to do: letters, messages that reached nobody, requests that may be about one child."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import Presented, present, present_list
from app.core.errors import Refused
from app.families.rules import grouped_reference
from app.messages.operations.tasks import decide_double, mark_handled
from app.messages.operations.threads import open_desk_thread
from app.messages.queries.desk import (
    Double,
    desk_files,
    find_double,
    find_undelivered,
    open_doubles,
    undelivered,
)
from app.messages.queries.records import ChildLine, DeskFile, Who
from app.messages.rules import Decision
from app.web.doors import STAFF, Visit
from app.web.mails.letters import LETTERS
from app.web.staff.door import REASON, TODO, open_frame, show, staff

CHANNELS = {"mail": N_("E-mail"), "text": N_("Text message"), "letter": N_("Letter")}
OFFERS = frozenset({"offer", "offer_reminder"})
DECIDED = {
    Decision.JOINED: N_("Decided: one child. You can now write to both families."),
    Decision.KEPT: N_("Decided: two children. Both applications stay."),
}


@dataclass(frozen=True)
class Lost:
    """What did not arrive."""

    kind: str
    channel: str
    created_at: datetime


@dataclass(frozen=True)
class LostRow:
    """A message that reached nobody, with whose file it is about."""

    id: UUID
    subject: UUID
    reference: str
    applicant_name: Who | None
    messages: Lost


@dataclass(frozen=True)
class PairSide:
    """As much of one file as telling two children apart takes."""

    applicant_name: Who
    child_identity: tuple[ChildLine, ...]


@dataclass(frozen=True)
class LostLine:
    """One message that reached nobody, in words."""

    url: str
    what: str
    channel: str
    when: str
    name: str
    reference: str
    has_file: bool
    # An offer that nobody read of stays open for a while: whoever reads this can still save it.
    term: str


@dataclass(frozen=True)
class DoubleLine:
    """One pair in the list."""

    url: str
    code: str
    by_number: bool
    found: str


@staff.page("/desk/todo", who=STAFF)
def todo(visit: Visit) -> ResponseReturnValue:
    """Show what there is to do; nothing that reached nobody is forgotten here (KL-05)."""
    frame = open_frame(visit)
    to_do = frame.to_do
    doubles = open_doubles(visit.session) if to_do.doubles else ()
    done = request.args.get("done", "")
    return show(
        visit,
        "staff/todo.html",
        title=visit.texts.gettext("To do"),
        current=TODO,
        frame=frame,
        letters=to_do.letters,
        letters_url=visit.url("staff.letters"),
        flags_url=visit.url("staff.flags"),
        lost=_lost(visit) if to_do.undelivered else (),
        doubles=tuple(_double_line(visit, one) for one in doubles),
        message=_said(visit, done),
    )


@staff.page("/desk/undelivered/<uuid:message_id>", who=STAFF, methods=("GET", "POST"), once=True)
def lost_message(visit: Visit, message_id: UUID) -> ResponseReturnValue:
    """Note that somebody dealt with a message that reached nobody, or open a thread with that family."""
    open_frame(visit)
    if request.method == "GET":
        return visit.go(TODO)
    found = find_undelivered(visit.session, message_id)
    if request.form.get("deed") == "write" and found.dossier_id is not None:
        return visit.go("staff.thread", thread_id=open_desk_thread(visit.session, found.dossier_id, now=visit.now))
    mark_handled(visit.session, message_id, found.dossier_id, now=visit.now)
    return visit.go(TODO, done="handled")


@staff.page("/desk/doubles/<uuid:double_id>", who=STAFF, methods=("GET", "POST"), once=True)
def double(visit: Visit, double_id: UUID) -> ResponseReturnValue:
    """Show two requests side by side, and decide whether they are about one child (LEU-12)."""
    found = find_double(visit.session, double_id)
    status = 200
    if request.method == "POST":
        try:
            decision = Decision(request.form.get("decision", ""))
        except ValueError:
            abort(400)
        try:
            opened = decide_double(visit.session, double_id, decision, now=visit.now)
            if opened:
                return visit.go("staff.double", double_id=double_id)
            return visit.go(TODO, done=decision)
        except Refused:
            found, status = find_double(visit.session, double_id), 409
    files = desk_files(visit.session, [one for one in (found.dossier_id, found.other_dossier_id) if one])
    return show(
        visit,
        "staff/double.html",
        status=status,
        title=visit.texts.gettext("Is this one child?"),
        back=visit.url(TODO),
        code=found.code,
        by_number=found.kind == "number",
        is_open=found.state == "open",
        decided=visit.texts.gettext(DECIDED[Decision(found.state)]) if found.state != "open" else "",
        decided_at=found.decided_at,
        sides=tuple(_side(visit, one) for one in _in_order(found, files)),
        missing=2 - len(files),
        begin_url=visit.url("staff.begin"),
    )


def _in_order(found: Double, files: dict[UUID, DeskFile]) -> Iterable[DeskFile]:
    return (files[one] for one in dict.fromkeys((found.dossier_id, found.other_dossier_id)) if one in files)


def _side(visit: Visit, file: DeskFile) -> tuple[str, str, Presented]:
    record = PairSide(file.record.applicant_name, file.record.child_identity)
    shown = present(visit.session, record, subject=file.dossier_id, reasons=REASON, readable=visit.readable(REASON))
    return grouped_reference(file.reference), file.reference, shown


def _lost(visit: Visit) -> tuple[LostLine, ...]:
    found = undelivered(visit.session)
    files = desk_files(visit.session, {one.dossier_id for one in found if one.dossier_id})
    rows = [
        LostRow(
            one.id,
            one.dossier_id or one.id,
            files[one.dossier_id].reference if one.dossier_id in files else "",
            files[one.dossier_id].record.applicant_name if one.dossier_id in files else None,
            Lost(one.kind, one.channel, one.created_at),
        )
        for one in found
    ]
    shown = present_list(
        visit.session,
        rows,
        reasons=REASON,
        readable=visit.readable(REASON),
        public=("id", "subject", "reference"),
    )
    return tuple(_lost_line(visit, row) for row in shown if row.messages)


def _lost_line(visit: Visit, row: Presented) -> LostLine:
    texts, name = visit.texts, row.applicant_name
    letter = LETTERS.get(row.messages.kind)
    return LostLine(
        url=visit.url("staff.lost_message", message_id=row.id),
        what=texts.gettext(letter.subject) if letter else row.messages.kind,
        channel=texts.gettext(CHANNELS[row.messages.channel]) if row.messages.channel in CHANNELS else "",
        when=texts.format_moment(row.messages.created_at),
        name=f"{name.given_name} {name.family_name}" if name else "",
        reference=grouped_reference(row.reference),
        has_file=bool(row.reference),
        term=texts.ngettext(
            "The offer stays open until somebody dealt with this, %(count)s day longer at most.",
            "The offer stays open until somebody dealt with this, %(count)s days longer at most.",
            visit.profile.application.offer.unreached_days,
        )
        if row.messages.kind in OFFERS and visit.profile.application is not None
        else "",
    )


def _double_line(visit: Visit, one: Double) -> DoubleLine:
    return DoubleLine(
        visit.url("staff.double", double_id=one.id),
        one.code,
        one.kind == "number",
        visit.texts.format_moment(one.found_at),
    )


def _said(visit: Visit, code: str) -> str:
    texts = visit.texts
    if code == "handled":
        return texts.gettext(N_("Noted. It is out of the list."))
    if code in (Decision.JOINED, Decision.KEPT):
        return texts.gettext(DECIDED[Decision(code)])
    if code.isascii() and code.isdigit() and len(code) <= 2:
        number = int(code)
        return texts.ngettext("%(count)s letter is out of the list.", "%(count)s letters are out of the list.", number)
    return ""
