"""What may be asked, by when it is answered, and what an answer has to hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
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

# What the desk changes together with the family.
BY_DESK = "desk"


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


class Outcome(StrEnum):
    """What became of a request."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


class Refusal(StrEnum):
    """On which ground something is refused; that we made no mistake, or that it is much work, is none (KK-36)."""

    LEGAL_TERM = "legal_term"
    RIGHTS_OF_OTHERS = "rights_of_others"
    LEGAL_CLAIM = "legal_claim"
    NOT_ABOUT_YOU = "not_about_you"
    NOT_HELD = "not_held"
    IDENTITY_UNKNOWN = "identity_unknown"
    REPEATED = "repeated"


class Seen(StrEnum):
    """How somebody was recognised; of a document nothing is kept (KG-33)."""

    LOGIN = "login"
    DOCUMENT = "document"
    COPY_RETURNED = "copy_returned"
    CALLED_BACK = "called_back"
    KNOWN_DETAILS = "known_details"


class Whose(StrEnum):
    """Whose rights were weighed against those of whoever asks."""

    NOBODY = "nobody"
    OTHER_PARENT = "other_parent"
    REPORTER = "reporter"
    SOMEBODY = "somebody"


class Denied(StrEnum):
    """Why an answer cannot be settled or sent."""

    ANSWERED = "answered"
    OWN_REQUEST = "own_request"
    NO_IDENTITY = "no_identity"
    NO_OUTCOME = "no_outcome"
    NO_GROUND = "no_ground"
    NO_SENTENCE = "no_sentence"
    NOT_WEIGHED = "not_weighed"
    NO_FILE = "no_file"
    NO_DRAFT = "no_draft"
    PART_WITHOUT_SOURCE = "part_without_source"
    PART_IS_KEPT = "part_is_kept"
    STILL_THERE = "still_there"
    NOT_CARRIED_OUT = "not_carried_out"
    UNSPECIFIC = "unspecific"
    BY_THE_DESK = "by_the_desk"
    WARNING_UNSEEN = "warning_unseen"
    NO_SENDING_DAY = "no_sending_day"
    NO_ACCOUNT = "no_account"
    NO_MAIL = "no_mail"
    NO_QUESTION = "no_question"
    NOT_RESTRICTED = "not_restricted"
    NOT_THEIR_FILE = "not_their_file"


# A reason is a sentence: so many words, and letters.
LEAST_WORDS = 4
LEAST_LETTERS = 15
# Words that say that we did nothing wrong are no reason to keep somebody's data.
_NO_GROUND = ("not our mistake", "niet onze fout", "geen fout van ons", "pas notre faute", "pas de notre faute")
DRAFTED = frozenset({Kind.ACCESS, Kind.COPY, Kind.ERASE})
CARRIED_OUT = frozenset({Kind.ERASE, Kind.RESTRICT, Kind.CORRECT})
# The officer hears of a term so many days before its end, and once it is over.
REMINDED = (14, 7, 2)
OVERDUE = "overdue"
# So long a copy can be fetched; then it is taken out of the answer (LEU-43).
PICK_UP_DAYS = 30


def is_sentence(words: str) -> bool:
    """Tell whether a reason says something: blank, one word or "not our mistake" does not (KK-36)."""
    plain = " ".join(words.split())
    told = [word for word in plain.split() if any(letter.isalpha() for letter in word)]
    if len(told) < LEAST_WORDS or len({word.lower() for word in told}) < LEAST_WORDS or len(plain) < LEAST_LETTERS:
        return False
    return plain.lower().strip(" .!") not in _NO_GROUND and not any(
        plain.lower().strip(" .!").endswith(excuse) and len(told) < LEAST_WORDS * 2 for excuse in _NO_GROUND
    )


def days_left(due: date, today: date) -> int:
    """Return how many days there are to answer; less than nothing is overdue (KK-35)."""
    return (due - today).days


