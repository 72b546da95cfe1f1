"""Messages about leaks and complaints: receipts, answers, and what a family has to be told."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import Letter

INCIDENT_LETTERS: Mapping[str, Letter] = {
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
