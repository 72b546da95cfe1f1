"""The net as it hangs in the database: policies, grants, flags, views and functions are those of the declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from app import access_view
from app.access_view import ACTING, BRANCHES, FUNCTIONS, GRANTS, TRIGGERS, apply, policies, schema_of, tables
from app.core.actor import Actor, Kind
from app.core.db import RELATION_OWNER, role_of, transaction
from app.core.settings import LOGINS
from app.web.doors import House
from tests.house.rows import MOMENT, ONE, ORGANISATION, fill
from tests.plugins.openers import open_in_database

# Everything that decides who can touch a row, as the server itself writes it down.
_READINGS = {
    "policy": """
        select tablename, policyname, cmd, permissive, array_to_string(roles, ','), qual, with_check from pg_policies
        where schemaname in ('public', 'keys')""",
    "table": """
        select n.nspname || '.' || c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'keys') and c.relkind in ('r', 'p')""",
    "grant": """
        select n.nspname || '.' || c.relname, coalesce(r.rolname, 'public'), a.privilege_type
        from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
        left join pg_roles r on r.oid = a.grantee
        where n.nspname in ('public', 'keys', 'access', 'app', 'signin') and a.grantee <> c.relowner""",
    "column": """
        select n.nspname || '.' || c.relname || '.' || t.attname, coalesce(r.rolname, 'public'), a.privilege_type
        from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace,
             aclexplode(t.attacl) a left join pg_roles r on r.oid = a.grantee
        where n.nspname in ('public', 'keys', 'access') and a.grantee <> c.relowner""",
    "view": """
        select n.nspname || '.' || c.relname, pg_get_userbyid(c.relowner), array_to_string(c.reloptions, ','),
               pg_get_viewdef(c.oid)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'keys', 'access', 'app', 'signin') and c.relkind in ('v', 'm')""",
    "function": """
        select n.nspname || '.' || p.proname, pg_get_userbyid(p.proowner), pg_get_functiondef(p.oid), p.proacl::text
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('app', 'signin', 'access', 'public', 'keys')""",
    "schema": """
        select n.nspname, coalesce(r.rolname, 'public'), a.privilege_type
        from pg_namespace n, aclexplode(n.nspacl) a left join pg_roles r on r.oid = a.grantee
        where n.nspname in ('app', 'signin', 'access', 'public', 'keys') and a.grantee <> n.nspowner""",
    "role": """
        select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
               array(select b.rolname::text from pg_auth_members m join pg_roles b on b.oid = m.roleid
                     where m.member = r.oid)
        from pg_roles r where rolname like 'opvang\\_%'""",
}


def read_net(connection: Connection) -> set[tuple[object, ...]]:
    """Return every row of the catalog that decides on access."""
    return {
        (kind, *(tuple(v) if isinstance(v, list) else v for v in row))
        for kind, reading in _READINGS.items()
        for row in connection.exec_driver_sql(reading.replace("%", "%%"))
    }


@pytest.fixture
def maintainer(house: House) -> Iterator[Connection]:
    """The maintainer's connection in a transaction that is thrown away."""
    with house.databases.engine("maintainer").connect() as connection:
        yield connection
        connection.rollback()


def drift(connection: Connection) -> set[tuple[object, ...]]:
    """Return where the database differs from the declaration, by laying the declaration once more and looking again."""
    before = read_net(connection)
    point = connection.begin_nested()
    apply(connection)
    after = read_net(connection)
    point.rollback()
    return before ^ after


def test_the_database_carries_the_declaration(maintainer: Connection) -> None:
    assert drift(maintainer) == set()
    assert access_view.is_current(maintainer)


def _first(verb: str) -> str:
    grant = next(g for g in GRANTS if g.verb == verb and g.login == "facility")
    return f"{grant.table}.{grant.login}.{grant.verb}"


