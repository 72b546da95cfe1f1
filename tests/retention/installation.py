"""An installation of its own beside the test's: its database can be backed up, and brought back to an older state."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from redis import Redis

from app import make_databases
from app.core.clock import Clock
from app.core.settings import Settings
from app.organisations.profile import load_profiles
from app.web.doors import House
from jobs.context import Context, context
from jobs.local.databases import make_database
from tests.servers.session import Servers, template_name
from tests.trial.kills import environment_of


class Installation:
    """A database with a house on it; `backup` copies it, `restore` puts the copy in its place."""

    def __init__(self, servers: Servers, settings: Settings, folder: Path, name: str) -> None:
        self._servers, self.name = servers, name
        self.settings = replace(settings, database_urls=servers.urls(name), data_dir=folder)
        self.house = House(self.settings, Clock(), make_databases(self.settings), load_profiles())

    @property
    def surroundings(self) -> Context:
        """Return what its jobs run in."""
        return context()

    def backup(self, name: str = "backup") -> None:
        """Copy the database as it stands."""
        self._copy(self.name, f"{self.name}_{name}")

    def restore(self, name: str = "backup") -> None:
        """Put a copy in the database's place."""
        self._copy(f"{self.name}_{name}", self.name)

    def restore_empty(self) -> None:
        """Put a database without a row in its place."""
        self._copy(template_name(), self.name)

    def take_keys_of(self, name: str) -> None:
        """Put the keys of another copy in the place of its own: they have backups of their own."""
        source, target = (self._servers.administrator_url(each) for each in (f"{self.name}_{name}", self.name))
        with psycopg.connect(source) as read, psycopg.connect(target) as write:
            write.execute("truncate keys.data_key")
            with (
                read.cursor().copy("copy keys.data_key to stdout") as rows,
                write.cursor().copy("copy keys.data_key from stdin") as keys,
            ):
                for row in rows:
                    keys.write(row)

    def tables(self) -> dict[str, str]:
        """Return everything that stands in each table, as text."""
        with psycopg.connect(self._servers.administrator_url(self.name)) as connection:
            names = connection.execute(
                "select schemaname, tablename from pg_tables where schemaname in ('public', 'keys') order by 1, 2"
            ).fetchall()
            return {
                f"{schema}.{table}": "\n".join(
                    str(row[0])
                    for row in connection.execute(
                        sql.SQL("select t::text from {} t order by 1").format(sql.Identifier(schema, table))
                    )
                )
                for schema, table in names
            }

    def files(self) -> list[Path]:
        """Return every file of its data folder."""
        return [path for path in self.settings.data_dir.rglob("*") if path.is_file()]

    def queue(self) -> str:
        """Return everything that the queue holds, as text; a queue that holds nothing would prove nothing."""
        queue = Redis.from_url(self.settings.redis_url)
        held: list[object] = []
        for key in queue.scan_iter():
            held.append(key)
            if queue.type(key) == b"hash":
                # What a job is called with is written down compressed.
                values = queue.hgetall(key).values()
                held.extend(zlib.decompress(value) if value[:1] == b"x" else value for value in values)
        assert held
        return str(held)

    def close(self) -> None:
        """Drop its databases."""
        self._disconnect()
        for name in (self.name, f"{self.name}_backup", f"{self.name}_later"):
            self._servers.drop_database(name)

    def _copy(self, template: str, name: str) -> None:
        self._disconnect()
        with self._servers.locked():
            self._servers.drop_database(name)
            make_database(self._servers.administrator_url("postgres"), name, template=template)

    def _disconnect(self) -> None:
        self.house.databases.dispose()
        context().databases.dispose()


@contextmanager
def installed(
    servers: Servers, settings: Settings, folder: Path, name: str, patch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """Make an installation with an empty database, whose jobs run in this process."""
    made = Installation(servers, settings, folder, name)
    for key, value in environment_of(made.settings).items():
        patch.setenv(key, value)
    context.cache_clear()
    made.restore_empty()
    yield made
    made.close()
    context.cache_clear()
