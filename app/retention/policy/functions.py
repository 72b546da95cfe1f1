"""What the database itself knows of terms: it refuses to delete what is not due, whatever a job believes."""

from __future__ import annotations

from app.core.access import Function
from app.retention.policy.rows import ROWS, not_held
from app.retention.policy.terms import CHILD_ENDS, EARLY_ENDS, FILE_ENDS, GROUP_TERMS, OF_FILE, end_sql, old_enough

# Read as if they were columns: the same answer for the same row within a statement.
STABLE = "sql stable"
FILES, CHILDREN, GROUPS, AUDIT = "files", "children", "groups", "audit"
_OF_FILE = ", ".join(f"'{anchor}'" for anchor in sorted(OF_FILE))
_GROUP_TERMS = (
    f"select t.*, t.anchor in ({_OF_FILE}) as of_file"
    f" from ({GROUP_TERMS}) t (organisation, data_group, anchor, years, days)"
)
_OLD_ENOUGH = old_enough("p_until")


def _row_sql(rule: str) -> str:
    row = ROWS[rule]
    asked = {None: "true", True: "t.of_file", False: "not t.of_file"}[row.of_file]
    ends = end_sql(f"({row.day})", "t.years", "t.days")
    return f"""
        select '{rule}'::text as rule, {ends} as ends_on from {row.table} r
        join ({_GROUP_TERMS}) t on t.organisation = r.organisation and t.data_group = '{row.group}' and {asked}
        where r.organisation = app.organisation() and ({row.condition}) and {row.free}
    """


_OF_CHILD = "d.id = (select c.dossier_id from child c where c.id = p_child_id) and k.child_id = p_child_id"
_FREE = not_held("f.dossier_id")
# Everything that goes until a day: the rule, and the last day on which it is kept.
_ENDS = f"""
    select '{FILES}'::text as rule, f.ends_on from ({FILE_ENDS.format(condition=_OLD_ENOUGH)}) f
    where {_FREE}
    union all
    select '{CHILDREN}', f.ends_on from ({CHILD_ENDS.format(condition=_OLD_ENOUGH)}) f
    where {_FREE} and f.ends_on < (select max(w.ends_on) from ({FILE_ENDS.format(condition="d.id = f.dossier_id")}) w)
    union all
    select '{GROUPS}', f.ends_on from ({EARLY_ENDS.format(condition=_OLD_ENOUGH)}) f
    where {_FREE} and access.holds_group(f.dossier_id, f.data_group)
    union all
    {" union all ".join(_row_sql(rule) for rule in ROWS)}
"""
_PLAN = f"""
    select e.rule, date_trunc('month', greatest(e.ends_on + 1, app.today()))::date, count(*)
    from ({_ENDS}) e where e.ends_on < p_until group by 1, 2
"""

FUNCTIONS: tuple[Function, ...] = (
    # The last day of a file and of a child of it, whoever asks; no term: never.
    Function(
        "file_ends",
        "p_dossier_id uuid",
        "date",
        f"select max(f.ends_on) from ({FILE_ENDS.format(condition='d.id = p_dossier_id')}) f",
        STABLE,
        "jobs",
    ),
    Function(
        "file_due",
        "p_dossier_id uuid",
        "boolean",
        f"select access.file_ends(p_dossier_id) < app.today() and {not_held('p_dossier_id')}",
        STABLE,
        "jobs",
    ),
    Function(
        "child_due",
        "p_child_id uuid",
        "boolean",
        f"""
        select f.ends_on < app.today() and {not_held("f.dossier_id")}
        from ({CHILD_ENDS.format(condition=_OF_CHILD)}) f
        """,
        STABLE,
        "jobs",
    ),
    Function(
        "group_due",
        "p_dossier_id uuid, p_group text",
        "boolean",
        f"""
        select exists (select 1 from ({EARLY_ENDS.format(condition="d.id = p_dossier_id")}) f
                       where f.data_group = p_group and f.ends_on < app.today())
          and {not_held("p_dossier_id")}
        """,
        STABLE,
        "jobs",
    ),
    # An erasure that was granted and whose day has come; without groups it is the whole file (KK-33).
    Function(
        "ordered",
        "p_dossier_id uuid, p_groups text[]",
        "boolean",
        f"""
        select exists (select 1 from erasure_order o where o.dossier_id = p_dossier_id and o.done_at is null
                         and o.due_on <= app.today() and (o.groups && p_groups or cardinality(o.groups) = 0))
          and {not_held("p_dossier_id")}
        """,
        STABLE,
        "jobs",
    ),
    Function(
        "over",
        "p_organisation text, p_group text, p_day date",
        "boolean",
        f"""
        select exists (select 1 from ({GROUP_TERMS}) t (organisation, data_group, anchor, years, days)
                       where t.organisation = p_organisation and t.data_group = p_group
                         and {end_sql("p_day", "t.years", "t.days")} < app.today())
        """,
        STABLE,
        "jobs",
    ),
    # A key, a message or a session whose owner is gone is a leftover.
    Function(
        "owner_is_gone",
        "p_owner_id uuid",
        "boolean",
        f"""
        select not exists (select 1 from dossier x where x.id = p_owner_id)
          and not exists (select 1 from account x where x.id = p_owner_id)
          and {
            " and ".join(
                f"not exists (select 1 from {table} x where x.id = p_owner_id)"
                for table in (
                    "facility",
                    "draft",
                    "rights_request",
                    "delivery",
                    "leak_case",
                    "complaint",
                    "legal_hold",
                    "helper_organisation",
                    "survey",
                    "recipient_key",
                )
            )
        }
        """,
        STABLE,
        "jobs",
    ),
    # Rows of these groups are still there.
    Function(
        "holds_group",
        "p_dossier_id uuid, p_group text",
        "boolean",
        """
        select p_group = 'consents' and exists (select 1 from consent x where x.dossier_id = p_dossier_id)
            or p_group = 'notes' and exists (select 1 from staff_note x where x.dossier_id = p_dossier_id)
            or p_group = 'messages' and exists (select 1 from thread x where x.dossier_id = p_dossier_id)
            or p_group = 'health' and exists (select 1 from health_answer x where x.dossier_id = p_dossier_id)
            or p_group = 'placement' and exists (select 1 from placement x where x.dossier_id = p_dossier_id)
            or p_group = 'service_use' and exists (select 1 from service_use x where x.dossier_id = p_dossier_id)
        """,
        STABLE,
        "jobs",
    ),
    # What outlives a file, for a term of its own, no longer says which file or whose it was.
    Function(
        "let_go",
        "p_ids uuid[]",
        "void",
        """
        update rights_request x set dossier_id = null where x.dossier_id = any(p_ids)
          and not exists (select 1 from dossier d where d.id = x.dossier_id);
        update rights_request x set account_id = null where x.account_id = any(p_ids)
          and not exists (select 1 from account a where a.id = x.account_id);
        update delivery x set dossier_id = null where x.dossier_id = any(p_ids)
          and not exists (select 1 from dossier d where d.id = x.dossier_id);
        update complaint x set account_id = null where x.account_id = any(p_ids)
          and not exists (select 1 from account a where a.id = x.account_id);
        """,
        "sql",
        "jobs",
    ),
    *(
        Function(name, "p_until date", "table (rule text, month date, due bigint)", body, "sql", login)
        for name, login, body in (
            ("keep_plan", "jobs", f"{_PLAN}"),
            (
                "keep_calendar",
                "oversight",
                f"select * from ({_PLAN}) p where exists (select 1 from access.overseer)",
            ),
        )
    ),
)
