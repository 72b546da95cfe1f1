"""Database logins, sessions, and the only commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, Row, create_engine, event
from sqlalchemy.orm import Session, SessionTransaction

from app.core.actor import Actor
from app.core.crypto import KeyRing
from app.core.settings import ROLE_PREFIX

RELATION_OWNER = ROLE_PREFIX + "relation_owner"

_CONTEXT = (
    "select set_config('app.organisation', %s, true), set_config('app.actor_kind', %s, true),"
    " set_config('app.actor_id', %s, true), set_config('app.now', %s, true)"
)


def role_of(login: str) -> str:
    """Return the PostgreSQL role behind a login of the house."""
    return ROLE_PREFIX + login


class Databases:
    """One small, lazily opened pool per login, and the keys that sessions encrypt with."""

    def __init__(
        self,
        urls: Mapping[str, str],
        keyring: KeyRing,
        *,
        pool_size: int = 4,
        pool_timeout: float = 3,
        kept_apart: Path | None = None,
    ) -> None:
        self._urls = urls
        self._engines: dict[str, Engine] = {}
        self._lock = Lock()
        self._pool_size = pool_size
        self._pool_timeout = pool_timeout
        self.keyring = keyring
        # Where lies what a restored database is compared with (KG-37).
        self.kept_apart = kept_apart

    def engine(self, login: str) -> Engine:
        """Return the engine of one login."""
        with self._lock:
            if login not in self._engines:
                # A function of the time before an actor is one statement: nothing to begin, commit or roll back.
                alone: dict[str, Any] = (
                    {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None} if login == "signin" else {}
                )
                self._engines[login] = create_engine(
                    self._urls[login],
                    **alone,
                    pool_size=self._pool_size,
                    max_overflow=0,
                    pool_timeout=self._pool_timeout,
                    hide_parameters=True,
                    pool_use_lifo=True,
                    pool_recycle=1800,
                    # A stuck lock or statement must become a clear page, not a hanging phone.
                    connect_args={
                        "connect_timeout": 5,
                        "options": "-c timezone=UTC"
                        if login == "maintainer"
                        else "-c timezone=UTC -c lock_timeout=5000 -c statement_timeout=15000"
                        " -c idle_in_transaction_session_timeout=30000",
                    },
                )
            return self._engines[login]

    def dispose(self) -> None:
        """Close every pool."""
        with self._lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()


@event.listens_for(Session, "after_begin")
def _set_context(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Tell the database who acts and when; local to the transaction, so no pool or savepoint can carry it over."""
    if transaction.nested:
        return
    actor: Actor = session.info["actor"]
    # Every request pays for this call: it goes straight to the driver, which keeps it prepared.
    assert connection.connection.driver_connection is not None
    connection.connection.driver_connection.execute(
        _CONTEXT, (actor.organisation, actor.kind, str(actor.id or ""), session.info["now"].isoformat())
    )


@contextmanager
def transaction(databases: Databases, login: str, actor: Actor, now: datetime) -> Iterator[Session]:
    """Open one transaction for one actor at one instant; commit when the block ends well.

    The notes made for the audit are written just before the commit: if they cannot be, nothing is kept.
    """
    with Session(databases.engine(login), expire_on_commit=False) as session:
        session.info.update(
            actor=actor, now=now, keyring=databases.keyring, kept_apart=databases.kept_apart, before_commit=[]
        )
        yield session
        session.flush()
        for write in session.info["before_commit"]:
            write(session)
        session.commit()


def actor_of(session: Session) -> Actor:
    """Return the actor that the session was opened for."""
    actor: Actor = session.info["actor"]
    return actor


def now_of(session: Session) -> datetime:
    """Return the instant that the session was opened at."""
    now: datetime = session.info["now"]
    return now


def call_signin(databases: Databases, name: str, **arguments: object) -> Sequence[Row[Any]]:
    """Call one of the functions for the time before an actor exists; each call is one statement, whole or not."""
    with databases.engine("signin").connect() as connection:
        return connection.exec_driver_sql(_signin_call(name, tuple(arguments)), arguments).all()


@lru_cache(maxsize=64)
def _signin_call(name: str, arguments: tuple[str, ...]) -> str:
    named = ", ".join(f"p_{argument} => %({argument})s" for argument in arguments)
    return f"select * from signin.{name}({named})"
