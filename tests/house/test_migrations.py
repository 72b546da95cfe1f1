"""Migrations go up, down and up again with rows in the tables, and end at the tables that the code describes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, create_engine, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.core.models import Base
from app.core.settings import Settings
from app.web.doors import House
from jobs.cli import add_commands
from jobs.migrate import MIGRATIONS, migrate
from tests.house.rows import fill
from tests.house.source import ROOT, parse
from tests.servers.session import Servers


@pytest.fixture
def fresh(servers: Servers, settings: Settings, worker_number: int) -> Iterator[Settings]:
    """The settings of an empty database of its own."""
    name = f"opvang_migrations_{worker_number}"
    with servers.locked():
        servers.make_template(name)
    yield replace(settings, database_urls=servers.urls(name))
    servers.drop_database(name)


def _engine(settings: Settings) -> Engine:
    return create_engine(settings.database_urls["maintainer"], poolclass=NullPool)


def _revisions() -> list[str]:
    """Return the revisions from the first to the last; raises when there is more than one head."""
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    return [revision.revision for revision in script.walk_revisions()][::-1]


def _move(settings: Settings, step: Callable[..., None], revision: str) -> None:
    app = create_app(settings)
    add_commands(app)
    with app.app_context():
        step(directory=str(MIGRATIONS), revision=revision)
    app.extensions["opvangloket"].databases.dispose()


def _rows(connection: Connection) -> dict[str, int]:
    tables = connection.execute(
        text(
            "select schemaname || '.' || tablename from pg_tables"
            " where schemaname in ('public', 'keys') and tablename <> 'alembic_version'"
        )
    ).scalars()
    return {table: connection.scalar(text(f"select count(*) from {table}")) or 0 for table in tables.all()}


_STRUCTURE = (
    """select table_schema, table_name, column_name, data_type, is_nullable, column_default
       from information_schema.columns where table_schema in ('public', 'keys')""",
    """select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
       where connamespace in ('public'::regnamespace, 'keys'::regnamespace)""",
    "select schemaname, indexname, indexdef from pg_indexes where schemaname in ('public', 'keys')",
    "select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
)


def _structure(connection: Connection) -> set[tuple[Any, ...]]:
    return {tuple(row) for query in _STRUCTURE for row in connection.execute(text(query))}


def differences(connection: Connection, metadata: MetaData) -> list[Any]:
    """Return what a generated migration would still have to change."""
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "include_schemas": True,
            "include_name": lambda name, kind, _: (
                name in (None, "keys") if kind == "schema" else name != "alembic_version"
            ),
        },
    )
    return list(compare_metadata(context, metadata))


def test_up_down_and_up_again_with_rows(fresh: Settings) -> None:
    migrate(fresh)
    engine = _engine(fresh)
    with engine.begin() as connection:
        fill(connection)
        filled = _rows(connection)
        first = _structure(connection)
    assert set(filled.values()) == {1}, "every table holds a row"

    # The access relation hangs on the tables: it is taken down before they change and laid anew after (jobs.migrate).
    with engine.begin() as connection:
        connection.execute(text("drop schema if exists access, signin cascade"))
    below = ["base", *_revisions()[:-1]][::-1]
    for revision in below:
        _move(fresh, downgrade, revision)
    with engine.connect() as connection:
        assert _rows(connection) == {}, "the way down leaves nothing of ours"
    for revision in _revisions():
        _move(fresh, upgrade, revision)
    migrate(fresh)
    with engine.begin() as connection:
        assert _structure(connection) == first
        fill(connection)


def test_an_upgrade_keeps_the_rows(fresh: Settings) -> None:
    revisions = _revisions()
    migrate(fresh)
    engine = _engine(fresh)
    with engine.begin() as connection:
        fill(connection)
        before = _rows(connection)
    migrate(fresh)
    if len(revisions) > 1:
        with engine.begin() as connection:
            connection.execute(text("drop schema if exists access, signin cascade"))
        _move(fresh, downgrade, revisions[-2])
        _move(fresh, upgrade, revisions[-1])
    with engine.connect() as connection:
        after = _rows(connection)
    assert {table for table, count in before.items() if count and not after.get(table)} <= _new_in(
        revisions[-1], revisions
    )


def _new_in(revision: str, revisions: list[str]) -> set[str]:
    """Return the tables that this revision itself makes: going down takes them away with their rows."""
    if len(revisions) == 1:
        return set()
    path = next(MIGRATIONS.glob(f"versions/{revision}*.py"))
    calls = [n for n in ast.walk(parse(path)) if isinstance(n, ast.Call) and ast.unparse(n.func) == "op.create_table"]
    return {f"public.{ast.literal_eval(call.args[0])}" for call in calls}


# The driver does not know the type of a transaction id, and compares it by its name.
@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_the_tables_are_those_that_the_code_describes(house: House) -> None:
    with house.databases.engine("maintainer").connect() as connection:
        assert differences(connection, Base.metadata) == []


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_a_planted_difference_is_found(house: House) -> None:
    other = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.sorted_tables:
        table.to_metadata(other)
    other.tables["child"].append_column(Column("shoe_size", Text()))
    Table("drawer", other, Column("id", Text(), primary_key=True))
    with house.databases.engine("maintainer").connect() as connection:
        assert {change[0] for change in differences(connection, other)} == {"add_column", "add_table"}


def test_each_migration_says_what_it_is_for() -> None:
    missing = [
        path.name
        for path in sorted(Path(ROOT, "migrations", "versions").glob("*.py"))
        if not ast.get_docstring(parse(path))
    ]
    assert missing == []
