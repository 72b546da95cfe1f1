"""Keeping a version of a statement before a newer one takes its place."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.organisations.terms import EarlierStatement, Statement
from app.privacy.queries import FROZEN, STATEMENTS, older_statement
from app.web.doors import House
from jobs.statement import freeze


def test_a_version_is_kept_with_its_lists_and_read_again(house: House, tmp_path: Path) -> None:
    shutil.copytree(STATEMENTS / "brussels", tmp_path / "brussels")
    made = freeze(house, "brussels", tmp_path)
    assert [path.stem for path in made] == ["en", "fr", "nl"]
    for path in made:
        assert set(tomllib.loads(path.read_text("utf-8"))) == set(FROZEN)
    for path in (tmp_path / "brussels").glob("*.toml"):
        path.write_text(path.read_text("utf-8").replace('version = "2026-2"', 'version = "2027-1"'), "utf-8")
    kept = house.profiles["brussels"]
    before = EarlierStatement(kept.statement.version, kept.statement.published)
    newer = replace(kept, statement=Statement("2027-1", date(2027, 1, 1), earlier=(before, *kept.statement.earlier)))
    older = older_statement(newer, "nl", "2026-2", date(2027, 1, 2), tmp_path)
    assert older.frozen is not None
    assert ("__Host-sid" in dict(older.frozen["cookies"])) and older.frozen["stores"]
    assert "<" not in str(older.frozen), "words, and no marks of a page"
