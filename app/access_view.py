"""Composes the access relation from the packages' policies and lays it into the database.

`flask access apply` runs it after each upgrade: views, policies, grants and functions are dropped and made anew in one
transaction, and the hash of what was laid is recorded.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Engine, text

import app.accounts.models
import app.applications.models
import app.consents.models
import app.facilities.models
import app.families.models
import app.incidents.models
import app.mandates.models
import app.messages.models
import app.placements.models
import app.privacy.models
import app.retention.models
import app.rights.models
import app.statistics.models
import app.surveys.models
import app.transfers.models  # noqa: F401  the tables must be known before a policy is laid on them
from app.accounts import policy as accounts
from app.applications import policy as applications
from app.consents import policy as consents
from app.core import policy as core
from app.core.access import Branch, Function, Grant, Trigger, in_use
from app.core.db import RELATION_OWNER, role_of
from app.core.models import Base
from app.core.settings import LOGINS
from app.facilities import policy as facilities
from app.families import policy as families
from app.incidents import policy as incidents
from app.mandates import policy as mandates
from app.messages import policy as messages
from app.placements import policy as placements
from app.privacy import policy as privacy
from app.retention import policy as retention
from app.rights import policy as rights
from app.statistics import policy as statistics
from app.surveys import policy as surveys
from app.transfers import policy as transfers

BRANCHES: tuple[Branch, ...] = (
    *accounts.BRANCHES,
    *families.BRANCHES,
    *facilities.BRANCHES,
    *applications.BRANCHES,
    *mandates.BRANCHES,
    *placements.BRANCHES,
    *messages.BRANCHES,
)
GRANTS: tuple[Grant, ...] = (
    *core.GRANTS,
    *accounts.GRANTS,
    *families.GRANTS,
    *facilities.GRANTS,
    *consents.GRANTS,
    *applications.GRANTS,
    *mandates.GRANTS,
    *placements.GRANTS,
    *messages.GRANTS,
    *statistics.GRANTS,
    *surveys.GRANTS,
    *retention.GRANTS,
    *transfers.GRANTS,
    *rights.GRANTS,
    *incidents.GRANTS,
    *privacy.GRANTS,
)
FUNCTIONS: tuple[Function, ...] = (
    *accounts.FUNCTIONS,
    *families.FUNCTIONS,
    *facilities.FUNCTIONS,
    *applications.FUNCTIONS,
    *mandates.FUNCTIONS,
    *messages.FUNCTIONS,
    *statistics.FUNCTIONS,
    *surveys.FUNCTIONS,
    *retention.FUNCTIONS,
    *transfers.FUNCTIONS,
    *rights.FUNCTIONS,
    *incidents.FUNCTIONS,
    *privacy.FUNCTIONS,
)

TRIGGERS: tuple[Trigger, ...] = families.TRIGGERS

ACTING = tuple(login for login in LOGINS if login not in ("signin", "maintainer"))
CONTEXT_FUNCTIONS = (
    ("now", "timestamptz", "select nullif(current_setting('app.now', true), '')::timestamptz"),
    ("today", "date", "select (app.now() at time zone 'Europe/Brussels')::date"),
    ("organisation", "text", "select nullif(current_setting('app.organisation', true), '')"),
    ("actor_kind", "text", "select nullif(current_setting('app.actor_kind', true), '')"),
    ("actor_id", "uuid", "select nullif(current_setting('app.actor_id', true), '')::uuid"),
)
RELATION_COLUMNS = "organisation, actor_id, dossier_id, application_id, child_id, choice_id, facility_id, until"
# Who reaches a file by the request itself, which both parents read.
KNOWN_TO_BOTH = ("owner", "co_parent", "chosen", "enrolled", "urgent", "urgent_offer", "overseer")
SCHEMAS = ("app", "access", "signin", "keys")


def qualified(table: str) -> str:
    """Return a table's name with its schema."""
    return "keys.data_key" if table == "data_key" else f"public.{table}"


def tables() -> tuple[str, ...]:
    """Return every table of the house."""
    return tuple(sorted(table.name for table in Base.metadata.tables.values()))


def schema_of(function: Function) -> str:
    """Return where a function lies: those of the time before an actor apart from those of a door."""
    return "signin" if function.login == "signin" else "access"


# BXL-63: a file that is kept and not used is there for its family; who answers about rights reads no file at all.
IN_RESTRICTION = ("owner", "co_parent")
NOT_RESTRICTED = in_use("b.dossier_id")


def used(branch: Branch) -> str:
    """Return the condition that a branch's row may be used: a restricted file is reached by few (BXL-63)."""
    return "true" if branch.reason in IN_RESTRICTION else NOT_RESTRICTED


