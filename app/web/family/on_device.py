"""What a family takes along from a public device: a receipt without the child's data, and a square to go on at home."""

from __future__ import annotations

from datetime import date

from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.families.rules import plain_reference
from app.web.doors import Visit
from app.web.pages import render
from app.web.qr import qr_drawing

SIGN_IN_SQUARE = N_("A square code: the address to sign in")
# Large enough for a camera at arm's length, small enough for paper of 72 mm.
SCALE = 6
GO_ON_SQUARE = N_("A square code: the address to go on with your application")


def device_receipt(visit: Visit, reference: str, due: date | None, *, has_email: bool) -> ResponseReturnValue:
    """Show what may stand on paper that others find: reference, date, and how to go on; no name of anybody (LEU-49)."""
    tr, profile = visit.texts.gettext, visit.profile
    address = f"{visit.house.settings.base_url}{visit.url('public.sign_in')}"
    steps = [
        tr(N_("They answer by %(day)s at the latest."), day=visit.texts.format_weekday(due)) if due else "",
        tr(N_("Has one of them a place? Then you get an offer, and you decide.")) if due else "",
        tr(N_("You follow your application at home: sign in with your reference and your password.")),
        "" if has_email else tr(N_("You also get a letter from us with this reference.")),
    ]
    office = profile.address
    return render(
        "kiosk/receipt.html",
        title=tr("Your application has been sent"),
        reference=reference,
        day=visit.texts.format_weekday(today_at(visit.now)),
        steps=[step for step in steps if step],
        drawing=qr_drawing(address, tr(SIGN_IN_SQUARE), scale=SCALE),
        address=address,
        place=", ".join(
            part
            for part in (profile.name, office.street, f"{office.postcode or ''} {office.municipality or ''}".strip())
            if part
        ),
        my_url=visit.url("family.my"),
    )


def go_on_square(visit: Visit, code: str) -> Markup:
    """Return the square that a phone opens the application with, after the birth date of the child was given there."""
    if visit.device_id is None or not code:
        return Markup()
    address = f"{visit.house.settings.base_url}{visit.url('public.resume_link', token=plain_reference(code))}"
    return qr_drawing(address, visit.texts.gettext(GO_ON_SQUARE), scale=SCALE)
