"""Fills an empty demo; what visitors changed since stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid5

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.operations import hash_password
from app.core.actor import Kind, system
from app.core.crypto import KeyRing
from app.core.db import transaction
from app.facilities.models import Facility
from app.families.rules import plain_reference
from app.organisations.profile import Profile
from app.web.demo.accounts import ACCOUNTS, DemoAccount
from app.web.doors import House, house_of
from jobs.demo.bulk import crowd
from jobs.demo.desk import add_talks
from jobs.demo.facilities import add_facility, add_free_places, facility_id
from jobs.demo.families import Spot, Writer
from jobs.demo.life import add_life
from jobs.demo.places import PLACES, Place
from jobs.demo.rows import Rows
from jobs.demo.stories import LEADERS, stories
from jobs.demo.workers import add_helpers, add_uses, add_workers, sign_facilities

CROWDS: Mapping[str, int] = {"brussels": 220, "leuven": 90}
# How much more often a crowd chooses a facility whose leader one can sign in as.
FAVOUR = 10
_ACCOUNTS = UUID("6f0e0c5e-9a1b-8c3d-8e4f-0a1b2c3d4e5f")


def load(app: Flask) -> None:
    """Fill each organisation of the demo that has no facilities yet; does nothing outside a demo."""
    house = house_of(app)
    if not house.settings.demo:
        return
    for organisation, places in PLACES.items():
        _load(house, house.profiles[organisation], places, house.clock.now())


def _load(house: House, profile: Profile, places: tuple[Place, ...], now: datetime) -> None:
    keyring = house.databases.keyring
    with transaction(house.databases, "maintainer", system("seed", profile.key), now) as session:
        if session.scalar(select(Facility.id).where(Facility.organisation == profile.key).limit(1)) is not None:
            return
        rows, spots = Rows(), {}
        for place in places:
            spots[place.name] = add_facility(profile.key, place, rows)
        add_free_places(profile.key, places, now, rows)
        _add_leaders(profile.key, now, rows)
        _add_stories(profile, keyring, spots, now, rows)
        rows.copy(session)
        _add_people(session, profile, now)
        _add_crowd(session, profile, keyring, spots, now)


def _add_leaders(organisation: str, now: datetime, rows: Rows) -> None:
    since = now - timedelta(days=400)
    accounts = {account.login: account for account in ACCOUNTS if account.organisation == organisation}
    for login, leader in LEADERS[organisation].items():
        account = uuid5(_ACCOUNTS, f"{organisation}:{login}")
        shown = accounts[login]
        secret = _hash(shown.password)
        rows.add(
            "account",
            (account, organisation, Kind.FACILITY, login, since, secret, shown.language, since, True, None, None),
        )
        for name in leader.facilities:
            member = uuid5(account, name)
            place = facility_id(organisation, name)
            rows.add("facility_member", (member, organisation, place, account, leader.role, since, None))


def _add_people(session: Session, profile: Profile, now: datetime) -> None:
    accounts = {account.login: account for account in ACCOUNTS if account.organisation == profile.key}
    sign_facilities(session, profile, now)
    worker = add_workers(session, profile, accounts, _hash, now)
    add_helpers(session, profile, accounts, _hash, now)
    add_uses(session, profile, now)
    add_talks(session, profile.key, worker, now)
    add_life(session, profile, now)


def _add_stories(profile: Profile, keyring: KeyRing, spots: Mapping[str, Spot], now: datetime, rows: Rows) -> None:
    accounts = {_plain(account): account for account in ACCOUNTS if account.organisation == profile.key}
    writer = Writer(profile, keyring)
    for family in stories(profile.key, spots, now):
        account = accounts[family.applicant.email or family.reference]
        writer.write(replace(family, password_hash=_hash(account.password)), rows)


def _add_crowd(session: Session, profile: Profile, keyring: KeyRing, spots: Mapping[str, Spot], now: datetime) -> None:
    led = [name for leader in LEADERS[profile.key].values() for name in leader.facilities]
    favoured = [*spots.values(), *(spots[name] for name in led for _ in range(FAVOUR))]
    crowd(session, profile, keyring, favoured, CROWDS[profile.key], now)


def _plain(account: DemoAccount) -> str:
    return account.login if "@" in account.login else plain_reference(account.login)


@lru_cache
def _hash(password: str) -> str:
    # One password of the demo is hashed once: each hash costs as much time as guessing it would.
    return hash_password(password)
