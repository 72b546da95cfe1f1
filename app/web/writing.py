"""What the desk and facilities do beside a thread: answer, file what came in elsewhere, note, put aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.catalogue.marking import N_
from app.core.clock import today_at
from app.messages.operations.threads import file_message, send_message, settle, write_note
from app.messages.rules import FILED, LONGEST_TEXT, OLDEST_FILED, Channel, Side
from app.web.forms import ChoiceField, DatePartsField, LongTextField, StepForm
from app.web.i18n import Texts
from app.web.threads import MessageForm

EMPTY_NOTE = N_("Write your note first")
FAMILY, US = "family", "us"
ANSWER, FILE, NOTE, SETTLE = "answer", "file", "note", "settle"
# What the page says after a deed, by its code in the address.
DONE: Mapping[str, str] = {
    ANSWER: N_("Your message is sent. The family hears that there is one, not what it says."),
    FILE: N_("It is kept with the messages. The family can read it."),
    NOTE: N_("The note is kept. The family can read it."),
    SETTLE: N_("Put aside: it needs no answer."),
}


def _past(today: date) -> tuple[date, date]:
    return today - OLDEST_FILED, today


class NoteForm(StepForm):
    """What somebody of the desk or of a facility notes."""

    note = LongTextField(missing=EMPTY_NOTE, limit=LONGEST_TEXT)


class FilingForm(StepForm):
    """What came in elsewhere: how, when, from whom, and its words (BXL-71)."""

    channel = ChoiceField(values=tuple(FILED), missing=N_("Choose how it came in"))
    writer = ChoiceField(values=(FAMILY, US), missing=N_("Choose who wrote or called"))
    received = DatePartsField(bounds=_past, missing=N_("Fill in the day"))
    filed = LongTextField(missing=N_("Write down what was said"), limit=LONGEST_TEXT)


class Writing:
    """The forms beside a thread of staff: an answer, what came in elsewhere, a note; the posted one is judged.

    The field `deed` of the post says which; `settle` asks nothing.
    """

    def __init__(self, posted: MultiDict[str, str] | None, texts: Texts, now: datetime) -> None:
        """Read the form that was posted, and leave the others as they open."""
        self.deed = posted.get("deed", ANSWER) if posted is not None else ""
        self._now, today = now, today_at(now)

        def of(deed: str) -> MultiDict[str, str] | None:
            return posted if self.deed == deed else None

        self.message = MessageForm(of(ANSWER), texts=texts, today=today, required=("words",))
        self.note = NoteForm(of(NOTE), texts=texts, today=today, required=("note",))
        self.filing = FilingForm(
            of(FILE),
            texts=texts,
            today=today,
            answers={"received": today, "writer": FAMILY},
            required=("channel", "writer", "received", "filed"),
        )

    @property
    def form(self) -> StepForm:
        """Return the form that was posted."""
        return {FILE: self.filing, NOTE: self.note}.get(self.deed, self.message)

    def act(self, session: Session, dossier_id: UUID, facility_id: UUID | None, side: Side) -> bool:
        """Do what was posted, when it can be taken; raises NotFound, Refused."""
        if self.deed == SETTLE:
            settle(session, dossier_id, facility_id, side=side, now=self._now)
            return True
        if not self.form.validate():
            return False
        if self.deed == FILE:
            file_message(
                session,
                dossier_id,
                facility_id,
                side=side,
                by_family=self.filing.writer.data == FAMILY,
                channel=Channel(str(self.filing.channel.data)),
                received_on=self.filing.received.data or today_at(self._now),
                words=self.filing.filed.data or "",
                now=self._now,
            )
        elif self.deed == NOTE:
            write_note(session, dossier_id, facility_id, side=side, words=self.note.note.data or "", now=self._now)
        else:
            send_message(
                session, dossier_id, facility_id, side=side, words=self.message.words.data or "", now=self._now
            )
        return True
