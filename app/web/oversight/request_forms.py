"""The forms of one request: its file, who asks, what is unclear, the answer, how it was sent."""

from __future__ import annotations

from datetime import date, timedelta

from app.catalogue.marking import N_
from app.rights.rules import LONGEST_SAYING, Denied, Outcome, Refusal, Seen, Whose
from app.web.forms import ChoiceField, DatePartsField, LongTextField, StepForm, TextField, TickField

LONGEST_NAME, LONGEST_REFERENCE, LONGEST_POSTCODE = 160, 40, 12
SEEN_HERE = tuple(str(one) for one in Seen if one is not Seen.LOGIN)
HOW_SENT = ("page", "letter", "mail")
# Beside which box a refusal is said, and how.
PROBLEMS = {
    Denied.NO_IDENTITY: ("outcome", N_("First see who asks: without that nothing is answered.")),
    Denied.NO_OUTCOME: ("outcome", N_("Choose what you answer.")),
    Denied.NO_FILE: ("outcome", N_("First find the file that this is about.")),
    Denied.NOT_THEIR_FILE: (
        "outcome",
        N_("This person has no such right over the whole file: it is of somebody else."),
    ),
    Denied.NO_DRAFT: ("outcome", N_("The draft is still being made. Load the page again in a minute.")),
    Denied.PART_WITHOUT_SOURCE: ("outcome", N_("A part of the draft does not say why it is held or where it is from.")),
    Denied.PART_IS_KEPT: ("outcome", N_("A law keeps a part. Answer: in part, and name the law.")),
    Denied.NO_GROUND: ("ground", N_("Choose the ground on which you refuse.")),
    Denied.NO_SENTENCE: ("reason", N_("Write the reason in a whole sentence. That we made no mistake is no reason.")),
    Denied.NOT_WEIGHED: ("weighed_why", N_("Say whose rights you weighed, and in a whole sentence why.")),
    Denied.WARNING_UNSEEN: ("warned", N_("Tick that the open requests with facilities end first.")),
    Denied.UNSPECIFIC: ("value", N_("Say which field gets which value. Is that not clear? Then ask.")),
    Denied.BY_THE_DESK: ("field", N_("Only the desk can change this, together with the family.")),
    Denied.NOT_CARRIED_OUT: ("how", N_("It is still being carried out. Load the page again in a minute.")),
    Denied.STILL_THERE: ("how", N_("Something that has to go is still there. It goes within a quarter of an hour.")),
    Denied.NO_ACCOUNT: ("how", N_("This person has no account of their own here. Send a letter.")),
    Denied.NO_MAIL: ("how", N_("A mail alone is only for an erasure, and where we know an address.")),
    Denied.NO_SENDING_DAY: ("sent_on", N_("Fill in the day on which you posted the letter.")),
    Denied.NO_QUESTION: ("question", N_("Write your question.")),
}


def _children(today: date) -> tuple[date, date]:
    return today - timedelta(days=366 * 110), today + timedelta(days=400)


def _lately(today: date) -> tuple[date, date]:
    return today - timedelta(days=366), today


class LinkForm(StepForm):
    """Which file it is about: its reference, or what the request tells of the person."""

    file = TextField(limit=LONGEST_REFERENCE)
    name = TextField(limit=LONGEST_NAME)
    birth_date = DatePartsField(bounds=_children)
    postcode = TextField(limit=LONGEST_POSTCODE)

    def check(self) -> None:
        """Ask for the reference, or for all of the rest."""
        if not self.file.data and not (self.name.data and self.birth_date.data and self.postcode.data):
            self.fail("file", N_("Fill in the reference, or name, birth date and postcode"))


class SeenForm(StepForm):
    """How somebody was recognised."""

    seen = ChoiceField(missing=N_("Choose how you saw who asks"), values=SEEN_HERE)


class ClarityForm(StepForm):
    """What is unclear."""

    question = LongTextField(missing=PROBLEMS[Denied.NO_QUESTION][1], limit=LONGEST_SAYING)


class SettleForm(StepForm):
    """The answer."""

    outcome = ChoiceField(missing=PROBLEMS[Denied.NO_OUTCOME][1], values=tuple(Outcome))
    ground = ChoiceField(values=tuple(Refusal))
    reason = LongTextField(limit=LONGEST_SAYING)
    weighed = ChoiceField(values=tuple(Whose))
    weighed_why = LongTextField(limit=LONGEST_SAYING)
    warned = TickField()
    field = ChoiceField()
    value = TextField(limit=LONGEST_NAME)
    says = LongTextField(limit=LONGEST_SAYING)


class SendForm(StepForm):
    """How the answer went out."""

    how = ChoiceField(missing=N_("Choose how the answer went out"), values=HOW_SENT)
    sent_on = DatePartsField(bounds=_lately)
