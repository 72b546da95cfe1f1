"""Files in which something looks wrong or is missing: the desk asks the family, or puts it aside with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.catalogue.marking import N_
from app.core.access import Presented, present_list
from app.core.clock import today_at
from app.families.rules import grouped_reference
from app.mandates.operations.contacts import put_aside
from app.mandates.queries.flags import flagged_files
from app.mandates.rules import PUT_ASIDE, Flag, Purpose
from app.web.doors import STAFF, Visit
from app.web.forms import ChoiceField, StepForm
from app.web.staff.door import TODO, open_frame, show, staff
from app.web.staff.find import ALWAYS_SHOWN, FOUND

WHAT: Mapping[str, str] = {
    Flag.NO_REACH: N_("There is no phone number and no e-mail address"),
    Flag.NO_ADDRESS: N_("We can only write letters, and there is no street"),
    Flag.START_BEFORE_BIRTH: N_("Care begins before the child is born"),
    Flag.BIRTH_FAR: N_("The birth date of the child is years away"),
    Flag.BIRTH_LATE: N_("The day of birth is long past, and the child is still expected"),
    Flag.OLD_AT_START: N_("The child goes to school by the day that care begins"),
    Flag.PARENT_AGE: N_("The birth date of the parent cannot be right"),
    Flag.NO_CHOICE: N_("No facility is left that can answer"),
    Flag.SAME_FACILITY: N_("One facility was chosen twice for the same child"),
}
WHY: Mapping[str, str] = {
    Purpose.CHECKED_RIGHT: N_("It is right as it is"),
    Purpose.CHECKED_ASKED: N_("The family knows, and changes it later"),
    Purpose.CHECKED_ELSEWHERE: N_("Somebody else settles it"),
}


class AsideForm(StepForm):
    """Why something needs nothing more."""

    why = ChoiceField(values=tuple(PUT_ASIDE), missing=N_("Choose why you put it aside"))


@dataclass(frozen=True)
class FlagLine:
    """One file to look at, in words."""

    key: str
    url: str
    write_url: str
    aside_url: str
    name: str
    reference: str
    what: tuple[str, ...]
    written: str
    error: str


@staff.page("/desk/checks", who=STAFF)
def flags(visit: Visit) -> ResponseReturnValue:
    """Show the files in which something looks wrong or is missing (BXL-14)."""
    open_frame(visit)
    return _page(visit)


@staff.page("/desk/files/<uuid:dossier_id>/aside", who=STAFF, methods=("POST",), once=True)
def aside(visit: Visit, dossier_id: UUID) -> ResponseReturnValue:
    """Put aside what looked wrong in a file, with the reason; no value of it changes."""
    open_frame(visit)
    form = AsideForm(request.form, texts=visit.texts, today=today_at(visit.now), required=("why",))
    if not form.validate():
        return _page(visit, wrong=dossier_id, error=form.why.error, status=422)
    put_aside(visit.session, dossier_id, Purpose(str(form.why.data)), now=visit.now)
    return visit.go("staff.flags")


def _page(visit: Visit, *, wrong: UUID | None = None, error: str = "", status: int = 200) -> Response:
    rows = present_list(
        visit.session,
        flagged_files(visit.session, today_at(visit.now)),
        reasons=FOUND,
        readable=visit.readable(FOUND),
        public=(*ALWAYS_SHOWN, "flags", "written_at"),
    )
    return show(
        visit,
        "staff/flags.html",
        status=status,
        title=visit.texts.gettext("Files to check"),
        current=TODO,
        lines=tuple(_line(visit, row, error if row.id == wrong else "") for row in rows),
        reasons=tuple((code, visit.texts.gettext(words)) for code, words in WHY.items()),
        back=visit.url(TODO),
    )


def _line(visit: Visit, row: Presented, error: str) -> FlagLine:
    texts, name = visit.texts, row.applicant_name
    return FlagLine(
        key=row.id.hex,
        url=visit.url("staff.contact", dossier_id=row.id),
        write_url=visit.url("staff.file_thread", dossier_id=row.id),
        aside_url=visit.url("staff.aside", dossier_id=row.id),
        name=f"{name.given_name} {name.family_name}" if name else "",
        reference=grouped_reference(row.reference),
        what=tuple(texts.gettext(WHAT[flag]) for flag in row.flags),
        written=texts.format_moment(row.written_at) if row.written_at else "",
        error=error,
    )