def reminder(due: date, today: date) -> str | None:
    """Return which reminder is due: the nearest one that was reached, so that a missed day is caught up (M11)."""
    left = days_left(due, today)
    if left < 0:
        return OVERDUE
    return next((str(days) for days in sorted(REMINDED) if left <= days), None)


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a draft: whether it says why the data are held and where they came from."""

    group: str
    has_purpose: bool
    has_origin: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What the officer settles."""

    outcome: str
    ground: str = ""
    reason: str = ""
    weighed: str = ""
    weighed_why: str = ""
    # Whoever grants an erasure saw what is still open with facilities.
    warned: bool = False
    # For a correction: which column gets which value, or that the desk does it with the family.
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a request when it is settled."""

    kind: str
    identity_seen: bool
    answered: bool
    has_file: bool
    about_worker: bool = False
    # Whoever is only named in somebody else's file has a part of it, and never the whole.
    subject: str = Subject.APPLICANT
    is_own: bool = False
    parts: tuple[Part, ...] | None = None
    open_requests: int = 0
    # How many legal terms keep a part of the file.
    kept: int = 0
    # Of several children a name says not which one; a protected phone number lies where no job can write it.
    one_child: bool = True
    sealed_contact: bool = False


def decision_problem(case: Case, decision: Decision) -> Denied | None:
    """Tell why a decision cannot stand; None when it can (KG-33, KK-36, LEU-44)."""
    settled = decision.outcome in {*Outcome}
    checks = (
        (case.answered, Denied.ANSWERED),
        (case.is_own, Denied.OWN_REQUEST),
        (not case.identity_seen, Denied.NO_IDENTITY),
        (not settled, Denied.NO_OUTCOME),
        (decision.outcome != Outcome.GRANTED and decision.ground not in {*Refusal}, Denied.NO_GROUND),
        (decision.outcome != Outcome.GRANTED and not is_sentence(decision.reason), Denied.NO_SENTENCE),
    )
    wrong = next((denied for failed, denied in checks if failed), None)
    if wrong is not None or decision.outcome == Outcome.REFUSED:
        return wrong
    return _grant_problem(case, decision)


def _grant_problem(case: Case, decision: Decision) -> Denied | None:
    if case.kind in CARRIED_OUT | DRAFTED and not case.has_file and not case.about_worker:
        return Denied.NO_FILE
    if case.has_file and not is_theirs(case.kind, case.subject, (field for field, _ in decision.items)):
        return Denied.NOT_THEIR_FILE
    if case.kind in DRAFTED and case.has_file and case.parts is None:
        return Denied.NO_DRAFT
    if case.kind in (Kind.ACCESS, Kind.COPY):
        if any(not (part.has_purpose and part.has_origin) for part in case.parts or ()):
            return Denied.PART_WITHOUT_SOURCE
        weighed = decision.weighed in {*Whose}
        if not weighed or (decision.weighed != Whose.NOBODY and not is_sentence(decision.weighed_why)):
            return Denied.NOT_WEIGHED
    if case.kind == Kind.ERASE and case.kept and decision.outcome == Outcome.GRANTED:
        return Denied.PART_IS_KEPT
    if case.kind == Kind.ERASE and case.open_requests and not decision.warned:
        return Denied.WARNING_UNSEEN
    if case.kind == Kind.CORRECT and not case.about_worker:
        return correction_problem(decision.items, one_child=case.one_child, sealed_contact=case.sealed_contact)
    return None


def is_theirs(kind: str, subject: str, fields: Iterable[str]) -> bool:
    """Tell whether somebody has this right over a file: a partner over what is about the partner (BXL-60)."""
    if subject == Subject.APPLICANT or kind not in CARRIED_OUT | DRAFTED:
        return True
    if subject != Subject.PARTNER or kind == Kind.RESTRICT:
        return False
    return all(field == BY_DESK or field.startswith("partner.") for field in fields)


def correction_problem(
    items: Collection[tuple[str, str]], *, one_child: bool = True, sealed_contact: bool = False
) -> Denied | None:
    """Tell why a correction cannot be granted: each says which field and which new value (KG-34)."""
    if not items or any(not field.strip() or not value.strip() for field, value in items):
        return Denied.UNSPECIFIC
    if any(field != BY_DESK and not is_corrected_here(field) for field, _ in items):
        return Denied.BY_THE_DESK
    fields = {field for field, _ in items}
    if (not one_child and any(field.startswith("child.") for field in fields)) or (
        sealed_contact and "applicant.phone" in fields
    ):
        return Denied.BY_THE_DESK
    return None


def is_corrected_here(field: str) -> bool:
    """Tell whether a granted correction changes this field by itself."""
    table, _, column = field.partition(".")
    return column in CORRECTED.get(table, ())


def sending_problem(
    case: Case,
    *,
    decided: bool,
    carried_out: bool,
    left_to_erase: int,
    how: str,
    has_account: bool,
    has_mail: bool,
    has_day: bool,
) -> Denied | None:
    """Tell why an answer cannot be closed as sent (KK-35, LEU-42): never while a removable field is still there."""
    if not case.identity_seen:
        return Denied.NO_IDENTITY
    if case.answered:
        return Denied.ANSWERED
    if not decided:
        return Denied.NO_OUTCOME
    if not carried_out:
        return Denied.NOT_CARRIED_OUT
    if left_to_erase:
        return Denied.STILL_THERE
    if how == "page" and not has_account:
        return Denied.NO_ACCOUNT
    if how == "mail" and not (has_mail and case.kind == Kind.ERASE):
        return Denied.NO_MAIL
    if how == "letter" and not has_day:
        return Denied.NO_SENDING_DAY
    return None


@dataclass(frozen=True, slots=True)
class Kept:
    """Groups that a law keeps, until the last day of its term."""

    groups: tuple[str, ...]
    law: str
    until: date


@dataclass(frozen=True, slots=True)
class Split:
    """What goes now and what stays until when; without anything kept the whole file goes."""

    now: tuple[str, ...]
    kept: tuple[Kept, ...]


def split(held: Collection[str], terms: Collection[tuple[str, Collection[str], date | None]], *, today: date) -> Split:
    """Part what is held by the legal terms that keep it: (law, groups, last day) each (LEU-44, KK-32).

    A group that two laws keep stays for the longer. A term that is over, or that this file never began, keeps nothing.
    """
    longest: dict[str, tuple[date, str]] = {}
    for law, groups, until in terms:
        if until is None or until < today:
            continue
        for group in set(groups) & set(held):
            longest[group] = max(longest.get(group, (until, law)), (until, law))
    kept: dict[tuple[date, str], list[str]] = {}
    for group in sorted(longest):
        kept.setdefault(longest[group], []).append(group)
    return Split(
        tuple(sorted(set(held) - set(longest))),
        tuple(Kept(tuple(groups), law, until) for (until, law), groups in sorted(kept.items())),
    )