LOOSENINGS: dict[str, Callable[[Connection], object]] = {
    "a policy opened": lambda c: open_in_database(c, f"policy:{_first('select')}"),
    "a policy for insert opened": lambda c: open_in_database(c, f"policy:{_first('insert')}"),
    "a policy for update opened": lambda c: open_in_database(c, f"policy:{_first('update')}"),
    "a branch without its end": lambda c: open_in_database(c, "branch:chosen"),
    "a policy added": lambda c: c.exec_driver_sql(
        "create policy p on public.dossier for select to opvang_kiosk using (true)"
    ),
    "a policy dropped": lambda c: c.exec_driver_sql("drop policy dossier_family_select on public.dossier"),
    "a table granted": lambda c: c.exec_driver_sql("grant select on public.child to opvang_kiosk"),
    "a table granted to all": lambda c: c.exec_driver_sql("grant select on public.child to public"),
    "a column granted": lambda c: c.exec_driver_sql("grant update (dossier_id) on public.choice to opvang_facility"),
    "the net not forced": lambda c: c.exec_driver_sql("alter table public.child no force row level security"),
    "the net off": lambda c: c.exec_driver_sql("alter table public.child disable row level security"),
    "a view granted": lambda c: c.exec_driver_sql("grant select on access.relation to opvang_facility"),
    "a view added": lambda c: c.exec_driver_sql("create view access.every as select * from public.child"),
    "a function granted": lambda c: c.exec_driver_sql(f"grant execute on function {_signin(c)} to public"),
    "a schema granted": lambda c: c.exec_driver_sql("grant usage on schema signin to opvang_kiosk"),
}


def _signin(connection: Connection) -> str:
    return str(
        connection.scalar(
            text("select oid::regprocedure from pg_proc where pronamespace = 'signin'::regnamespace limit 1")
        )
    )


# One of each kind; the others are tried by the trial.
IN_THE_SUITE = (
    "a policy opened",
    "a branch without its end",
    "a column granted",
    "the net not forced",
    "a view granted",
)


@pytest.mark.parametrize(
    "loosening",
    [name if name in IN_THE_SUITE else pytest.param(name, marks=pytest.mark.trial) for name in LOOSENINGS],
)
def test_a_planted_loosening_is_found(loosening: str, maintainer: Connection) -> None:
    LOOSENINGS[loosening](maintainer)
    assert drift(maintainer) != set()


# What follows is written without the code that lays the net, so that a mistake in it cannot hide.


def test_every_table_lies_under_the_net(maintainer: Connection) -> None:
    found = {row[1]: row[2:] for row in read_net(maintainer) if row[0] == "table"}
    assert {str(name).partition(".")[2] for name in found} - {"alembic_version"} == set(tables())
    bare = [name for name, (on, forced, _) in found.items() if not (on and forced) and name != "public.alembic_version"]
    assert bare == []
    assert {owner for _, _, owner in found.values()} == {role_of("maintainer")}


def test_policies_are_those_that_are_declared(maintainer: Connection) -> None:
    found = {(row[1], row[5], str(row[3]).lower()) for row in read_net(maintainer) if row[0] == "policy"}
    assert found == {(grant.table, role_of(grant.login), grant.verb) for grant in GRANTS}
    assert len(found) == len(list(policies()))
    assert {row[4] for row in read_net(maintainer) if row[0] == "policy"} == {"PERMISSIVE"}


def test_every_policy_holds_to_its_organisation(maintainer: Connection) -> None:
    loose = [
        (row[1], row[2])
        for row in read_net(maintainer)
        if row[0] == "policy" and not any("app.organisation()" in str(part) for part in row[6:])
    ]
    assert {table for table, _ in loose} <= {"audit_segment", "audit_seal", "job_run"}


def test_logins_touch_what_is_declared_and_nothing_else(maintainer: Connection) -> None:
    net = read_net(maintainer)
    given = {
        (str(r[1]), str(r[2]), str(r[3]).lower())
        for r in net
        if r[0] == "grant" and str(r[1]).startswith(("public.", "keys."))
    }
    given |= {(str(r[1]).rpartition(".")[0], str(r[2]), str(r[3]).lower()) for r in net if r[0] == "column"}
    declared = {(access_view.qualified(g.table), role_of(g.login), g.verb) for g in GRANTS}
    assert {row for row in given if row[1] != RELATION_OWNER} == declared


