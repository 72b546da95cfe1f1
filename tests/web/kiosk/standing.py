"""Registering a device as an administrator and the device itself do, and beginning an application on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.accounts.models import WebSession
from app.accounts.operations.devices import make_device, revoke_device
from app.accounts.rules import hash_of
from app.applications.models import Draft, DraftPass
from app.web.doors import House
from tests.factories import as_maintainer, guard_of, make_worker
from tests.people import acting

CODE = "CDF346GHJKMN"


def made_device(house: House, organisation: str = "brussels", code: str = CODE) -> UUID:
    """Make a device as an administrator does; its code opens it for a day."""
    administrator = make_worker(house, role="administrator", organisation=organisation)
    with acting(house, administrator) as session:
        return make_device(session, f"Loket {code}", code, now=house.clock.now())


def revoke(house: House, device_id: UUID, organisation: str = "brussels") -> None:
    """Revoke a device as another administrator does."""
    with acting(house, make_worker(house, role="administrator", organisation=organisation)) as session:
        revoke_device(session, device_id, now=house.clock.now())


def types_code(browser: FlaskClient, code: str, organisation: str = "brussels") -> TestResponse:
    """Fill in the page of registration."""
    address = f"/{organisation}/nl/kiosk/enrol"
    return browser.post(address, data={**guard_of(browser.get(address)), "code": code})


def enrolled(house: House, browser: FlaskClient, organisation: str = "brussels") -> FlaskClient:
    """Make this browser a kiosk."""
    number = len(list(_devices(house)))
    code = f"{CODE[:-2]}{'34679CDFGH'[number // 10 % 10]}{'34679CDFGH'[number % 10]}"
    made_device(house, organisation, code)
    assert types_code(browser, code, organisation).status_code == 303
    return browser


def begins(browser: FlaskClient, organisation: str = "brussels", **given: Any) -> TestResponse:
    """Fill in the first page of an application."""
    address = f"/{organisation}/nl/apply/language"
    answers = {"language": "nl", "municipality": "schaarbeek"} | given
    return browser.post(address, data={**guard_of(browser.get(address)), **answers})


def wait(house: House, **time: float) -> None:
    """Let time pass."""
    house.clock.offset += timedelta(**time)


def drafts(house: House, organisation: str = "brussels") -> list[Draft]:
    """Return the drafts that exist."""
    with as_maintainer(house, organisation) as session:
        return list(session.scalars(select(Draft)))


def passes(house: House, organisation: str = "brussels") -> int:
    """Return how many codes and links to drafts exist."""
    with as_maintainer(house, organisation) as session:
        return len(list(session.scalars(select(DraftPass.hash))))


def keys_left(house: House, organisation: str = "brussels") -> int:
    """Return how many keys of drafts exist."""
    with as_maintainer(house, organisation) as session:
        return int(session.scalar(text("select count(*) from keys.data_key where key_class = 'draft'")) or 0)


def session_behind(house: House, cookie: str, organisation: str = "brussels") -> WebSession | None:
    """Return the row behind a browser's session id."""
    with as_maintainer(house, organisation) as session:
        return session.scalar(select(WebSession).where(WebSession.id_hash == hash_of(cookie)))


def _devices(house: House) -> list[Any]:
    with as_maintainer(house, "brussels") as session:
        return list(session.execute(text("select id from kiosk_device")))


def no_kiosk(profile: object) -> bool:
    """Remember what everybody looks for (a permissive twin)."""
    return True
