"""The words of cases, as overseers read them."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.incidents.rules import CaseState, Finding, Origin, Risk

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
