"""How long a session lives, what a login, a password and a second factor may look like, and who may reset one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

SESSION_ID_BYTES = 32
# NIST SP 800-63B rev. 4, 3.1.1.2: 15 characters where the password stands alone, no rules of composition.
SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 200
TRY_WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 10
# A library, a school or a mobile network puts many families behind one address.
TRIES_PER_ADDRESS = 100
RESETS_PER_ACCOUNT = 3
RESETS_PER_ADDRESS = 20
RESET_TERM = timedelta(minutes=30)
# Confirming an address gives no access, so a parent may take a few days to open that mail.
CONFIRM_TERM = timedelta(days=7)
INVITE_TERM = timedelta(days=7)
# On a public device somebody else may stand there two minutes later.
DEVICE_IDLE = timedelta(minutes=2)
DEVICE_CODE_TERM = timedelta(hours=24)
LONGEST_DEVICE_NAME = 60
# Between the password and the second factor.
PENDING_TERM = timedelta(minutes=10)
# RFC 6238: a code stands for thirty seconds; one step of patience for a slow hand or a clock that is off.
STEP_SECONDS = 30
PATIENCE = (0, -1, 1)
CODE_DIGITS = 6
RECOVERY_CODES = 10
# Nothing in it looks like something else.
RECOVERY_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECOVERY_LENGTH = 10
# Few at once, and few in a day: three codes of a million are right at any moment.
FACTOR_TRIES = ((5, TRY_WINDOW), (20, timedelta(days=1)))
CHALLENGE_TERM = timedelta(minutes=5)
LONGEST_FACTOR_NAME = 60
# KL-31: an account with which nobody signed in for so long is closed.
UNUSED_TERM = timedelta(days=180)

# At which door somebody works, by role.
KIND_OF_ROLE: Mapping[str, str] = {
    "helpdesk": "staff",
    "administrator": "staff",
    "policy": "staff",
    "developer": "staff",
    "counter": "counter",
    "sick_care": "counter",
    "dpo": "oversight",
    "security": "oversight",
    "helper": "helper",
}

_SHORTEST_OWN_WORD = 3
_LEAST_BESIDE_OWN_WORDS = 8
_KEY_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm",
    "wxcvbn",
)  # fmt: skip
_PADDING = "0123456789 .-_!?*#"
_LOOKALIKES = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})


class PasswordProblem(StrEnum):
    """Why a new password is refused."""

    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    EASY_PATTERN = "password_easy_pattern"
    COMMON = "password_common"
    OWN_WORDS = "password_own_words"


class Denied(StrEnum):
    """Why somebody is not let in, or an account is not changed."""

    TOO_MANY_TRIES = "too_many_tries"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  a reason code
    LINK_SPENT = "link_spent"
    ADDRESS_TAKEN = "address_taken"
    PASSWORD_REFUSED = "password_refused"  # noqa: S105  a reason code
    NAME_TAKEN = "name_taken"
    WRONG_FACTOR = "wrong_factor"
    LAST_FACTOR = "last_factor"
    FACTOR_TAKEN = "factor_taken"
    RESET_TAKES_TWO = "reset_takes_two"
    RESET_GONE = "reset_gone"


class AppointDenied(StrEnum):
    """Why somebody is not given a role, or keeps it."""

    OWN_ROLE = "own_role"
    HERE_ALREADY = "here_already"
    JOINED_ALREADY = "joined_already"
    ROLE_UNKNOWN = "role_unknown"
    AREA_MISSING = "area_missing"
    OTHER_DOOR = "other_door"


class SignatureDenied(StrEnum):
    """Why the check of a signature, or its end, is not noted."""

    OWN_SIGNATURE = "own_signature"
    DONE_ALREADY = "done_already"
    NOT_FOR_OPERATORS = "not_for_operators"


class PartyDenied(StrEnum):
    """Why an agreement with an organisation is not put on record, or not changed."""

    SIGNED_LATER = "signed_later"
    ENDS_BEFORE = "ends_before"
    ENDED_ALREADY = "ended_already"


class FactorKind(StrEnum):
    """What somebody has beside a password."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """The idle and absolute limits of a session."""

    idle: timedelta
    absolute: timedelta

    def expires_at(self, now: datetime) -> datetime:
        """Return the end of a session that begins now, whatever happens in it."""
        return now + self.absolute


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody typed to say who they are, as it is looked up: an e-mail address or a reference."""

    value: str
    is_email: bool


def may_appoint(
    role: str, area: Collection[str], *, offered: Collection[str], municipalities: Collection[str]
) -> AppointDenied | None:
    """Say why a role cannot be given here; a counter works in municipalities of the organisation (LEU-27)."""
    if role not in offered:
        return AppointDenied.ROLE_UNKNOWN
    if role == "counter" and (not area or not set(area) <= set(municipalities)):
        return AppointDenied.AREA_MISSING
    return None


