"""The list of work of a helper, and beginning with a family."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.rules import ApplicationState
from app.catalogue.marking import N_
from app.core.access import Presented, present_list
from app.mandates.queries.clients import clients as own_clients
from app.web.assisting import begin, begun_lines, go_on, language_options, start_form
from app.web.doors import HELPER, Visit
from app.web.helper.door import CLIENT, CLIENTS, REASON, START, helper, require_helping, show

STATES = {
    ApplicationState.OPEN: N_("Open"),
    ApplicationState.ENROLLED: N_("The child has a place"),
    ApplicationState.CANCELLED: N_("Cancelled"),
    ApplicationState.EXPIRED: N_("Ended"),
}
ALWAYS_SHOWN = ("id", "subject", "open")


@dataclass(frozen=True)
class ClientLine:
    """One family of the list in words; without an address where the file is closed to the helper."""

    url: str
    name: str
    label: str
    state: str
    deadline: str
    ends_on: str


@helper.page("/helper", who=HELPER)
def clients(visit: Visit) -> ResponseReturnValue:
    """Show the families that the helper files together with: what waits first, and until when each stays open."""
    require_helping(visit)
    ended = request.args.get("show") == "ended"
    years = visit.profile.settings.helper_access_years
    rows = present_list(
        visit.session,
        own_clients(visit.session, years=years, now=visit.now, ended=ended),
        reasons=REASON,
        readable=visit.readable(REASON),
        public=ALWAYS_SHOWN,
    )
    return show(
        visit,
        "helper/clients.html",
        current=CLIENTS,
        title=visit.texts.gettext("Your families"),
        lines=tuple(_line(visit, row) for row in rows),
        drafts=begun_lines(visit, "helper.go_on_with"),
        ended=ended,
        open_url=visit.url(CLIENTS),
        ended_url=visit.url(CLIENTS, show="ended"),
        start_url=visit.url(START),
    )


@helper.page("/helper/start", who=HELPER, methods=("GET", "POST"), once=True)
def start(visit: Visit) -> ResponseReturnValue:
    """Begin with a family: an empty application of its own; the session turns to it and lets the one before go."""
    require_helping(visit)
    form = start_form(visit, {})
    if form.posted and form.validate():
        return begin(visit, form, {})
    return show(
        visit,
        "helper/start.html",
        current=START,
        status=422 if form.problems else 200,
        title=visit.texts.gettext("Start with a family"),
        form=form,
        languages=language_options(visit),
        places=(),
        drafts=(),
    )


@helper.page("/helper/drafts/<uuid:draft_id>", who=HELPER, methods=("POST",), once=True)
def go_on_with(visit: Visit, draft_id: UUID) -> ResponseReturnValue:
    """Go on beside a family whose application is not sent yet."""
    require_helping(visit)
    return go_on(visit, draft_id)


def _line(visit: Visit, row: Presented) -> ClientLine:
    texts, help_ = visit.texts, row.help
    return ClientLine(
        visit.url(CLIENT, mandate_id=row.id) if row.open else "",
        row.applicant_name or "",
        help_.label if help_ else "",
        texts.gettext(STATES[row.own_choice]) if row.own_choice else "",
        texts.format_moment(row.answers) if row.answers else "",
        texts.format_day(help_.ends_on) if help_ and help_.ends_on else "",
    )
