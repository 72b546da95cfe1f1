"""The helpers' door, and the frame of its pages."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import Response

from app.catalogue.marking import N_
from app.mandates.queries.roster import helps_now
from app.web.agreements import agreement_page, lead_to_agreement
from app.web.doors import HELPER, Door, Visit
from app.web.pages import NavLink, render, shell

helper = Door("helper", login="helper", languages="staff", module="application")

REASON = ("helper",)
CLIENTS, START, CLIENT = "helper.clients", "helper.start", "helper.client"
ACCOUNT = "own.account"

agreement_page(helper, "/helper/agreement", who=HELPER, home=CLIENTS)


def require_helping(visit: Visit) -> None:
    """Lead whoever has still to accept the code of conduct there; raises NotFound for who helps nowhere (BXL-51)."""
    if not helps_now(visit.session):
        lead_to_agreement(visit)


def show(visit: Visit, template: str, *, current: str = "", **context: Any) -> Response:
    """Return a page in the frame of the door."""
    texts = visit.texts
    nav = [
        NavLink(visit.url(CLIENTS), texts.gettext(N_("Your families")), current == CLIENTS),
        NavLink(visit.url(START), texts.gettext(N_("Start with a family")), current == START),
    ]
    if ACCOUNT in visit.house.pages:
        nav.append(NavLink(visit.url(ACCOUNT), texts.gettext(N_("My account")), False))
    return render(
        template,
        nav=tuple(nav),
        shell=dataclasses.replace(shell(texts), home=visit.url(CLIENTS)),
        account_name=texts.gettext(N_("Helper of families")),
        sign_out_url=visit.url("public.sign_out"),
        **context,
    )
