"""The nightly end of data: each rule in each organisation, in batches with a transaction of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.actor import EVERY_ORGANISATION, system
from app.core.clock import today_at
from app.core.db import transaction
from app.organisations.profile import Profile
from app.retention.operations.dropping import AUDIT, drop_segment, segments_over
from app.retention.operations.orders import carry_out, orders_due
from app.retention.operations.running import Rule, prepare, record_run, release, rules_of, warn_when_late
from app.retention.rules import Outcome
from jobs.context import context

PURPOSE = "retention"
log = logging.getLogger("jobs.retention")


@dataclass(frozen=True, slots=True)
class Ran:
    """What one rule did in one organisation."""

    organisation: str
    rule: str
    due: int
    handled: int
    outcome: str


@contextmanager
def opened(organisation: str, now: datetime) -> Iterator[Session]:
    """Open a transaction that may end data; it knows where the journal of erasures lies."""
    surroundings = context()
    with transaction(surroundings.databases, "jobs", system(PURPOSE, organisation), now) as session:
        session.info["erasure_journal"] = surroundings.settings.kept_apart
        yield session


def run(now: datetime) -> int:
    """Run every rule in every organisation; returns how much went. Raises the first failure, after all have run."""
    return sum(ran.handled for ran in run_all(now))


def run_all(now: datetime, *, dry: bool = False, let_go: bool = False) -> list[Ran]:
    """Run every rule; `dry` only counts, `let_go` takes what was held back as well."""
    surroundings = context()
    done: list[Ran] = []
    failures: list[SQLAlchemyError] = []
    for organisation, profile in surroundings.profiles.items():
        for rule in rules_of(profile):
            try:
                done.append(_run_rule(profile, rule, now, dry=dry, let_go=let_go))
            except SQLAlchemyError as failure:
                # One rule that cannot run must not keep the others from theirs.
                log.exception("rule failed", extra={"job": rule.name})
                failures.append(failure)
                _record(organisation, rule.name, now, due=0, handled=0, outcome=Outcome.FAILED)
    done += _run_audit(now, dry=dry, let_go=let_go)
    if failures:
        raise failures[0]
    return done


def erase_ordered(now: datetime) -> int:
    """Carry out the erasures that were granted and whose day has come (KK-33)."""
    handled = 0
    for organisation in context().profiles:
        with opened(organisation, now) as session:
            orders = orders_due(session, now=now)
        for order in orders:
            with opened(organisation, now) as session:
                handled += carry_out(session, context().profiles[organisation], order, now=now)
    return handled


def warn_late(now: datetime) -> int:
    """Mail the overseers of each organisation in which no run ended well for 26 hours."""
    warned = 0
    for organisation in context().profiles:
        with opened(organisation, now) as session:
            warned += warn_when_late(session, now=now)
    return warned


def let_go(organisation: str, rule: str, now: datetime) -> bool:
    """Let the next run take what the last one held back."""
    with opened(organisation, now) as session:
        return release(session, rule, now=now)


def _run_rule(profile: Profile, rule: Rule, now: datetime, *, dry: bool, let_go: bool) -> Ran:
    with opened(profile.key, now) as session:
        found = rule.find(session, profile, today_at(now))

    def take(session: Session, part: Sequence[Any]) -> int:
        return rule.take(session, profile, part, now)

    return _take(profile.key, rule.name, found, now, rule.at_once, take, dry=dry, let_go=let_go)


def _run_audit(now: datetime, *, dry: bool, let_go: bool) -> list[Ran]:
    """Drop the segments of the audit that are over; they hold entries of every organisation."""
    profiles = context().profiles
    with opened(EVERY_ORGANISATION, now) as session:
        found = segments_over(session, profiles, now=now)

    def take(session: Session, part: Sequence[Any]) -> int:
        return drop_segment(session, profiles, part[0], now=now)

    return [_take(EVERY_ORGANISATION, AUDIT, found, now, 1, take, dry=dry, let_go=let_go)]


def _take(
    organisation: str,
    rule: str,
    found: Sequence[Any],
    now: datetime,
    at_once: int,
    take: Callable[[Session, Sequence[Any]], int],
    *,
    dry: bool,
    let_go: bool,
) -> Ran:
    limit = context().settings.retention_limit
    # Of the audit every organisation has the same line.
    with opened(_recorded(organisation)[0], now) as session:
        most, outcome = prepare(session, rule, len(found), limit=limit, release=let_go)
    if dry:
        return Ran(organisation, rule, len(found), 0, outcome)
    handled = 0
    for start in range(0, most, at_once):
        with opened(organisation, now) as session:
            handled += take(session, found[start : min(start + at_once, most)])
    _record(organisation, rule, now, due=len(found), handled=handled, outcome=outcome)
    return Ran(organisation, rule, len(found), handled, outcome)


def _record(organisation: str, rule: str, now: datetime, *, due: int, handled: int, outcome: str) -> None:
    surroundings = context()
    values: Mapping[str, Any] = MappingProxyType(
        {"due": due, "handled": handled, "limit": surroundings.settings.retention_limit, "outcome": outcome}
    )
    for each in _recorded(organisation):
        with opened(each, now) as session:
            record_run(session, rule, started=now, now=now, **values)


def _recorded(organisation: str) -> tuple[str, ...]:
    """Return the organisations in which a run is written down: of the audit, which is one for all, each."""
    return tuple(context().profiles) if organisation == EVERY_ORGANISATION else (organisation,)
