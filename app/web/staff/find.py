"""Finding a file by what a family tells; what was found is kept for the visit under an id that says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import abort, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.accounts.operations import count_attempt
from app.accounts.rules import tries_allowed
from app.catalogue.marking import N_
from app.core.access import Presented, present_list
from app.core.audit import note_event
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.rules import grouped_reference
from app.mandates.queries.find import LONGEST, Vague, find_files, found_rows, read_sought
from app.organisations.municipalities import MUNICIPALITIES
from app.web.doors import STAFF, Visit
from app.web.forms import StepForm, TextField
from app.web.staff.door import FIND, open_frame, show, staff
from app.web.visit import browser_here
from app.web.visit_memory import VisitMemory

FOUND = ("found",)
ALWAYS_SHOWN = ("id", "subject", "reference")
# A worker who calls all day asks less often; a script that reads names asks more.
SEARCHES = 60
KEPT = timedelta(minutes=15)
WHY: Mapping[str, str] = {
    Vague.NOTHING: N_("Fill in a name, an e-mail address, a phone number or a reference"),
    Vague.TOO_SHORT: N_("Fill in at least three letters of a name. A birth date alone is not enough."),
    Vague.TOO_LONG: N_("This is too long. Fill in a name, an e-mail address, a phone number or a reference."),
}
STATES: Mapping[str, tuple[str, str]] = {
    "open": (N_("Open"), ""),
    "enrolled": (N_("Has a place"), "go"),
    "cancelled": (N_("Cancelled"), "stop"),
    "expired": (N_("Ended"), "stop"),
}


DONE: Mapping[str, str] = {
    "ended": N_("The contact is over. The file is closed."),
    "stopped": N_("The contact is over, and it is noted that you did not know who it was. You told nothing."),
}


class FindForm(StepForm):
    """One field for whatever the family says."""

    sought = TextField(missing=WHY[Vague.NOTHING], limit=LONGEST)


@dataclass(frozen=True)
class FoundLine:
    """One file in words."""

    url: str
    name: str
    children: str
    place: str
    reference: str
    tag: str
    tone: str


@staff.page("/desk/find", who=STAFF, methods=("GET", "POST"))
def find(visit: Visit) -> ResponseReturnValue:
    """Ask for whom somebody looks, and keep what was found for the visit (BXL-48, KG-36)."""
    open_frame(visit)
    form = FindForm(request.form if request.method == "POST" else None, texts=visit.texts, today=today_at(visit.now))
    if not form.posted:
        return _page(visit, form)
    _count(visit)
    try:
        sought = read_sought(request.form.get("sought", ""))
    except Refused as refused:
        form.validate()
        form.fail("sought", WHY[str(refused.reason)])
        return _page(visit, form, status=422)
    ids, more = find_files(visit.session, sought)
    note_event(visit.session, "file_search")
    search_id = uuid4()
    found = {"ids": ",".join(one.hex for one in ids), "more": "1" if more else ""}
    _memory().keep(visit.profile.key, browser_here().need_id(), _place(search_id), found, KEPT)
    if _recall(visit, search_id):
        return visit.go("staff.found", search_id=search_id)
    # Without the queue server nothing is kept: the answer to the post shows it.
    return _list(visit, ids, more)


@staff.page("/desk/find/<uuid:search_id>", who=STAFF)
def found(visit: Visit, search_id: UUID) -> ResponseReturnValue:
    """Show what was found a moment ago; an id of somebody else, or of long ago, finds nothing."""
    open_frame(visit)
    kept = _recall(visit, search_id)
    if not kept:
        return visit.go(FIND)
    ids = tuple(UUID(one) for one in kept.get("ids", "").split(",") if one)
    return _list(visit, ids, bool(kept.get("more")))


def found_line(visit: Visit, dossier_id: UUID) -> FoundLine:
    """Return one file as the list shows it, noted as read; raises NotFound."""
    lines = _lines(visit, (dossier_id,))
    if not lines:
        raise NotFound
    return lines[0]


def _list(visit: Visit, ids: tuple[UUID, ...], more: bool) -> Response:
    form = FindForm(None, texts=visit.texts, today=today_at(visit.now))
    return _page(visit, form, lines=_lines(visit, ids), more=more, searched=True)


def _page(visit: Visit, form: FindForm, status: int = 200, **context: Any) -> Response:
    return show(
        visit,
        "staff/find.html",
        status=status,
        title=visit.texts.gettext("Find a file"),
        current=FIND,
        form=form,
        find_url=visit.url(FIND),
        message=visit.texts.gettext(DONE.get(request.args.get("done", ""), "")),
        **context,
    )


def _lines(visit: Visit, ids: tuple[UUID, ...]) -> tuple[FoundLine, ...]:
    rows = present_list(
        visit.session,
        found_rows(visit.session, ids),
        reasons=FOUND,
        readable=visit.readable(FOUND),
        public=ALWAYS_SHOWN,
    )
    return tuple(_line(visit, row) for row in rows)


def _line(visit: Visit, row: Presented) -> FoundLine:
    name, town = row.applicant_name, MUNICIPALITIES.get(row.municipality or "")
    tag, tone = STATES.get(row.own_choice or "", ("", ""))
    return FoundLine(
        url=visit.url("staff.contact", dossier_id=row.id),
        name=f"{name.given_name} {name.family_name}" if name else grouped_reference(row.reference),
        children=", ".join(f"{child.name or '?'} ({child.year})" for child in row.child_identity or ()),
        place=town.name(visit.language) if town else "",
        reference=grouped_reference(row.reference),
        tag=visit.texts.gettext(tag) if tag else "",
        tone=tone,
    )


def _count(visit: Visit) -> None:
    databases = visit.house.databases
    key = databases.keyring.token("file-search", str(visit.actor_id))
    if not tries_allowed(count_attempt(databases, visit.profile.key, key, visit.now), SEARCHES):
        abort(429)


def _memory() -> VisitMemory:
    memory: VisitMemory = current_app.extensions["visit_memory"]
    return memory


def _recall(visit: Visit, search_id: UUID) -> Mapping[str, str]:
    return _memory().recall(visit.profile.key, browser_here().need_id(), _place(search_id))


def _place(search_id: UUID) -> str:
    return f"found:{search_id}"
