"""The people of a test and what they do: act in the database, sign in, post a form, get a message.

`tests.factories` makes them, and hands all of this on.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import WebSession
from app.accounts.rules import hash_of
from app.applications.rules import Plan
from app.core.actor import Actor
from app.core.crypto import open_json
from app.core.db import transaction
from app.core.models import OutboxMessage
from app.families.queries import postal_lines, reach_of
from app.web.doors import House

BRUSSELS = "brussels"


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    id: UUID
    kind: str
    organisation: str
    login: str
    password: str
    language: str

    @property
    def actor(self) -> Actor:
        """Return who acts in a transaction of this person."""
        return Actor(self.kind, self.id, self.organisation)

    @property
    def base(self) -> str:
        """Return where this person's pages begin."""
        return f"/{self.organisation}/{self.language}"


@dataclass(frozen=True)
class Place:
    """A facility."""

    id: UUID
    organisation: str
    name: str
    email: str | None
    language: str
    postcode: str
    tariff: str
    reply_days: int | None


@dataclass(frozen=True)
class FamilyMade:
    """A family with one request: who it is, and the choice at each facility."""

    person: Person
    dossier_id: UUID
    child_id: UUID
    application_id: UUID
    reference: str
    choices: Mapping[UUID, UUID]
    email: str | None
    plan: Plan
    names: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def as_maintainer(house: House, organisation: str = BRUSSELS, now: datetime | None = None) -> Iterator[Session]:
    """Open a transaction that no policy confines."""
    actor = Actor("system:seed", None, organisation)
    with transaction(house.databases, "maintainer", actor, now or house.clock.now()) as session:
        yield session


@contextmanager
def acting(house: House, person: Person, now: datetime | None = None) -> Iterator[Session]:
    """Open a transaction as this person, through the login of their door."""
    login = person.kind if person.kind in ("facility", "staff", "counter", "helper", "oversight") else "family"
    with transaction(house.databases, login, person.actor, now or house.clock.now()) as session:
        yield session


def signed_in(
    house: House, client: FlaskClient, person: Person, *, began: datetime | None = None, seen: datetime | None = None
) -> FlaskClient:
    """Give a client a live session of this person, without the sign-in page."""
    client.set_cookie("sid", session_of(house, person, began=began, seen=seen))
    return client


def session_of(house: House, person: Person, *, began: datetime | None = None, seen: datetime | None = None) -> str:
    """Open a session of this person and return its id, for the cookie of a browser."""
    now = house.clock.now()
    session_id = secrets.token_urlsafe(32)
    with as_maintainer(house, person.organisation) as session:
        session.add(
            WebSession(
                id_hash=hash_of(session_id),
                organisation=person.organisation,
                actor_kind=person.kind,
                actor_id=person.id,
                created_at=began or now,
                last_seen_at=seen or now,
                expires_at=(began or now) + timedelta(hours=12),
            )
        )
    return session_id


@dataclass(frozen=True)
class Queued:
    """A message that waits to be sent, opened."""

    kind: str
    channel: str
    recipient: str
    language: str
    params: Mapping[str, Any]


def queued(house: House, *kinds: str, organisation: str = BRUSSELS) -> list[Queued]:
    """Return the messages that wait, oldest first, all or those of some kinds."""
    with as_maintainer(house, organisation) as session:
        rows = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.organisation == organisation)
            .order_by(OutboxMessage.created_at, OutboxMessage.kind)
        ).all()
        found = []
        for row in rows:
            assert row.sealed is not None
            opened = open_json(
                session, row.sealed, owner_id=row.owner_id, key_class="message", place=f"outbox:sealed:{row.id}"
            )
            channel, recipient = row.channel, opened["recipient"]
            if not recipient and row.dossier_id is not None:
                # As it would leave at this moment.
                reach = reach_of(session, row.dossier_id)
                paper = ("letter", postal_lines(reach, row.language))
                channel, recipient = ("mail", reach.email) if reach.email else paper
            found.append(Queued(row.kind, channel, recipient, row.language, opened["params"]))
    return [message for message in found if not kinds or message.kind in kinds]


_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_ONCE = re.compile(r'name="once" value="([^"]+)"')


def guard_of(page: TestResponse) -> dict[str, str]:
    """Return the hidden inputs of the page's last form: the token, and the key that counts once."""
    return {"csrf_token": _TOKEN.findall(page.text)[-1], "once": _ONCE.findall(page.text)[-1]}


def post_form(client: FlaskClient, page: str, action: str = "", **fields: Any) -> TestResponse:
    """Open a page and post a form from it; without an action, to itself."""
    shown = client.get(page)
    assert shown.status_code == 200, shown.status_code
    return client.post(action or page, data={**guard_of(shown), **fields})
