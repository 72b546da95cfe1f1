"""What a family tells about itself, and the reference that its file carries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# No vowels, so that no word appears; no 0 O 1 I L 2 Z 5 S 8 B, so that nothing is misread over the phone.
REFERENCE_ALPHABET = "34679CDFGHJKMNPQRTVWXY"
REFERENCE_LENGTH = 9
REFERENCE_GROUP = 3


class Channel(StrEnum):
    """How a family wants to be written to."""

    MAIL = "mail"
    TEXT = "text"
    LETTER = "letter"


class Relation(StrEnum):
    """What the applicant is to the child (LEU-09)."""

    PARENT = "parent"
    FOSTER_PARENT = "foster_parent"
    OTHER = "other"


class Sex(StrEnum):
    """The applicant's sex, as asked on the form (BXL-05)."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ApplicantDetails:
    """Who applies, and how to reach them (BXL-05)."""

    given_name: str
    family_name: str
    municipality: str
    birth_date: date | None = None
    sex: str | None = None
    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    phone: str | None = None
    email: str | None = None
    channel: str | None = None
    protected: bool = False
    nationality: str | None = None
    home_language: str | None = None
    relation: str | None = None


# What of a protected address is sealed; the municipality stays, since the desk's area rests on it.
SEALED_CONTACT = ("street", "house_number", "postcode", "phone", "email")


@dataclass(frozen=True, slots=True)
class PartnerDetails:
    """The other parent or partner (BXL-06)."""

    given_name: str
    family_name: str
    phone: str | None = None
    email: str | None = None
    work: str | None = None


@dataclass(frozen=True, slots=True)
class ChildDetails:
    """A child, born or expected (BXL-07)."""

    family_name: str
    birth_date: date
    expected: bool
    given_name: str | None = None
    call_name: str | None = None


@dataclass(frozen=True, slots=True)
class CircumstancesDetails:
    """The voluntary answers that priority rests on (BXL-10, BXL-22, BXL-24); None is a question left empty."""

    family_situation: str | None = None
    foster: bool | None = None
    work: str | None = None
    employer: str | None = None
    income: str | None = None
    education: str | None = None
    dutch: str | None = None
    dutch_proof: bool = False


def new_reference(pick: Callable[[Sequence[str]], str]) -> str:
    """Return a fresh reference; `pick` draws one letter at random."""
    return "".join(pick(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def grouped_reference(reference: str) -> str:
    """Return a reference as it is printed and read out: CDF 346 GHJ."""
    return " ".join(reference[at : at + REFERENCE_GROUP] for at in range(0, len(reference), REFERENCE_GROUP))


def plain_reference(typed: str) -> str:
    """Return a reference as it is stored, from whatever spaces, dashes and small letters it was typed with."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
