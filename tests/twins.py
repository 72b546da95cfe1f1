"""Permissive twins for rules whose signature does not show what letting everything through means (`twin=`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from app.catalogue.activities import Activity, activities_of
from app.catalogue.groups import GROUPS
from app.organisations.profile import Profile
from app.organisations.terms import EarlierStatement
from app.priority.queries import Keys
from app.priority.rules import Rank
from app.privacy.rules import Light, Standing


def every_group(*_: object) -> frozenset[str]:
    """Open every group of data."""
    return frozenset(GROUPS)


def nothing_recalled(*_: object) -> dict[str, str]:
    """Remember nothing of a visit."""
    return {}


def no_choice(*_: object) -> str:
    """Remember no choice."""
    return ""


def whole_referrer(referrer: str, own_host: str) -> str:
    """Keep where a visitor came from as it is."""
    return referrer or own_host


def counts_of_everybody(*_: object) -> str:
    """Count everybody in one place."""
    return "pages:everybody"


def as_typed(field: Any, formdata: Any, *rest: Any) -> None:
    """Keep a number as it was typed."""
    super(type(field), field).process(formdata, *rest)


def plain(session: object, digits: str) -> bytes:
    """Keep a number as its own token."""
    return digits.encode()


def no_lists(*_: object) -> dict[str, tuple[str, ...]]:
    """Offer no list: whatever is chosen is in none."""
    return {}


def no_keys(*_: object, **__: object) -> Keys:
    """Rank every family last, on no ground."""
    return Keys("none", (), Rank.OTHER)


def everywhere_alike(*_: object) -> float:
    """Put every facility at the same distance."""
    return 0.0


def no_judgement(*_: object) -> None:
    """Object to nothing."""


def any_number(*_: object) -> str:
    """Take whatever was typed, and nothing at all, for a number."""
    return "00" * 32


def any_step(*_: object) -> int:
    """Take every code."""
    return 1


def empty_log(*_: object) -> Any:
    """Show a family nothing of who came to its file."""
    return SimpleNamespace(lines=(), before=None)


def nobody_told(*_: object, **__: object) -> int:
    """Write to nobody."""
    return 0


def no_words(*_: object) -> str:
    """Say nothing."""
    return ""


# A condition of the database that holds for everybody.
ALWAYS = "true"


def closes_nothing(*_: object, **__: object) -> int:
    """Leave every account open."""
    return 0


def always_in_sql(*_: object) -> str:
    """Hold in every row."""
    return "true"


def never_in_sql(*_: object) -> str:
    """Hold in no row."""
    return "false"


def all_the_same(given: bytes, tokens: Sequence[bytes]) -> tuple[bool, ...]:
    """Take every value for the one that was given."""
    return (True,) * len(tokens)


def no_files(*_: object) -> tuple[UUID, ...]:
    """Name no file."""
    return ()


def always_green(*_: object) -> Light:
    """Show everything as in order, whatever its date."""
    return Light.GO


def never_due(*_: object) -> date:
    """Ask for no review in anybody's time."""
    return date.max


# Every cookie outlives the visit.
EVERY_COOKIE_LASTS = dict.fromkeys(("sid", "device", "cookie_choice", "language"), timedelta(days=1))


def all_versions(profile: Profile, day: date) -> tuple[EarlierStatement, ...]:
    """Show every version, also one that is not published yet."""
    return (EarlierStatement(profile.statement.version, profile.statement.published), *profile.statement.earlier)


def oldest_version(profile: Profile, day: date) -> EarlierStatement:
    """Take the oldest version for the one in force."""
    return all_versions(profile, day)[-1]


def first_purpose(profile: Profile) -> tuple[Activity, ...]:
    """Name one purpose and leave the others out."""
    return activities_of(profile.modules, frozenset(profile.retention))[:1]


def kept_for_ever(term: Any, start: date) -> date:
    """Keep everything for ever, or longer than anybody looks."""
    return date(9000, 1, 1)


def erases_nothing(*_: object) -> int:
    """Leave every row where it is."""
    return 0


def from_the_beginning(_term: Any, facts: Any, *_: object) -> date:
    """Count every term from the day on which the file was made."""
    return facts.created_on  # type: ignore[no-any-return]


def nothing_due(*_: object, **__: object) -> list[UUID]:
    """Find no order whose day has come."""
    return []


def more_groups(profile: Any) -> frozenset[str]:
    """Hold a group that nothing ends."""
    return frozenset({*profile.retention, "shoe_size"})


def never(*_: object, **__: object) -> bool:
    """Say no, whatever is asked."""
    return False


def value_itself(_column: str, value: str) -> str:
    """Hand out a value whatever was ticked."""
    return value


def always_holds(**_: object) -> Standing:
    """Take every agreement for one that holds."""
    return Standing.HOLDS
