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
    CaseState,
    Category,
    ComplaintState,
    Finding,
    Origin,
    Reply,
    Risk,
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
ORIGINS: Mapping[str, str] = {
    Origin.VISITOR: N_("somebody from outside"),
    Origin.FAMILY: N_("a family"),
    Origin.WORKER: N_("somebody who works here"),
    Origin.WATCH: N_("the program itself"),
}
CASE_STATES: Mapping[str, str] = {
    CaseState.NEW: N_("new"),
    CaseState.ASSESSING: N_("being assessed"),
    CaseState.CLOSED: N_("closed"),
}
RISKS: Mapping[str, str] = {
    Risk.NONE: N_("No risk for people"),
    Risk.RISK: N_("A risk: the authority has to know"),
    Risk.HIGH: N_("A high risk: the people have to know as well"),
}
FINDINGS: Mapping[str, str] = {
    Finding.TERM: N_("Data are still there after the end of their term. Count: %(count)s. Where: %(about)s."),
    Finding.REFUSED: N_("One account was refused many times in one day. Times: %(count)s."),
    Finding.NO_GROUND: N_("One account opened files without a visit in one day. Files: %(count)s."),
    Finding.LATE: N_("A job did not end well for %(count)s hours. Job: %(about)s."),
}
# Where the watch found it: a store, where the finding is about one.
FOUND_IN: Mapping[str, str] = {
    "files": N_("files of families"),
    "drafts": N_("applications that were not sent"),
    "sessions": N_("sign-ins that ended"),
    "messages": N_("messages that we sent"),
    "audit": N_("the record of who looked"),
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
