"""Empties what a test filled: the database, over a connection that stays open, and the queue."""

from __future__ import annotations

import psycopg
from psycopg import sql
from redis import Redis

# A table that held so many rows since it was last truncated is truncated again: what was deleted still takes room.
_MANY = 2_000


class Sweeper:
    """Empties one database and one queue after each test.

    Rows are deleted, not truncated: a truncated table is a new file, and every connection of the application then
    plans each of its statements anew. The administrator deletes as a replica does: no trigger and no key is asked.
    """

    def __init__(self, administrator_url: str, queue_url: str) -> None:
        self._connection = psycopg.connect(administrator_url, autocommit=True)
        self._connection.execute("set session_replication_role = replica")
        self._queue = Redis.from_url(queue_url)
        self._tables = [
            sql.Identifier(schema, name)
            for schema, name in self._connection.execute(
                "select schemaname, tablename from pg_tables"
                " where schemaname in ('public', 'keys') and tablename <> 'alembic_version' order by 1, 2"
            )
        ]
        self._question = (
            sql.SQL(" union all ")
            .join(
                sql.SQL("select {}::int where exists (select from {})").format(number, table)
                for number, table in enumerate(self._tables)
            )
            .as_string(self._connection)
        )
        self._deleted = [0] * len(self._tables)

    def sweep(self) -> None:
        """Leave no row in any table that is not the migrations' own, and nothing in the queue."""
        filled = [number for (number,) in self._connection.execute(self._question, prepare=True)]
        with self._connection.pipeline():
            cursors = [
                (number, self._connection.execute(sql.SQL("delete from {}").format(self._tables[number])))
                for number in filled
            ]
        for number, cursor in cursors:
            self._deleted[number] += cursor.rowcount
        large = [number for number, rows in enumerate(self._deleted) if rows > _MANY]
        if large:
            names = sql.SQL(", ").join(self._tables[number] for number in large)
            self._connection.execute(sql.SQL("truncate {} cascade").format(names))
            for number in large:
                self._deleted[number] = 0
        self._queue.flushdb()

    def close(self) -> None:
        """Let go of the database and the queue."""
        self._connection.close()
        self._queue.close()
