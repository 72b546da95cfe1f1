"""Who may touch accounts, sessions, second factors, agreements and devices."""

from __future__ import annotations

from app.core.access import Grant
from app.core.policy import DOORS

OWN = "account.id = app.actor_id()"
OWN_COLUMNS = (
    "id",
    "organisation",
    "kind",
    "login",
    "login_confirmed_at",
    "language",
    "created_at",
    "active",
    "last_visit_at",
    "previous_visit_at",
)

# Doors at which somebody works with a second factor.
WORKING = ("staff", "counter", "helper", "oversight")
MANAGES = "exists (select 1 from access.manages)"
EMPLOYED = "exists (select 1 from access.employed)"
OVERSEES = "exists (select 1 from access.overseer)"
OFFICER = "exists (select 1 from access.officer)"
_OWN_ROW = "account_id = app.actor_id()"

GRANTS = (
    *(Grant("staff_member", door, "select", _OWN_ROW) for door in ("staff", "counter", "oversight")),
    # Who works here, for whoever appoints people; an account shows its address to no other colleague.
    Grant("staff_member", "staff", "select", MANAGES),
    Grant("staff_member", "staff", "insert", f"{MANAGES} and granted_by = app.actor_id() and ends_at is null"),
    # KL-31: nobody changes their own role.
    Grant("staff_member", "staff", "update", f"{MANAGES} and account_id <> app.actor_id()", ("ends_at", "ended_by")),
    Grant("staff_member", "oversight", "select", OVERSEES),
    Grant(
        "account", "staff", "select", f"{MANAGES} and kind in ('staff', 'counter', 'helper', 'oversight')", OWN_COLUMNS
    ),
    # A colleague who is invited: nobody until they take it up, with a password and a second factor of their own.
    Grant(
        "account",
        "staff",
        "insert",
        "kind in ('staff', 'counter', 'helper', 'oversight') and login is null and password_hash is null"
        f" and login_confirmed_at is null and {MANAGES}",
    ),
    Grant("account_token", "staff", "insert", f"purpose = 'invite' and {MANAGES}"),
    *(
        Grant(
            "second_factor",
            door,
            "select",
            _OWN_ROW,
            ("id", "organisation", "account_id", "kind", "label", "created_at", "used_at", "ended_at"),
        )
        for door in WORKING
    ),
    *(Grant("second_factor", door, "update", _OWN_ROW, ("ended_at", "label")) for door in WORKING),
    Grant("factor_reset", "staff", "select", MANAGES),
    Grant(
        "factor_reset",
        "staff",
        "insert",
        f"{MANAGES} and asked_by = app.actor_id() and account_id <> app.actor_id() and agreed_by is null",
    ),
    Grant(
        "factor_reset",
        "staff",
        "update",
        f"{MANAGES} and account_id <> app.actor_id() and asked_by <> app.actor_id()",
        ("agreed_by", "agreed_at", "ended_at"),
    ),
    *(Grant("agreement", door, "select", _OWN_ROW) for door in WORKING),
    *(
        Grant("agreement", door, "insert", f"{_OWN_ROW} and checked_by is null and ended_at is null")
        for door in WORKING
    ),
    Grant("agreement", "staff", "select", MANAGES),
    # LEU-24: a signature is checked by somebody else.
    Grant(
        "agreement",
        "staff",
        "update",
        f"{MANAGES} and account_id <> app.actor_id()",
        ("checked_by", "checked_at", "ended_at", "ended_by"),
    ),
    Grant("agreement", "oversight", "select", OVERSEES),
    *(Grant("party_agreement", "staff", verb, MANAGES) for verb in ("select", "insert")),
    Grant("party_agreement", "staff", "update", MANAGES, ("ends_on", "ended_at")),
    Grant("party_agreement", "oversight", "select", OVERSEES),
    *(Grant("kiosk_device", "staff", verb, MANAGES) for verb in ("select", "insert")),
    Grant(
        "kiosk_device", "staff", "update", MANAGES, ("name", "code_hash", "code_expires_at", "revoked_at", "revoked_by")
    ),
    *(Grant("account", door, "select", OWN, OWN_COLUMNS) for door in DOORS),
    *(Grant("account", door, "update", OWN, ("language", "last_visit_at", "previous_visit_at")) for door in DOORS),
    Grant("account", "family", "insert", "id = app.actor_id() and kind = 'parent' and app.actor_kind() = 'draft'"),
    # A colleague who is invited: nobody until they take it up, with a password and an address of their own.
    Grant(
        "account",
        "facility",
        "insert",
        "kind = 'facility' and login is null and password_hash is null and login_confirmed_at is null"
        " and exists (select 1 from access.leads r)",
    ),
    Grant("account_token", "family", "insert", "account_id = app.actor_id()"),
    Grant(
        "account_token",
        "facility",
        "insert",
        "purpose = 'invite' and exists (select 1 from facility_member m join access.leads r"
        " on r.facility_id = m.facility_id where m.account_id = account_token.account_id)",
    ),
    *(Grant("web_session", door, "select", "actor_id = app.actor_id()") for door in DOORS),
    *(Grant("web_session", door, "update", "actor_id = app.actor_id()", ("ended_at",)) for door in DOORS),
    Grant(
        "account",
        "jobs",
        "select",
        "kind = 'facility' and active",
        ("id", "organisation", "kind", "login", "language", "active"),
        "digest",
    ),
    # Who is told when the audit no longer holds.
    Grant(
        "account",
        "jobs",
        "select",
        "kind = 'oversight' and active",
        ("id", "organisation", "kind", "login", "language", "active"),
        "sealer",
    ),
    Grant("account", "jobs", "select", "kind = 'parent'", ("id", "organisation", "kind", "language"), "offers"),
    # When somebody was last busy on a public device: what was typed there does not wait for a next visitor.
    Grant("web_session", "jobs", "select", "device_id is not null", purpose="drafts"),
    # The address of a second parent; which accounts these are is for the table of parties to say.
    Grant(
        "account",
        "jobs",
        "select",
        "kind = 'parent' and exists (select 1 from dossier_party p where p.account_id = account.id)",
        ("id", "organisation", "kind", "login", "language", "active"),
        "outbox",
    ),
    *(
        Grant(table, "jobs", verb, purpose="housekeeping")
        for table in ("web_session", "account_token", "throttle", "factor_challenge")
        for verb in ("select", "delete")
    ),
)
