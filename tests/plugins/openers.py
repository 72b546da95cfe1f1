"""Open a rule that lives in the database: the policy, branch, constraint, trigger or grant gives way."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, Table, text

from app.access_view import BRANCHES, GRANTS, branch_view, policies, qualified
from app.core.access import Grant
from app.core.db import role_of
from app.core.models import Base


class UnknownRuleError(Exception):
    """The rule is declared nowhere, or is not in this database."""


def open_in_database(connection: Connection, rule: str) -> None:
    """Open one rule, as the maintainer and in the caller's transaction. Raises UnknownRuleError."""
    kind, _, name = rule.partition(":")
    _OPENERS[kind](connection, name)


def check_declared(rule: str) -> None:
    """Raise UnknownRuleError when nothing declares this rule; a trigger is looked up in the database only."""
    kind, _, name = rule.partition(":")
    if kind in {"policy", "grant"}:
        _grants(name)
    elif kind == "branch":
        _branch_sql(name)
    elif kind == "constraint":
        table, constraint = _parts(name)
        declared = [t for t in Base.metadata.tables.values() if t.name == table]
        if not declared or not any(constraint in _constraints(t) for t in declared):
            raise UnknownRuleError(f"no constraint or unique index {constraint} on {table}")
    elif kind != "trigger":
        raise UnknownRuleError(f"no kind of rule: {rule}")


def _constraints(table: Table) -> set[str]:
    names = {str(c.name) for c in table.constraints if c.name} | {str(i.name) for i in table.indexes if i.unique}
    # A check named "state" on table choice stands in the database as ck_choice_state; both names are understood.
    return names | {f"ck_{table.name}_{name}" for name in names}


def _parts(name: str) -> tuple[str, str]:
    table, _, rest = name.partition(".")
    if not rest:
        raise UnknownRuleError(f"{name}: write table.name")
    return table, rest


def _grants(name: str) -> list[Grant]:
    table, login, verb = (*name.split("."), "", "")[:3]
    found = [g for g in GRANTS if (g.table, g.login, g.verb) == (table, login, verb)]
    if not found:
        raise UnknownRuleError(f"nothing is granted as {name}")
    return found


def _branch_sql(reason: str) -> str:
    branch = next((b for b in BRANCHES if b.reason == reason), None)
    if branch is None:
        raise UnknownRuleError(f"no branch {reason}")
    # A branch that ends on the clock alone has no permissive form of its own: without its end it is permissive.
    return branch_view(replace(branch, permissive=branch.permissive or branch.sql), permissive=True)


def _open_policy(connection: Connection, name: str) -> None:
    grant = _grants(name)[0]
    policy = next(
        n
        for n, table, login, _ in policies()
        if (table, login) == (grant.table, grant.login) and n.endswith(f"_{grant.verb}")
    )
    clause = {"insert": "with check (true)", "update": "using (true) with check (true)"}.get(grant.verb, "using (true)")
    connection.exec_driver_sql(f"alter policy {policy} on {qualified(grant.table)} {clause}")


def _open_grant(connection: Connection, name: str) -> None:
    grant = _grants(name)[0]
    connection.exec_driver_sql(f"grant {grant.verb} on {qualified(grant.table)} to {role_of(grant.login)}")


def _open_branch(connection: Connection, reason: str) -> None:
    connection.exec_driver_sql(f"create or replace view access.{reason} as {_branch_sql(reason)}".replace("%", "%%"))


def _drop_constraint(connection: Connection, name: str) -> None:
    table, constraint = _parts(name)
    names = {"names": [constraint, f"ck_{table}_{constraint}"], "table": qualified(table)}
    found = connection.scalar(
        text("select conname from pg_constraint where conrelid = cast(:table as regclass) and conname = any(:names)"),
        names,
    )
    if found:
        connection.exec_driver_sql(f"alter table {qualified(table)} drop constraint {found} cascade")
        return
    index = connection.scalar(
        text(
            "select indexrelid::regclass::text from pg_index where indrelid = cast(:table as regclass) and indisunique"
            " and indexrelid::regclass::text = any(:names)"
        ),
        names,
    )
    if not index:
        raise UnknownRuleError(f"no constraint or unique index {constraint} on {table}")
    connection.exec_driver_sql(f"drop index {index}")


def _drop_trigger(connection: Connection, name: str) -> None:
    table = connection.scalar(
        text("select tgrelid::regclass::text from pg_trigger where tgname = :name and not tgisinternal"), {"name": name}
    )
    if not table:
        raise UnknownRuleError(f"no trigger {name}")
    connection.exec_driver_sql(f"drop trigger {name} on {table}")


_OPENERS = {
    "policy": _open_policy,
    "grant": _open_grant,
    "branch": _open_branch,
    "constraint": _drop_constraint,
    "trigger": _drop_trigger,
}
