"""What may leave the house: to whom, for what, on which ground, with which columns. Nothing else leaves."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

CONTACT_PURPOSE = "contact_family"
ORDER_PURPOSE = "legal_order"
ORDER_KEY_CLASS = "order"
# A file waits so long to be fetched; once fetched it lies an hour more, for a line that broke.
FILE_TERM = timedelta(days=7)
FETCHED_TERM = timedelta(hours=1)
# Whoever got data longer ago is no longer told what changed.
CORRECTED = timedelta(days=365)
# Between two files of corrections for one recipient; what is erased does not wait for it.
CORRECTION_REST = timedelta(days=1)
KEY_WARNED = timedelta(days=30)
LEAST_KEY_BITS = 2048
LEAST_WEIGHING = 40
TOKEN_BYTES = 16
# Told to the recipient already: take this person out.
REMOVED = b""


class Kind(StrEnum):
    """Kinds of file."""

    REGULAR = "regular"
    CORRECTION = "correction"
    ORDER = "order"
    RESEARCH = "research"


class State(StrEnum):
    """How far a file is."""

    ASKED = "asked"
    APPROVED = "approved"
    MADE = "made"
    FETCHED = "fetched"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    """Whether the data of a child's file go to a recipient now."""

    IN = "in"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    RESTRICTED = "restricted"
    PROTECTED = "protected"
    PARTNER_NAMED = "partner_named"
    EXPECTED = "expected"


# What the officer looks at by hand; the others are left out as a matter of course.
BY_HAND = (Standing.PROTECTED, Standing.PARTNER_NAMED)


class Denied(StrEnum):
    """Why a file is not made, or a step to it not taken."""

    NOT_IN_REGISTER = "not_in_register"
    OTHER_PURPOSE = "other_purpose"
    OTHER_GROUND = "other_ground"
    OTHER_COLUMNS = "other_columns"
    NO_COLUMNS = "no_columns"
    ENDED = "ended"
    NO_AGREEMENT = "no_agreement"
    NO_LAW = "no_law"
    NO_REFERENCE = "no_reference"
    NO_WEIGHING = "no_weighing"
    GROUND_UNKNOWN = "ground_unknown"
    AUTHORITY_UNKNOWN = "authority_unknown"
    NOT_APPROVED = "not_approved"
    SAME_PERSON = "same_person"
    NO_KEY = "no_key"
    NOT_NOW = "not_now"
    BAN_OVER = "ban_over"
    KEY_UNREADABLE = "key_unreadable"
    KEY_WEAK = "key_weak"
    KEY_ENDED = "key_ended"


# These pass by themselves: the file waits. Any other denial ends it.
PASSING = frozenset({Denied.NO_KEY})


class Authority(StrEnum):
    """Who gives a legal order; the register of recipients cannot know them beforehand."""

    POLICE = "police"
    JUSTICE = "justice"
    TAX = "tax"
    OTHER = "other_authority"


class OrderGround(StrEnum):
    """On which ground data of one file go out without consent (KK-42)."""

    LAW = "law"
    COMPATIBLE = "compatible"
    URGENT = "urgent"


_APPLICANT = (
    *("given_name", "family_name", "birth_date", "sex", "street", "house_number", "postcode", "municipality"),
    *("phone", "email"),
)
# Every column that any file may hold at all: never the national number, health, free text, or the reference.
SENDABLE = (
    *(f"applicant.{name}" for name in _APPLICANT),
    *(f"partner.{name}" for name in ("given_name", "family_name", "phone", "email")),
    *(f"child.{name}" for name in ("given_name", "family_name", "birth_date")),
)
ORDERABLE = (*SENDABLE, "placement.facility_id", "placement.start_date", "placement.end_date")
# What a coded set may hold, and under which name: nothing that names or reaches anybody (KG-41).
CODED: Mapping[str, str] = {
    "child.birth_date": "child.birth_year",
    "applicant.municipality": "applicant.municipality",
    "circumstances.family_situation": "circumstances.family_situation",
    "circumstances.work": "circumstances.work",
    "circumstances.education": "circumstances.education",
}
PSEUDONYM = "pseudonym"
_PERSON_OF = {"circumstances": "applicant", "placement": "child"}


class Registered(Protocol):
    """What the rules need of an entry in the register of recipients."""

    @property
    def ground(self) -> str:
        """Return why it may get data at all."""

    @property
    def purpose(self) -> str:
        """Return for what, in the words of the register."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return exactly which columns."""

    @property
    def until(self) -> date | None:
        """Return the last day on which it may, if there is one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a delivery says of itself."""

    recipient: str
    purpose: str
    ground: str
    kind: str
    columns: tuple[str, ...]
    law: str | None = None
    has_reference: bool = False
    asked_by: object = None
    approved_by: object = None


