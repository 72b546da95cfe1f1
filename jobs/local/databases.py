"""Making logins and databases, as the administrator of a cluster."""

from __future__ import annotations

import psycopg
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.access_view import apply_roles
from app.core.settings import LOGINS, ROLE_PREFIX

MAINTAINER = ROLE_PREFIX + "maintainer"


def make_database(administrator_url: str, name: str, *, template: str = "") -> None:
    """Make a database of the maintainer's when there is none; the connection is the cluster's administrator."""
    with psycopg.connect(administrator_url, autocommit=True) as connection:
        if connection.execute("select from pg_database where datname = %s", [name]).fetchone() is None:
            statement = sql.SQL("create database {} owner {} template {} encoding 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(MAINTAINER), sql.Identifier(template or "template0")
            )
            connection.execute(statement)


def make_roles(administrator_url: str, passwords: dict[str, str] | None = None) -> None:
    """Make the logins, as the cluster's administrator."""
    engine = create_engine(administrator_url, poolclass=NullPool)
    apply_roles(engine, passwords)


def roles_exist(url: str) -> bool:
    """Say whether every login is known to the cluster."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "select count(*) from pg_roles where rolname = any(%s)", [[ROLE_PREFIX + login for login in LOGINS]]
        ).fetchone()
    return found is not None and found[0] == len(LOGINS)
