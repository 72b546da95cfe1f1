"""One question asked of the audit, with its answer line by line; asking is noted as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.groups import GROUPS
from app.catalogue.marking import N_
from app.core.access import present_list
from app.core.audit import note_event, note_read
from app.core.errors import NotFound
from app.families.rules import grouped_reference
from app.privacy.queries.oversight import PAGE_SIZE, Act, Trace, require_overseer, traces
from app.privacy.rules import Question
from app.web.doors import OVERSIGHT, Visit
from app.web.oversight.door import HOME, REASON, oversight, show
from app.web.oversight.home import ASKED

KINDS = {
    "parent": N_("Parent"),
    "draft": N_("Somebody who applies"),
    "facility": N_("Facility"),
    "staff": N_("Desk"),
    "counter": N_("Counter"),
    "helper": N_("Helper"),
    "oversight": N_("Overseer"),
    "visitor": N_("Visitor"),
}
PROGRAM = N_("Program")
READ = N_("looked")
LONGEST_PLACE = 18


@dataclass(frozen=True)
class Line:
    """One line of an answer, in words."""

    when: str
    who: str
    kind: str
    typist: str
    what: str
    reasons: str
    groups: str
    files: str


@oversight.page("/oversight/files/<uuid:dossier_id>", who=OVERSIGHT)
def file(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Show who looked at one file and who changed it."""
    require_overseer(visit.session)
    found = traces(visit.session, Question.FILE, before=_before(), dossier_id=dossier_id)
    if not found:
        raise NotFound
    title = visit.texts.gettext("Who looked at this file?")
    return _answer(visit, found, title, "", visit.url("oversight.file", dossier_id=dossier_id))


@oversight.page("/oversight/ask/<asked>", who=OVERSIGHT)
def question(visit: Visit, asked: str) -> ResponseReturnValue:
    """Answer one of the questions."""
    require_overseer(visit.session)
    known = {str(one): (one, title, hint) for one, title, hint in ASKED}
    if asked not in known:
        raise NotFound
    one, title, hint = known[asked]
    settings = visit.profile.settings
    found = traces(visit.session, one, before=_before(), opens=settings.office_opens, closes=settings.office_closes)
    texts = visit.texts
    return _answer(
        visit, found, texts.gettext(title), texts.gettext(hint), visit.url("oversight.question", asked=asked)
    )


def _answer(visit: Visit, found: Sequence[Trace], title: str, hint: str, here: str) -> ResponseReturnValue:
    page = found[:PAGE_SIZE]
    note_event(visit.session, "audit_asked")
    files = {dossier_id for trace in page for dossier_id in trace.shown}
    if files:
        note_read(visit.session, subjects=files, groups=("account",), reasons=REASON)
    rows = present_list(
        visit.session,
        page,
        reasons=REASON,
        readable=visit.readable(REASON),
        public=("id", "subject", "sequence"),
    )
    return show(
        visit,
        "oversight/answer.html",
        title=title,
        lead=hint,
        back=visit.url(HOME),
        lines=tuple(_line(visit, row.access_log) for row in rows if row.access_log),
        next=f"{here}?before={page[-1].sequence}" if len(found) > PAGE_SIZE else "",
    )


def _line(visit: Visit, act: Act) -> Line:
    texts = visit.texts
    kind = KINDS.get(act.kind, PROGRAM)
    groups = [texts.gettext(GROUPS[key].label) for key in act.groups if key in GROUPS]
    references = [grouped_reference(one) for one in act.references]
    more = act.files - len(references)
    return Line(
        when=texts.format_moment(act.at),
        who=act.actor,
        kind=texts.gettext(kind),
        typist=act.typist,
        what=texts.gettext(READ) if act.event == "read" else act.event,
        reasons=", ".join(act.reasons),
        groups=", ".join(groups),
        files=", ".join(references) + (f" +{more}" if more > 0 and references else ""),
    )


def _before() -> int | None:
    typed = request.args.get("before", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_PLACE else None
