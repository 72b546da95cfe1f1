"""Who may end data: the job for what is due, and whoever holds a file back."""

from __future__ import annotations

from app.core.access import Function, Grant

OFFICER = "exists (select 1 from access.officer)"
OVERSEER = "exists (select 1 from access.overseer)"

GRANTS: tuple[Grant, ...] = (
    Grant("legal_hold", "oversight", "select", OFFICER),
    Grant("legal_hold", "oversight", "insert", f"{OFFICER} and placed_by = app.actor_id()"),
    Grant("legal_hold", "oversight", "update", OFFICER, ("ended_at", "ended_by")),
    Grant("erasure_order", "oversight", "select", OFFICER),
    Grant(
        "erasure_order",
        "oversight",
        "insert",
        f"{OFFICER} and ordered_by = app.actor_id() and exists (select 1 from rights_request q"
        " where q.dossier_id = erasure_order.dossier_id and q.state <> 'answered')",
    ),
    Grant("retention_run", "oversight", "select", OVERSEER),
    Grant(
        "retention_run", "oversight", "update", f"{OFFICER} and outcome = 'held_back'", ("released_by", "released_at")
    ),
    *(Grant("retention_run", "jobs", verb, purpose="retention") for verb in ("select", "insert")),
    Grant(
        "legal_hold", "jobs", "select", "true", ("id", "organisation", "dossier_id", "until", "ended_at"), "retention"
    ),
    Grant("erasure_order", "jobs", "select", purpose="retention"),
    Grant("erasure_order", "jobs", "update", "true", ("done_at",), "retention"),
)
FUNCTIONS: tuple[Function, ...] = ()
