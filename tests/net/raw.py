"""Raw SQL through the logins of the house: who acts, what is there, and what a statement comes to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.core.actor import Actor, Kind
from app.core.db import transaction
from app.core.models import Base
from app.web.doors import House
from tests.net.people import BRUSSELS, Cast, gather

TABLES = sorted(table.fullname for table in Base.metadata.tables.values())
DENIED = "denied"


@dataclass
class Story:
    """The cast, and one row in each technical table, so that an empty answer means something."""

    cast: Cast
    family: Actor
    leader: Actor
    worker: Actor


def tell(house: House) -> Story:
    """Write everybody down."""
    cast, now = gather(house), house.clock.now()
    with house.databases.engine("maintainer").begin() as connection:
        connection.execute(text("select set_config('app.actor_kind', 'system:seed', true)"))
        one = {"o": BRUSSELS, "u": uuid4(), "n": now, "d": cast.target.dossier_id, "a": cast.target.person.id}
        for statement in _TECHNICAL_ROWS:
            connection.execute(text(statement), one)
    leader = next(k for k in cast.knockers if k.role == "chosen")
    with house.databases.engine("maintainer").connect() as connection:
        leader_id = connection.scalar(
            text(
                "select account_id from facility_member where facility_id = :f and ends_at is null and starts_at < :n"
            ),
            {"f": cast.facilities["offering"].id, "n": now},
        )
        worker_id = connection.scalar(
            text(
                "select m.account_id from staff_member m join account a on a.id = m.account_id and a.active"
                " where m.organisation = :o and m.role = 'helpdesk' and m.ends_at is null and m.starts_at < :n"
            ),
            {"o": BRUSSELS, "n": now},
        )
    assert leader.cookie
    return Story(
        cast,
        cast.target.person.actor,
        Actor(Kind.FACILITY, leader_id, BRUSSELS),
        Actor(Kind.STAFF, worker_id, BRUSSELS),
    )


def into(table: str, **values: str) -> str:
    """Return an INSERT of one row; each value is SQL."""
    return f"insert into {table} ({', '.join(values)}) values ({', '.join(values.values())})"


_KEY = {"owner_id": ":d", "organisation": ":o", "wrapped": "'x'", "created_at": ":n"}
_TECHNICAL_ROWS = (
    # The family that wrote messages has some of these keys already.
    *(
        into("keys.data_key", key_class=f"'{key_class}'", **_KEY) + " on conflict do nothing"
        for key_class in ("message", "draft", "health")
    ),
    into("health_answer", dossier_id=":d", organisation=":o", sealed="'x'", consented_at=":n"),
    "insert into consent values (:u, :o, :d, :u, 'lop', true, :n, '1', 'nl', 'web')",
    into(
        "outbox",
        id=":u",
        organisation=":o",
        once_key="'k'",
        kind="'received'",
        channel="'mail'",
        owner_id=":d",
        dossier_id=":d",
        language="'nl'",
        sealed="'x'",
        message_id="'m'",
        state="'pending'",
        attempts="0",
        due_at=":n",
        created_at=":n",
    ),
    "insert into audit_segment values (1, '1', 1, :n, :n, 'x', 'x', :n)",
    "insert into audit_seal values (:u, 1, 1, 'x')",
    "insert into job_run values (:u, 'x', :n, :n, :n, 'done', 0)",
    "insert into throttle values (:o, 'x', :n, 1)",
    into("page_count", organisation=":o", day="cast(:n as date)", page="'home'", source="'direct'", views="1"),
    into(
        "account_token",
        hash="'x'",
        organisation=":o",
        account_id=":a",
        purpose="'reset'",
        created_at=":n",
        expires_at=":n",
    ),
    "insert into form_use values (:o, 'kkkkkkkkkkkkkkkk', :u, :n, '/')",
)


@contextmanager
def acting(house: House, login: str, actor: Actor) -> Iterator[Connection]:
    """Open a transaction of this actor through a login, and throw it away."""
    with pytest.raises(_Done), transaction(house.databases, login, actor, house.clock.now()) as session:
        yield session.connection()
        raise _Done


class _Done(Exception):
    """Nothing is kept."""


def attempt(connection: Connection, statement: str, **values: Any) -> int | str:
    """Run a statement; return how many rows it touched or found, or that it was denied."""
    point = connection.begin_nested()
    try:
        result = connection.execute(text(statement), values)
        return len(result.all()) if result.returns_rows else result.rowcount
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != "42501":
            raise
        return DENIED
    finally:
        point.rollback()


def readable_columns(connection: Connection, table: str) -> list[str]:
    """Return the columns that the login of this connection may select."""
    schema, _, name = table.rpartition(".")
    rows = connection.execute(
        text(
            "select column_name from information_schema.columns where table_schema = :s and table_name = :t"
            " and has_column_privilege(format('%I.%I', table_schema, table_name), column_name, 'select')"
        ),
        {"s": schema or "public", "t": name},
    )
    return [row.column_name for row in rows]


def rows_seen(connection: Connection, table: str) -> int:
    """Count the rows that a bare SELECT of everything shows."""
    columns = readable_columns(connection, table)
    if not columns:
        assert attempt(connection, f"select count(*) from {table}") == DENIED
        return 0
    return int(connection.scalar(text(f"select count(*) from (select {', '.join(columns)} from {table}) t")) or 0)


def seen(connection: Connection) -> dict[str, int]:
    """Return the tables that show rows, with their number."""
    return {table: number for table in TABLES if (number := rows_seen(connection, table))}
