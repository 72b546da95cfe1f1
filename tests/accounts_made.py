"""Accounts of a test, and what several makers of people share."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from argon2 import PasswordHasher

from app.accounts.models import Account, PartyAgreement
from app.core.clock import today_at
from tests.people import Person

PASSWORD = "houten blokken op een rij"
numbers = count(1)


def new_person(kind: str, organisation: str, language: str) -> Person:
    return Person(uuid4(), kind, organisation, f"{kind}{next(numbers)}@example.org", PASSWORD, language)


def account_of(person: Person, now: datetime, **given: Any) -> Account:
    columns = {"created_at": now, "active": True, "login_confirmed_at": now, "password_hash": _hash()} | given
    return Account(
        id=person.id,
        organisation=person.organisation,
        kind=person.kind,
        login=person.login,
        language=person.language,
        **columns,
    )


def signed_with(kind: str, party: UUID, organisation: str, now: datetime) -> PartyAgreement:
    return PartyAgreement(
        id=uuid4(),
        organisation=organisation,
        party_kind=kind,
        party_id=party,
        signed_on=today_at(now) - timedelta(days=1000),
        recorded_at=now,
    )


@lru_cache(maxsize=1)
def _hash() -> str:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD)
