"""Who may let data leave: one asks, another approves, a job makes the file from rows that the database cuts to size."""

from __future__ import annotations

from app.accounts.policy import OFFICER, OVERSEES
from app.core.access import Function, Grant, reached
from app.transfers.policy.rows import ROW_FUNCTIONS

_SHOWN = "(hidden_until is null or hidden_until < app.today())"
_DISCLOSED = "disclosure.dossier_id"
# Whoever sees a row of a delivery sees what that delivery was for; the row decides, under its own policy.
_OF_A_ROW = "exists (select 1 from disclosure x where x.delivery_id = delivery.id)"
_SAID = ("id", "organisation", "purpose", "ground", "kind")

GRANTS: tuple[Grant, ...] = (
    Grant("recipient_key", "oversight", "select", OVERSEES),
    Grant("recipient_key", "oversight", "insert", f"{OFFICER} and added_by = app.actor_id() and checked_by is null"),
    Grant("recipient_key", "oversight", "update", OVERSEES, ("checked_by", "checked_at", "ended_at")),
    Grant("delivery", "oversight", "select", OVERSEES),
    Grant(
        "delivery",
        "oversight",
        "insert",
        f"{OFFICER} and asked_by = app.actor_id() and state = 'asked' and approved_by is null"
        " and kind in ('regular', 'research', 'order')",
    ),
    # The security officer may be the second person, and does nothing else.
    Grant(
        "delivery",
        "oversight",
        "update",
        f"{OFFICER} or {OVERSEES} and state = 'asked'",
        ("state", "approved_by", "approved_at", "fetched_at", "fetched_by", "file_until"),
    ),
    Grant("disclosure", "oversight", "select", OFFICER),
    # What an order says is for the officer; the security officer sees that there is one.
    Grant("data_key", "oversight", "select", f"key_class = 'order' and {OFFICER}"),
    Grant("data_key", "oversight", "insert", f"key_class = 'order' and {OFFICER}"),
    # LEU-38: what the law hides stays hidden from the family in every read, until the day after.
    Grant("disclosure", "family", "select", f"{reached('owner', 'dossier_id', _DISCLOSED)} and {_SHOWN}"),
    Grant(
        "disclosure",
        "family",
        "select",
        f"person = 'partner' and {reached('co_parent', 'dossier_id', _DISCLOSED)} and {_SHOWN}",
    ),
    Grant("delivery", "family", "select", _OF_A_ROW, _SAID),
    Grant("delivery", "jobs", "select", _OF_A_ROW, _SAID, "rights"),
    Grant("recipient_key", "jobs", "select", purpose="deliveries"),
    Grant("processor", "jobs", "select", purpose="deliveries"),
    Grant("delivery", "jobs", "select", purpose="deliveries"),
    # Corrections follow a file that two people agreed to; nothing else begins without them.
    Grant("delivery", "jobs", "insert", "kind = 'correction' and state = 'asked'", (), "deliveries"),
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
    Grant(
        "erasure_order",
        "jobs",
        "select",
        "done_at is null",
        ("id", "organisation", "dossier_id", "due_on", "done_at"),
        "deliveries",
    ),
    # Who hears that a file was refused, or that a key ends; and the family, once it may be told.
    Grant(
        "account",
        "jobs",
        "select",
        "kind = 'oversight' and active",
        ("id", "organisation", "kind", "login", "language", "active"),
        "deliveries",
    ),
    Grant(
        "dossier",
        "jobs",
        "select",
        "exists (select 1 from delivery v where v.dossier_id = dossier.id and v.kind = 'order')",
        ("id", "organisation", "language"),
        "deliveries",
    ),
    Grant("outbox", "jobs", "insert", purpose="deliveries"),
    *(Grant("data_key", "jobs", verb, "key_class = 'message'", purpose="deliveries") for verb in ("select", "insert")),
    # KG-41: the key of the pseudonyms lies apart; the purpose that makes the files cannot read it.
    Grant(
        "delivery",
        "jobs",
        "select",
        "kind = 'research'",
        ("id", "organisation", "recipient", "kind", "state"),
        "research",
    ),
    *(Grant("data_key", "jobs", verb, "key_class = 'research'", purpose="research") for verb in ("select", "insert")),
)
FUNCTIONS: tuple[Function, ...] = ROW_FUNCTIONS
