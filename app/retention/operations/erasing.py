"""Erasing for good: rows, keys, tokens and messages, by sets; each verb can run twice.

What may go is judged by whoever calls and by the database itself; after a restore the journal is the judge (KG-37).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.retention.policy.groups import KEYS, STEPS, WITH_ACCOUNT, Step
from app.retention.policy.rows import Row

_ACCOUNTS = text("select access.accounts_of(:ids)")
# Holds have keys of their own.
_HOLDS = text("select id from legal_hold where dossier_id = any(:ids)")
# The rest of a file goes with its row, by the foreign keys.
_FILES = text("delete from dossier where id = any(:ids)")
_SWEEP = text("select access.sweep(:owners)")
_OF_CHILDREN = tuple(
    text(statement)
    for statement in (
        "delete from disclosure where child_id = any(:ids)",
        "delete from child where id = any(:ids)",
        # A pair of requests of which one is gone is no pair.
        (
            "delete from possible_double p where p.application_id = any(:requests)"
            " or p.other_application_id = any(:requests)"
        ),
    )
)


def erase_dossiers(session: Session, ids: Sequence[UUID]) -> int:
    """Erase whole files with everything that hangs on them, their parents' accounts and every key (BXL-62, KK-34)."""
    run = session.connection().execute
    files = list(ids)
    accounts = list(run(_ACCOUNTS, {"ids": files}).scalars())
    holds = list(run(_HOLDS, {"ids": files}).scalars())
    gone: int = run(_FILES, {"ids": files}).rowcount
    run(_SWEEP, {"owners": [*files, *accounts, *holds]})
    return gone


def erase_children(session: Session, ids: Sequence[UUID]) -> int:
    """Erase children with their requests, choices, offers and places; the rest of the family's file stays (LEU-41)."""
    run = session.connection().execute
    children = list(ids)
    requests = list(run(text("select id from application where child_id = any(:ids)"), {"ids": children}).scalars())
    gone = 0
    for statement in _OF_CHILDREN:
        gone = max(gone, run(statement, {"ids": children, "requests": requests}).rowcount)
    return gone


def erase_groups(session: Session, dossier_id: UUID, groups: Collection[str]) -> None:
    """Erase some groups of one file, column by column as the catalogue has them; the rest stays (KK-33)."""
    run = session.connection().execute
    accounts: list[UUID] = []
    if WITH_ACCOUNT & set(groups):
        accounts = list(run(_ACCOUNTS, {"ids": [dossier_id]}).scalars())
    for step in STEPS:
        if set(step.groups.split()) & set(groups):
            run(text(_step_sql(step)), {"id": dossier_id})
    for key_class, of in KEYS.items():
        if set(of.split()) & set(groups):
            run(text(_KEY_SQL[key_class]), {"id": dossier_id, "key_class": key_class})
    if accounts:
        run(_SWEEP, {"owners": accounts})


def erase_rows(session: Session, row: Row, ids: Sequence[UUID]) -> int:
    """Erase rows that go on their own day, with the keys that are theirs alone."""
    run = session.connection().execute
    if row.table == "account":
        there = run(text("select count(*) from account where id = any(:ids)"), {"ids": list(ids)}).scalar_one()
        run(_SWEEP, {"owners": list(ids)})
        return int(there)
    gone: int = run(text(f"delete from {row.table} where id = any(:ids)"), {"ids": list(ids)}).rowcount  # noqa: S608
    if row.key_class:
        run(_SWEEP, {"owners": list(ids)})
    return gone


_UNLESS_WRITTEN = (
    " and not exists (select 1 from thread_message m where m.dossier_id = :id)"
    " and not exists (select 1 from staff_note n where n.dossier_id = :id)"
)
_KEY_SQL = {
    key_class: "delete from keys.data_key where owner_id = :id and key_class = :key_class"  # noqa: S608
    + (_UNLESS_WRITTEN if key_class == "thread" else "")
    for key_class in KEYS
}


def _step_sql(step: Step) -> str:
    where = f"where {step.key} = :id and {step.condition}"
    if not step.sets:
        return f"delete from {step.table} {where}"  # noqa: S608  declared, never typed by anybody
    sets = ", ".join(f"{column} = {value}" for column, value in step.sets.items())
    return f"update {step.table} set {sets} {where}"  # noqa: S608
