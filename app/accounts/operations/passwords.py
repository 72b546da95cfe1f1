"""Passwords: judged when new, hashed few at a time, never kept as typed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from threading import BoundedSemaphore
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.accounts.rules import (
    LONGEST_PASSWORD,
    TRIES_PER_ACCOUNT,
    TRY_WINDOW,
    Denied,
    PasswordProblem,
    password_problems,
    tries_allowed,
)
from app.core.db import Databases, call_signin
from app.core.errors import Refused
from app.organisations.profile import Profile

# 19 MiB, two passes, one lane: the least that OWASP names, so that a small machine can serve many.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# More at once than there are processors makes everybody slower; whoever cannot soon begin is told so.
_AT_ONCE = max(1, os.cpu_count() or 1)
_WAITING = 16
_PATIENCE = 2.0
_running = BoundedSemaphore(_AT_ONCE)
_admitted = BoundedSemaphore(_AT_ONCE + _WAITING)
PRODUCT_WORDS = ("opvangloket", "kinderopvang", "opvang", "creche", "childcare", "daycare", "wachtwoord", "password")


class TooBusy(Exception):
    """So many passwords are being judged that this one cannot soon be; try again in a moment."""


def check_new_password(profile: Profile, password: str, *, own: Collection[str] = ()) -> tuple[PasswordProblem, ...]:
    """Return why a new password is too easy to guess, nothing when it can be taken; `own` are names and addresses."""
    places = [name for place in profile.area.values() for name in (place.nl, place.fr)]
    near = (*own, *places, profile.name, profile.key, *PRODUCT_WORDS)
    return password_problems(password, common=_common_passwords(), near=near)


def hash_password(password: str) -> str:
    """Return the hash to keep; raises Refused for one that is too long and TooBusy when too many are being hashed."""
    if len(password) > LONGEST_PASSWORD:
        raise Refused(PasswordProblem.TOO_LONG)
    with _turn():
        return _HASHER.hash(password)


def verify_password(password: str, stored: str | None) -> bool:
    """Say whether this is the password; without a stored hash the same work is done for nothing. Raises TooBusy."""
    if len(password) > LONGEST_PASSWORD:
        return False
    with _turn():
        try:
            return _HASHER.verify(stored or nobodys_hash(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Say whether a hash was made with other numbers than today's."""
    return _HASHER.check_needs_rehash(stored)


def require_password(databases: Databases, organisation: str, account_id: UUID, password: str, now: datetime) -> str:
    """Ask somebody who is signed in for their password again and return its hash.

    Raises Refused (wrong password, too many tries) and TooBusy.
    """
    key = databases.keyring.token("account-again", str(account_id))
    tries = call_signin(databases, "count_attempt", organisation=organisation, key=key, now=now, window=TRY_WINDOW)
    allowed = tries_allowed(tries[0][0], TRIES_PER_ACCOUNT)
    rows = call_signin(databases, "account_by_id", organisation=organisation, id=account_id)
    stored: str | None = rows[0].password_hash if rows and allowed else None
    right = verify_password(password, stored)
    if not allowed:
        raise Refused(Denied.TOO_MANY_TRIES)
    if not right or stored is None:
        raise Refused(Denied.WRONG_PASSWORD)
    call_signin(databases, "give_back_attempt", organisation=organisation, key=key)
    return stored


def change_password(
    databases: Databases,
    organisation: str,
    account_id: UUID,
    *,
    old: str,
    new: str,
    now: datetime,
) -> None:
    """Set a new password for somebody who gives the old one; every session and every reset link ends.

    The caller has judged the new one, and opens a fresh session. Raises Refused and TooBusy.
    """
    stored = require_password(databases, organisation, account_id, old, now)
    changed = call_signin(
        databases,
        "change_password",
        account_id=account_id,
        organisation=organisation,
        old=stored,
        new=hash_password(new),
        now=now,
    )
    if not changed or changed[0][0] is None:
        raise Refused(Denied.WRONG_PASSWORD)


@lru_cache(maxsize=1)
def nobodys_hash() -> str:
    """Return a hash that no password fits, made once: unknown logins cost the same work as known ones."""
    return _HASHER.hash(os.urandom(32).hex())


@lru_cache(maxsize=1)
def _common_passwords() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])


@contextmanager
def _turn() -> Iterator[None]:
    if not _admitted.acquire(blocking=False):
        raise TooBusy
    try:
        if not _running.acquire(timeout=_PATIENCE):
            raise TooBusy
        try:
            yield
        finally:
            _running.release()
    finally:
        _admitted.release()
