"""One row in every table, made from the tables' own description: enough to see whether rows are shown or survive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Connection, Table, text
from sqlalchemy import types as sql
from sqlalchemy.dialects import postgresql

from app.core.models import Base

ONE = UUID("11111111-1111-4111-8111-111111111111")
# What no one may do for themselves is done by these.
TWO = UUID("22222222-2222-4222-8222-222222222222")
THREE = UUID("33333333-3333-4333-8333-333333333333")
_BY_OTHERS = {"granted_by": TWO, "asked_by": TWO, "given_by": TWO, "checked_by": TWO, "agreed_by": THREE}
ORGANISATION = "brussels"
MOMENT = datetime(2027, 1, 15, 9, tzinfo=UTC)
_VALUES: tuple[tuple[type[Any], Any], ...] = (
    (sql.Uuid, ONE),
    (sql.Boolean, True),
    (sql.DateTime, MOMENT),
    (sql.Date, date(2027, 1, 15)),
    (sql.Integer, 1),
    (sql.Numeric, 1),
    (sql.Float, 1),
    (sql.LargeBinary, b"x" * 32),
    (sql.ARRAY, []),
    (sql.JSON, {}),
    (postgresql.JSONB, {}),
    (sql.Text, "x"),
    (sql.String, "x"),
)


def fill(connection: Connection, given: Mapping[str, UUID] = MappingProxyType({})) -> set[str]:
    """Put one row in every table and return the tables. One id stands everywhere, so that every key leads somewhere.

    `given` names other ids, by column or by table.column.
    """
    # Whoever writes to a family's file states a purpose, at the console too.
    connection.execute(text("select set_config('app.actor_kind', 'system:seed', true)"))
    for table in Base.metadata.sorted_tables:
        values = {
            c.name: given.get(f"{table.name}.{c.name}", given.get(c.name)) or _value(table, c)
            for c in table.columns
            if c.identity is None and c.server_default is None
        }
        connection.execute(table.insert().values(values))
    return {table.fullname for table in Base.metadata.sorted_tables}


def _value(table: Table, column: Column[Any]) -> Any:
    if column.name == "organisation":
        return ORGANISATION
    if column.name in _BY_OTHERS:
        return _BY_OTHERS[column.name]
    if column.name == "until":
        return MOMENT + timedelta(hours=1)
    for check in (c for c in table.constraints if isinstance(c, CheckConstraint)):
        # The first word that the table itself allows.
        if found := re.search(rf"\b{column.name}\s+in\s*\('([^']*)'", str(check.sqltext), re.I):
            return found[1]
    # Types of our own, such as a transaction id, are numbers in disguise.
    return next((value for kind, value in _VALUES if isinstance(column.type, kind)), "1")
