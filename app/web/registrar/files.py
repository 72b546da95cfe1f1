"""The files that a facility registered for parents and may still change, until the parents take them over (BXL-54)."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.access import present_list
from app.families.rules import grouped_reference
from app.mandates.operations.telling import REGISTRAR
from app.mandates.queries.changes import registered_files
from app.web.changing import open_part
from app.web.changing_pages import change_page, changes_page
from app.web.doors import FACILITY, Visit
from app.web.registrar.door import registrar, show

TOLD = N_("The family gets a message: that your facility changed this, not what it was.")
DONE = {
    "changed": N_("Saved. The family gets a message."),
    "same": N_("Nothing was different. Nothing is saved."),
}
REASONS = (REGISTRAR,)


@registrar.page("/registered", who=FACILITY)
def registered(visit: Visit) -> ResponseReturnValue:
    """List the files that the facility registered and may still change."""
    rows = present_list(
        visit.session,
        registered_files(visit.session),
        reasons=REASONS,
        readable=visit.readable(REASONS),
        public=("id", "subject", "reference"),
    )
    return show(
        visit,
        "registrar/list.html",
        title=visit.texts.gettext("Registered by us"),
        start_url=visit.url("assist.start"),
        rows=[(visit.url("registrar.file", dossier_id=row.id), grouped_reference(row.reference), row) for row in rows],
    )


@registrar.page("/registered/<uuid:dossier_id>", who=FACILITY)
def file(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Show what can be changed in one of these files."""
    found = changes_page(visit, dossier_id, "registrar.change")
    done = DONE.get(request.args.get("done", ""))
    return show(
        visit,
        "staff/changes.html",
        title=visit.texts.gettext("What do you want to change?"),
        reference=found.reference,
        told=visit.texts.gettext(TOLD),
        family=found.of_family,
        requests=tuple((heading, links) for _key, heading, links in found.by_request),
        waiting=None,
        done=visit.texts.gettext(done) if done else "",
        back=visit.url("registrar.registered"),
        back_label=visit.texts.gettext("Back to the list"),
    )


@registrar.page("/registered/<uuid:dossier_id>/change/<part>", who=FACILITY, methods=("GET", "POST"), once=True)
def change(visit: Visit, dossier_id: UUID, part: str) -> ResponseReturnValue:
    """Ask one part of the file again, filled in as it stands; a change is told to the family."""
    outcome = change_page(open_part(visit, dossier_id, part))
    if isinstance(outcome, str):
        return visit.go("registrar.file", dossier_id=dossier_id, done=outcome)
    back = visit.url("registrar.file", dossier_id=dossier_id)
    return show(visit, "staff/change.html", told=visit.texts.gettext(TOLD), back=back, **outcome)
