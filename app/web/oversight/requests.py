"""The board of requests about rights: what waits, the nearest last day first, and what is too late (KK-35)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import present_list
from app.core.clock import today_at
from app.families.rules import grouped_reference
from app.privacy.queries.oversight import require_officer
from app.rights.queries.requests import Asked, Line, answered_requests, counts, open_requests, standing
from app.rights.rules import OVERDUE, days_left
from app.web.doors import OVERSIGHT, Visit
from app.web.oversight.door import REASON, oversight, show
from app.web.rights_words import CHANNEL, KIND, OUTCOME, STATE, SUBJECT

BOARD, CASE = "oversight.requests", "oversight.request"
TONE = {OVERDUE: "red", "soon": "wait", "": ""}
OWN_TEXT = {
    "received": N_("new"),
    "unclear": N_("waits for more words"),
    "in_work": N_("in work"),
}


@dataclass(frozen=True)
class BoardLine:
    """One request in words."""

    reference: str
    url: str
    what: str
    whose: str
    how: str
    received: str
    due: str
    left: str
    tone: str
    state: str
    marks: tuple[str, ...]


@oversight.page("/oversight/requests", who=OVERSIGHT)
def requests(visit: Visit) -> ResponseReturnValue:
    """Show what waits for an answer, or what was answered."""
    require_officer(visit.session)
    done = request.args.get("show") == "answered"
    found = answered_requests(visit.session) if done else open_requests(visit.session)
    texts = visit.texts
    return show(
        visit,
        "oversight/requests.html",
        title=texts.gettext("Requests about data"),
        current=BOARD,
        lines=_lines(visit, found),
        counts=counts(visit.session),
        done=done,
        open_url=visit.url(BOARD),
        answered_url=visit.url(BOARD, show="answered"),
        days=visit.profile.settings.answer_days,
    )


def _lines(visit: Visit, found: Sequence[Line]) -> tuple[BoardLine, ...]:
    rows = present_list(
        visit.session, found, reasons=REASON, readable=visit.readable(REASON), public=("id", "subject", "reference")
    )
    return tuple(_line(visit, row.id, row.reference, row.rights_requests) for row in rows if row.rights_requests)


def _line(visit: Visit, request_id: object, reference: str, asked: Asked) -> BoardLine:
    texts, today = visit.texts, today_at(visit.now)
    tone = TONE[standing(asked, today)]
    state = texts.gettext(OWN_TEXT.get(asked.state, STATE[asked.state]))
    return BoardLine(
        reference=grouped_reference(reference),
        url=visit.url(CASE, request_id=request_id),
        what=texts.gettext(KIND[asked.kind]),
        whose=texts.gettext(SUBJECT[asked.subject_kind]),
        how=texts.gettext(CHANNEL[asked.channel]),
        received=texts.format_day(asked.received_on),
        due=texts.format_day(asked.due_on),
        left=left_in_words(visit, asked),
        tone=tone,
        state=texts.gettext(OUTCOME[asked.outcome]) if asked.state == "answered" and asked.outcome else state,
        marks=tuple(
            texts.gettext(words)
            for words, shown in (
                (N_("no file yet"), not asked.has_file and asked.subject_kind != "worker"),
                (N_("identity not seen"), not asked.identified),
            )
            if shown and asked.state != "answered"
        ),
    )


def left_in_words(visit: Visit, asked: Asked) -> str:
    """Return how long there is to answer; nothing once it was answered."""
    if asked.state == "answered":
        return ""
    left = days_left(asked.due_on, today_at(visit.now))
    if left < 0:
        return visit.texts.ngettext("%(count)s day too late", "%(count)s days too late", -left)
    return visit.texts.ngettext("%(count)s day left", "%(count)s days left", left)
