"""Erasing for good: rows, keys, tokens and messages, by sets; each verb can run twice.

What may go is judged by whoever calls and by the database itself; after a restore the journal is the judge (KG-37).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.retention.policy.groups import KEYS, STEPS, WITH_ACCOUNT, Step
from app.retention.policy.rows import Row

# Of a file: its parents' accounts, where they have no other file, and the holds that have keys of their own.
_ACCOUNTS = text(
    """
    select d.account_id from dossier d where d.id = any(:ids) and d.account_id is not null
    union
    select p.account_id from dossier_party p where p.dossier_id = any(:ids) and p.account_id is not null
      and not exists (select 1 from dossier d where d.account_id = p.account_id and d.id <> all(:ids))
      and not exists (select 1 from dossier_party q where q.account_id = p.account_id and q.ended_at is null
                        and q.dossier_id <> all(:ids))
    """
)
_HOLDS = text("select id from legal_hold where dossier_id = any(:ids)")
_DRAFTS = text(
    "select id from draft where account_id = any(:ids) or id = any(:ids) and (account_id is not null or submitted_at"
    " is not null)"
)
# The rest of a file goes with its row, by the foreign keys.
_FILES = text("delete from dossier where id = any(:ids)")
# After the accounts: each of these is a leftover only once its owner is gone.
_LEFTOVERS = tuple(
    text(statement)
    for statement in (
        "delete from mandate where draft_id = any(:drafts) and dossier_id is null",
        "delete from web_session where actor_id = any(:accounts)",
        "delete from account_token where account_id = any(:accounts)",
        "delete from form_use where actor_id = any(:accounts)",
        "delete from outbox where owner_id = any(:owners)",
        "delete from outbox where dossier_id = any(:owners)",
        "delete from keys.data_key where owner_id = any(:owners)",
        "select access.let_go(:owners)",
    )
)
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
    _erase_accounts(session, accounts, (*files, *holds))
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
    if "account" in groups:
        _erase_accounts(session, accounts, ())
    elif "draft" in groups:
        _erase_drafts(session, accounts)


def erase_rows(session: Session, row: Row, ids: Sequence[UUID]) -> int:
    """Erase rows that go on their own day, with the keys that are theirs alone."""
    run = session.connection().execute
    gone: int = run(text(f"delete from {row.table} where id = any(:ids)"), {"ids": list(ids)}).rowcount  # noqa: S608
    if row.table == "account":
        _erase_accounts(session, list(ids), ())
    elif row.key_class:
        run(_LEFTOVERS[4], {"owners": list(ids)})
        run(_LEFTOVERS[6], {"owners": list(ids)})
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


def _erase_drafts(session: Session, accounts: Sequence[UUID]) -> list[UUID]:
    run = session.connection().execute
    drafts = list(run(_DRAFTS, {"ids": list(accounts)}).scalars())
    run(text("delete from draft where id = any(:drafts)"), {"drafts": drafts})
    return drafts


def _erase_accounts(session: Session, accounts: list[UUID], others: Sequence[UUID]) -> None:
    """Erase accounts that have no file left, and what is left of them and of the other owners."""
    run = session.connection().execute
    run(text("delete from account where id = any(:ids)"), {"ids": accounts})
    drafts = _erase_drafts(session, accounts)
    values: dict[str, Any] = {"accounts": accounts, "drafts": drafts, "owners": [*others, *accounts, *drafts]}
    for statement in _LEFTOVERS:
        run(statement, {name: values[name] for name in statement._bindparams})