def may_leave(
    wanted: Wanted,
    register: Mapping[str, Registered],
    purposes: Mapping[str, str],
    *,
    today: date,
    has_agreement: bool = False,
    order_grounds: Collection[str] = (OrderGround.LAW,),
) -> Denied | None:
    """Return why this may not leave, or None (BXL-37, BXL-38, KG-05).

    `purposes` are the keys by the text of the register.
    """
    if wanted.kind == Kind.ORDER:
        return order_denied(wanted, order_grounds)
    entry = register.get(wanted.recipient)
    if entry is None:
        return Denied.NOT_IN_REGISTER
    if wanted.purpose != purposes.get(entry.purpose):
        return Denied.OTHER_PURPOSE
    if wanted.ground != entry.ground or (wanted.kind == Kind.RESEARCH) is not (entry.ground == "research"):
        return Denied.OTHER_GROUND
    if entry.until is not None and entry.until < today:
        return Denied.ENDED
    if entry.ground == "processor" and not has_agreement:
        return Denied.NO_AGREEMENT
    if not entry.columns:
        return Denied.NO_COLUMNS
    if wanted.columns != columns_of(wanted.kind, entry.columns) or not sendable(wanted.kind, entry.columns):
        return Denied.OTHER_COLUMNS
    return None if wanted.kind == Kind.CORRECTION else approval_denied(wanted)


def columns_of(kind: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of the file: the register's own, or their coded form."""
    return (PSEUDONYM, *(CODED.get(name, name) for name in columns)) if kind == Kind.RESEARCH else tuple(columns)


def sendable(kind: str, columns: Iterable[str]) -> bool:
    """Tell whether the database can hand out these columns at all."""
    return set(columns) <= set(CODED if kind == Kind.RESEARCH else SENDABLE)


def approval_denied(wanted: Wanted) -> Denied | None:
    """Return why the approval does not count: nobody gave it, or whoever asked did (LEU-37)."""
    if wanted.approved_by is None:
        return Denied.NOT_APPROVED
    return Denied.SAME_PERSON if wanted.approved_by == wanted.asked_by else None


def order_denied(wanted: Wanted, grounds: Collection[str]) -> Denied | None:
    """Return why an order is not followed: no law, no reference, no second person, too much asked (LEU-37)."""
    return basis_denied(wanted, grounds) or approval_denied(wanted)


def basis_denied(wanted: Wanted, grounds: Collection[str]) -> Denied | None:
    """Return what is missing before a second person can look at it (LEU-37, KK-42)."""
    law = (wanted.law or "").strip()
    if wanted.recipient not in set(Authority):
        return Denied.AUTHORITY_UNKNOWN
    if wanted.purpose != ORDER_PURPOSE:
        return Denied.OTHER_PURPOSE
    if wanted.ground not in grounds:
        return Denied.GROUND_UNKNOWN
    if not law:
        return Denied.NO_LAW
    if wanted.ground == OrderGround.URGENT and len(law) < LEAST_WEIGHING:
        return Denied.NO_WEIGHING
    if not wanted.has_reference:
        return Denied.NO_REFERENCE
    if not wanted.columns:
        return Denied.NO_COLUMNS
    return None if set(wanted.columns) <= set(ORDERABLE) else Denied.OTHER_COLUMNS


def order_grounds(disclosure_kind: str) -> tuple[OrderGround, ...]:
    """Return the grounds without consent that an organisation's statement knows (KK-42); a legal duty always."""
    return tuple(OrderGround) if disclosure_kind == "consent_or_report" else (OrderGround.LAW,)


def orderable(held: Collection[str]) -> tuple[str, ...]:
    """Return what an order may name in an organisation that holds these columns."""
    return tuple(name for name in ORDERABLE if name in held)


def person_of(column: str) -> str:
    """Return whose data a column holds."""
    table = column.partition(".")[0]
    return "child" if table == PSEUDONYM else _PERSON_OF.get(table, table)


def by_person(columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns of each person in them."""
    persons = dict.fromkeys(person_of(name) for name in columns)
    return {person: tuple(name for name in columns if person_of(name) == person) for person in persons}


def unchanged(given: bytes, tokens: Sequence[bytes]) -> tuple[bool, ...]:
    """Tell for each column whether its value is still the one that was given."""
    parts = [given[place : place + TOKEN_BYTES] for place in range(0, len(given), TOKEN_BYTES)]
    return (
        tuple(token == part for token, part in zip(tokens, parts, strict=True))
        if len(parts) == len(tokens)
        else (False,) * len(tokens)
    )


_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"\+[0-9]+")


def cell(value: str) -> str:
    """Return a value that no spreadsheet takes for a formula; a phone number stays what it is."""
    return f"'{value}" if value.startswith(_STARTS) and not _NUMBER.fullmatch(value) else value


def key_stands(*, checked: bool, ended: bool, expires_on: date, today: date) -> bool:
    """Tell whether a recipient's key may be used: a second person compared it, and it holds today."""
    return checked and not ended and expires_on >= today


def place_of(delivery_id: object) -> str:
    """Return the place that binds what an order says to its row."""
    return f"delivery:sealed:{delivery_id}"


def is_hidden(hidden_until: date | None, today: date) -> bool:
    """Tell whether the law still forbids to tell (LEU-38); the day named is the last one."""
    return hidden_until is not None and hidden_until >= today
