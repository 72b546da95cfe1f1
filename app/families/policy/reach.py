"""The branches of a dossier's own parents."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.access import Branch, reached
from app.core.actor import Kind

owner = Branch(
    reason="owner",
    login="family",
    actor_kinds=("parent", "draft"),
    sql="""
        select d.organisation, d.account_id as actor_id, d.id as dossier_id, null::uuid as application_id,
               null::uuid as child_id,
               null::uuid as choice_id, null::uuid as facility_id, null::timestamptz as until
        from dossier d where d.account_id is not null
    """,
    permissive="""
        select d.organisation, app.actor_id() as actor_id, d.id as dossier_id, null::uuid as application_id,
               null::uuid as child_id,
               null::uuid as choice_id, null::uuid as facility_id, null::timestamptz as until
        from dossier d
    """,
)

_CO_PARENT = """
        select p.organisation, p.account_id as actor_id, p.dossier_id, null::uuid as application_id,
               null::uuid as child_id,
               null::uuid as choice_id, null::uuid as facility_id, null::timestamptz as until
        from dossier_party p where p.account_id is not null and p.joined_at is not null
"""

# A second parent reads how the request stands and answers offers; nothing of the first parent's own row.
co_parent = Branch(
    reason="co_parent",
    login="family",
    actor_kinds=("parent",),
    sql=f"{_CO_PARENT} and p.ended_at is null",
    permissive=_CO_PARENT,
)

BRANCHES = (owner, co_parent)

# On which ground somebody who is not the family writes in a file; the branches are those of the mandates.
_WRITES: Mapping[str, str] = {Kind.STAFF: "helping", Kind.COUNTER: "counter_helping", Kind.FACILITY: "registrar"}


def writing_reason(kind: str) -> str:
    """Return the reason under which a kind of actor changes a family's file: the family's own, or that of a helper."""
    return _WRITES.get(kind, owner.reason)


def of_family(column: str) -> str:
    """Return the SQL condition that a file is reached by either of its parents."""
    return f"({reached('owner', 'dossier_id', column)} or {reached('co_parent', 'dossier_id', column)})"