def branch_view(branch: Branch, *, permissive: bool = False) -> str:
    """Return the body of a branch's view: its rows of this tenant, this actor, this moment."""
    kinds = ", ".join(f"'{kind}'" for kind in branch.actor_kinds)
    return (
        f"select {RELATION_COLUMNS} from ({branch.permissive if permissive else branch.sql}) b"
        f" where b.organisation = app.organisation() and b.actor_id = app.actor_id() and app.actor_kind() in ({kinds})"
        + ("" if permissive else f" and (b.until is null or b.until > app.now()) and {used(branch)}")
    )


def relation_view() -> str:
    """Return the body of the whole relation: every actor that reaches a file now, with the reason."""
    return " union all ".join(
        f"select '{branch.reason}'::text as reason, {RELATION_COLUMNS} from ({branch.sql}) b"
        " where b.organisation = app.organisation() and b.dossier_id is not null"
        f" and (b.until is null or b.until > app.now()) and {used(branch)}"
        for branch in BRANCHES
    )


def readers_view() -> str:
    """Return the body of the page "who can see this file": the relation of the actor's own dossiers."""
    return (
        f"select r.* from ({relation_view()}) r where r.dossier_id in (select o.dossier_id from access.owner o)"
        # Whom the first parent asks for help, at which counter and until when, is theirs alone to tell.
        f" or r.reason in ({', '.join(repr(reason) for reason in KNOWN_TO_BOTH)})"
        " and r.dossier_id in (select c.dossier_id from access.co_parent c)"
    )


def policies() -> Iterable[tuple[str, str, str, str]]:
    """Yield (name, table, login, DDL) of every policy."""
    grouped: dict[tuple[str, str, str], list[Grant]] = defaultdict(list)
    for grant in GRANTS:
        grouped[grant.table, grant.login, grant.verb].append(grant)
    for (table, login, verb), grants in sorted(grouped.items()):
        condition = " or ".join(_condition(grant) for grant in grants)
        name = f"{table}_{login}_{verb}"
        clause = {
            "insert": f"with check ({condition})",
            "update": f"using ({condition}) with check ({'true' if table in _TENANTLESS else _tenant(login)})",
        }.get(verb, f"using ({condition})")
        yield name, table, login, f"create policy {name} on {qualified(table)} for {verb} to {role_of(login)} {clause}"


def table_grants() -> Iterable[str]:
    """Yield the GRANT statements: whole tables, or the columns that a login may touch."""
    columns: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    whole: set[tuple[str, str, str]] = set()
    for grant in GRANTS:
        key = (grant.table, grant.login, grant.verb)
        columns[key].update(grant.columns)
        if not grant.columns:
            whole.add(key)
    for table, login, verb in sorted(columns):
        listed = "" if (table, login, verb) in whole else f" ({', '.join(sorted(columns[table, login, verb]))})"
        yield f"grant {verb}{listed} on {qualified(table)} to {role_of(login)}"


def statements() -> list[str]:
    """Return everything that `apply` lays, in order."""
    doors = ", ".join(role_of(login) for login in ACTING)
    made = ["drop schema if exists access cascade", "drop schema if exists signin cascade"]
    made += [f"create schema if not exists {schema}" for schema in SCHEMAS]
    made.append(f"grant usage, create on schema access, signin to {RELATION_OWNER}")
    made.append(f"grant usage on schema app, keys to {RELATION_OWNER}")
    made.append(f"grant usage on schema app, access, keys to {doors}")
    made.append(f"grant usage on schema signin to {role_of('signin')}")
    made.append(f"grant select, insert, update, delete on all tables in schema public, keys to {RELATION_OWNER}")
    for name, returns, body in CONTEXT_FUNCTIONS:
        made.append(
            f"create or replace function app.{name}() returns {returns} language sql stable parallel safe as $${body}$$"
        )
    for branch in BRANCHES:
        made += _view(branch.reason, branch_view(branch), branch.login)
    made += _view("relation", relation_view(), "oversight")
    made += _view("readers", readers_view(), "family")
    for function in FUNCTIONS:
        signature = f"{schema_of(function)}.{function.name}({function.arguments})"
        made += [
            (
                f"create function {signature} returns {function.returns} language {function.language} security definer"
                f" set search_path = public, pg_catalog, pg_temp as $${function.body}$$"
            ),
            f"alter function {signature} owner to {RELATION_OWNER}",
            f"revoke all on function {signature} from public",
            f"grant execute on function {signature} to {role_of(function.login)}",
        ]
    for trigger in TRIGGERS:
        made += [
            (
                f"create function access.{trigger.function}() returns trigger language plpgsql security definer"
                f" set search_path = public, pg_catalog, pg_temp as $${trigger.body}$$"
            ),
            f"alter function access.{trigger.function}() owner to {RELATION_OWNER}",
            f"revoke all on function access.{trigger.function}() from public",
            *(_watch(trigger, *watch) for watch in trigger.watches),
        ]
    for table in tables():
        made.append(f"alter table {qualified(table)} enable row level security")
        made.append(f"alter table {qualified(table)} force row level security")
    made += [ddl for _, _, _, ddl in policies()]
    made += table_grants()
    return made


