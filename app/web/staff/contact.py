"""How a worker and a family are in contact: what opens a file, asked before anything of it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.mandates.operations.contacts import open_contact
from app.mandates.queries.contacts import contact_of
from app.mandates.rules import FILE_WORK, Channel, Purpose
from app.web.doors import STAFF, Visit
from app.web.forms import ChoiceField, StepForm
from app.web.staff.door import FIND, open_frame, show, staff
from app.web.staff.find import found_line

CHANNELS: Mapping[str, str] = {
    Channel.CALL: N_("Somebody calls"),
    Channel.MAIL: N_("An e-mail"),
    Channel.COUNTER: N_("Somebody stands here"),
    Channel.LETTER: N_("A letter"),
    Channel.FILE_WORK: N_("Nobody: work on the file"),
}
PURPOSES: Mapping[str, str] = {
    Purpose.CHECK: N_("Something in the file may be wrong or missing"),
    Purpose.UNDELIVERED: N_("A message reached nobody"),
    Purpose.DOUBLE: N_("Two requests may be about one child"),
    Purpose.COMPLAINT: N_("A complaint"),
    Purpose.RIGHTS: N_("A family asks for its data, or for their removal"),
}


class ContactForm(StepForm):
    """How, and why when nobody is there."""

    channel = ChoiceField(values=tuple(CHANNELS), missing=N_("Choose how you are in contact"))
    purpose = ChoiceField(values=tuple(FILE_WORK), missing=N_("Choose why you open the file"))


@staff.page("/desk/files/<uuid:dossier_id>/contact", who=STAFF, methods=("GET", "POST"), once=True)
def contact(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Ask how the worker is in contact with a family, and open its file for an hour (BXL-48, KL-33)."""
    frame = open_frame(visit)
    line = found_line(visit, dossier_id)
    alone = request.form.get("channel") == Channel.FILE_WORK
    form = ContactForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("channel", "purpose") if alone else ("channel",),
    )
    if form.posted and form.validate():
        channel = Channel(str(form.channel.data))
        purpose = Purpose(str(form.purpose.data)) if channel is Channel.FILE_WORK else Purpose.FAMILY_ASKED
        open_contact(visit.session, dossier_id, channel=channel, purpose=purpose, now=visit.now)
        return visit.go("staff.file", dossier_id=dossier_id)
    texts, current = visit.texts, contact_of(visit.session, dossier_id)
    return show(
        visit,
        "staff/contact.html",
        frame=frame,
        status=422 if form.problems else 200,
        title=texts.gettext("How are you in contact?"),
        current=FIND,
        form=form,
        line=line,
        channels=tuple((code, texts.gettext(words)) for code, words in CHANNELS.items()),
        purposes=tuple((code, texts.gettext(words)) for code, words in PURPOSES.items()),
        back=visit.url(FIND),
        open_url=visit.url("staff.file", dossier_id=dossier_id) if current else "",
    )
