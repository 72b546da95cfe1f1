"""Registering a device: the code that an administrator made is typed on the device itself, once."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.operations.devices import enrol_device
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import Refused
from app.families.rules import plain_reference
from app.web.callers import caller
from app.web.devices import ATTRACT, register_here
from app.web.doors import ANYONE, Visit
from app.web.forms import StepForm, TextField
from app.web.kiosk.door import kiosk
from app.web.pages import render

NO_CODE = N_("This code registers no device. Check it. A code works once, and for 24 hours.")
TOO_MANY = N_("There were too many tries. Wait 15 minutes and try again.")


class EnrolForm(StepForm):
    """The code of a device."""

    code = TextField(missing=N_("Fill in the code"), limit=60)


@kiosk.page("/kiosk/enrol", who=ANYONE, methods=("GET", "POST"))
def enrol(visit: Visit) -> ResponseReturnValue:
    """Ask for the code; whoever was signed in here is signed out, for a kiosk has no workers."""
    if visit.device_id is not None:
        return visit.go(ATTRACT)
    posted = request.form if request.method == "POST" else None
    form = EnrolForm(posted, texts=visit.texts, today=today_at(visit.now), required=("code",))
    if posted is None or not form.validate():
        return _page(visit, form, 200 if posted is None else 422)
    typed = plain_reference(str(form.code.data))
    try:
        token = enrol_device(visit.house.databases, visit.profile.key, typed, caller(), visit.now)
    except Refused:
        form.fail("code", TOO_MANY)
        return _page(visit, form, 429)
    if token is None:
        form.fail("code", NO_CODE)
        return _page(visit, form, 422)
    visit.end_session()
    return register_here(visit.go(ATTRACT), token)


def _page(visit: Visit, form: EnrolForm, status: int) -> ResponseReturnValue:
    return render(
        "kiosk/enrol.html",
        status=status,
        title=visit.texts.gettext("Register this device"),
        form=form,
        unsaved=False,
        later=False,
    )
