"""What every door that shows a thread shares: its forms, and its messages in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.applications.queries.cursors import Cursor
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.messages.operations.threads import file_message, send_message, settle, write_note
from app.messages.queries.records import Letters, Note
from app.messages.rules import FILED, LONGEST_TEXT, OLDEST_FILED, Channel, Side
from app.web.forms import ChoiceField, DatePartsField, LongTextField, StepForm
from app.web.i18n import Texts

EMPTY = N_("Write your message first")
EMPTY_NOTE = N_("Write your note first")
# How something came in that was not written here.
CHANNELS: Mapping[str, str] = {
    Channel.MAIL: N_("E-mail"),
    Channel.TEXT: N_("Text message"),
    Channel.WHATSAPP: N_("WhatsApp"),
    Channel.CALL: N_("Phone call"),
    Channel.LETTER: N_("Letter"),
}
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


class MessageForm(StepForm):
    """What somebody writes."""

    words = LongTextField(missing=EMPTY, limit=LONGEST_TEXT)


class NoteForm(StepForm):
    """What somebody of the desk or of a facility notes."""

    note = LongTextField(missing=EMPTY_NOTE, limit=LONGEST_TEXT)


class FilingForm(StepForm):
    """What came in elsewhere: how, when, from whom, and its words (BXL-71)."""

    channel = ChoiceField(values=tuple(FILED), missing=N_("Choose how it came in"))
    writer = ChoiceField(values=(FAMILY, US), missing=N_("Choose who wrote or called"))
    received = DatePartsField(bounds=_past, missing=N_("Fill in the day"))
    filed = LongTextField(missing=N_("Write down what was said"), limit=LONGEST_TEXT)


@dataclass(frozen=True)
class Line:
    """One message in words."""

    who: str
    when: str
    how: str
    text: str
    mine: bool


@dataclass(frozen=True)
class NoteLine:
    """One note in words."""

    who: str
    when: str
    text: str


def lines_of(letters: Letters | None, texts: Texts, *, side: Side, names: Mapping[str, str]) -> tuple[Line, ...]:
    """Return messages in words for one side; `names` says who each sender is to this reader."""
    return tuple(
        Line(
            who=names[letter.sender],
            when=_when(letter.received_at, texts, whole=letter.channel == Channel.PORTAL),
            how=texts.gettext(CHANNELS[letter.channel]) if letter.channel in CHANNELS else "",
            text=letter.text,
            mine=letter.sender == side,
        )
        for letter in (letters.lines if letters else ())
    )


def notes_in_words(notes: tuple[Note, ...] | None, texts: Texts, desk: str) -> tuple[NoteLine, ...]:
    """Return notes in words; one without a facility is the desk's."""
    return tuple(
        NoteLine(note.facility or desk, texts.format_moment(note.created_at), note.text) for note in notes or ()
    )


def place_in(word: str | None) -> Cursor | None:
    """Return the place in a thread or list that an address names; none for a word that is none of ours."""
    try:
        return Cursor.decode(word) if word else None
    except ValueError:
        return None


def _when(moment: datetime, texts: Texts, *, whole: bool) -> str:
    # Of what was filed only the day is known.
    return texts.format_moment(moment) if whole else texts.format_day(today_at(moment))


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
