"""Who may touch the registers."""

from __future__ import annotations

from app.core.access import Function, Grant

OVERSEER = "exists (select 1 from access.overseer)"

GRANTS: tuple[Grant, ...] = (
    Grant("processor", "oversight", "select", OVERSEER),
    Grant("processor", "oversight", "insert", f"{OVERSEER} and recorded_by = app.actor_id()"),
    Grant(
        "processor",
        "oversight",
        "update",
        OVERSEER,
        ("ends_on", "agreement_signed_on", "agreement_until", "statement_version"),
    ),
    # KG-08: everybody reads who works for the organisation, from the statement.
    Grant("processor", "family", "select"),
    Grant("compliance_check", "oversight", "select", OVERSEER),
    Grant("compliance_check", "oversight", "insert", f"{OVERSEER} and recorded_by = app.actor_id()"),
    Grant("compliance_check", "oversight", "update", OVERSEER, ("done_on", "done_by", "result", "due_on")),
    *(Grant(table, "jobs", "select", purpose="registers") for table in ("processor", "compliance_check")),
)
FUNCTIONS: tuple[Function, ...] = ()
