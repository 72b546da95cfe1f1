"""Who acts is told to the database for one transaction, and carried over by nothing."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from app.core.actor import Actor
from app.core.db import Databases, transaction
from app.core.settings import LOGINS, Settings
from app.web.doors import House

WHO = text("select app.actor_id(), app.actor_kind(), app.organisation(), app.now()")


def test_the_database_knows_actor_tenant_and_clock(house: House) -> None:
    actor, now = Actor("parent", uuid4(), "leuven"), house.clock.now()
    with transaction(house.databases, "family", actor, now) as session:
        assert session.execute(WHO).one() == (actor.id, "parent", "leuven", now)


def test_a_savepoint_that_rolls_back_keeps_the_actor(house: House) -> None:
    actor, now = Actor("parent", uuid4(), "brussels"), house.clock.now()
    with transaction(house.databases, "family", actor, now) as session:
        with pytest.raises(ProgrammingError), session.begin_nested():
            session.execute(text("select 1 from nothing_of_that_name"))
        assert session.execute(WHO).one() == (actor.id, "parent", "brussels", now)


def test_a_pooled_connection_forgets_the_actor(house: House) -> None:
    with transaction(house.databases, "family", Actor("parent", uuid4(), "brussels"), house.clock.now()) as session:
        session.execute(WHO)
    with house.databases.engine("family").connect() as connection:
        assert connection.execute(WHO).one() == (None, None, None, None)


@pytest.mark.parametrize("login", [login for login in LOGINS if login not in ("signin", "maintainer")])
def test_without_an_actor_there_are_no_rows_and_no_error(house: House, settings: Settings, login: str) -> None:
    """A forgotten context shows nothing, whatever a login may select."""
    with house.databases.engine("maintainer").begin() as connection:
        connection.execute(
            text("insert into form_use values ('brussels', 'aaaaaaaaaaaaaaaa', gen_random_uuid(), '2026-01-01', '/')")
        )
        readable = [
            (schema, table)
            for schema, table in connection.execute(
                text("select schemaname, tablename from pg_tables where schemaname in ('public', 'keys')")
            )
            if connection.scalar(
                text(f"select has_any_column_privilege('opvang_{login}', '{schema}.{table}', 'select')")
            )
        ]
    for schema, table in readable:
        with house.databases.engine(login).connect() as connection:
            assert connection.scalar(text(f"select count(*) from {schema}.{table}")) == 0, table


def test_an_exhausted_pool_says_so_quickly(settings: Settings, house: House) -> None:
    small = Databases(settings.database_urls, house.databases.keyring, pool_size=1, pool_timeout=0.1)
    with small.engine("family").connect(), pytest.raises(PoolExhausted), small.engine("family").connect():
        pass
    small.dispose()


def test_a_failed_transaction_keeps_nothing(house: House) -> None:
    actor, now = Actor("parent", UUID(int=7), "brussels"), house.clock.now()
    with pytest.raises(RuntimeError), transaction(house.databases, "family", actor, now) as session:
        session.execute(
            text(
                "insert into form_use (organisation, key, actor_id, used_at) "
                "values ('brussels', 'bbbbbbbbbbbbbbbb', :id, :now)"
            ),
            {"id": actor.id, "now": now},
        )
        raise RuntimeError
    with transaction(house.databases, "family", actor, now) as session:
        assert session.scalar(text("select count(*) from form_use")) == 0
