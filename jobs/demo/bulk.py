"""Many dossiers at once, for benchmarks and for lists worth looking at: drawn, keyed and copied by two processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.actor import system
from app.core.crypto import KeyRing
from app.core.db import Databases, transaction
from app.organisations.profile import Profile
from jobs.demo.draw import Dice
from jobs.demo.facilities import add_enough, spots_of
from jobs.demo.families import ACCOUNT, DOSSIER, Ids, Spot, Writer, series_of
from jobs.demo.rows import COLUMNS, Rows
from jobs.demo.workers import sign_facilities

BATCH = 1_000
PROCESSES = 2
CROWD = 1


def bulk(databases: Databases, profile: Profile, dossiers: int, now: datetime) -> None:
    """Add this many dossiers with five choices each to an organisation, after those that an earlier run made.

    The same organisation, numbers and clock give the same families; only keys and what is sealed under them differ.
    """
    actor = system("seed", profile.key)
    with transaction(databases, "maintainer", actor, now) as session:
        add_enough(session, profile)
        sign_facilities(session, profile, now)
        spots = spots_of(session, profile.key)
        first = _count(session, profile.key)
    batches = [range(start, min(start + BATCH, first + dossiers)) for start in range(first, first + dossiers, BATCH)]
    # Each process opens connections of its own; none may be shared across the fork.
    databases.dispose()
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=_work, args=(databases, profile, spots, now, batches[part::PROCESSES]))
        for part in range(min(PROCESSES, len(batches)))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a part of the seed failed; what its last batches brought was not kept")
    with transaction(databases, "maintainer", actor, now) as session:
        # Without fresh figures the planner would take the tables for nearly empty.
        for table in COLUMNS:
            session.execute(text(f"analyze {table}"))


def crowd(
    session: Session, profile: Profile, keyring: KeyRing, spots: Sequence[Spot], dossiers: int, now: datetime
) -> None:
    """Add the first families of the crowd in the caller's transaction."""
    _write(session, Dice(profile, spots, now), Writer(profile, keyring), profile.key, range(dossiers))


def _work(
    databases: Databases, profile: Profile, spots: Sequence[Spot], now: datetime, batches: Sequence[range]
) -> None:
    dice, writer = Dice(profile, spots, now), Writer(profile, databases.keyring)
    for numbers in batches:
        with transaction(databases, "maintainer", system("seed", profile.key), now) as session:
            _write(session, dice, writer, profile.key, numbers)


def _write(session: Session, dice: Dice, writer: Writer, organisation: str, numbers: range) -> None:
    rows, series = Rows(), series_of(organisation, CROWD)
    for number in numbers:
        writer.write(dice.family(Ids(series, number)), rows)
    rows.copy(session)


def _count(session: Session, organisation: str) -> int:
    """The number after the last that an earlier run gave; ids rise with it, so the highest id tells."""
    series = series_of(organisation, CROWD)
    first, last = UUID(Ids(series, 0).of(ACCOUNT)), UUID(Ids(series, 0).of(DOSSIER))
    highest = session.scalar(
        select(Account.id).where(Account.id >= first, Account.id < last).order_by(Account.id.desc()).limit(1)
    )
    return 0 if highest is None else ((highest.int & (1 << 48) - 1) >> 8) + 1
