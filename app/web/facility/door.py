"""The facility door, and the frame of its pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response

from app.applications.policy.urgent import MOST_COUNTED
from app.catalogue.marking import N_
from app.facilities.queries import unsigned_facilities
from app.messages.queries.waiting import COUNTED, count_unread
from app.organisations.terms import UrgentScope
from app.web.doors import Door, Visit
from app.web.pages import NavLink, render, render_error, shell

facility = Door("facility", login="facility", languages="staff", module="application")

LIST = "facility.requests"
MESSAGES = "facility.messages"
PLACES = "facility.places"
OWN = "facility.own"
REGISTERED = "registrar.registered"
URGENT = "facility.urgent"
PEOPLE = "facility.people"
GONE = "request_gone"
RIGHTS = "facility.take_request"
SECTIONS = ((PLACES, N_("Free places")), (OWN, N_("Your facility")), (RIGHTS, N_("Data request")))
BACK_TO_LIST = N_("Back to the list")


def show(
    visit: Visit, template: str, facilities: Mapping[UUID, str], *, nav: tuple[NavLink, ...] = (), **context: Any
) -> Response:
    """Return a page in the frame of the door: whose requests these are, and the way out."""
    names = tuple(facilities.values())
    if not names and visit.profile.settings.facility_agreement and (without := unsigned_facilities(visit.session)):
        names, template, nav, context = without, "facility/unsigned.html", (), {"without": without}
    whose = (
        names[0] if len(names) == 1 else visit.texts.ngettext("%(count)s facility", "%(count)s facilities", len(names))
    )
    return render(
        template,
        nav=nav,
        shell=dataclasses.replace(shell(visit.texts), home=visit.url(LIST)),
        account_name=whose,
        sign_out_url=visit.url("public.sign_out"),
        **context,
    )


def section(visit: Visit, current: str) -> tuple[NavLink, ...]:
    """Return the ways between the parts of the door, from one that is no list of requests."""
    begin = ((LIST, N_("Requests")), *((URGENT, N_("Urgent")) for _ in _urgent(visit)), (MESSAGES, N_("Messages")))
    return tuple(_nav(visit, endpoint, label, current) for endpoint, label in (*begin, *_sections(visit)))


def sections(visit: Visit) -> tuple[NavLink, ...]:
    """Return the ways to the parts of the door that are no list."""
    return tuple(_nav(visit, endpoint, label, "") for endpoint, label in _sections(visit))


def _sections(visit: Visit) -> tuple[tuple[str, str], ...]:
    # BXL-54: where facilities register for parents, there is a door for the files that they go on changing.
    return (*SECTIONS, (REGISTERED, N_("Registered by us"))) if "registrar" in visit.profile.access else SECTIONS


def urgent_link(visit: Visit, number: int) -> tuple[NavLink, ...]:
    """Return the way to the urgent list with how many stand there, where the organisation keeps one."""
    label = f"{visit.texts.gettext(N_('Urgent'))} ({min(number, MOST_COUNTED)}{'+' if number > MOST_COUNTED else ''})"
    return tuple(NavLink(visit.url(endpoint), label, False) for endpoint in _urgent(visit))


def _urgent(visit: Visit) -> tuple[str, ...]:
    return () if visit.profile.urgent.scope is UrgentScope.OFF else (URGENT,)


def _nav(visit: Visit, endpoint: str, label: str, current: str) -> NavLink:
    return NavLink(visit.url(endpoint), visit.texts.gettext(label), endpoint == current)


def messages_link(visit: Visit, *, current: bool = False) -> NavLink:
    """Return the way to the messages of families, with how many nobody has read."""
    unread = count_unread(visit.session, "facility")
    label = f"{visit.texts.gettext(N_('Messages'))} ({min(unread, COUNTED)}{'+' if unread > COUNTED else ''})"
    return NavLink(visit.url(MESSAGES), label, current)


def gone(visit: Visit, **query: Any) -> Response:
    """Say that a request is not, or no longer, with the leader's facilities, and lead back to the list."""
    return render_error(404, reason=GONE, way_on=NavLink(visit.url(LIST, **query), visit.texts.gettext(BACK_TO_LIST)))
