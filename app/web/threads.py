"""What every door that shows a thread shares: the form of a message, and messages and notes in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.applications.queries.cursors import Cursor
from app.catalogue.marking import N_
from app.core.clock import today_at
from app.messages.queries.records import Letters, Note
from app.messages.rules import LONGEST_TEXT, Channel, Side
from app.web.forms import LongTextField, StepForm
from app.web.i18n import Texts

EMPTY = N_("Write your message first")
# How something came in that was not written here.
CHANNELS: Mapping[str, str] = {
    Channel.MAIL: N_("E-mail"),
    Channel.TEXT: N_("Text message"),
    Channel.WHATSAPP: N_("WhatsApp"),
    Channel.CALL: N_("Phone call"),
    Channel.LETTER: N_("Letter"),
}


class MessageForm(StepForm):
    """What somebody writes."""

    words = LongTextField(missing=EMPTY, limit=LONGEST_TEXT)


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
