"""Who may touch the tables of the core."""

from __future__ import annotations

from app.core.access import Grant

DOORS = ("family", "facility", "staff", "counter", "helper", "oversight")
WRITING_JOBS = (
    "offers",
    "endings",
    "digest",
    "expiry",
    "births",
    "urgent",
    "helpers",
    "drafts",
    "sealer",
    "agreements",
    "rights",
    "starts",
    "surveys",
    "cases",
    "registers",
)
# Jobs that use what is in a file: for them a restricted one is not there (BXL-63). What sends, answers, keeps or ends
# sees it.
USING_JOBS = ("offers", "digest", "expiry", "births", "urgent", "starts", "helpers", "doubles", "surveys", "deliveries")

GRANTS = (
    *(
        Grant(
            "audit_entry",
            door,
            "insert",
            "actor_kind = app.actor_kind() and actor_id is not distinct from app.actor_id()",
        )
        for door in (*DOORS, "jobs")
    ),
    *(Grant("outbox", door, "insert") for door in DOORS),
    *(
        Grant("form_use", door, verb, "actor_id = app.actor_id()")
        for door in DOORS
        for verb in ("select", "insert", "delete")
    ),
    *(Grant("form_use", door, "update", "actor_id = app.actor_id()", ("location",)) for door in DOORS),
    *(Grant("outbox", "jobs", "insert", purpose=purpose) for purpose in WRITING_JOBS),
    Grant("outbox", "jobs", "select", purpose="outbox"),
    # A message that reached nobody goes out again by another way.
    Grant("outbox", "jobs", "insert", purpose="outbox"),
    # Whether the message of an offer reached anybody, and what a family was told before.
    *(
        Grant("outbox", "jobs", "select", "true", ("organisation", "once_key", "state", "handled_at"), purpose)
        for purpose in ("offers", "expiry", "births", "urgent", "starts", "surveys", "endings")
    ),
    Grant(
        "outbox",
        "jobs",
        "update",
        columns=("state", "attempts", "due_at", "lease_until", "sent_at", "last_error", "sealed", "channel"),
        purpose="outbox",
    ),
    Grant("data_key", "jobs", "select", "key_class = 'message'", purpose="outbox"),
    *(
        Grant("data_key", "jobs", verb, "key_class = 'message'", purpose=p)
        for p in WRITING_JOBS
        for verb in ("select", "insert")
    ),
    Grant("data_key", "jobs", "select", "key_class = 'draft'", purpose="drafts"),
    Grant("data_key", "jobs", "delete", "key_class = 'draft'", purpose="drafts"),
    Grant("audit_entry", "jobs", "select", purpose="sealer"),
    *(
        Grant(table, "jobs", verb, purpose="sealer")
        for table in ("audit_segment", "audit_seal")
        for verb in ("select", "insert")
    ),
    Grant("audit_entry", "oversight", "select", "exists (select 1 from access.overseer)"),
    # When each job ran last: whether the whole chain was checked, and whether what is due is still ended (KG-40).
    Grant(
        "job_run",
        "oversight",
        "select",
        "exists (select 1 from access.overseer)",
        ("name", "slot", "finished_at", "outcome", "handled"),
    ),
    *(Grant("job_run", "jobs", verb, purpose="scheduler") for verb in ("select", "insert")),
    Grant("job_run", "jobs", "update", columns=("finished_at", "outcome", "handled"), purpose="scheduler"),
    *(
        Grant(table, "jobs", verb, purpose="housekeeping")
        for table in ("form_use", "job_run")
        for verb in ("select", "delete")
    ),
)
