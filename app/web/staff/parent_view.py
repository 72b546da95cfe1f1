"""What the parent sees, read-only: the page of the file as its family has it, shown to whoever helps it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from flask.typing import ResponseReturnValue

from app.applications.queries.own import requests_of
from app.applications.rules import ApplicationState
from app.core.access import present
from app.core.audit import note_change
from app.families.rules import grouped_reference
from app.mandates.queries.file import SignIn, whole_file
from app.placements.queries import OwnPlacement, offers_of, placements_of
from app.web.doors import STAFF, Visit
from app.web.own_lines import OfferLine, open_offers
from app.web.own_requests import OWNER, RequestView, request_view
from app.web.staff.door import FIND, open_frame, show, staff
from app.web.staff.file import require_contact

LASTING = (ApplicationState.OPEN, ApplicationState.ENROLLED)


@dataclass(frozen=True)
class SeenFacts:
    """What the page shows of the file as a whole."""

    account: SignIn
    placement: tuple[OwnPlacement, ...]


@staff.page("/desk/files/<uuid:dossier_id>/parent", who=STAFF)
def parent_view(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Show the family's own page without what it can do there; that it was shown is noted."""
    frame = open_frame(visit)
    contact = require_contact(visit, dossier_id)
    if not contact.may_tell:
        return visit.go("staff.file", dossier_id=dossier_id)
    session, reasons = visit.session, (frame.role,)
    # No more than the family sees there, and no more than the role may read.
    readable = visit.readable(OWNER) & visit.readable(reasons)
    reference, found = whole_file(session, dossier_id)
    requests = requests_of(session, dossier_id)
    offers, placements = offers_of(session, dossier_id, visit.now), placements_of(session, dossier_id)
    facts = SeenFacts(found.account, placements)
    shown = present(session, facts, subject=dossier_id, reasons=reasons, readable=readable)
    served = {one.child_identity.id for one in requests if one.state in LASTING}
    note_change(session, "shown_as_parent", dossier_id=dossier_id, reasons=reasons)
    account: SignIn | None = shown.account
    return show(
        visit,
        "staff/parent_view.html",
        frame=frame,
        current=FIND,
        title=visit.texts.gettext("Your application"),
        back=visit.url("staff.file", dossier_id=dossier_id),
        offers=tuple(OfferLine(one.facility, "", one.expires) for one in open_offers(visit, offers))
        if "answers" in readable
        else (),
        requests=tuple(
            _still(request_view(visit, one, offers, shown.placement or (), reasons, served, readable=readable))
            for one in requests
        ),
        reference=grouped_reference(reference),
        unconfirmed=bool(account and account.login and not account.confirmed),
    )


def _still(view: RequestView) -> RequestView:
    """Return a request without the ways that only its family can go."""
    lines = (replace(line, offer_url="", withdraw_url="", take_back_url="") for line in view.choices)
    return replace(view, choices=tuple(lines))
