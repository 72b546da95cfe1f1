"""Messages about requests on one's own data: receipt, question, answer (M10), end of what was kept (M12), terms (M11).

None of them says what was asked or answered: that is read on one's own page, or in a letter.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import Letter

_ANSWERED = N_("There is an answer to your request about your data")

RIGHTS_LETTERS: Mapping[str, Letter] = {
    "rights_receipt": Letter(
        N_("We have your request about your data"),
        (
            N_("We got your request about your data on %(received_on)s. Its reference is %(reference)s."),
            N_("You get our answer by %(due_on)s. If we refuse something, we say why."),
            N_("Perhaps we first ask who you are. We keep no copy of your identity card."),
        ),
        ("received_on", "reference", "due_on"),
    ),
    "rights_unclear": Letter(
        N_("We have a question about your request"),
        (
            N_("You asked us something about your data. The reference is %(reference)s."),
            N_("To answer it well, we have to know more:\n%(question)s"),
            N_("Answer this message, write to us or call us. The day by which we answer stays the same."),
        ),
        ("reference", "question"),
    ),
    "rights_answer": Letter(
        _ANSWERED,
        (N_("We answered your request with reference %(reference)s. You read the answer after signing in."),),
        ("reference",),
        "my/rights-answer/{request_id}",
        N_("Read the answer:"),
    ),
    "staff_rights_answer": Letter(
        _ANSWERED,
        (N_("We answered your request with reference %(reference)s. You read the answer after signing in."),),
        ("reference",),
        "account/rights/{request_id}",
        N_("Read the answer:"),
    ),
    "rights_answer_posted": Letter(
        _ANSWERED,
        (N_("We answered your request with reference %(reference)s. On %(sent_on)s we posted you a letter with it."),),
        ("reference", "sent_on"),
    ),
    "rights_erased": Letter(
        N_("What you asked to erase is gone"),
        (
            N_("You asked us to erase your data. The reference was %(reference)s."),
            N_("We did. We hold no file of you any more, and you can no longer sign in."),
            N_("We told those to whom your data were given. Of your request we keep the proof that we answered it."),
        ),
        ("reference",),
    ),
    "rights_finished": Letter(
        N_("The rest of your data is gone too"),
        (
            N_("You asked us to erase your data. The reference was %(reference)s. The law made us keep a part of it."),
            N_("That term is over now, and the rest is gone. You do not have to do anything."),
        ),
        ("reference",),
    ),
    "rights_lifted": Letter(
        N_("We use your data again"),
        (
            N_("You asked us to keep your data without using them. The reference was %(reference)s."),
            N_("That ended. From now on your data are used as before. Do you not agree? Call us or write to us."),
        ),
        ("reference",),
    ),
    "staff_rights_due": Letter(
        N_("A request about data waits for your answer"),
        (
            N_("The request with reference %(reference)s has to be answered by %(due_on)s."),
            N_("The term goes on, also when you wait for something."),
        ),
        ("reference", "due_on"),
        "oversight/requests",
        N_("Open the requests:"),
    ),
    "staff_rights_overdue": Letter(
        N_("A request about data is too late"),
        (N_("The request with reference %(reference)s had to be answered by %(due_on)s. Answer it today."),),
        ("reference", "due_on"),
        "oversight/requests",
        N_("Open the requests:"),
    ),
}
