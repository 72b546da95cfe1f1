"""What may be written, by whom, and what of it waits: pure questions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

LONGEST_TEXT = 4000
# What came in elsewhere may be filed late, not endlessly: an older day is a slip of the pen.
OLDEST_FILED = timedelta(days=730)


class Side(StrEnum):
    """Who writes in a thread."""

    FAMILY = "family"
    FACILITY = "facility"
    DESK = "desk"


class Channel(StrEnum):
    """How a message came in; all but the portal are filed by hand."""

    PORTAL = "portal"
    MAIL = "mail"
    TEXT = "text"
    WHATSAPP = "whatsapp"
    CALL = "call"
    LETTER = "letter"


FILED = tuple(channel for channel in Channel if channel is not Channel.PORTAL)


class Decision(StrEnum):
    """What the desk decides about two requests that may be about one child."""

    JOINED = "joined"
    KEPT = "kept"


class Denied(StrEnum):
    """Why a message is not taken, or a task not done."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_YET = "not_yet"
    TOO_OLD = "too_old"
    NOT_FILED = "not_filed"
    CLOSED = "closed"
    DONE_BEFORE = "done_before"


def text_problem(text: str) -> Denied | None:
    """Say what is wrong with the words of a message or note."""
    if not text.strip():
        return Denied.EMPTY
    return Denied.TOO_LONG if len(text) > LONGEST_TEXT else None


def filing_problem(channel: Channel, received_on: date, today: date) -> Denied | None:
    """Say why something that came in elsewhere cannot be filed under this channel and day (BXL-71)."""
    if channel not in FILED:
        return Denied.NOT_FILED
    if received_on > today:
        return Denied.NOT_YET
    return Denied.TOO_OLD if today - received_on > OLDEST_FILED else None


def may_write(facility_has_reach: bool) -> Denied | None:
    """Say whether a family may still write to a facility: only while that one can read its file."""
    return None if facility_has_reach else Denied.CLOSED


def is_unread(*, last_at: datetime, last_sender: str, read_at: datetime | None, by_family: bool) -> bool:
    """Say whether the last word came from the other side and was not read yet."""
    own = (last_sender == Side.FAMILY) is by_family
    return not own and (read_at is None or read_at < last_at)


def notice_key(thread_id: object, read_at: datetime | None) -> str:
    """Return what makes the notice to a family go once until the family has read the thread."""
    return f"message_waiting:{thread_id}:{read_at.isoformat() if read_at else 'never'}"
