"""Who may report, and who may read what was reported."""

from __future__ import annotations

from app.accounts.policy import OFFICER, OVERSEES
from app.core.access import Function, Grant

# BXL-68: whoever complained, and nobody else at that door.
_OWN = "account_id = app.actor_id()"
_OF_OWN = f"exists (select 1 from complaint c where c.id = data_key.owner_id and c.{_OWN})"
_OF_COMPLAINT = "exists (select 1 from complaint c where c.id = data_key.owner_id)"
# The receipt of what was reported in this very transaction is sealed for the worker that sends it.
_JUST_REPORTED = "exists (select 1 from access.report_receipt(data_key.owner_id) r where r.at = app.now())"
_IN_COMPLAINT = "exists (select 1 from complaint c where c.account_id = {column})"
_TOLD = "exists (select 1 from leak_person p where p.dossier_id = dossier.id)"

GRANTS: tuple[Grant, ...] = (
    # LEU-55: anybody reports; the text is for two roles to read.
    Grant("leak_case", "family", "insert", "state = 'new' and origin in ('visitor', 'family') and watch_key is null"),
    Grant("leak_case", "jobs", "insert", "state = 'new' and origin = 'watch'", (), "watch"),
    Grant("leak_case", "jobs", "select", "true", ("id", "organisation", "state", "watch_key"), "watch"),
    Grant("leak_case", "oversight", "select", OVERSEES),
    Grant("leak_case", "oversight", "insert", f"{OVERSEES} and state = 'new' and origin = 'worker'"),
    Grant(
        "leak_case",
        "oversight",
        "update",
        OVERSEES,
        (
            *("category", "state", "risk", "sealed_assessment", "handler_id", "suspect_id", "suspect_from"),
            *("suspect_until", "authority_told_at", "authority_reference", "authority_excused_at"),
            *("sealed_notice", "notice_asked_at", "persons_told_at", "persons_excused_at", "closed_at", "closed_by"),
        ),
    ),
    *(Grant("leak_person", "oversight", verb, OVERSEES) for verb in ("select", "insert")),
    # BXL-68: only the officer reads a complaint; whoever complained follows its state.
    Grant("complaint", "family", "insert", f"state = 'received' and (account_id is null or {_OWN})"),
    Grant("complaint", "family", "select", _OWN),
    Grant("complaint", "oversight", "select", OFFICER),
    Grant(
        "complaint",
        "oversight",
        "update",
        OFFICER,
        ("state", "handler_id", "sealed_answer", "answered_at", "answered_by"),
    ),
    Grant(
        "data_key",
        "family",
        "insert",
        f"key_class in ('leak', 'complaint') or key_class = 'message' and {_JUST_REPORTED}",
    ),
    Grant("data_key", "family", "select", f"key_class = 'complaint' and {_OF_OWN}"),
    Grant(
        "data_key",
        "oversight",
        "insert",
        f"{OVERSEES} and key_class in ('leak', 'notice') or {OFFICER} and key_class = 'message' and {_OF_COMPLAINT}",
    ),
    Grant(
        "data_key",
        "oversight",
        "select",
        f"key_class in ('leak', 'notice') and {OVERSEES} or key_class = 'complaint' and {OFFICER}"
        f" or key_class = 'message' and {OFFICER} and {_OF_COMPLAINT}",
    ),
    # The mails around a case: nobody's report and nobody's answer is opened for them.
    Grant(
        "leak_case",
        "jobs",
        "select",
        "true",
        (
            *("id", "organisation", "reference", "state", "reported_at", "sealed_notice", "notice_asked_at"),
            "persons_told_at",
        ),
        "cases",
    ),
    Grant("leak_case", "jobs", "update", "true", ("persons_told_at",), "cases"),
    Grant("leak_person", "jobs", "select", purpose="cases"),
    Grant("leak_person", "jobs", "update", "true", ("told_at",), "cases"),
    Grant(
        "complaint",
        "jobs",
        "select",
        "true",
        ("id", "organisation", "state", "account_id", "received_at", "due_on", "answered_at", "language"),
        "cases",
    ),
    Grant(
        "account",
        "jobs",
        "select",
        f"kind = 'oversight' and active or kind = 'parent' and {_IN_COMPLAINT.format(column='account.id')}",
        ("id", "organisation", "kind", "login", "language", "active"),
        "cases",
    ),
    Grant(
        "staff_member",
        "jobs",
        "select",
        "role in ('dpo', 'security')",
        ("organisation", "account_id", "role", "starts_at", "ends_at"),
        "cases",
    ),
    Grant(
        "dossier",
        "jobs",
        "select",
        f"{_TOLD} or {_IN_COMPLAINT.format(column='dossier.account_id')}",
        ("id", "organisation", "account_id", "language"),
        "cases",
    ),
    Grant("outbox", "jobs", "select", "true", ("organisation", "once_key"), "cases"),
    Grant("data_key", "jobs", "select", "key_class = 'notice'", purpose="cases"),
    # LEU-56: the watch counts by itself, whatever the job that deletes says of its own work.
    Grant("data_key", "jobs", "insert", "key_class = 'leak'", purpose="watch"),
    Grant(
        "dossier",
        "jobs",
        "select",
        "true",
        ("id", "organisation", "created_at", "last_activity_at"),
        "watch",
    ),
    Grant("placement", "jobs", "select", "true", ("organisation", "dossier_id", "start_date", "end_date"), "watch"),
    Grant("legal_hold", "jobs", "select", "true", ("organisation", "dossier_id", "until", "ended_at"), "watch"),
    Grant("draft", "jobs", "select", "true", ("id", "organisation", "expires_at", "submitted_at"), "watch"),
    Grant("web_session", "jobs", "select", "true", ("organisation", "actor_id", "expires_at"), "watch"),
    Grant("outbox", "jobs", "select", "true", ("organisation", "created_at", "state"), "watch"),
    Grant(
        "audit_entry",
        "jobs",
        "select",
        "true",
        ("organisation", "at", "actor_kind", "actor_id", "event", "subjects"),
        "watch",
    ),
    Grant(
        "desk_contact",
        "jobs",
        "select",
        "true",
        ("organisation", "worker_id", "dossier_id", "opened_at", "until", "ended_at"),
        "watch",
    ),
    Grant(
        "look_code",
        "jobs",
        "select",
        "true",
        ("organisation", "used_by", "dossier_id", "used_at", "until", "ended_at"),
        "watch",
    ),
    Grant(
        "support_grant",
        "jobs",
        "select",
        "true",
        ("organisation", "account_id", "dossier_id", "given_at", "until", "ended_at"),
        "watch",
    ),
    Grant(
        "mandate",
        "jobs",
        "select",
        "true",
        ("organisation", "helper_id", "dossier_id", "consent_at", "ended_at"),
        "watch",
    ),
    Grant("job_run", "jobs", "select", "true", ("name", "started_at", "finished_at", "outcome"), "watch"),
)
FUNCTIONS: tuple[Function, ...] = (
    # Whoever knows the id of a report is told its reference and its day, and nothing of what it says.
    Function(
        "report_receipt",
        "p_id uuid",
        "table (reference text, due_on date, at timestamptz)",
        """
        select l.reference, null::date, l.reported_at from leak_case l
        where l.id = p_id and l.organisation = app.organisation() and l.origin in ('visitor', 'family')
        union all
        select c.reference, c.due_on, c.received_at from complaint c
        where c.id = p_id and c.organisation = app.organisation()
        """,
        login="family",
    ),
)
