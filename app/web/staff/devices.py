"""Public devices: an administrator makes one, shows its code once, and revokes it (KL-32)."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.accounts.operations.devices import make_device, rename_device, renew_device_code, revoke_device
from app.accounts.queries import devices as queries
from app.accounts.queries.devices import DeviceRow
from app.accounts.rules import LONGEST_DEVICE_NAME
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.rules import code_from, grouped_code
from app.web.doors import STAFF, Visit
from app.web.forms import StepForm, TextField
from app.web.staff.door import ADMINISTRATOR, DEVICES, open_frame, show, staff

ONLY = frozenset({ADMINISTRATOR})
DEVICE = "staff.device"
NAME_TAKEN = N_("Another device has this name")
DONE = {
    "renamed": N_("The name is changed."),
    "revoked": N_("The device is no longer registered. Whatever was open there is closed at its next touch."),
}


class DeviceForm(StepForm):
    """What a device is called: where it stands."""

    name = TextField(missing=N_("Fill in where the device stands"), limit=LONGEST_DEVICE_NAME)


@staff.page("/desk/devices", who=STAFF, methods=("GET", "POST"), once=True)
def devices(visit: Visit) -> ResponseReturnValue:
    """Show the devices, and make one; its code stands on the answer and nowhere else."""
    frame = open_frame(visit, ONLY)
    form = _form(visit)
    if form.posted and form.validate():
        code = _new_code()
        try:
            made = make_device(visit.session, str(form.name.data), code, now=visit.now)
        except Refused:
            form.fail("name", NAME_TAKEN)
        else:
            return _code_page(visit, str(form.name.data), code, made)
    return show(
        visit,
        "staff/devices.html",
        current=DEVICES,
        frame=frame,
        status=422 if form.problems else 200,
        title=visit.texts.gettext("Public devices"),
        message=visit.texts.gettext(DONE.get(request.args.get("done", ""), "")),
        form=form,
        rows=tuple(
            (one.name, _state(visit, one), _moment(visit, one), visit.url(DEVICE, device_id=one.id))
            for one in queries.devices(visit.session)
        ),
    )


@staff.page("/desk/devices/<uuid:device_id>", who=STAFF, methods=("GET", "POST"), once=True)
def device(visit: Visit, device_id: UUID) -> ResponseReturnValue:
    """Show one device: another name, another code, or the end of its registration."""
    frame = open_frame(visit, ONLY)
    found = queries.device(visit.session, device_id)
    if found is None:
        raise NotFound
    deed = request.form.get("deed", "")
    if deed == "revoke":
        revoke_device(visit.session, device_id, now=visit.now)
        return visit.go(DEVICES, done="revoked")
    if deed == "code":
        code = _new_code()
        renew_device_code(visit.session, device_id, code, now=visit.now)
        return _code_page(visit, found.name, code, device_id)
    form = _form(visit, found)
    if form.posted and form.validate():
        try:
            rename_device(visit.session, device_id, str(form.name.data))
        except Refused:
            form.fail("name", NAME_TAKEN)
        else:
            return visit.go(DEVICES, done="renamed")
    return show(
        visit,
        "staff/device.html",
        current=DEVICES,
        frame=frame,
        status=422 if form.problems else 200,
        title=found.name,
        form=form,
        state=_state(visit, found),
        seen=_moment(visit, found),
        is_revoked=found.revoked_at is not None,
        back=visit.url(DEVICES),
    )


def _form(visit: Visit, found: DeviceRow | None = None) -> DeviceForm:
    return DeviceForm(
        request.form if request.method == "POST" else None,
        texts=visit.texts,
        today=today_at(visit.now),
        required=("name",),
        answers={"name": found.name} if found else {},
    )


def _code_page(visit: Visit, name: str, code: str, device_id: UUID) -> Response:
    return show(
        visit,
        "staff/device_code.html",
        current=DEVICES,
        roles=ONLY,
        title=visit.texts.gettext("The code of this device"),
        name=name,
        code=grouped_code(code),
        address=f"{visit.house.settings.base_url}{visit.url('kiosk.enrol')}",
        back=visit.url(DEVICES),
        device_url=visit.url(DEVICE, device_id=device_id),
    )


def _state(visit: Visit, one: DeviceRow) -> tuple[str, str]:
    """Return how a device stands, and the tone to say it in."""
    tr = visit.texts.gettext
    if one.revoked_at is not None:
        return tr("Revoked"), "stop"
    if one.enrolled_at is not None:
        return tr("Registered"), "go"
    if one.code_expires_at is not None and one.code_expires_at > visit.now:
        return tr("Waits for its code"), "wait"
    return tr("The code is too old"), "stop"


def _moment(visit: Visit, one: DeviceRow) -> str:
    return visit.texts.format_moment(one.last_seen_at) if one.last_seen_at else ""


def _new_code() -> str:
    return code_from(secrets.token_bytes(32))
