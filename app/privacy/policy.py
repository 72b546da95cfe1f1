"""Who may touch the registers, and what an overseer may know of what is past its date."""

from __future__ import annotations

from app.accounts.policy import OVERSEES
from app.core.access import Function, Grant

GRANTS: tuple[Grant, ...] = (
    Grant("processor", "oversight", "select", OVERSEES),
    Grant("processor", "oversight", "insert", f"{OVERSEES} and recorded_by = app.actor_id()"),
    Grant(
        "processor",
        "oversight",
        "update",
        OVERSEES,
        ("ends_on", "agreement_signed_on", "agreement_until", "statement_version"),
    ),
    # KG-08: everybody reads who works for the organisation, from the statement; a draft is anybody's as well.
    Grant(
        "processor",
        "family",
        "select",
        "true",
        ("organisation", "name", "purpose", "country", "starts_on", "ends_on"),
    ),
    # KG-07: whoever opens a file for the developer, or lets data leave, sees first that an agreement holds.
    *(
        Grant(
            "processor",
            login,
            "select",
            "true",
            (
                *("id", "organisation", "name", "purpose", "country", "starts_on", "ends_on"),
                *("agreement_signed_on", "agreement_until", "statement_version"),
            ),
            purpose,
        )
        for login, purpose in (("staff", ""), ("jobs", "deliveries"))
    ),
    Grant("compliance_check", "oversight", "select", OVERSEES),
    Grant("compliance_check", "oversight", "insert", f"{OVERSEES} and recorded_by = app.actor_id()"),
    Grant("compliance_check", "oversight", "update", OVERSEES, ("done_on", "done_by", "result", "due_on")),
    *(Grant(table, "jobs", "select", purpose="registers") for table in ("processor", "compliance_check")),
    # Who is told of what ends.
    Grant(
        "account",
        "jobs",
        "select",
        "kind = 'oversight' and active",
        ("id", "organisation", "kind", "login", "language", "active"),
        "registers",
    ),
)
FUNCTIONS: tuple[Function, ...] = (
    # KG-40: numbers of what is past its date, for both overseers; what it is about opens for the officer alone.
    Function(
        "overdue_counts",
        "",
        "table (requests bigint, complaints bigint, leaks bigint, held_back bigint, broken bigint)",
        """
        select (select count(*) from rights_request q where q.organisation = app.organisation()
                  and q.state <> 'answered' and q.due_on < app.today()),
               (select count(*) from complaint c where c.organisation = app.organisation()
                  and c.state <> 'answered' and c.due_on < app.today()),
               (select count(*) from leak_case l where l.organisation = app.organisation()
                  and l.state <> 'closed' and l.authority_told_at is null
                  and l.known_at < app.now() - interval '72 hours'),
               (select count(*) from (
                    select distinct on (r.rule) r.outcome, r.released_at from retention_run r
                    where r.organisation = app.organisation() order by r.rule, r.started_at desc) last
                  where last.outcome in ('held_back', 'failed') and last.released_at is null),
               (select coalesce((select j.handled from job_run j where j.name = 'verify-audit'
                    and j.outcome = 'done' order by j.slot desc limit 1), 0)::bigint)
        where exists (select 1 from access.overseer)
        """,
        login="oversight",
    ),
)
