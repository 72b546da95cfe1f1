"""Finding a file by what a family tells: names, e-mail, phone, reference, or a child's name with its birth date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

import phonenumbers
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.families.rules import REFERENCE_LENGTH, plain_reference

MOST = 20
LONGEST = 100
_FEWEST_LETTERS = 3
_MOST_WORDS = 8
_DATE = re.compile(r"\b(?:(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})|(\d{4})-(\d{2})-(\d{2}))\b")
_PHONE = re.compile(r"[+(]?[\d\s()./\-]{8,24}")
_MARKS = re.compile("[\u0300-\u036f]")
_FIND = text(
    "select dossier_id from access.find_files(:words, cast(:born as date), :email, :phone, :reference, :number)"
)
_FOUND = text("select * from access.found_files(cast(:ids as uuid[]))")


class Vague(StrEnum):
    """Why nothing is looked for."""

    NOTHING = "nothing"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed, read: one of these, or words with a birth date."""

    words: str | None = None
    born: date | None = None
    email: str | None = None
    phone: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A name."""

    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class FoundChild:
    """A child, as far as the list goes."""

    name: str | None
    year: int


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One line of what was found; `subject` is the file, for the audit."""

    id: UUID
    subject: UUID
    reference: str
    applicant_name: Named
    municipality: str
    child_identity: tuple[FoundChild, ...]
    own_choice: str | None


def read_sought(typed: str) -> Sought:
    """Read what was typed in the one field; raises Refused when it would name half of the families (KG-36)."""
    if len(typed) > LONGEST:
        raise Refused(Vague.TOO_LONG)
    plain = typed.strip()
    if not plain:
        raise Refused(Vague.NOTHING)
    if "@" in plain and " " not in plain:
        return Sought(email=plain.lower()) if len(plain.partition("@")[0]) else _refuse()
    if phone := _phone(plain):
        return Sought(phone=phone)
    born, rest = _date(plain)
    letters = [_bare(word) for word in _words(rest)]
    if sum(map(len, letters)) < _FEWEST_LETTERS:
        return _refuse()
    reference = plain_reference(rest) if born is None else None
    return Sought(
        words=" & ".join(_asked(word) for word in letters[:_MOST_WORDS]),
        born=born,
        reference=reference if reference is not None and len(reference) == REFERENCE_LENGTH else None,
    )


def find_files(session: Session, sought: Sought) -> tuple[tuple[UUID, ...], bool]:
    """Return the files that fit, the last used first, and whether there are more than a list shows (BXL-48)."""
    found = session.scalars(
        _FIND,
        {
            "words": sought.words,
            "born": sought.born,
            "email": sought.email,
            "phone": sought.phone,
            "reference": sought.reference,
            "number": MOST + 1,
        },
    ).all()
    return tuple(found[:MOST]), len(found) > MOST


def found_rows(session: Session, dossier_ids: Collection[UUID]) -> tuple[FoundRow, ...]:
    """Return as much of these files as choosing the right one takes; of other organisations nothing."""
    if not dossier_ids:
        return ()
    rows = session.execute(_FOUND, {"ids": list(dossier_ids)})
    return tuple(
        FoundRow(
            row.dossier_id,
            row.dossier_id,
            row.reference,
            Named(row.given_name, row.family_name),
            row.municipality,
            tuple(FoundChild(name, year) for name, year in row.children or ()),
            row.state,
        )
        for row in rows
    )


def _refuse() -> Sought:
    raise Refused(Vague.TOO_SHORT)


def _words(text_typed: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in _bare(text_typed)).split()


def _bare(word: str) -> str:
    """Return a word as the index of names holds it: without accents and capitals."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", word)).lower()


def _asked(word: str) -> str:
    # The beginning of a name is enough; of two letters that would be everybody.
    return f"'{word}':*" if len(word) >= _FEWEST_LETTERS else f"'{word}'"


def _phone(plain: str) -> str | None:
    if not _PHONE.fullmatch(plain) or _DATE.fullmatch(plain):
        return None
    try:
        number = phonenumbers.parse(plain, "BE")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _date(plain: str) -> tuple[date | None, str]:
    found = _DATE.search(plain)
    if found is None:
        return None, plain
    day, month, year, *other = found.groups()
    parts = (int(year), int(month), int(day)) if year else tuple(int(one) for one in other)
    try:
        born = date(*parts)
    except ValueError:
        return None, plain
    return born, plain[: found.start()] + " " + plain[found.end() :]
