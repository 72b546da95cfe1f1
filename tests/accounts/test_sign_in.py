"""Signing in: who is let in, how often one may guess, and what the time tells."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.accounts.operations import passwords, sign_in
from app.accounts.rules import TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, TRY_WINDOW, Denied
from app.core.db import Databases
from app.core.errors import Refused
from app.web.doors import House
from tests.accounts.accounts import ADDRESS, NOW, PASSWORD, make_account


@pytest.fixture
def databases(house: House) -> Databases:
    return house.databases


def enter(databases: Databases, login: str, password: str = PASSWORD, **where: object) -> UUID | None:
    options = {"organisation": "brussels", "address": ADDRESS, "now": NOW} | where
    found = sign_in(databases, options["organisation"], login, password, options["address"], options["now"])
    return found.id if found else None


@pytest.mark.promise("BXL-46", breaks="app.accounts.operations.passwords:verify_password")
def test_only_the_right_password_lets_in(databases: Databases) -> None:
    account = make_account(databases)
    assert enter(databases, "An@Example.BE ") == account
    assert enter(databases, "an@example.be", PASSWORD + "!") is None
    assert enter(databases, "nobody@example.be") is None
    assert enter(databases, "an@example.be", "") is None


def test_the_printed_reference_lets_in_in_any_spelling(databases: Databases) -> None:
    account = make_account(databases, email=None, reference="KB7Q2X9H4M")
    assert enter(databases, "kb 7q2x-9h4m") == account


def test_an_account_without_password_lets_nobody_in(databases: Databases) -> None:
    make_account(databases, password=None)
    assert enter(databases, "an@example.be", "") is None
    assert enter(databases, "an@example.be", "None") is None


def test_two_organisations_may_hold_the_same_address(databases: Databases) -> None:
    here = make_account(databases)
    there = make_account(databases, organisation="leuven", password="een heel ander lang geheim")
    assert enter(databases, "an@example.be") == here
    assert enter(databases, "an@example.be", organisation="leuven") is None
    assert enter(databases, "an@example.be", "een heel ander lang geheim", organisation="leuven") == there


def test_a_confirmed_address_beats_newer_unconfirmed_ones_and_else_the_newest_counts(databases: Databases) -> None:
    first = make_account(databases, password="het geheim van de eerste")
    second = make_account(databases, password="het geheim van de tweede", now=NOW + timedelta(hours=1))
    assert enter(databases, "an@example.be", "het geheim van de eerste") is None
    assert enter(databases, "an@example.be", "het geheim van de tweede") == second
    with databases.engine("maintainer").begin() as connection:
        connection.execute(
            text("update account set login_confirmed_at = :now where id = :id"), {"now": NOW, "id": first}
        )
    assert enter(databases, "an@example.be", "het geheim van de eerste") == first
    assert enter(databases, "an@example.be", "het geheim van de tweede") is None


@pytest.mark.promise("BXL-46", breaks="app.accounts.rules:tries_allowed")
def test_of_two_hundred_guesses_only_a_few_are_judged(databases: Databases) -> None:
    make_account(databases)

    def guess(number: int) -> str:
        try:
            # From two hundred addresses, as a stranger with many machines would.
            return str(enter(databases, "an@example.be", f"guess number {number:04d}", address=f"198.51.100.{number}"))
        except Refused as refused:
            return str(refused.reason)
        except passwords.TooBusy:
            return "busy"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(guess, range(200)))
    assert set(answers) == {"None", str(Denied.TOO_MANY_TRIES)}
    assert answers.count("None") <= TRIES_PER_ACCOUNT
    # Nor does the right password get in within the window: else every guess could still be tried.
    with pytest.raises(Refused):
        enter(databases, "an@example.be")
    # The true user waits a quarter of an hour at most, also while the guessing goes on.
    assert enter(databases, "an@example.be", now=NOW + TRY_WINDOW) is not None


def test_guessing_many_logins_from_one_address_stops_too(databases: Databases) -> None:
    make_account(databases)
    with databases.engine("maintainer").begin() as connection:
        connection.execute(
            text("insert into throttle values ('brussels', :key, :now, :count)"),
            {"key": databases.keyring.token("sign-in-address", ADDRESS), "now": NOW, "count": TRIES_PER_ADDRESS},
        )
    with pytest.raises(Refused) as refused:
        enter(databases, "an@example.be")
    assert refused.value.reason is Denied.TOO_MANY_TRIES
    assert enter(databases, "an@example.be", address="203.0.113.9") is not None


def test_signing_in_forgives_the_slips_before_it(databases: Databases) -> None:
    make_account(databases)
    for _ in range(3 * TRIES_PER_ACCOUNT):
        for slip in range(3):
            enter(databases, "an@example.be", f"slip {slip}", address="203.0.113.1")
        assert enter(databases, "an@example.be") is not None


def test_known_unknown_and_refused_logins_take_the_same_time(databases: Databases) -> None:
    """Medians of one run as a ratio: the machine's speed falls out."""
    make_account(databases)
    with databases.engine("maintainer").begin() as connection:
        connection.execute(
            text("insert into throttle values ('brussels', :key, :now, 1000)"),
            {"key": databases.keyring.token("sign-in-login", "full@example.be"), "now": NOW},
        )
    took: dict[str, list[float]] = {"an": [], "nobody": [], "full": []}
    for turn in range(21):
        for name, times in took.items():
            begin = time.perf_counter()
            try:
                enter(
                    databases,
                    f"{name}@example.be",
                    "not the password",
                    address=f"203.0.113.{turn}",
                    now=NOW + turn * TRY_WINDOW,
                )
            except Refused:
                assert name == "full"
            times.append(time.perf_counter() - begin)
        with databases.engine("maintainer").begin() as connection:
            connection.execute(
                text("update throttle set window_start = window_start + interval '15 min' where count >= 1000")
            )
    known = statistics.median(took["an"])
    assert 0.6 < statistics.median(took["nobody"]) / known < 1.6
    assert 0.6 < statistics.median(took["full"]) / known < 1.6


