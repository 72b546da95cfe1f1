"""Messages about leaks and complaints: receipts, what an overseer has to know, and what a family has to be told."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import Letter

READ_REPORT = N_("Read it here. Sign in first:")

INCIDENT_LETTERS: Mapping[str, Letter] = {
    # M15, to both overseers: nothing of what was reported.
    "leak_reported": Letter(
        N_("A possible leak was reported"),
        (
            N_("There is a new case about a possible leak of personal data. The 72 hours are running."),
            N_("Look what it is about, and decide who has to know."),
        ),
        link="oversight/leaks",
        link_text=READ_REPORT,
    ),
    # M15, to whoever reported and left an address.
    "leak_receipt": Letter(
        N_("We have received your report"),
        (
            N_("Thank you. We have received your report about a possible data leak."),
            N_("Its reference is %(reference)s. Keep it, in case you call us about it."),
            N_("Only two people here read what you wrote: the data protection officer and the security officer."),
        ),
        ("reference",),
    ),
    # M16.
    "complaint_receipt": Letter(
        N_("We have received your complaint"),
        (
            N_("We have received your complaint. Its reference is %(reference)s."),
            N_("You get our answer by %(due_on)s."),
            N_("Only our data protection officer reads it. It stands in no file of a child."),
        ),
        ("reference", "due_on"),
    ),
    "complaint_reported": Letter(
        N_("There is a new complaint"),
        (N_("Somebody complained. Only you can read it."),),
        link="oversight/complaints",
        link_text=READ_REPORT,
    ),
    "complaint_due": Letter(
        N_("A complaint waits for your answer"),
        (N_("A complaint has to be answered by %(due_on)s. It is not answered yet."),),
        ("due_on",),
        link="oversight/complaints",
        link_text=READ_REPORT,
    ),
    # To an address that was given for this very answer.
    "complaint_answer": Letter(
        N_("Our answer to your complaint"),
        (
            N_("This is our answer to your complaint %(reference)s:"),
            "%(words)s",
            N_("You do not agree? You can always turn to the supervisory authority."),
        ),
        ("reference", "words"),
        link="contact",
        link_text=N_("How to reach us and the authority:"),
    ),
    # Without a word of what it is about: a mail may be read by anybody.
    "answer_ready": Letter(
        N_("There is an answer for you"),
        (N_("You asked us something. Our answer is ready."),),
        link="my/complaint",
        link_text=N_("Read it on your own page. Sign in with your e-mail address or your reference:"),
    ),
    # GDPR article 34: what happened, what can follow, what we do; in the words of the officer.
    "leak_notice": Letter(
        N_("Something happened with your data"),
        (
            "%(words)s",
            N_("Do you have questions? Call us or write to us, and name %(reference)s."),
        ),
        ("words", "reference"),
        link="contact",
        link_text=N_("How to reach us and the authority:"),
    ),
}
