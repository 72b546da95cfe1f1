"""The overseers' door, and the frame of its pages: who looked and what changed, never what is in a file."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import Response

from app.catalogue.marking import N_
from app.privacy.queries.oversight import require_overseer
from app.web.doors import Door, Visit
from app.web.pages import NavLink, render, shell

oversight = Door("oversight", login="oversight", languages="staff", module="application")

REASON = ("overseer",)
HOME, QUESTION = "oversight.home", "oversight.question"
# What stands in the frame, and whether the security officer has it too; a page that is not there is not named.
PAGES = (
    (HOME, N_("Overview"), True),
    ("oversight.requests", N_("Requests about data"), False),
    ("oversight.complaints", N_("Complaints"), False),
    ("oversight.leaks", N_("Leaks"), True),
    ("oversight.deliveries", N_("Deliveries"), True),
    ("oversight.retention", N_("Keeping"), True),
    ("oversight.registers", N_("Registers"), True),
    ("oversight.evidence", N_("Evidence"), True),
)
ROLES = {"dpo": N_("Data protection officer"), "security": N_("Security officer")}


def show(visit: Visit, template: str, *, current: str = "", **context: Any) -> Response:
    """Return a page in the overseers' frame; raises NotFound for everybody else."""
    texts = visit.texts
    role = require_overseer(visit.session)
    nav = [
        NavLink(visit.url(page), texts.gettext(label), current == page)
        for page, label, shared in PAGES
        if page in visit.house.pages and (shared or role == "dpo")
    ]
    if "public.worker_account" in visit.house.pages:
        nav.append(NavLink(visit.url("public.worker_account"), texts.gettext(N_("My account")), False))
    return render(
        template,
        nav=tuple(nav),
        shell=dataclasses.replace(shell(texts), home=visit.url(HOME)),
        account_name=texts.gettext(ROLES[role]),
        account_url=visit.url("own.account"),
        sign_out_url=visit.url("public.sign_out"),
        **context,
    )