def declared_hash() -> str:
    """Return the hash of the whole declaration."""
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()


def apply(connection: Connection) -> None:
    """Lay the declaration into the database, in the caller's transaction, as the maintainer."""
    logins = ", ".join(role_of(login) for login in LOGINS if login != "maintainer")
    for name, table in connection.execute(
        text(
            "select policyname, schemaname || '.' || tablename from pg_policies where schemaname in ('public', 'keys')"
        )
    ).all():
        connection.exec_driver_sql(f"drop policy {name} on {table}")
    connection.exec_driver_sql(f"revoke all on all tables in schema public from public, {logins}")
    connection.exec_driver_sql(f"revoke all on keys.data_key from public, {logins}")
    for statement in statements():
        connection.exec_driver_sql(statement.replace("%", "%%"))
    connection.exec_driver_sql(f"comment on schema access is '{declared_hash()}'")


def is_current(connection: Connection) -> bool:
    """Tell whether the database carries this very declaration."""
    return connection.scalar(text("select obj_description('access'::regnamespace)")) == declared_hash()


def role_statements(passwords: Mapping[str, str] | None = None) -> list[str]:
    """Return the SQL that makes the logins; run once by whoever administers the cluster (`flask db-roles --sql`)."""
    made = [_create_role(RELATION_OWNER, "nologin bypassrls")]
    for login in LOGINS:
        made.append(_create_role(role_of(login), "login bypassrls" if login == "maintainer" else "login nobypassrls"))
        if passwords and login in passwords:
            escaped = passwords[login].replace("'", "''")
            made.append(f"alter role {role_of(login)} password '{escaped}'")
    made.append(f"grant {RELATION_OWNER} to {role_of('maintainer')}")
    return made


def apply_roles(engine: Engine, passwords: Mapping[str, str] | None = None) -> None:
    """Make the logins, connected as the cluster's administrator."""
    with engine.begin() as connection:
        for statement in role_statements(passwords):
            connection.exec_driver_sql(statement.replace("%", "%%"))


def _create_role(role: str, options: str) -> str:
    return (
        f"do $$ begin if not exists (select from pg_roles where rolname = '{role}') then create role {role}; end if;"
        " end $$;"
        f" alter role {role} {options} nosuperuser nocreatedb nocreaterole"
    )


def _view(name: str, body: str, login: str) -> list[str]:
    return [
        f"create view access.{name} as {body}",
        f"alter view access.{name} owner to {RELATION_OWNER}",
        f"grant select on access.{name} to {role_of(login)}",
    ]


def _watch(trigger: Trigger, name: str, table: str, when: str) -> str:
    events, _, condition = when.partition(" when ")
    return (
        f"create constraint trigger {name} {events} on {qualified(table)} deferrable initially deferred for each row"
        f"{f' when {condition}' if condition else ''} execute function access.{trigger.function}()"
    )


def _tenant(login: str) -> str:
    if login == "jobs":
        return "app.organisation() in (organisation, '*')"
    return "organisation = app.organisation()"


def _condition(grant: Grant) -> str:
    parts = []
    if grant.table not in _TENANTLESS:
        parts.append(_tenant(grant.login))
    if grant.purpose:
        parts.append(f"app.actor_kind() = 'system:{grant.purpose}'")
    if grant.condition != "true":
        parts.append(f"({grant.condition})")
    if grant.purpose in core.USING_JOBS and grant.verb in ("select", "update") and (of_file := _file_of(grant.table)):
        parts.append(in_use(of_file))
    return f"({' and '.join(parts) or 'true'})"


# What was sent or given stays known, so that a recipient can be told that something is gone.
_OF_WHAT_WAS_DONE = frozenset({"outbox", "disclosure", "restriction"})


def _file_of(table: str) -> str:
    """Return the column of a table that names a file; nothing where it names none."""
    if table == "dossier":
        return "dossier.id"
    known = Base.metadata.tables.get(table)
    named = known is not None and "dossier_id" in known.columns and table not in _OF_WHAT_WAS_DONE
    return f"{table}.dossier_id" if named else ""


_TENANTLESS = frozenset({"audit_segment", "audit_seal", "job_run"})
