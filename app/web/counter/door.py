"""The counter's door, and the frame of its pages. What a page shows, the branch `counter` lets it read (LEU-26)."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Response, current_app

from app.catalogue.marking import N_
from app.core.errors import NotFound
from app.mandates.queries.counter import CounterRoles, counter_roles
from app.web.agreements import lead_to_agreement
from app.web.doors import Door, Visit
from app.web.pages import NavLink, render, shell
from app.web.visit import browser_here
from app.web.visit_memory import VisitMemory

counter = Door("counter", login="counter", languages="staff", module="application")

REASON, SICK_CARE_REASON = ("counter",), ("sick_care",)
FIND, FILE, SICK_CARE, SICK_MONTH = "counter.find", "counter.file", "counter.sick_care", "counter.sick_month"
RIGHTS = "counter.take_request"
AT_COUNTER, IN_SICK_CARE = N_("Counter"), N_("Care for sick children at home")


def open_roles(visit: Visit) -> CounterRoles:
    """Return what the actor does here; leads to the text that a role still asks for. Raises NotFound for others."""
    roles = counter_roles(visit.session)
    if not (roles.at_counter or roles.in_sick_care):
        lead_to_agreement(visit)
    return roles


def require_counter(visit: Visit) -> CounterRoles:
    """Return the roles of a counter worker; raises NotFound for who is none now."""
    roles = open_roles(visit)
    if not roles.at_counter:
        raise NotFound
    return roles


def show(visit: Visit, template: str, roles: CounterRoles, *, current: str = "", **context: Any) -> Response:
    """Return a page in the frame of the counter."""
    texts = visit.texts
    nav = []
    if roles.at_counter:
        nav.append(NavLink(visit.url(FIND), texts.gettext(N_("Find")), current == FIND))
        nav.append(NavLink(visit.url("assist.start"), texts.gettext(N_("Start with a family")), False))
        nav.append(NavLink(visit.url(RIGHTS), texts.gettext(N_("Data request")), current == RIGHTS))
    if roles.in_sick_care:
        nav.append(NavLink(visit.url(SICK_CARE), texts.gettext(N_("Days of use")), current == SICK_CARE))
        nav.append(NavLink(visit.url(SICK_MONTH), texts.gettext(N_("Invoices of a month")), current == SICK_MONTH))
    if "own.account" in visit.house.pages:
        nav.append(NavLink(visit.url("own.account"), texts.gettext(N_("My account")), False))
    return render(
        template,
        nav=tuple(nav),
        shell=dataclasses.replace(shell(texts), home=visit.url("counter.start")),
        account_name=texts.gettext(AT_COUNTER if roles.at_counter else IN_SICK_CARE),
        sign_out_url=visit.url("public.sign_out"),
        **context,
    )


def keep_found(visit: Visit, what: str, found: Collection[UUID]) -> UUID:
    """Remember for this visit what a search found, and return the id under which the next page shows it.

    Neither the address of that page nor what is remembered says what was looked for.
    """
    search_id, session_id = uuid4(), browser_here().id or ""
    term = timedelta(minutes=visit.profile.session.idle_minutes)
    ids = {str(number): str(one) for number, one in enumerate(found)}
    _memory().keep(visit.profile.key, session_id, f"{what}:{search_id}", ids, term)
    return search_id


def recall_found(visit: Visit, what: str, search_id: UUID) -> tuple[UUID, ...]:
    """Return what that search found, in its order; nothing when it is forgotten, or was somebody else's."""
    kept = _memory().recall(visit.profile.key, browser_here().id or "", f"{what}:{search_id}")
    return tuple(UUID(one) for one in kept.values())


def _memory() -> VisitMemory:
    memory: VisitMemory = current_app.extensions["visit_memory"]
    return memory
