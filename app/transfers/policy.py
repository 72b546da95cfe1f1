"""Who may let data leave: one asks, another approves, a job makes the file."""

from __future__ import annotations

from app.core.access import Function, Grant, reached

OFFICER = "exists (select 1 from access.officer)"
_SHOWN = "(hidden_until is null or hidden_until < app.today())"

GRANTS: tuple[Grant, ...] = (
    Grant("recipient_key", "oversight", "select", OFFICER),
    Grant("recipient_key", "oversight", "insert", f"{OFFICER} and added_by = app.actor_id() and checked_by is null"),
    Grant(
        "recipient_key",
        "oversight",
        "update",
        OFFICER,
        ("checked_by", "checked_at", "ended_at"),
    ),
    Grant("delivery", "oversight", "select", OFFICER),
    Grant("delivery", "oversight", "insert", f"{OFFICER} and asked_by = app.actor_id() and state = 'asked'"),
    Grant(
        "delivery",
        "oversight",
        "update",
        OFFICER,
        ("state", "approved_by", "approved_at", "fetched_at", "fetched_by", "file"),
    ),
    Grant("disclosure", "oversight", "select", OFFICER),
    # LEU-38: what the law hides stays hidden from the family in every read, until the day after.
    Grant("disclosure", "family", "select", f"{reached('owner', 'dossier_id', 'disclosure.dossier_id')} and {_SHOWN}"),
    *(Grant("recipient_key", "jobs", verb, purpose="deliveries") for verb in ("select",)),
    Grant("delivery", "jobs", "select", purpose="deliveries"),
    Grant("delivery", "jobs", "insert", "kind in ('regular', 'correction')", (), "deliveries"),
    Grant(
        "delivery",
        "jobs",
        "update",
        "true",
        ("state", "made_at", "record_count", "key_id", "file", "file_until"),
        "deliveries",
    ),
    *(Grant("disclosure", "jobs", verb, purpose="deliveries") for verb in ("select", "insert")),
    Grant("disclosure", "jobs", "update", "true", ("told_at",), "deliveries"),
)
FUNCTIONS: tuple[Function, ...] = ()
