"""The words of leaks and complaints, the same at every door, and what their open forms share."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from app.accounts.operations import count_attempt
from app.accounts.rules import tries_allowed
from app.catalogue.marking import N_
from app.incidents.rules import (
    REPORTS_PER_ADDRESS,
    About,
    Category,
    ComplaintState,
    Reply,
)
from app.web.callers import caller
from app.web.visit import Visit

CATEGORY: Mapping[str, str] = {
    Category.LOST: N_("Data were lost or stolen"),
    Category.SEEN: N_("Somebody saw data who may not see them"),
    Category.CHANGED: N_("Somebody changed or used data who may not do that"),
    Category.KEPT: N_("Data were kept too long"),
}
ABOUT: Mapping[str, str] = {
    About.SERVICE: N_("How we work"),
    About.PERSON: N_("Somebody who works here"),
    About.PRIVACY: N_("What we do with your data"),
    About.WEBSITE: N_("This website"),
}
REPLY: Mapping[str, str] = {
    Reply.MAIL: N_("By e-mail"),
    Reply.LETTER: N_("By letter"),
    Reply.NONE: N_("I do not need an answer"),
}
COMPLAINT_STATES: Mapping[str, str] = {
    ComplaintState.RECEIVED: N_("received"),
    ComplaintState.IN_WORK: N_("somebody works at it"),
    ComplaintState.ANSWERED: N_("answered"),
}
TRAP = N_("Leave this box empty")
TOO_MANY = N_("There were too many reports from here. Wait 15 minutes, or call us. What you wrote is still here.")


def id_of_form(visit: Visit, once: str) -> UUID:
    """Return the id of what this form reports: the same one when it is sent again, because its answer was lost."""
    return UUID(bytes=visit.house.databases.keyring.token("report-of-form", once)[:16], version=4)


def may_report(visit: Visit) -> bool:
    """Count a report from this network and tell whether it may be taken: nobody is shut out for longer than a while."""
    databases = visit.house.databases
    key = databases.keyring.token("report-address", caller())
    return tries_allowed(count_attempt(databases, visit.profile.key, key, visit.now), REPORTS_PER_ADDRESS)
