"""Each rule that lives in the database can be opened, so that `flask promises prove` can ask whether a test notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from app.access_view import BRANCHES, GRANTS
from app.web.doors import House
from tests.house.rows import fill
from tests.plugins.openers import UnknownRuleError, check_declared, open_in_database


@pytest.fixture
def maintainer(house: House) -> Iterator[Connection]:
    """The maintainer's connection in a transaction that is thrown away."""
    with house.databases.engine("maintainer").connect() as connection:
        yield connection
        connection.rollback()


def test_every_policy_can_be_opened(maintainer: Connection) -> None:
    for rule in sorted({f"policy:{g.table}.{g.login}.{g.verb}" for g in GRANTS}):
        check_declared(rule)
        open_in_database(maintainer, rule)
    left = maintainer.execute(
        text(
            "select policyname from pg_policies where schemaname in ('public', 'keys')"
            " and (coalesce(qual, 'true') <> 'true' or coalesce(with_check, 'true') <> 'true')"
        )
    ).all()
    assert left == []


def test_every_branch_can_be_opened(maintainer: Connection) -> None:
    for branch in BRANCHES:
        check_declared(f"branch:{branch.reason}")
        open_in_database(maintainer, f"branch:{branch.reason}")


def test_a_grant_can_be_widened(maintainer: Connection) -> None:
    asked = text("select has_column_privilege('opvang_facility', 'public.application', 'grounds', 'select')")
    assert maintainer.scalar(asked) is False
    open_in_database(maintainer, "grant:application.facility.select")
    assert maintainer.scalar(asked) is True


def test_constraints_and_triggers_can_be_dropped(maintainer: Connection) -> None:
    fill(maintainer)
    maintainer.exec_driver_sql("create table drawer (a int constraint ck_drawer_small check (a < 3))")
    maintainer.exec_driver_sql("create unique index uq_drawer_a on drawer (a)")
    maintainer.exec_driver_sql(
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$"
    )
    maintainer.exec_driver_sql(
        "create trigger drawer_refuse before insert on drawer for each row execute function refuse()"
    )
    open_in_database(maintainer, "constraint:drawer.small")
    open_in_database(maintainer, "constraint:drawer.uq_drawer_a")
    open_in_database(maintainer, "trigger:drawer_refuse")
    maintainer.exec_driver_sql("insert into drawer values (5), (5)")


@pytest.mark.parametrize(
    "rule",
    [
        "policy:drawer.family.select",
        "branch:nobody",
        "constraint:choice.nothing",
        "constraint:nothing",
        "trigger:nobody",
    ],
)
def test_a_rule_that_is_not_there_is_named(rule: str, maintainer: Connection) -> None:
    with pytest.raises(UnknownRuleError):
        open_in_database(maintainer, rule)