def test_input_that_is_too_long_is_never_hashed(databases: Databases) -> None:
    make_account(databases)
    begin = time.perf_counter()
    assert enter(databases, "an@example.be", "x" * 1_000_000) is None
    refused = time.perf_counter() - begin
    begin = time.perf_counter()
    enter(databases, "an@example.be", "x" * 200)
    assert refused < time.perf_counter() - begin
    with pytest.raises(Refused):
        passwords.hash_password("x" * 201)


def test_a_crowd_is_told_to_wait_instead_of_hanging(databases: Databases) -> None:
    def attempt(_: int) -> str:
        try:
            passwords.verify_password("a guess that takes a while", None)
        except passwords.TooBusy:
            return "busy"
        return "judged"

    crowd = passwords._AT_ONCE + passwords._WAITING + 40
    with ThreadPoolExecutor(crowd) as pool:
        answers = list(pool.map(attempt, range(crowd)))
    assert "busy" in answers
    assert "judged" in answers
    # The places are given back: nobody is locked out afterwards.
    assert attempt(0) == "judged"


def test_a_hash_with_older_numbers_is_replaced_at_sign_in(databases: Databases) -> None:
    from argon2 import PasswordHasher

    account = make_account(databases)
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with databases.engine("maintainer").begin() as connection:
        connection.execute(text("update account set password_hash = :old"), {"old": old})
    assert enter(databases, "an@example.be") == account
    with databases.engine("maintainer").begin() as connection:
        assert "m=19456,t=2,p=1" in connection.scalar(text("select password_hash from account"))
    assert enter(databases, "an@example.be") == account


def test_every_try_is_noted_without_what_was_typed(databases: Databases) -> None:
    account = make_account(databases)
    enter(databases, "an@example.be")
    enter(databases, "an@example.be", "wrong")
    enter(databases, "nobody@example.be")
    with databases.engine("maintainer").begin() as connection:
        rows = connection.execute(text("select event, actor_kind, actor_id from audit_entry order by sequence")).all()
    assert [tuple(row) for row in rows] == [
        ("sign_in", "parent", account),
        ("sign_in_failed", "parent", account),
        ("sign_in_failed", "visitor", None),
    ]
