"""Double entry: what the tables and the doors need, held against what the catalogue and a profile allow."""

from collections.abc import Iterable, Mapping

from app.catalogue.groups import GROUPS
from app.catalogue.technical import NOT_PERSONAL, NOT_PERSONAL_ANYWHERE


def uncovered(columns: Iterable[str]) -> set[str]:
    """Give the columns (table.column) that stand in no group and not on the list of columns that are not personal."""
    known = NOT_PERSONAL.union(*(group.columns for group in GROUPS.values()))
    return {
        column for column in columns if column not in known and column.partition(".")[2] not in NOT_PERSONAL_ANYWHERE
    }


def ceiling(profile_access: Mapping[str, Iterable[str]], reason: str) -> frozenset[str]:
    """Give the groups that a reason opens; a reason that the profile does not name opens nothing."""
    return frozenset(profile_access.get(reason, ())) & GROUPS.keys()
