"""The job of what leaves: makes the files that two people agreed to, then tells what changed since the last ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.core.actor import system
from app.core.db import transaction
from app.organisations.profile import Profile
from app.transfers.operations.coding import pseudonyms_for
from app.transfers.operations.corrections import correct, correct_before_erasure
from app.transfers.operations.leaving import make_delivery
from app.transfers.operations.terms import clear_files, tell_after_ban, warn_of_keys
from app.transfers.queries.waiting import approved, to_erase
from app.transfers.rules import Kind
from jobs.context import Context, context


def deliveries(now: datetime) -> int:
    """Make each approved file, tell what changed, and do what the clock asks; one transaction each."""
    surroundings = context()
    return sum(_of(surroundings, profile, now) for profile in surroundings.profiles.values())


def before_erasure(now: datetime) -> int:
    """Tell recipients to take out the files that a granted request erases; the erasure itself runs after this."""
    surroundings = context()
    told = 0
    for profile in surroundings.profiles.values():
        with transaction(surroundings.databases, "jobs", system("deliveries", profile.key), now) as session:
            told += correct_before_erasure(session, profile, to_erase(session), now=now)
    return told


def _of(surroundings: Context, profile: Profile, now: datetime) -> int:
    actor = system("deliveries", profile.key)
    with transaction(surroundings.databases, "jobs", actor, now) as session:
        waiting = approved(session)
    for each in waiting:
        coded = _coded(surroundings, profile, each.id, each.recipient, now) if each.kind == Kind.RESEARCH else {}
        with transaction(surroundings.databases, "jobs", actor, now) as session:
            make_delivery(session, profile, each.id, now=now, pseudonyms=coded)
    with transaction(surroundings.databases, "jobs", actor, now) as session:
        handled = correct(session, profile, now=now)
    with transaction(surroundings.databases, "jobs", actor, now) as session:
        handled += tell_after_ban(session, now=now) + clear_files(session, now=now)
        warn_of_keys(session, profile, now=now)
    return handled + len(waiting)


def _coded(
    surroundings: Context, profile: Profile, delivery_id: UUID, recipient: str, now: datetime
) -> Mapping[UUID, str]:
    """Return the pseudonyms, made under another purpose: the one that writes the file cannot read their key."""
    with transaction(surroundings.databases, "jobs", system("research", profile.key), now) as session:
        return pseudonyms_for(session, delivery_id, recipient)
