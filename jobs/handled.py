"""What ends each group of data and each store: nothing is kept without something here that ends it (KK-40)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from app.applications.operations.draft_terms import expire_drafts
from app.catalogue.stores import STORES
from app.core.journal import forget
from app.organisations.profile import Profile
from app.organisations.rules import groups_held
from app.retention.operations.dropping import drop_segment
from app.retention.operations.erasing import erase_rows
from app.retention.operations.journal import prune
from app.retention.operations.running import rules_of
from app.transfers.operations.terms import clear_files
from app.web.bell import Bell
from app.web.cookies import keep
from app.web.page_counts import PageCounter
from app.web.visit_memory import VisitMemory
from jobs import tasks

Handler = Callable[..., Any]
# Groups that another job than the nightly run ends.
BY_OTHERS: Mapping[str, Handler] = MappingProxyType({"draft": expire_drafts, "access_log": drop_segment})
# Of the machine, not of the program: the operator sets these terms (README).
BY_OPERATOR = frozenset({"logs", "backups"})
# Nobody is in them: counts and marks.
OF_NOBODY = frozenset({"trend_rows", "published_heads"})
# What ends each place that is no table, by a job or by a term that is given when something is put there.
HANDLED: Mapping[str, Handler] = MappingProxyType(
    {
        "sessions": tasks.housekeeping,
        "cookies": keep,
        "outbox": erase_rows,
        "queue": Bell,
        "visit_memory": VisitMemory.keep,
        "found_files": VisitMemory.keep,
        "page_counts": PageCounter,
        "relay_journal": forget,
        "exports": clear_files,
        "erasure_journal": prune,
    }
)


def handlers(profile: Profile) -> Mapping[str, tuple[Handler, ...]]:
    """Return what ends each group that an organisation holds."""
    rules = rules_of(profile)
    return {
        group: (
            *(rule.take for rule in rules if group in rule.groups),
            *((BY_OTHERS[group],) if group in BY_OTHERS else ()),
        )
        for group in groups_held(profile)
    }


def without_end(profiles: Iterable[Profile]) -> tuple[str, ...]:
    """Name each group and each store that nothing ends; the check before production refuses them."""
    groups = (
        f"{profile.key}: nothing ends the group {group}."
        for profile in profiles
        for group, ends in sorted(handlers(profile).items())
        if not ends
    )
    stores = (f"Nothing ends the store {store}." for store in STORES.keys() - HANDLED.keys() - BY_OPERATOR - OF_NOBODY)
    return (*groups, *sorted(stores))
