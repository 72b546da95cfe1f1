"""What may be asked, by when it is answered, and what an answer has to hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

# What was asked and what was answered is sealed under the request's own id: it outlives the file.
KEY_CLASS = "rights"
LONGEST_SAYING = 4000
# Nobody enters a letter that lay for longer than this: it is a slip of the keyboard.
OLDEST_RECEIPT = timedelta(days=366)

# So many files an officer may look for in an hour by what a request tells.
LINK_TRIES = 30
# Which columns a granted correction may change by itself. The rest follows from answers that rank a request: the desk
# changes it with the family, which sees what comes of it (KG-34).
CORRECTED: Mapping[str, tuple[str, ...]] = {
    "applicant": ("given_name", "family_name", "phone"),
    "partner": ("given_name", "family_name", "phone", "email"),
    "child": ("given_name", "family_name", "call_name"),
}


class Kind(StrEnum):
    """What somebody asks about data on themselves."""

    ACCESS = "access"
    COPY = "copy"
    CORRECT = "correct"
    ERASE = "erase"
    RESTRICT = "restrict"
    OBJECT = "object"
    WITHDRAW = "withdraw"


class Subject(StrEnum):
    """Whose data it is about."""

    APPLICANT = "applicant"
    PARTNER = "partner"
    WORKER = "worker"
    OTHER = "other"


class Channel(StrEnum):
    """How it reached the organisation."""

    PORTAL = "portal"
    MAIL = "mail"
    PHONE = "phone"
    LETTER = "letter"
    COUNTER = "counter"


class Asking(StrEnum):
    """Why a request cannot be written down as it stands."""

    UNKNOWN_KIND = "unknown_kind"
    NO_NAME = "no_name"
    NO_REACH = "no_reach"
    NOT_YET = "not_yet"
    TOO_LONG_AGO = "too_long_ago"


def due_on(received_on: date, answer_days: int) -> date:
    """Return the last day of the answer: it counts from receipt, whatever happens in between (KK-35)."""
    return received_on + timedelta(days=answer_days)


def asking_problem(
    kind: str, details: Mapping[str, Any], *, received_on: date, today: date, has_account: bool
) -> Asking | None:
    """Tell why a request cannot be written down; whoever has no account says who they are and how to reach them."""
    if kind not in {*Kind}:
        return Asking.UNKNOWN_KIND
    if received_on > today:
        return Asking.NOT_YET
    if received_on < today - OLDEST_RECEIPT:
        return Asking.TOO_LONG_AGO
    if has_account:
        return None
    if not str(details.get("name") or "").strip():
        return Asking.NO_NAME
    if not any(details.get(way) for way in ("email", "phone", "address")):
        return Asking.NO_REACH
    return None


def details_place(request_id: object) -> str:
    """Return the place that what was asked is bound to."""
    return f"rights_request:sealed:{request_id}"


def answer_place(request_id: object) -> str:
    """Return the place that the answer is bound to."""
    return f"rights_request:sealed_answer:{request_id}"
