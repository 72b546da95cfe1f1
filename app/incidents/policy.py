"""Who may report, and who may read what was reported."""

from __future__ import annotations

from app.core.access import Function, Grant

OFFICER = "exists (select 1 from access.officer)"
OVERSEER = "exists (select 1 from access.overseer)"

GRANTS: tuple[Grant, ...] = (
    # LEU-55: anybody reports; the text is for two roles to read.
    Grant("leak_case", "family", "insert", "state = 'new' and origin in ('visitor', 'family') and watch_key is null"),
    Grant("leak_case", "jobs", "insert", "state = 'new' and origin = 'watch'", (), "watch"),
    Grant("leak_case", "jobs", "select", "true", ("id", "organisation", "watch_key", "state", "known_at"), "watch"),
    Grant("leak_case", "oversight", "select", OVERSEER),
    Grant("leak_case", "oversight", "insert", f"{OVERSEER} and state = 'new' and origin = 'worker'"),
    Grant(
        "leak_case",
        "oversight",
        "update",
        OVERSEER,
        (
            *("category", "state", "risk", "sealed_assessment", "handler_id", "suspect_id", "suspect_from"),
            *("suspect_until", "authority_told_at", "authority_reference", "persons_told_at", "closed_at", "closed_by"),
        ),
    ),
    *(Grant("leak_person", "oversight", verb, OVERSEER) for verb in ("select", "insert")),
    Grant("leak_person", "oversight", "update", OVERSEER, ("told_at",)),
    # BXL-68: only the officer reads a complaint; whoever complained follows its state.
    Grant(
        "complaint",
        "family",
        "insert",
        "state = 'received' and (account_id is null or account_id = app.actor_id())",
    ),
    Grant("complaint", "family", "select", "account_id = app.actor_id()"),
    Grant("complaint", "oversight", "select", OFFICER),
    Grant(
        "complaint",
        "oversight",
        "update",
        OFFICER,
        ("state", "handler_id", "sealed_answer", "answered_at", "answered_by"),
    ),
    *(
        Grant("data_key", door, "insert", f"key_class in ({listed})")
        for door, listed in (("family", "'leak', 'complaint'"), ("oversight", "'leak'"))
    ),
    Grant(
        "data_key", "oversight", "select", f"key_class = 'leak' and {OVERSEER} or key_class = 'complaint' and {OFFICER}"
    ),
)
FUNCTIONS: tuple[Function, ...] = ()
