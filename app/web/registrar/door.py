"""The registrar's door, and the frame of its pages: a facility's people, through a login that may write in a file."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import Response

from app.catalogue.marking import N_
from app.web.doors import Door, Visit
from app.web.pages import NavLink, render, shell

registrar = Door("registrar", login="helper", languages="staff", module="application")

LIST, REQUESTS = "registrar.registered", "facility.requests"
WHO = N_("Registered by us")


def show(visit: Visit, template: str, **context: Any) -> Response:
    """Return a page in the frame of the door: the way back to the facility's own list, and out."""
    texts = visit.texts
    nav = (
        NavLink(visit.url(REQUESTS), texts.gettext(N_("Requests")), current=False),
        NavLink(visit.url(LIST), texts.gettext(WHO), template == "registrar/list.html"),
    )
    return render(
        template,
        nav=nav,
        shell=dataclasses.replace(shell(texts), home=visit.url(REQUESTS)),
        account_name=texts.gettext(WHO),
        sign_out_url=visit.url("public.sign_out"),
        **context,
    )
