"""What an overseer has to know of leaks and complaints: that there is one, and nothing of what it says."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import Letter

READ_REPORT = N_("Read it here. Sign in first:")

INCIDENT_STAFF_LETTERS: Mapping[str, Letter] = {
    # M15, to both overseers.
    "staff_leak_reported": Letter(
        N_("A possible leak was reported"),
        (
            N_("There is a new case about a possible leak of personal data. The 72 hours are running."),
            N_("Look what it is about, and decide who has to know."),
        ),
        link="oversight/leaks",
        link_text=READ_REPORT,
    ),
    "staff_complaint_reported": Letter(
        N_("There is a new complaint"),
        (N_("Somebody complained. Only you can read it."),),
        link="oversight/complaints",
        link_text=READ_REPORT,
    ),
    "staff_complaint_due": Letter(
        N_("A complaint waits for your answer"),
        (N_("A complaint has to be answered by %(due_on)s. It is not answered yet."),),
        ("due_on",),
        link="oversight/complaints",
        link_text=READ_REPORT,
    ),
}
