"""Changing a file for a family that asked for it: part by part, with the reason, and told to the family (BXL-49)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.applications.rules import ApplicationState
from app.catalogue.marking import N_
from app.consents.queries import asks_of, own_consents
from app.consents.rules import stands
from app.core.audit import note_read
from app.core.clock import today_at
from app.core.errors import NotFound
from app.mandates.operations.changes import cancel_for
from app.mandates.operations.consents import withdraw_consent
from app.mandates.operations.logins import see_document, waiting_login
from app.mandates.queries.contacts import reason_for, require_known
from app.mandates.rules import CancelReason, Channel, Known
from app.web.changing import open_part
from app.web.changing_pages import change_page, changes_page
from app.web.doors import STAFF, Visit
from app.web.forms import ChoiceField, StepForm
from app.web.staff.door import open_frame, show, staff

TOLD = N_("The family gets a message: what you changed, not what it was.")
DONE = {
    "changed": N_("Saved. The family gets a message."),
    "same": N_("Nothing was different. Nothing is saved."),
    "cancelled": N_("The request is cancelled. The family gets a message."),
    "withdrawn": N_("The permission is taken back. The family gets a message."),
    "seen": N_("Noted. The new address opens the file once it is confirmed."),
}
# As the family reads them in its message.
WHY = {
    CancelReason.FAMILY_ASKED: N_("The family asked for it"),
    CancelReason.PLACE_ELSEWHERE: N_("The child has a place somewhere else"),
    CancelReason.MOVED_AWAY: N_("The family moved to another area"),
    CancelReason.DOUBLE: N_("There is another request for the same child"),
}
CANCEL, CONSENTS = N_("Cancel this request"), N_("Take a permission back")


class CancelForm(StepForm):
    """Why the desk ends a request."""

    why = ChoiceField(missing=N_("Choose a reason"), values=tuple(CancelReason))


@dataclass(frozen=True)
class WaitingLine:
    """A sign-in address that waits, in words; `seen_url` where this contact may stand for the old one."""

    until: str
    proved: bool
    agreed: bool
    seen_url: str


@staff.page("/desk/files/<uuid:dossier_id>/change", who=STAFF)
def changes(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Show what can be changed in a file, and what waits for the family."""
    frame = open_frame(visit)
    found = changes_page(visit, dossier_id, "staff.change")
    ended = {str(one.id) for one in found.requests if one.state != ApplicationState.OPEN}
    cancel = visit.texts.gettext(CANCEL)
    requests = tuple(
        (
            heading,
            (
                *links,
                *(() if key in ended else ((cancel, visit.url("staff.cancel", dossier_id=dossier_id, request=key)),)),
            ),
        )
        for key, heading, links in found.by_request
    )
    consents = (visit.texts.gettext(CONSENTS), visit.url("staff.consents", dossier_id=dossier_id))
    done = DONE.get(request.args.get("done", ""))
    return show(
        visit,
        "staff/changes.html",
        frame=frame,
        title=visit.texts.gettext("What do you want to change?"),
        reference=found.reference,
        told=visit.texts.gettext(TOLD),
        family=(*found.of_family, *((consents,) if asks_of(visit.profile) else ())),
        requests=requests,
        waiting=_waiting(visit, dossier_id),
        done=visit.texts.gettext(done) if done else "",
        back=visit.url("staff.file", dossier_id=dossier_id),
        back_label=visit.texts.gettext("Back to the file"),
    )


@staff.page("/desk/files/<uuid:dossier_id>/change/<part>", who=STAFF, methods=("GET", "POST"), once=True)
def change(visit: Visit, dossier_id: UUID, part: str) -> ResponseReturnValue:
    """Ask one part of a file again, filled in as it stands; a change is told to the family."""
    frame = open_frame(visit)
    opened = open_part(visit, dossier_id, part)
    outcome = change_page(opened)
    if isinstance(outcome, str):
        return visit.go("staff.changes", dossier_id=dossier_id, done=outcome)
    return show(
        visit,
        "staff/change.html",
        frame=frame,
        told=visit.texts.gettext(TOLD),
        back=visit.url("staff.changes", dossier_id=dossier_id),
        **outcome,
    )


@staff.page("/desk/files/<uuid:dossier_id>/cancel", who=STAFF, methods=("GET", "POST"), once=True)
def cancel(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Ask why, then cancel a request for its family (BXL-17)."""
    frame = open_frame(visit)
    found = changes_page(visit, dossier_id, "staff.change")
    one = next((each for each in found.requests if request.args.get("request") in (None, str(each.id))), None)
    if one is None:
        raise NotFound
    form = CancelForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("why",),
    )
    if form.posted and form.validate():
        cancel_for(visit.session, one.id, CancelReason(str(form.why.data)), now=visit.now)
        return visit.go("staff.changes", dossier_id=dossier_id, done="cancelled")
    return show(
        visit,
        "staff/cancel.html",
        frame=frame,
        status=422 if form.problems else 200,
        title=visit.texts.gettext("Cancel this request for the family?"),
        form=form,
        reasons=[(str(key), visit.texts.gettext(words)) for key, words in WHY.items()],
        back=visit.url("staff.changes", dossier_id=dossier_id),
    )


@staff.page("/desk/files/<uuid:dossier_id>/consents", who=STAFF, methods=("GET", "POST"), once=True)
def consents(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Take back a permission that the family gave; giving one is the family's alone (LEU-20)."""
    frame = open_frame(visit)
    reason = reason_for(visit.session, dossier_id)
    require_known(visit.session, dossier_id)
    if request.method == "POST":
        recipient = request.form.get("recipient", "")
        withdraw_consent(visit.session, visit.profile, dossier_id, recipient, now=visit.now)
        return visit.go("staff.changes", dossier_id=dossier_id, done="withdrawn")
    note_read(visit.session, subjects=(dossier_id,), groups=("consents",), reasons=(reason,))
    said = {one.recipient: one.given for one in own_consents(visit.session, dossier_id)}
    asks = (
        one
        for one in asks_of(visit.profile)
        if stands(unless_refused=one.unless_refused, answer=said.get(one.recipient))
    )
    return show(
        visit,
        "staff/consents.html",
        frame=frame,
        title=visit.texts.gettext("Take a permission back"),
        given=[(one.recipient, visit.texts.gettext(one.name)) for one in asks],
        back=visit.url("staff.changes", dossier_id=dossier_id),
    )


@staff.page("/desk/files/<uuid:dossier_id>/document", who=STAFF, methods=("POST",), once=True)
def document_seen(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Note that the parent stands here and showed a document: it stands for the old address."""
    open_frame(visit)
    reason_for(visit.session, dossier_id)
    if not see_document(visit.session, dossier_id):
        raise NotFound
    return visit.go("staff.changes", dossier_id=dossier_id, done="seen")


def _waiting(visit: Visit, dossier_id: UUID) -> WaitingLine | None:
    found = waiting_login(visit.session, dossier_id)
    if found is None:
        return None
    contact = require_known(visit.session, dossier_id)
    here = (contact.channel, contact.identified_how) == (Channel.COUNTER, Known.DOCUMENT) and not found.agreed
    seen_url = visit.url("staff.document_seen", dossier_id=dossier_id) if here else ""
    return WaitingLine(visit.texts.format_moment(found.expires_at), found.proved, found.agreed, seen_url)
