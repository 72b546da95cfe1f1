"""The desk's door, and the frame of its pages. What a page shows, the branch `desk` lets it read."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import Response

from app.catalogue.marking import N_
from app.messages.queries.desk import Frame, desk_frame
from app.messages.queries.waiting import COUNTED
from app.web.doors import Door, Visit
from app.web.pages import NavLink, render, shell

staff = Door("staff", login="staff", languages="staff", module="application")

REASON = ("desk",)
INBOX, TODO, FIGURES = "staff.inbox", "staff.todo", "staff.figures"
ROLES = {"helpdesk": N_("Helpdesk"), "administrator": N_("Administrator")}


def show(visit: Visit, template: str, *, current: str = "", frame: Frame | None = None, **context: Any) -> Response:
    """Return a page in the frame of the desk; raises NotFound for who does not work there now."""
    texts = visit.texts
    frame = frame or desk_frame(visit.session)
    nav = (
        NavLink(visit.url(INBOX), _counted(texts.gettext(N_("Inbox")), frame.unread), current == INBOX),
        NavLink(visit.url(TODO), _counted(texts.gettext(N_("To do")), frame.to_do.total), current == TODO),
        NavLink(visit.url(FIGURES), texts.gettext(N_("Visits")), current == FIGURES),
    )
    return render(
        template,
        nav=nav,
        shell=dataclasses.replace(shell(texts), home=visit.url(INBOX)),
        account_name=texts.gettext(ROLES[frame.role]),
        sign_out_url=visit.url("public.sign_out"),
        **context,
    )


def _counted(label: str, number: int) -> str:
    return f"{label} ({min(number, COUNTED)}{'+' if number > COUNTED else ''})"
