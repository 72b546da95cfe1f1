"""A keyed token of a national number is named by the check that a request is unique, and by nothing else (LEU-07)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.access_view import ACTING
from app.core.db import role_of
from app.web.doors import House
from tests.factories import as_maintainer
from tests.house.source import ROOT, files, name_of, plant

COLUMNS = {"applicant.number_token", "application.child_number_token", "possible_double.number_token"}
# Where the columns are declared, and the one place that works with them.
ALLOWED = {
    "app/applications/models.py",
    "app/families/models.py",
    "app/applications/policy/functions.py",
    "app/applications/policy/grants.py",
    "app/families/policy/grants.py",
    "app/catalogue/groups.py",
    "app/applications/operations/doubles.py",
    # What leaves it out of every copy, and what erases it.
    "app/catalogue/copies.py",
    "app/retention/policy/groups.py",
}
_NAMED = re.compile(r"\w*number_token\b")


def strangers(root: Path) -> Iterator[str]:
    """Find code that names a token column outside the check that a request is unique."""
    for path in files(root, ".py", ".html", ".toml", under=("app", "jobs")):
        name = name_of(root, path)
        if name in ALLOWED:
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if found := _NAMED.search(line):
                yield f"{name}:{number}: {found[0]}"


def test_only_the_check_for_doubles_names_a_token() -> None:
    assert list(strangers(ROOT)) == []
    assert {name for name in ALLOWED if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("app/applications/queries/own.py", "x = Application.child_number_token"),
        ("app/web/family/my.py", 'session.execute("select number_token from applicant")'),
        ("app/templates/family/my/home.html", "{{ applicant.number_token }}"),
        ("jobs/tasks.py", "values = {'number_token': token}"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, name: str, line: str) -> None:
    assert len(list(strangers(plant(tmp_path, {name: line})))) == 1


@pytest.mark.parametrize("login", [login for login in ACTING if login != "jobs"])
def test_no_door_has_the_right_to_read_a_token(house: House, login: str) -> None:
    with as_maintainer(house) as session:
        readable = {
            column
            for column in COLUMNS
            if session.scalar(
                text("select has_column_privilege(:role, :table, :name, 'select')"),
                {"role": role_of(login), "table": column.partition(".")[0], "name": column.partition(".")[2]},
            )
        }
    # The desk reads which requests to compare; the token of one that was not made goes when the other is found.
    assert readable == set()