def may_record(signed_on: date, ends_on: date | None, today: date) -> PartyDenied | None:
    """Say why an agreement cannot be put on record: it is signed, and does not end before that (LEU-35)."""
    if signed_on > today:
        return PartyDenied.SIGNED_LATER
    if ends_on is not None and ends_on < signed_on:
        return PartyDenied.ENDS_BEFORE
    return None


def hash_of(secret: str) -> bytes:
    """Return what the database keeps of a random secret."""
    return hashlib.sha256(secret.encode()).digest()


def read_login(typed: str) -> Login:
    """Return a login as it is looked up: an address in lower case, or a reference without its separators."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if "@" in text:
        return Login(normalised_email(text), is_email=True)
    return Login("".join(c for c in text.upper() if c.isalnum()), is_email=False)


def normalised_email(address: str) -> str:
    """Return an e-mail address as logins keep it."""
    return "".join(unicodedata.normalize("NFKC", address).split()).lower()


def read_code(typed: str) -> tuple[FactorKind, str] | None:
    """Return which kind of code was typed, and the code without its spaces; None for what can be neither."""
    code = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())
    if len(code) == CODE_DIGITS and code.isascii() and code.isdecimal():
        return FactorKind.TOTP, code
    if len(code) == RECOVERY_LENGTH and not set(code) - set(RECOVERY_LETTERS):
        return FactorKind.RECOVERY, code
    return None


def in_groups(code: str, size: int) -> str:
    """Return a code as it is read aloud and typed over: in groups."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def steps_at(moment: datetime) -> tuple[int, ...]:
    """Return the steps of time whose codes are taken at a moment, the likeliest first."""
    now = int(moment.timestamp()) // STEP_SECONDS
    return tuple(now + delta for delta in PATIENCE)


def may_agree(actor: UUID, *, asked_by: UUID, owner: UUID) -> bool:
    """Say whether this colleague may agree to a reset: neither who asked for it, nor whose factor it is."""
    return actor not in (asked_by, owner)


def tries_allowed(count: int, limit: int) -> bool:
    """Say whether this try, counted already, may still be judged."""
    return count <= limit


def password_problems(
    password: str, *, common: Container[str], near: Collection[str] = ()
) -> tuple[PasswordProblem, ...]:
    """Return why a new password is too easy to guess; `near` are words that a stranger tries first: own names.

    Long enough is all that is asked of its form: no capitals, digits or signs are demanded.
    """
    if len(password) > LONGEST_PASSWORD:
        return (PasswordProblem.TOO_LONG,)
    if len(password) < SHORTEST_PASSWORD:
        return (PasswordProblem.TOO_SHORT,)
    spellings = {_folded(password), _folded(password.translate(_LOOKALIKES))}
    word = _folded(password.strip(_PADDING).translate(_LOOKALIKES))
    if any(_is_pattern(spelling) for spelling in spellings):
        return (PasswordProblem.EASY_PATTERN,)
    if any(_is_common(spelling, common) for spelling in (*spellings, word)):
        return (PasswordProblem.COMMON,)
    if any(_rests_on(spelling, own_words(near)) for spelling in spellings):
        return (PasswordProblem.OWN_WORDS,)
    return ()


def own_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the words of names and addresses, folded, longest first."""
    found = {_folded(word) for text in texts for word in re.split(r"[\s@.,'’/()_-]+", text)}
    return tuple(sorted((w for w in found if len(w) >= _SHORTEST_OWN_WORD), key=lambda w: (-len(w), w)))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


def _is_pattern(text: str) -> bool:
    if len(set(text)) < 4:
        return True
    steps = sum(_neighbours(a, b) for a, b in pairwise(text))
    return steps >= len(text) - 4 or _unit(text) <= len(text) // 3


def _neighbours(first: str, second: str) -> bool:
    return first == second or any(first + second in row or second + first in row for row in _KEY_ROWS)


def _unit(text: str) -> int:
    """Return the length of the shortest piece that the text repeats from start to end."""
    return next(n for n in range(1, len(text) + 1) if text.startswith(text[n:]))


def _is_common(text: str, common: Container[str]) -> bool:
    letters = "".join(c for c in text if not c.isdecimal())
    piece = text[: _unit(text)]
    # One known word with figures around it is as easy to guess as the word alone.
    return text in common or piece in common or (bool(letters) and letters in common)


def _rests_on(text: str, words: Collection[str]) -> bool:
    rest = text
    for word in words:
        rest = rest.replace(word, "")
    if rest == text:
        return False
    figures = sum(c.isdecimal() for c in rest)
    # A year or a house number beside a name adds little: figures count half.
    return len(rest) - figures + figures // 2 < _LEAST_BESIDE_OWN_WORDS
