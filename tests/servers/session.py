"""The servers of a test session: embedded ones, or those that TEST_DATABASE_URL and TEST_REDIS_URL name."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from app.core.settings import LOGINS, url_of_login
from jobs.local.databases import make_database, make_roles
from jobs.local.places import fingerprint
from tests.servers.keeper import FILE

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 60.0


@dataclass(frozen=True)
class Servers:
    """Where the servers of this session listen; `database_url` is the administrator's."""

    database_url: str
    queue_url: str
    state: Path
    with_passwords: bool

    def administrator_url(self, database: str) -> str:
        """Return the administrator's URL of one database."""
        return make_url(self.database_url).set(database=database).render_as_string(hide_password=False)

    def password(self, login: str) -> str:
        """Return the password of one login: the same in every process of the session."""
        return hashlib.sha256(f"{login}:{self.database_url}".encode()).hexdigest()[:24]

    def urls(self, database: str) -> dict[str, str]:
        """Return the URL of every login."""
        base = self.administrator_url(database)
        urls = {login: url_of_login(base, login) for login in LOGINS}
        if not self.with_passwords:
            return urls
        return {
            login: urlsplit(url)
            ._replace(netloc=urlsplit(url).netloc.replace("@", f":{quote(self.password(login))}@", 1))
            .geturl()
            for login, url in urls.items()
        }

    def queue_url_of(self, number: int) -> str:
        """Return the URL of one of the queue server's numbered databases."""
        if self.queue_url.startswith("unix:"):
            return f"{self.queue_url}?db={number}"
        return f"{self.queue_url.rstrip('/')}/{number}"

    def make_template(self, name: str) -> None:
        """Make the logins, with passwords on a server that asks for them, and an empty database of the maintainer's."""
        make_roles(
            self.administrator_url("postgres"),
            {login: self.password(login) for login in LOGINS} if self.with_passwords else None,
        )
        self.drop_database(name)
        make_database(self.administrator_url("postgres"), name)

    def copy_database(self, template: str, name: str) -> None:
        """Make a database afresh as a copy of another."""
        self.drop_database(name)
        make_database(self.administrator_url("postgres"), name, template=template)

    def rename_database(self, name: str, new_name: str) -> None:
        """Give a database its final name, once it is complete."""
        self._administer(sql.SQL("alter database {} rename to {}"), name, new_name)

    def drop_database(self, name: str) -> None:
        """Drop a database and whoever is connected to it."""
        self._administer(sql.SQL("drop database if exists {} with (force)"), name)

    def has_database(self, name: str) -> bool:
        """Say whether a database exists."""
        with psycopg.connect(self.administrator_url("postgres")) as connection:
            return connection.execute("select from pg_database where datname = %s", [name]).fetchone() is not None

    def _administer(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(self.administrator_url("postgres"), autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Do something that the processes of one session do one after the other."""
        with (self.state / "lock").open("w", encoding="ascii") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def template_name() -> str:
    """Return the name of the template database for the code as it is."""
    return f"opvang_template_{fingerprint(ROOT)[:12]}"


def servers_of_session(owner: int) -> Servers:
    """Return the servers of the session that the process `owner` leads; the first one who asks starts them."""
    given, given_queue = os.environ.get("TEST_DATABASE_URL", ""), os.environ.get("TEST_REDIS_URL", "")
    state = Path(os.environ.get("OPVANGLOKET_TEST_SERVERS") or f"{tempfile.gettempdir()}/opvangloket-test-{owner}")
    if given and given_queue:
        state.mkdir(mode=0o711, exist_ok=True)
        return Servers(given, given_queue, state, with_passwords=True)
    with Path(f"{state}.lock").open("w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not (state / FILE).exists():
            _start_keeper(state, owner)
    found = json.loads((state / FILE).read_text(encoding="utf-8"))
    return Servers(found["database"], found["queue"], state, with_passwords=False)


def _start_keeper(state: Path, owner: int) -> None:
    state.mkdir(mode=0o711)
    state.chmod(0o711)
    with (state / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.keeper", str(state), str(owner)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + _PATIENCE
    while not (state / FILE).exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            words = (state / "keeper.log").read_text(errors="replace") if state.exists() else ""
            raise RuntimeError(f"The servers for the tests did not start. {words[-2000:]}")
        time.sleep(0.05)
