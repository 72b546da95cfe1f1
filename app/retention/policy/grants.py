"""Who may end data: the job for what is due, row by row, and whoever holds a file back."""

from __future__ import annotations

import re

from app.accounts.policy import OFFICER, OVERSEES
from app.core.access import Grant
from app.organisations.profile import load_profiles
from app.retention.policy.groups import STEPS, Step
from app.retention.policy.rows import ROWS
from app.retention.policy.terms import day_sql, early_groups

PURPOSE = "retention"
_EARLY = sorted({group for profile in load_profiles().values() for group in early_groups(profile)})


def _job(table: str, verb: str, condition: str = "true", *columns: str) -> Grant:
    return Grant(table, "jobs", verb, condition, columns, PURPOSE)


def _listed(groups: str) -> str:
    return "array[" + ", ".join(f"'{group}'" for group in groups.split()) + "]"


def _step(step: Step) -> list[Grant]:
    column = f"{step.table}.{step.key}"
    condition = f"access.ordered({column}, {_listed(step.groups)})"
    for group in _EARLY:
        if group in step.groups.split():
            condition += f" or access.group_due({column}, '{group}')"
    reads = _job(step.table, "select", "true", "organisation", step.key, *step.reads)
    return [
        reads,
        _job(step.table, "update", condition, *sorted(step.sets))
        if step.sets
        else _job(step.table, "delete", condition),
    ]


def _rows() -> list[Grant]:
    made = []
    for rule, row in ROWS.items():
        if row.table != "account":
            made.append(_job(row.table, "delete", f"access.{rule}_over({row.table}.id)"))
        read = set(re.findall(r"\br\.(\w+)", f"{row.day} {row.condition}"))
        made.append(_job(row.table, "select", "true", *sorted({"id", "organisation", *read})))
    return made


_AT = day_sql("at")
_ENTRY = f"access.over(organisation, 'access_log', {_AT}) and access.over(organisation, 'change_log', {_AT})"
_KEY_GOES = "access.key_goes(data_key.owner_id, data_key.key_class)"
_OVERSEERS = "exists (select 1 from account a where a.id = data_key.owner_id and a.kind = 'oversight')"
GRANTS: tuple[Grant, ...] = (
    # Which file and until when; why is sealed for the officer. The security officer reads counts alone.
    Grant("legal_hold", "oversight", "select", OFFICER),
    Grant("legal_hold", "oversight", "insert", f"{OFFICER} and placed_by = app.actor_id()"),
    Grant("legal_hold", "oversight", "update", OFFICER, ("ended_at", "ended_by")),
    Grant("data_key", "oversight", "insert", f"key_class = 'hold' and {OFFICER}"),
    Grant("data_key", "oversight", "select", f"key_class = 'hold' and {OFFICER}"),
    Grant("erasure_order", "oversight", "select", OFFICER),
    Grant(
        "erasure_order",
        "oversight",
        "insert",
        f"{OFFICER} and ordered_by = app.actor_id() and exists (select 1 from rights_request q"
        " where q.dossier_id = erasure_order.dossier_id and q.state <> 'answered')",
    ),
    Grant("retention_run", "oversight", "select", OVERSEES),
    Grant(
        "retention_run", "oversight", "update", f"{OFFICER} and outcome = 'held_back'", ("released_by", "released_at")
    ),
    *(_job("retention_run", verb) for verb in ("select", "insert")),
    _job("retention_run", "update", "outcome = 'held_back'", "released_at"),
    _job("legal_hold", "select", "true", "id", "organisation", "dossier_id", "until", "ended_at"),
    _job("erasure_order", "select"),
    _job("erasure_order", "update", "due_on <= app.today()", "done_at"),
    # A file: by its own facts, or by an order for the whole of it.
    _job("dossier", "select", "true", "id", "organisation", "account_id", "created_at", "last_activity_at"),
    _job("dossier", "delete", "access.file_due(dossier.id) or access.ordered(dossier.id, '{}')"),
    _job("child", "select", "true", "id", "organisation", "dossier_id", "birth_date"),
    _job("child", "delete", "access.child_due(child.id)"),
    _job("possible_double", "select", "true", "application_id", "other_application_id"),
    _job(
        "possible_double",
        "delete",
        "not exists (select 1 from application a where a.id = possible_double.application_id)"
        " or not exists (select 1 from application a where a.id = possible_double.other_application_id)",
    ),
    _job("disclosure", "select", "true", "id", "child_id"),
    _job("disclosure", "delete", "access.child_due(disclosure.child_id)"),
    _job(
        "application",
        "select",
        "true",
        *("id", "organisation", "dossier_id", "child_id", "state", "expires_on", "closed_at", "submitted_at"),
    ),
    _job("placement", "select", "true", "organisation", "dossier_id", "child_id", "end_date"),
    _job("dossier_party", "select", "true", "organisation", "dossier_id", "account_id", "ended_at"),
    # What hangs on a file or an account that is gone.
    _job("account", "select", "true", "id", "organisation", "kind", "login", "language", "active"),
    # No key is seen but of what is gone or goes, and those under which overseers are written to.
    _job("data_key", "select", f"{_KEY_GOES} or key_class = 'message' and {_OVERSEERS}"),
    _job("data_key", "insert", f"key_class = 'message' and {_OVERSEERS}"),
    _job("data_key", "delete", _KEY_GOES),
    _job("thread_message", "select", "true", "id", "organisation", "thread_id", "dossier_id"),
    _job("facility_member", "select", "true", "organisation", "account_id", "ends_at"),
    _job("staff_member", "select", "true", "organisation", "account_id", "ends_at"),
    _job("helper_member", "select", "true", "organisation", "account_id", "ends_at"),
    *(grant for step in STEPS for grant in _step(step)),
    *_rows(),
    # Overseers are mailed where something waits for them.
    _job("outbox", "insert", "kind in ('retention_held_back', 'retention_late')"),
    # Whole segments of the audit, once each entry in them is over its term; heads and counts stay.
    _job("audit_entry", "select", "true", "id", "organisation", "at"),
    _job("audit_entry", "delete", _ENTRY),
    _job("audit_seal", "select", "true", "entry_id", "segment"),
    _job("audit_seal", "delete", "not exists (select 1 from audit_entry e where e.id = audit_seal.entry_id)"),
    _job("audit_segment", "select", "true", "number", "entries", "first_at", "last_at", "head", "dropped_at"),
    _job("audit_segment", "update", "dropped_at is null", "dropped_at"),
    # What nobody needs once it was used or has run out.
    *(
        Grant(table, "jobs", verb, spent, columns if verb == "select" else (), "housekeeping")
        for table, spent, columns in (
            ("login_change", "expires_at < app.now()", ("id", "organisation", "expires_at", "done_at", "ended_at")),
            ("factor_challenge", "expires_at < app.now()", ("session_hash", "organisation", "expires_at")),
            ("second_factor", "ended_at is not null", ("id", "organisation", "ended_at")),
            ("possible_double", "dossier_id is null", ("id", "organisation", "dossier_id", "found_at")),
        )
        for verb in ("select", "delete")
    ),
)
