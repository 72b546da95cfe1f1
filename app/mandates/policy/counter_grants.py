"""Which columns and rows a counter may read and write: four groups, the contacts it opens, the codes it is shown."""

from __future__ import annotations

from app.core.access import Grant, reached
from app.families.policy import NOTICE

_CONTACT = ("street", "house_number", "postcode", "municipality", "phone", "email", "channel", "protected")
NAMES = ("given_name", "family_name")
APPLICANT_AT_COUNTER = ("dossier_id", "organisation", *NAMES, *_CONTACT)
CHILD_AT_COUNTER = ("id", "organisation", "dossier_id", "given_name", "call_name", "family_name")
CHOICE_AT_COUNTER = (
    *("id", "organisation", "application_id", "dossier_id", "child_id", "facility_id", "position", "state", "origin"),
)

# The contact in which the family said what it wants: one's own, and open.
OWN_CONTACT = (
    "exists (select 1 from desk_contact c where c.id = family_notice.contact_id and c.worker_id = app.actor_id()"
    " and c.dossier_id = family_notice.dossier_id and c.identified_at is not null and c.wish_at is not null"
    " and c.ended_at is null and c.until > app.now())"
)
OWN_WORK = "worker_id = app.actor_id()"
CONTACT_STEPS = ("identified_how", "identified_at", "wish", "wish_at", "ended_at")


def reached_by_any(table: str, key: str, *reasons: str) -> str:
    """Return the SQL condition that one of these grounds reaches a row of a table."""
    column = f"{table}.{'id' if table == 'dossier' else 'dossier_id'}"
    return "(" + " or ".join(reached(reason, key, column) for reason in reasons) + ")"


COUNTER_GRANTS = (
    Grant("facility", "counter", "select"),
    Grant(
        "desk_contact", "counter", "insert", f"{OWN_WORK} and {reached_by_any('desk_contact', 'dossier_id', 'counter')}"
    ),
    Grant("desk_contact", "counter", "select", OWN_WORK),
    Grant("desk_contact", "counter", "update", OWN_WORK, CONTACT_STEPS),
    # Four groups at the counter (LEU-26); of the child its name.
    Grant(
        "dossier",
        "counter",
        "select",
        reached_by_any("dossier", "dossier_id", "counter", "sick_care"),
        ("id", "organisation", "reference", "language"),
    ),
    Grant(
        "applicant",
        "counter",
        "select",
        reached_by_any("applicant", "dossier_id", "counter", "sick_care"),
        APPLICANT_AT_COUNTER,
    ),
    # A protected family writes its own data, or the desk does; whether it is one is no counter's to say.
    Grant(
        "applicant",
        "counter",
        "update",
        f"not protected and {reached_by_any('applicant', 'dossier_id', 'counter_helping')}",
        (*NAMES, *(name for name in _CONTACT if name != "protected")),
    ),
    Grant(
        "child",
        "counter",
        "select",
        f"{reached_by_any('child', 'dossier_id', 'counter')} or {reached('sick_care', 'child_id', 'child.id')}",
        CHILD_AT_COUNTER,
    ),
    Grant("choice", "counter", "select", reached_by_any("choice", "dossier_id", "counter"), CHOICE_AT_COUNTER),
    Grant(
        "family_notice",
        "counter",
        "insert",
        f"{reached_by_any('family_notice', 'dossier_id', 'counter_helping')} and actor_kind = app.actor_kind()"
        f" and actor_id = app.actor_id() and {OWN_CONTACT}",
        NOTICE,
    ),
    *(
        Grant(
            "data_key",
            "counter",
            verb,
            f"key_class = 'message' and ({reached('counter_helping', 'dossier_id', 'data_key.owner_id')}"
            # An offer that ends with a choice is told to the facility that made it.
            " or exists (select 1 from facility f where f.id = data_key.owner_id))",
        )
        for verb in ("select", "insert")
    ),
    # LEU-33: the service writes down its own days, for a child that it finds; see the function that finds it.
    Grant("service_use", "counter", "select", reached("sick_care", "dossier_id", "service_use.dossier_id")),
    # Look-along codes: made and ended by the family, spent at the counter by a function.
    Grant("look_code", "family", "insert", reached_by_any("look_code", "dossier_id", "owner")),
    Grant("look_code", "family", "select", reached_by_any("look_code", "dossier_id", "owner")),
    Grant("look_code", "family", "update", reached_by_any("look_code", "dossier_id", "owner"), ("ended_at",)),
    Grant("look_code", "staff", "select", "used_by = app.actor_id()"),
    Grant(
        "look_code",
        "counter",
        "select",
        "used_by = app.actor_id()",
        ("id", "organisation", "dossier_id", "used_by", "used_at", "until", "ended_at"),
    ),
    # A code that nobody typed has served its purpose; one that opened a file is kept with the file.
    *(Grant("look_code", "jobs", verb, "used_at is null", (), "housekeeping") for verb in ("select", "delete")),
)
