"""The words in which packages declare who may reach what, and the gate that every shown record passes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.audit import note_read


@dataclass(frozen=True)
class Branch:
    """One ground of reach: rows (organisation, actor_id, dossier_id, application_id, child_id, choice_id, facility_id,
    until).

    `sql` is unfiltered: the view for a door adds tenant, actor and clock; the union of all goes to oversight.
    `permissive` is the same without its end conditions, for `flask promises prove`.
    """

    reason: str
    login: str
    actor_kinds: tuple[str, ...]
    sql: str
    permissive: str = ""


@dataclass(frozen=True)
class Grant:
    """What one login may do to one table: the verb, the columns, and the condition on rows.

    `condition` becomes USING for select, update and delete, and WITH CHECK for insert. An update's new row is held
    only to the tenant: columns that decide reach carry no update grant.
    """

    table: str
    login: str
    verb: str
    condition: str = "true"
    columns: tuple[str, ...] = ()
    purpose: str = ""


@dataclass(frozen=True)
class Function:
    """A SECURITY DEFINER function: for the time before an actor exists, the only thing that `signin` may touch.

    One of a door says or does a little about rows that the door itself cannot read; its own conditions are its policy.
    """

    name: str
    arguments: str
    returns: str
    body: str
    language: str = "sql"
    login: str = "signin"


@dataclass(frozen=True)
class Trigger:
    """A constraint trigger, judged at commit: what no policy can say, since it looks at the whole transaction.

    `watches` are (name, table, events and condition); `body` is that of its function, run as the relation's owner.
    """

    function: str
    body: str
    watches: tuple[tuple[str, str, str], ...]


def reached(reason: str, key: str, column: str) -> str:
    """Return the SQL condition that `column` (qualified: table.column) is reached by `reason` through its `key`."""
    return f"exists (select 1 from access.{reason} r where r.{key} = {column})"


def in_use(column: str) -> str:
    """Return the SQL condition that the file of `column` is not one that is kept and not used (BXL-63)."""
    return f"not exists (select 1 from restriction x where x.dossier_id = {column} and x.ended_at is null)"


class Presented:
    """The part of a record that its reader may see; a withheld group reads as None."""

    def __init__(self, shown: Mapping[str, Any]) -> None:
        self.__dict__.update(shown)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return None


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _fields_of(record: object) -> tuple[str, ...]:
    return _names(type(record))  # type: ignore[arg-type]  # mypy asks the instances whether their class can be a key


def present(
    session: Session, record: Any, *, subject: UUID, reasons: Collection[str], readable: Collection[str]
) -> Presented:
    """Return the groups of a frozen record that the reader may see, and note the read.

    Each field of `record` is named after a catalogue group; `readable` is what the organisation's profile gives the
    reader's reasons. The page is not shown when the note cannot be written: both stand in one transaction.
    """
    shown = {name: getattr(record, name) for name in _fields_of(record) if name in readable}
    note_read(session, subjects=(subject,), groups=(g for g, v in shown.items() if v is not None), reasons=reasons)
    return Presented(shown)


def present_list(
    session: Session,
    records: Collection[Any],
    *,
    reasons: Collection[str],
    readable: Collection[str],
    public: Collection[str] = ("id", "subject"),
) -> list[Presented]:
    """Return list rows cut down to what the reader may see; one note holds all the subjects."""
    shown = {*readable, *public}
    rows = [Presented({name: getattr(r, name) for name in _fields_of(r) if name in shown}) for r in records]
    if rows:
        groups = {name for r in records for name in _fields_of(r) if name in readable}
        note_read(session, subjects=[r.subject for r in records], groups=groups, reasons=reasons)
    return rows
