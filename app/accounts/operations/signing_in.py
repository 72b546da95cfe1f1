"""Signing in with e-mail or reference and password."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.accounts.operations.passwords import TooBusy, hash_password, needs_rehash, verify_password
from app.accounts.rules import TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, TRY_WINDOW, Denied, read_login, tries_allowed
from app.core.actor import WITH_SECOND_FACTOR
from app.core.audit import note_before_sign_in
from app.core.db import Databases, call_signin
from app.core.errors import Refused


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose login and password these were."""

    id: UUID
    kind: str
    language: str


def sign_in(
    databases: Databases, organisation: str, typed_login: str, password: str, address: str, now: datetime
) -> SignedIn | None:
    """Return whose login and password these are, None when nobody's.

    An unknown login, a wrong password and a try too many cost the same work, so that the time tells nothing; a try too
    many is judged against nobody's hash. Counted in the database, per login and per address, so that it holds without
    the queue server. Raises Refused (too many tries) and TooBusy.
    """
    login = read_login(typed_login)
    login_key = databases.keyring.token("sign-in-login", login.value)
    address_key = databases.keyring.token("sign-in-address", address)
    allowed = [
        tries_allowed(count_attempt(databases, organisation, key, now), limit)
        for key, limit in ((login_key, TRIES_PER_ACCOUNT), (address_key, TRIES_PER_ADDRESS))
    ]
    if login.is_email:
        rows = call_signin(databases, "account_by_login", organisation=organisation, login=login.value)
    else:
        rows = call_signin(databases, "account_by_reference", organisation=organisation, reference=login.value)
    account = rows[0] if rows else None
    stored: str | None = account.password_hash if account is not None and all(allowed) else None
    right = verify_password(password, stored) and account is not None
    # Of who works here the password is half of it: their second factor is noted when it comes.
    event = "password_right" if account is not None and account.kind in WITH_SECOND_FACTOR else "sign_in"
    note_before_sign_in(
        databases,
        organisation,
        event if right else "sign_in_failed",
        kind=account.kind if account is not None else "visitor",
        actor_id=account.id if account is not None else None,
        now=now,
    )
    if not all(allowed):
        raise Refused(Denied.TOO_MANY_TRIES)
    if not right or account is None or stored is None:
        return None
    call_signin(databases, "forgive_attempts", organisation=organisation, key=login_key)
    call_signin(databases, "give_back_attempt", organisation=organisation, key=address_key)
    if needs_rehash(stored):
        # Signing in is not worth less when there is no time for a newer hash; the next sign-in tries again.
        with suppress(TooBusy):
            call_signin(databases, "rehash_password", account_id=account.id, old=stored, new=hash_password(password))
    return SignedIn(account.id, account.kind, account.language)


def count_attempt(databases: Databases, organisation: str, key: bytes, now: datetime) -> int:
    """Count a try under a key and return how many the window holds; in the database, whatever the queue does."""
    rows = call_signin(databases, "count_attempt", organisation=organisation, key=key, now=now, window=TRY_WINDOW)
    counted: int = rows[0][0]
    return counted
