"""What is encrypted opens only in its own row, for its own owner, and never again once its key is gone."""

from __future__ import annotations

import os
from uuid import uuid4

import pytest
from sqlalchemy import delete, text

from app.core.actor import Actor
from app.core.crypto import KeyRing, Unreadable, open_json, seal_json
from app.core.db import transaction
from app.core.models import DataKey
from app.web.doors import House

ORGANISATION = "brussels"


@pytest.fixture
def draft_actor() -> Actor:
    """A draft with an id of its own."""
    return Actor("draft", uuid4(), ORGANISATION)


def test_a_value_opens_in_its_own_place_only(house: House, draft_actor: Actor) -> None:
    assert draft_actor.id
    with transaction(house.databases, "family", draft_actor, house.clock.now()) as session:
        sealed = seal_json(
            session, {"answer": "ja"}, owner_id=draft_actor.id, key_class="draft", place="draft:sealed:1"
        )
        opened = open_json(session, sealed, owner_id=draft_actor.id, key_class="draft", place="draft:sealed:1")
        assert opened == {"answer": "ja"}
        with pytest.raises(Unreadable):
            open_json(session, sealed, owner_id=draft_actor.id, key_class="draft", place="draft:sealed:2")


def test_the_same_value_twice_looks_different(house: House, draft_actor: Actor) -> None:
    assert draft_actor.id
    with transaction(house.databases, "family", draft_actor, house.clock.now()) as session:
        first, second = (
            seal_json(session, "astma", owner_id=draft_actor.id, key_class="draft", place="draft:sealed:1")
            for _ in range(2)
        )
    assert first != second
    assert b"astma" not in first


def test_a_destroyed_key_leaves_nothing_to_read(house: House, draft_actor: Actor) -> None:
    assert draft_actor.id
    with transaction(house.databases, "family", draft_actor, house.clock.now()) as session:
        sealed = seal_json(session, "astma", owner_id=draft_actor.id, key_class="draft", place="draft:sealed:1")
        session.execute(delete(DataKey).where(DataKey.owner_id == draft_actor.id))
        with pytest.raises(Unreadable):
            open_json(session, sealed, owner_id=draft_actor.id, key_class="draft", place="draft:sealed:1")


def test_a_key_of_one_owner_does_not_unwrap_for_another() -> None:
    ring, owner, other = KeyRing(os.urandom(32), os.urandom(32)), uuid4(), uuid4()
    wrapped = ring.new_wrapped_key(owner, "health")
    ring.unwrap(wrapped, owner, "health")
    for wrong_owner, wrong_class in ((other, "health"), (owner, "message")):
        with pytest.raises(Unreadable):
            ring.unwrap(wrapped, wrong_owner, wrong_class)


def test_another_master_key_unwraps_nothing() -> None:
    owner = uuid4()
    wrapped = KeyRing(os.urandom(32), os.urandom(32)).new_wrapped_key(owner, "health")
    with pytest.raises(Unreadable):
        KeyRing(os.urandom(32), os.urandom(32)).unwrap(wrapped, owner, "health")


def test_tokens_differ_by_label_and_key() -> None:
    ring = KeyRing(os.urandom(32), b"k" * 32)
    assert ring.token("number", "85073003328") == KeyRing(os.urandom(32), b"k" * 32).token("number", "85073003328")
    assert ring.token("number", "85073003328") != ring.token("phone", "85073003328")
    assert ring.token("number", "85073003328") != KeyRing(os.urandom(32), b"x" * 32).token("number", "85073003328")


def test_a_draft_key_is_out_of_reach_of_another_draft(house: House, draft_actor: Actor) -> None:
    assert draft_actor.id
    with transaction(house.databases, "family", draft_actor, house.clock.now()) as session:
        seal_json(session, "x", owner_id=draft_actor.id, key_class="draft", place="draft:sealed:1")
    with transaction(house.databases, "family", Actor("draft", uuid4(), ORGANISATION), house.clock.now()) as session:
        assert session.execute(text("select count(*) from keys.data_key")).scalar() == 0
