"""Drafts: encrypted under their own key, seen by nobody else, gone when they end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app.applications.models import Draft
from app.applications.operations.drafts import SENT_DRAFT_TERM, end_draft, save_draft, start_draft
from app.applications.queries.drafts import own_draft
from app.core.actor import Actor, Kind
from app.core.crypto import Unreadable
from app.core.db import transaction
from app.core.models import AuditEntry, DataKey
from app.organisations.terms import Application
from app.web.doors import House
from tests.budgets import count_sql
from tests.factories import as_maintainer

CONTENT = {"answers": {"you": {"family_name": "Yılmaz"}}}


def terms(house: House) -> Application:
    """Return the terms of Brussels."""
    found = house.profiles["brussels"].application
    assert found is not None
    return found


def begin(house: House, organisation: str = "brussels") -> Actor:
    """Begin a draft and return its actor."""
    actor, now = Actor(Kind.DRAFT, uuid4(), organisation), house.clock.now()
    with transaction(house.databases, "family", actor, now) as session:
        assert isinstance(actor.id, UUID)
        start_draft(session, actor.id, CONTENT, language="nl", terms=terms(house), now=now)
    return actor


def key_of(actor: Actor) -> UUID:
    """Return the id of an actor that has one."""
    assert actor.id is not None
    return actor.id


def test_a_draft_reads_back_in_one_statement_and_lies_encrypted(house: House) -> None:
    actor, now = begin(house), house.clock.now()
    with (
        count_sql(house.databases.engine("family")) as spent,
        transaction(house.databases, "family", actor, now) as session,
    ):
        found = own_draft(session, key_of(actor), now=now)
        assert found is not None
        assert found.content == CONTENT
        assert len(spent) == 1
    with as_maintainer(house) as session:
        assert "Yılmaz".encode() not in session.scalars(select(Draft.sealed)).one()
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
        assert [(entry.event, entry.groups) for entry in entries] == [("draft_started", ["draft"]), ("read", ["draft"])]


def test_saving_replaces_everything_and_begins_the_term_again(house: House) -> None:
    actor, later = begin(house), house.clock.now() + timedelta(days=20)
    with transaction(house.databases, "family", actor, later) as session:
        draft = own_draft(session, key_of(actor), now=later, to_change=True)
        assert draft is not None
        save_draft(session, draft, {"answers": {}}, language="fr", terms=terms(house), now=later)
    last = later + timedelta(days=terms(house).draft_days)
    for now, expected in ((last - timedelta(seconds=1), {"answers": {}}), (last, None)):
        with transaction(house.databases, "family", actor, now) as session:
            found = own_draft(session, key_of(actor), now=now)
            assert (found.content if found is not None else None) == expected


def test_an_ended_draft_keeps_its_id_for_a_day_and_nothing_else(house: House) -> None:
    actor, now = begin(house), house.clock.now()
    with transaction(house.databases, "family", actor, now) as session:
        end_draft(session, key_of(actor), now=now)
    with as_maintainer(house) as session:
        assert session.scalars(select(Draft.sealed)).one() == b""
        assert not session.scalars(select(DataKey)).all()
    with transaction(house.databases, "family", actor, now) as session:
        found = own_draft(session, key_of(actor), now=now)
        assert found is not None
        assert (found.submitted_at, found.content) == (now, {})
    later = now + SENT_DRAFT_TERM
    with transaction(house.databases, "family", actor, later) as session:
        assert own_draft(session, key_of(actor), now=later) is None


@pytest.mark.promise("BXL-04", breaks="policy:draft.family.select")
@pytest.mark.promise("LEU-51", breaks="policy:draft.family.select")
def test_another_draft_and_another_organisation_see_nothing(house: House) -> None:
    actor, now = begin(house), house.clock.now()
    strangers = (
        Actor(Kind.DRAFT, uuid4(), "brussels"),
        Actor(Kind.PARENT, uuid4(), "brussels"),
        Actor(Kind.DRAFT, actor.id, "leuven"),
    )
    for stranger in strangers:
        with transaction(house.databases, "family", stranger, now) as session:
            assert own_draft(session, key_of(actor), now=now) is None
            assert not session.scalars(select(Draft.id)).all()


def test_a_value_moved_to_another_draft_cannot_be_opened(house: House) -> None:
    first, second, now = begin(house), begin(house), house.clock.now()
    with as_maintainer(house) as session:
        taken = session.scalars(select(Draft.sealed).where(Draft.id == first.id)).one()
        session.execute(update(Draft).where(Draft.id == second.id).values(sealed=taken))
    with pytest.raises(Unreadable), transaction(house.databases, "family", second, now) as session:
        own_draft(session, key_of(second), now=now)