def test_columns_that_decide_reach_never_change(maintainer: Connection) -> None:
    deciding = {"organisation", "dossier_id", "facility_id", "child_id", "application_id", "account_id", "id"}
    doors = {role_of(login) for login in LOGINS} - {role_of("maintainer")}
    net = read_net(maintainer)
    whole = {row[1:] for row in net if row[0] == "grant" and row[3] == "UPDATE" and row[2] in doors}
    columns = {row[1:] for row in net if row[0] == "column" and row[3] == "UPDATE" and row[2] in doors}
    assert whole == set(), "an update is granted per column"
    assert {row for row in columns if str(row[0]).rpartition(".")[2] in deciding} == set()


def test_views_show_only_their_own_door(maintainer: Connection) -> None:
    net = read_net(maintainer)
    granted = {(row[1], row[2]) for row in net if row[0] == "grant" and str(row[1]).startswith("access.")}
    expected = {(f"access.{branch.reason}", role_of(branch.login)) for branch in BRANCHES}
    assert granted == expected | {("access.relation", role_of("oversight")), ("access.readers", role_of("family"))}
    assert {row[2] for row in net if row[0] == "view"} == {RELATION_OWNER}


def test_functions_that_run_as_the_owner_are_closed_to_all_but_their_login(maintainer: Connection) -> None:
    found = {
        str(r[1]): r
        for r in read_net(maintainer)
        if r[0] == "function" and str(r[1]).startswith(("signin.", "access."))
    }
    triggers = {f"access.{trigger.function}" for trigger in TRIGGERS}
    assert set(found) == {f"{schema_of(function)}.{function.name}" for function in FUNCTIONS} | triggers
    for name in triggers:
        _, _, owner, definition, acl = found[name]
        assert (owner, "SECURITY DEFINER" in str(definition)) == (RELATION_OWNER, True)
        assert {part.partition("=")[0] for part in str(acl).strip("{}").split(",")} == {RELATION_OWNER}
    for function in FUNCTIONS:
        _, _, owner, definition, acl = found[f"{schema_of(function)}.{function.name}"]
        assert owner == RELATION_OWNER
        assert "SECURITY DEFINER" in str(definition)
        assert "SET search_path" in str(definition)
        callers = {part.partition("=")[0] for part in str(acl).strip("{}").split(",")}
        assert callers == {RELATION_OWNER, role_of(function.login)}


def test_logins_have_no_powers(maintainer: Connection) -> None:
    roles = {str(row[1]): row[2:] for row in read_net(maintainer) if row[0] == "role"}
    assert set(roles) == {role_of(login) for login in LOGINS} | {RELATION_OWNER}
    for name, (superuser, bypass, makes_roles, makes_databases, can_log_in, replicates, member_of) in roles.items():
        powers = (superuser, makes_roles, makes_databases, replicates)
        assert not any(powers), name
        assert bypass == (name in {role_of("maintainer"), RELATION_OWNER}), name
        assert can_log_in == (name != RELATION_OWNER), name
        assert member_of == ((RELATION_OWNER,) if name == role_of("maintainer") else ()), name


@pytest.mark.parametrize("login", ACTING)
def test_without_an_actor_there_are_no_rows(login: str, house: House) -> None:
    with house.databases.engine("maintainer").begin() as connection:
        fill(connection)
    readable = {g.table: g for g in GRANTS if g.login == login and g.verb == "select"}
    with house.databases.engine(login).connect() as connection:
        seen = [table for table in sorted(readable) if _count(connection, table)]
    assert seen == []


@pytest.mark.promise("BXL-58", breaks="policy:application.family.select")
def test_with_an_actor_the_same_rows_show(house: House) -> None:
    """The test above can fail: it looks at tables that hold a row."""
    with house.databases.engine("maintainer").begin() as connection:
        fill(connection)
    parent = Actor(Kind.PARENT, ONE, ORGANISATION)
    with transaction(house.databases, "family", parent, MOMENT) as session:
        assert _count(session.connection(), "application") == 1
    stranger = Actor(Kind.PARENT, uuid4(), ORGANISATION)
    with transaction(house.databases, "family", stranger, MOMENT) as session:
        assert _count(session.connection(), "application") == 0


def _count(connection: Connection, table: str) -> int:
    return int(connection.scalar(text(f"select count(*) from {access_view.qualified(table)}")) or 0)
