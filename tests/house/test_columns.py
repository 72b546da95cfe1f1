"""Every column that can hold something about a person stands in the catalogue, and the catalogue names no others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, MetaData, Table, Text

from app import access_view
from app.catalogue.checks import uncovered
from app.catalogue.groups import GROUPS
from app.catalogue.technical import NOT_PERSONAL, NOT_PERSONAL_ANYWHERE
from app.core.models import Base

assert access_view.BRANCHES, "composing the relation loads the tables of every package"


def columns_of(metadata: MetaData) -> set[str]:
    """Return every column as table.column."""
    return {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns}


def lost(metadata: MetaData) -> Iterator[str]:
    """Find columns without a group, columns called both personal and not, and entries that lead to no column."""
    held = columns_of(metadata)
    yield from (f"{column} stands in no group" for column in sorted(uncovered(held)))
    for column in sorted(held):
        if column in NOT_PERSONAL and any(column in group.columns for group in GROUPS.values()):
            yield f"{column} stands in a group and among what is not personal"
    named = NOT_PERSONAL.union(*(group.columns for group in GROUPS.values()))
    yield from (f"{column} is named but does not exist" for column in sorted(named - held))
    bare = {column.partition(".")[2] for column in held}
    yield from (f"{name} is named but no table has it" for name in sorted(NOT_PERSONAL_ANYWHERE - bare))


def test_the_house_keeps_it() -> None:
    assert list(lost(Base.metadata)) == []


@pytest.mark.parametrize("table", ["child", "drawer"])
def test_a_planted_column_is_found(table: str) -> None:
    other = MetaData()
    for known in Base.metadata.sorted_tables:
        known.to_metadata(other)
    Table(table, other, Column("shoe_size", Text()), extend_existing=True)
    assert set(lost(other)) - set(lost(Base.metadata)) == {f"{table}.shoe_size stands in no group"}


def test_a_planted_entry_without_a_column_is_found() -> None:
    other = MetaData()
    for known in Base.metadata.sorted_tables:
        if known.name != "partner":
            known.to_metadata(other)
    assert any(found.startswith("partner.") for found in lost(other))
