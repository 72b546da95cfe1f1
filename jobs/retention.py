"""The nightly end of data: each rule in each organisation, in batches with a transaction of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
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
from jobs.deliveries import before_erasure

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
    done: list[Ran] = []
    failures: list[SQLAlchemyError] = []
    for organisation, profile in context().profiles.items():
        ran = []
        for rule in rules_of(profile):
            try:
                ran.append(take_rule(profile, rule, now, dry=dry, let_go=let_go))
            except SQLAlchemyError as failure:
                # One rule that cannot run must not keep the others from theirs.
                log.exception("rule failed", extra={"job": rule.name})
                failures.append(failure)
                ran.append(Ran(organisation, rule.name, 0, 0, Outcome.FAILED))
        _record(organisation, ran, now, dry=dry)
        done += ran
    done.append(_run_audit(now, dry=dry, let_go=let_go))
    if failures:
        raise failures[0]
    return done


def erase_ordered(now: datetime) -> int:
    """Carry out the erasures that were granted and whose day has come (KK-33)."""
    # BXL-62: recipients hear of it while it can still be said whom they have to take out.
    before_erasure(now)
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


def take_rule(profile: Profile, rule: Rule, now: datetime, *, dry: bool = False, let_go: bool = False) -> Ran:
    """Run one rule in one organisation, in batches; the caller writes the run down."""
    with opened(profile.key, now) as session:
        found = rule.find(session, profile, today_at(now))
        most, outcome = prepare(session, rule.name, len(found), limit=_limit(), release=let_go)

    def take(session: Session, part: Sequence[Any]) -> int:
        return rule.take(session, profile, part, now)

    handled = 0 if dry else _in_batches(profile.key, found[:most], rule.at_once, now, take)
    return Ran(profile.key, rule.name, len(found), handled, outcome)


def _run_audit(now: datetime, *, dry: bool, let_go: bool) -> Ran:
    """Drop the segments of the audit that are over; they hold entries of every organisation, which each hear of it."""
    profiles = context().profiles
    with opened(EVERY_ORGANISATION, now) as session:
        found = segments_over(session, profiles, now=now)
    with opened(next(iter(profiles)), now) as session:
        most, outcome = prepare(session, AUDIT, len(found), limit=_limit(), release=let_go)

    def take(session: Session, part: Sequence[Any]) -> int:
        return drop_segment(session, profiles, part[0], now=now)

    handled = 0 if dry else _in_batches(EVERY_ORGANISATION, found[:most], 1, now, take)
    ran = Ran(EVERY_ORGANISATION, AUDIT, len(found), handled, outcome)
    for organisation in profiles:
        _record(organisation, [ran], now, dry=dry)
    return ran


def _in_batches(
    organisation: str, found: Sequence[Any], at_once: int, now: datetime, take: Callable[[Session, Sequence[Any]], int]
) -> int:
    handled = 0
    for start in range(0, len(found), at_once):
        with opened(organisation, now) as session:
            handled += take(session, found[start : start + at_once])
    return handled


def _record(organisation: str, ran: Sequence[Ran], now: datetime, *, dry: bool) -> None:
    if dry:
        return
    with opened(organisation, now) as session:
        for one in ran:
            record_run(
                session,
                one.rule,
                due=one.due,
                handled=one.handled,
                limit=_limit(),
                outcome=one.outcome,
                started=now,
                now=max(now, context().now()),
            )


def _limit() -> int:
    return context().settings.retention_limit
