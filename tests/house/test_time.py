"""One clock and one commit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT, files, name_of, parse, plant, prose

CLOCK = "app/core/clock.py"
COMMITTER = "app/core/db.py"
_ASKING = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
_FUNC = {
    "now",
    "current_date",
    "current_timestamp",
    "current_time",
    "localtimestamp",
    "clock_timestamp",
    "statement_timestamp",
}
# `app.now()` is our own function over the transaction's setting.
_SQL = re.compile(
    r"(?<![\w.])(?:now\(\)|current_date\b|current_timestamp\b|localtimestamp\b|(?:clock|statement|transaction)_timestamp\()",
    re.I,
)
# Code that measures or starts the machine itself, where no person's term depends on the answer.
MACHINE_TIME = {"jobs/local/supervisor.py": "turns the moment that the demo is told to start at into an offset"}


def server_time(root: Path) -> Iterator[str]:
    """Find code, in Python or in SQL, that asks the machine for the time instead of the clock."""
    for path in files(root, ".py", under=("app", "jobs", "migrations")):
        name = name_of(root, path)
        if name == CLOCK or name in MACHINE_TIME:
            continue
        tree = parse(path)
        words = prose(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                owner = ast.unparse(node.value).rpartition(".")[2]
                if (owner, node.attr) in _ASKING or (owner == "func" and node.attr in _FUNC):
                    yield f"{name}:{node.lineno}: {owner}.{node.attr}"
            elif isinstance(node, ast.Constant) and id(node) not in words and (found := _SQL.search(str(node.value))):
                yield f"{name}:{node.lineno}: {found[0]} in SQL"
    for path in files(root, ".sql", under=("app", "jobs", "migrations")):
        if found := _SQL.search(path.read_text("utf-8")):
            yield f"{name_of(root, path)}: {found[0]}"


def commits(root: Path) -> Iterator[str]:
    """Find commits, and transactions that end by themselves, outside the one place that commits."""
    for path in files(root, ".py", under=("app",)):
        name = name_of(root, path)
        if name == COMMITTER:
            continue
        for node in ast.walk(parse(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"commit", "autocommit"}
            ):
                yield f"{name}:{node.lineno}: {ast.unparse(node.func)}"
    for room in ("rules", "policy", "queries", "operations"):
        for path in (root / "app").rglob(f"{room}.py"):
            for node in ast.walk(parse(path)):
                if (
                    isinstance(node, ast.Attribute)
                    and node.attr in {"begin", "rollback", "begin_nested"}
                    and room != "operations"
                ):
                    yield f"{name_of(root, path)}:{node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("check", [server_time, commits], ids=lambda c: c.__name__)
def test_the_house_keeps_it(check: object) -> None:
    assert list(check(ROOT)) == []  # type: ignore[operator]


def test_an_exception_that_is_no_longer_needed_goes() -> None:
    assert [name for name in MACHINE_TIME if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (server_time, "app/families/rules.py", "import datetime\nx = datetime.datetime.now(datetime.UTC)"),
        (server_time, "app/families/rules.py", "from datetime import date\nx = date.today()"),
        (server_time, "app/families/rules.py", "from datetime import datetime\nx = datetime.utcnow()"),
        (server_time, "app/families/queries.py", "from sqlalchemy import func\nx = func.now()"),
        (server_time, "app/families/queries.py", "x = 'select 1 where a < now()'"),
        (server_time, "app/families/models.py", "x = mapped_column(server_default='current_timestamp')"),
        (server_time, "jobs/digest.py", "x = f'{a} > CURRENT_DATE'"),
        (server_time, "migrations/versions/0001.py", "op.execute('select clock_timestamp()')"),
        (server_time, "app/core/view.sql", "select now()"),
        (commits, "app/families/operations.py", "def f(session):\n    session.commit()"),
        (commits, "app/web/family/views.py", "db.session.commit()"),
        (commits, "app/families/queries.py", "session.rollback()"),
    ],
)
def test_a_planted_violation_is_found(check: object, name: str, text: str, tmp_path: Path) -> None:
    assert len(list(check(plant(tmp_path, {name: text})))) == 1  # type: ignore[operator]


def test_what_is_allowed_passes(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "app/core/clock.py": "from datetime import datetime\nx = datetime.now()",
            "app/core/db.py": "session.commit()",
            "app/families/policy.py": '"""No now() here."""\nx = "until > app.now()"\ny = clock.now()',
            "app/families/operations.py": "with session.begin_nested(): pass",
        },
    )
    assert [*server_time(tmp_path), *commits(tmp_path)] == []
