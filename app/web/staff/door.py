"""The desk's door, and the frame of its pages. What a page shows, the branches of its roles let it read."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

from flask import Response

from app.catalogue.marking import N_
from app.core.errors import NotFound
from app.messages.queries.desk import Frame, desk_frame
from app.messages.queries.waiting import COUNTED
from app.web.agreements import lead_to_agreement
from app.web.doors import Door, Visit
from app.web.pages import NavLink, render, shell

staff = Door("staff", login="staff", languages="staff", module="application")

REASON = ("desk",)
START, INBOX, TODO, FIGURES, FIND = "staff.start", "staff.inbox", "staff.todo", "staff.figures", "staff.find"
PEOPLE, AGREEMENTS, PARTIES, DEVICES = "staff.people", "staff.agreements", "staff.parties", "staff.devices"
SURVEYS = "staff.list_surveys"
RIGHTS = "staff.take_request"
# Filling in beside a family has a door of its own.
GRANTED, BESIDE = "staff.granted", "assist.start"
HELPDESK, ADMINISTRATOR, POLICY, DEVELOPER = "helpdesk", "administrator", "policy", "developer"
# Who works on files here, and who may see how often pages were opened.
DESK = frozenset({HELPDESK, ADMINISTRATOR})
COUNTING = DESK | {POLICY}
ROLES = {
    HELPDESK: N_("Helpdesk"),
    ADMINISTRATOR: N_("Administrator"),
    POLICY: N_("Policy officer"),
    DEVELOPER: N_("Developer"),
}
# The pages in the frame of each role; the first is where it begins.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    HELPDESK: (INBOX, FIND, TODO, BESIDE, RIGHTS, FIGURES),
    ADMINISTRATOR: (INBOX, FIND, TODO, BESIDE, RIGHTS, FIGURES, PEOPLE, AGREEMENTS, PARTIES, DEVICES, SURVEYS),
    POLICY: (FIGURES,),
    DEVELOPER: (GRANTED,),
}
LABELS: Mapping[str, str] = {
    INBOX: N_("Inbox"),
    FIND: N_("Find"),
    TODO: N_("To do"),
    BESIDE: N_("Start with a family"),
    RIGHTS: N_("Data request"),
    FIGURES: N_("Visits"),
    PEOPLE: N_("People"),
    AGREEMENTS: N_("Agreements"),
    PARTIES: N_("Parties"),
    DEVICES: N_("Devices"),
    SURVEYS: N_("Surveys"),
    GRANTED: N_("Grants"),
}


def open_frame(visit: Visit, roles: Collection[str] = DESK) -> Frame:
    """Return the frame for who works here in one of these roles, and leads to the text that the role still asks for.

    Raises NotFound for everybody else (KG-02).
    """
    frame = desk_frame(visit.session)
    if frame.role not in roles:
        raise NotFound
    if frame.role != DEVELOPER and not frame.agreed:
        lead_to_agreement(visit)
    return frame


def show(
    visit: Visit,
    template: str,
    *,
    current: str = "",
    frame: Frame | None = None,
    roles: Collection[str] = DESK,
    **context: Any,
) -> Response:
    """Return a page in the frame of the desk; raises NotFound for who does not work there now in these roles."""
    texts = visit.texts
    frame = frame or open_frame(visit, roles)
    counted = {INBOX: frame.unread, TODO: frame.to_do.total}
    nav = tuple(
        NavLink(visit.url(page), _counted(texts.gettext(LABELS[page]), counted.get(page)), current == page)
        for page in sections_of(visit, frame.role)
    )
    return render(
        template,
        nav=nav,
        shell=dataclasses.replace(shell(texts), home=nav[0].url if nav else visit.url("public.home")),
        account_name=texts.gettext(ROLES[frame.role]),
        account_url=visit.url("own.account"),
        sign_out_url=visit.url("public.sign_out"),
        **context,
    )


def sections_of(visit: Visit, role: str) -> tuple[str, ...]:
    """Return the pages that a role has in its frame."""
    return tuple(page for page in SECTIONS.get(role, ()) if page in visit.house.shapes)


def _counted(label: str, number: int | None) -> str:
    return label if number is None else f"{label} ({min(number, COUNTED)}{'+' if number > COUNTED else ''})"
