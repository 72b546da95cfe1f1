"""How fast whole files go, and for how long anybody waits for a lock of theirs.

make bench                                       20,000 files
BENCH_FILES=3000 pytest tests/bench/test_retention.py -m bench
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.web.doors import House
from jobs import retention
from jobs.context import Context
from jobs.demo.bulk import bulk
from tests.factories import as_maintainer
from tests.jobs.conftest import surroundings

__all__ = ["surroundings"]
pytestmark = pytest.mark.bench
FILES = int(os.environ.get("BENCH_FILES", "20000"))
ROWS_A_SECOND, LONGEST_MS = 15_000, 250
TABLES = text(
    "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'keys')"
    " and tablename not in ('alembic_version', 'audit_entry', 'retention_run')"
)


def rows(house: House) -> int:
    """Count every row that can go."""
    with as_maintainer(house) as session:
        tables = session.scalars(TABLES).all()
        return sum(session.scalar(text(f"select count(*) from {table}")) or 0 for table in tables)


@contextmanager
def locked(jobs: Any) -> Iterator[list[float]]:
    """Measure for how long each transaction that changes something holds its locks, in milliseconds."""
    held: list[float] = []
    since: dict[int, float] = {}

    def before(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().lower().startswith(("delete", "update")) or "for update" in statement.lower():
            since.setdefault(id(connection.connection.dbapi_connection), perf_counter())

    def ended(connection: Any) -> None:
        begun = since.pop(id(connection.connection.dbapi_connection), None)
        if begun is not None:
            held.append(1000 * (perf_counter() - begun))

    def committed(session: Session) -> None:
        # The line of the journal and the commit itself are part of it.
        held.extend(1000 * (perf_counter() - begun) for begun in since.values())
        since.clear()

    event.listen(jobs, "before_cursor_execute", before)
    event.listen(jobs, "rollback", ended)
    event.listen(Session, "after_commit", committed)
    yield held
    event.remove(Session, "after_commit", committed)
    event.remove(jobs, "rollback", ended)
    event.remove(jobs, "before_cursor_execute", before)


def cpu_seconds(surroundings: Context) -> float:
    """Return what this process and its connection to the database have computed so far."""
    with retention.opened("brussels", surroundings.now()) as session:
        pid = session.scalar(text("select pg_backend_pid()"))
    user, system = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
    return process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_files_go_fast_and_hold_nobody_up(
    house: House, surroundings: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    now = house.clock.now()
    bulk(house.databases, house.profiles["brussels"], FILES, now)
    before = rows(house)
    later = now + timedelta(days=15 * 366)
    profile = house.profiles["brussels"]
    (rule,) = (one for one in retention.rules_of(profile) if one.name == "files")
    with locked(surroundings.databases.engine("jobs")) as held:
        begun, busy = perf_counter(), cpu_seconds(surroundings)
        ran = retention.take_rule(profile, rule, later, let_go=True)
        took, spent = perf_counter() - begun, cpu_seconds(surroundings) - busy
    gone = before - rows(house)
    with capsys.disabled():
        print(f"\n{ran.handled} of {FILES} files, {gone} rows in {took:.1f} s: {gone / took:,.0f} rows/s;", end=" ")
        print(f"{gone / spent:,.0f} rows for each second of one processor;", end=" ")
        print(
            f"{len(held)} transactions, locks held {max(held):.0f} ms at most, {sorted(held)[len(held) // 2]:.0f} half"
        )
    assert ran.handled == min(FILES, surroundings.settings.retention_limit)
    # On a machine with other work the clock on the wall measures that work too.
    assert gone / spent >= ROWS_A_SECOND
    assert max(held) < LONGEST_MS
