"""The rows of one person's copy, read in one statement from the column lists of the catalogue."""

from __future__ import annotations

from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, text
from sqlalchemy.orm import Session

from app.catalogue.copies import shown_columns
from app.core.crypto import Unreadable, keyring_of, open_json_with
from app.core.db import actor_of
from app.core.models import Base
from app.families.queries import ADDRESS_KEY_CLASS, HEALTH_KEY_CLASS, address_place, health_place
from app.messages.queries.threads import KEY_CLASS as THREAD_KEY_CLASS
from app.messages.queries.threads import message_place, note_place

APPLICANT, PARTNER = "applicant", "partner"
# Where a column holds the id of somebody who is not a person, the copy gives the name.
_NAMES = {
    "facility_id": "facility",
    "registrar_facility_id": "facility",
    "helper_organisation_id": "helper_organisation",
}
# By what a row is found, where that is not the id of the file; `account` is whose copy it is.
_FOUND_BY = {
    "dossier": "t.id = :dossier_id",
    "account": "t.id = :account_id",
    "web_session": "t.actor_id = :account_id and t.actor_kind = 'parent'",
    "complaint": "t.account_id = :account_id",
    # Who asked about their own data reads of it: neither parent of what the other one asked.
    "rights_request": "t.dossier_id = :dossier_id and t.subject_kind = :person"
    " and (t.account_id is null or t.account_id = :account_id)",
    "disclosure": "t.dossier_id = :dossier_id and (:person = 'applicant' or t.person = :person)",
    # Where the second parent asked for it, the first no longer reads what it once wrote of them.
    "partner": "t.dossier_id = :dossier_id and (:person = 'partner' or not exists (select 1 from dossier_party q"
    " where q.dossier_id = t.dossier_id and q.apart and q.ended_at is null))",
}
# What is sealed in a table: under the key of which class, and bound to which place.
_SEALED: Mapping[str, Callable[[UUID, Mapping[str, Any]], tuple[str, str]]] = {
    "protected_contact": lambda dossier_id, row: (ADDRESS_KEY_CLASS, address_place(dossier_id)),
    "health_answer": lambda dossier_id, row: (HEALTH_KEY_CLASS, health_place(dossier_id)),
    "thread_message": lambda dossier_id, row: (THREAD_KEY_CLASS, message_place(UUID(row["id"]))),
    "staff_note": lambda dossier_id, row: (THREAD_KEY_CLASS, note_place(UUID(row["id"]))),
}
_BESIDE = ("id", "child_id", "application_id", "choice_id")
_ORDER = ("received_at", "sent_at", "at", "submitted_at", "created_at", "position", "opened_at", "id")
_KEYS = (
    "select k.key_class, encode(k.wrapped, 'base64') as wrapped from keys.data_key k"
    " where k.owner_id = :dossier_id and k.key_class in ('address', 'health', 'thread')"
)


@dataclass(frozen=True, slots=True)
class Held:
    """What is held in tables, by table; `keys` are the wrapped keys of what is sealed, by class."""

    rows: Mapping[str, tuple[Mapping[str, Any], ...]]
    keys: Mapping[str, bytes]


def held_rows(
    session: Session, dossier_id: UUID, account_id: UUID | None, groups: Collection[str], person: str
) -> Held:
    """Return the rows of these groups as far as the actor reaches them: days and moments parsed, what is sealed open.

    One statement, whatever is held. A column that the catalogue gains is read without a change here (BXL-60).
    """
    columns = _columns(frozenset(groups))
    found = session.execute(
        text(_statement(tuple(sorted(columns.items())))),
        {"dossier_id": dossier_id, "account_id": account_id, "person": person},
    ).one()
    keys = {row["key_class"]: _bytes(row["wrapped"]) for row in found.data_key}
    rows = {
        table: tuple(_parsed(session, table, row, dossier_id, keys) for row in getattr(found, table))
        for table in columns
    }
    return Held(rows, keys)


def _columns(groups: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the columns to read, by table; children are always read, since other rows are about one of them."""
    found: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        for table, names in shown_columns(group).items():
            found[table].update(names)
    for table, wanted in found.items():
        known = Base.metadata.tables[table].c
        wanted.update(name for name in _BESIDE if name in known and not (table == "web_session" and name == "id"))
    return {table: tuple(sorted(names)) for table, names in found.items()}


@cache
def _statement(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    parts = [f"({_rows(table, names)}) as {table}" for table, names in columns]
    parts.append(f"(select coalesce(json_agg(x), '[]'::json) from ({_KEYS}) x) as data_key")  # noqa: S608
    return "select " + ", ".join(parts)


def _rows(table: str, names: Iterable[str]) -> str:
    shown = ", ".join(_column(table, name) for name in names)
    order = [name for name in _ORDER if name in names]
    ordered = f" order by {', '.join(f't.{name}' for name in order)}" if order else ""
    where = _FOUND_BY.get(table, "t.dossier_id = :dossier_id")
    # The parts are names of our own tables and columns.
    return f"select coalesce(json_agg(x), '[]'::json) from (select {shown} from {table} t where {where}{ordered}) x"  # noqa: S608


def _column(table: str, name: str) -> str:
    if name in _NAMES:
        return f"(select n.name from {_NAMES[name]} n where n.id = t.{name}) as {name}"  # noqa: S608
    if name == "sealed":
        return "encode(t.sealed, 'base64') as sealed"
    return f"t.{name}"


def _parsed(
    session: Session, table: str, row: Mapping[str, Any], dossier_id: UUID, keys: Mapping[str, bytes]
) -> Mapping[str, Any]:
    known = Base.metadata.tables[table].c
    values: dict[str, Any] = {}
    for name, value in row.items():
        if value is None or name in _NAMES:
            values[name] = value
        elif name == "sealed":
            values[name] = _opened(session, table, row, dossier_id, keys)
        elif isinstance(known[name].type, DateTime):
            values[name] = datetime.fromisoformat(value)
        elif isinstance(known[name].type, Date):
            values[name] = date.fromisoformat(value)
        else:
            values[name] = value
    return values


def _opened(session: Session, table: str, row: Mapping[str, Any], dossier_id: UUID, keys: Mapping[str, bytes]) -> Any:
    """Return what is sealed; None where its key was destroyed, or is not for the actor to open."""
    key_class, place = _SEALED[table](dossier_id, row)
    if key_class not in keys:
        return None
    try:
        opened = open_json_with(
            keyring_of(session),
            keys[key_class],
            _bytes(row["sealed"]),
            owner_id=dossier_id,
            key_class=key_class,
            place=place,
        )
    except Unreadable:
        return None
    return opened.get("text", opened.get("situation", opened)) if isinstance(opened, dict) else opened


def _bytes(encoded: str) -> bytes:
    return b64decode(encoded)


def account_of_copy(session: Session, dossier_id: UUID) -> UUID | None:
    """Return whose account the copy is of: of the parent who looks, else of the parent who applied."""
    actor = actor_of(session)
    if not actor.is_system:
        return actor.id
    found: UUID | None = session.scalar(
        text("select account_id from dossier where id = :dossier_id"), {"dossier_id": dossier_id}
    )
    return found
