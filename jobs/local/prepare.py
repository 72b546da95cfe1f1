"""One child of `make run`: roles, tables, access relation, translations and demo data, in one process.

Skipped at a later start when the code that decides on them did not change.
"""

from __future__ import annotations

import os
import sys

import psycopg
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.core import logs
from app.core.settings import LOGINS, ROLE_PREFIX, Settings
from jobs.local.places import STAMP, fingerprint
from jobs.local.translations import compile_translations

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
    from app.access_view import apply_roles

    engine = create_engine(administrator_url, poolclass=NullPool)
    apply_roles(engine, passwords)


def roles_exist(url: str) -> bool:
    """Say whether every login is known to the cluster."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "select count(*) from pg_roles where rolname = any(%s)", [[ROLE_PREFIX + login for login in LOGINS]]
        ).fetchone()
    return found is not None and found[0] == len(LOGINS)


def main() -> int:
    """Prepare the database that the environment names; the administrator's URL is given for the embedded one only."""
    logs.configure("prepare", details=os.environ.get("OPVANGLOKET_LOG_DETAILS", "") == "1")
    compile_translations()
    administrator = os.environ.get("OPVANGLOKET_ADMINISTRATOR_URL", "")
    settings = Settings.from_env(os.environ)
    if administrator:
        server = administrator.replace("/opvangloket?", "/postgres?", 1)
        make_roles(server)
        make_database(server, "opvangloket")
    elif not roles_exist(settings.database_urls["maintainer"]):
        sys.stderr.write("The database has no logins yet. Its administrator makes them with: flask db-roles --sql\n")
        return 1
    from jobs.migrate import migrate

    migrate(settings)
    from app import create_app
    from jobs.demo import load

    load(create_app(settings))
    (settings.data_dir / STAMP).write_text(fingerprint() + "\n", encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
