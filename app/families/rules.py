"""What a family tells about itself, and the reference that its file carries."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# No vowels, so that no word appears; no 0 O 1 I L 2 Z 5 S 8 B, so that nothing is misread over the phone.
REFERENCE_ALPHABET = "34679CDFGHJKMNPQRTVWXY"
REFERENCE_LENGTH = 9
REFERENCE_GROUP = 3
# The code that a draft is gone on with elsewhere: the same letters, so that it can be read out and written down.
CODE_LENGTH = 12
CODE_GROUP = 4
# A code or a link is worth nothing after this many wrong tries.
WRONG_TRIES = 5


class Channel(StrEnum):
    """How a family wants to be written to."""

    MAIL = "mail"
    TEXT = "text"
    LETTER = "letter"


class Activity(StrEnum):
    """What counts as activity in a dossier: the term of keeping counts from the last of these (BXL-40).

    All are deeds of the family, and the end of a request; a mail, a job, a sign-in or a computation is none.
    """

    DOSSIER_CHANGED = "dossier_changed"
    APPLICANT_CHANGED = "applicant_changed"
    PARTNER_CHANGED = "partner_changed"
    PARTNER_REMOVED = "partner_removed"
    CHILD_CHANGED = "child_changed"
    CHILD_BORN = "child_born"
    CIRCUMSTANCES_CHANGED = "circumstances_changed"
    HEALTH_CHANGED = "health_changed"
    PLAN_CHANGED = "plan_changed"
    CHOICE_ADDED = "choice_added"
    CHOICE_WITHDRAWN = "choice_withdrawn"
    DATA_CONFIRMED = "data_confirmed"
    APPLICATION_SENT = "application_sent"
    APPLICATION_CANCELLED = "application_cancelled"
    APPLICATION_RENEWED = "application_renewed"
    APPLICATION_EXPIRED = "application_expired"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    ANSWER_TAKEN_BACK = "answer_taken_back"


def asks_confirmation(last_activity: date, months: int, today: date) -> bool:
    """Say whether a family is asked to look at its data again: nothing was confirmed or changed for long (KG-35)."""
    passed = (today.year - last_activity.year) * 12 + today.month - last_activity.month
    return passed - (today.day < last_activity.day) >= months


class Relation(StrEnum):
    """What the applicant is to the child (LEU-09)."""

    PARENT = "parent"
    FOSTER_PARENT = "foster_parent"
    OTHER = "other"


class Nationality(StrEnum):
    """All that is asked of it: only Belgians have to give a national number (LEU-05)."""

    BELGIAN = "belgian"
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


def code_from(token: bytes) -> str:
    """Return the code of a draft that a keyed token stands for."""
    number, letters = int.from_bytes(token), ""
    for _ in range(CODE_LENGTH):
        number, at = divmod(number, len(REFERENCE_ALPHABET))
        letters += REFERENCE_ALPHABET[at]
    return letters


def is_code(text: str) -> bool:
    """Tell whether this has the form of a code that is written down, not of the secret in a link."""
    return len(text) == CODE_LENGTH and not set(text) - set(REFERENCE_ALPHABET)


def grouped_code(code: str) -> str:
    """Return a code as it is printed and written down: CDF3 46GH JKMN."""
    return " ".join(code[at : at + CODE_GROUP] for at in range(0, len(code), CODE_GROUP))


def plain_reference(typed: str) -> str:
    """Return a reference as it is stored, from whatever spaces, dashes and small letters it was typed with."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def is_activity(event: str) -> bool:
    """Whether an event moves the date from which the term of keeping counts (BXL-40)."""
    return event in set(Activity)


def ways_to_write(
    wish: str | None, *, has_email: bool, has_mobile: bool, has_address: bool, offered: Collection[str]
) -> tuple[Channel, ...]:
    """Return the channels by which a family can be written to, the best first (KL-05).

    The wish goes before all; where it cannot be met, or was not made, by e-mail and else by letter. A text message is
    never sent to who made no wish; who wished something that cannot be gets it before a letter.
    """
    possible = {Channel.MAIL: has_email, Channel.TEXT: has_mobile and wish is not None, Channel.LETTER: has_address}
    usual = [way for way in possible if possible[way] and way in offered]
    return tuple(sorted(usual, key=lambda way: way != wish))
