"""What the database itself knows of terms: it refuses to delete what is not due, whatever a job believes."""

from __future__ import annotations

from app.core.access import Function
from app.retention.policy.rows import ROWS, not_held
from app.retention.policy.terms import (
    CHILD_ENDS,
    EARLY_ENDS,
    FILE_ENDS,
    FILE_FACTS,
    GROUP_TERMS,
    OF_FILE,
    end_sql,
    old_enough,
)

# Read as if they were columns: the same answer for the same row within a statement.
STABLE = "sql stable"
FILES, CHILDREN, GROUPS, AUDIT = "files", "children", "groups", "audit"
_OF_FILE = ", ".join(f"'{anchor}'" for anchor in sorted(OF_FILE))
_GROUP_TERMS = (
    f"select t.*, t.anchor in ({_OF_FILE}) as of_file"
    f" from ({GROUP_TERMS}) t (organisation, data_group, anchor, years, days)"
)
_OLD_ENOUGH = old_enough("p_until")


def _row_sql(rule: str, which: str = "true") -> str:
    row = ROWS[rule]
    asked = {None: "true", True: "t.of_file", False: "not t.of_file"}[row.of_file]
    ends = end_sql(f"({row.day})", "t.years", "t.days")
    return f"""
        select '{rule}'::text as rule, {ends} as ends_on from {row.table} r
        join ({_GROUP_TERMS}) t on t.organisation = r.organisation and t.data_group = '{row.group}' and {asked}
        where r.organisation = app.organisation() and {which} and ({row.condition}) and {row.free}
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

FACT_COLUMNS = (
    "id uuid, created_on date, active_on date, child_id uuid, birth_date date, open_until date, closed_on date,"
    " ended_on date, in_care boolean"
)
_FACTS = f"{FILE_FACTS.format(ids='p_ids')} and d.organisation = app.organisation()"
# The tables whose rows own keys and messages.
_OWNING = (
    *("dossier", "account", "facility", "draft", "rights_request", "delivery", "leak_case", "complaint", "legal_hold"),
    *("helper_organisation", "survey", "recipient_key"),
)


def _gone(column: str) -> str:
    return " and ".join(f"not exists (select 1 from {table} o where o.id = {column})" for table in _OWNING)


_SWEEP = f"""
    delete from account x where x.id = any(p_owners) and x.organisation = app.organisation()
      and access.account_goes(x.id);
    with gone as (
        delete from draft x where coalesce(x.account_id, x.id) = any(p_owners) and x.organisation = app.organisation()
          and (x.account_id is not null or x.submitted_at is not null)
          and not exists (select 1 from account a where a.id = coalesce(x.account_id, x.id))
        returning x.id
    ), mandates as (delete from mandate m using gone where m.draft_id = gone.id and m.dossier_id is null)
    delete from keys.data_key k using gone where k.owner_id = gone.id;
    delete from web_session x where x.actor_id = any(p_owners) and {_gone("x.actor_id")};
    delete from account_token x where x.account_id = any(p_owners) and {_gone("x.account_id")};
    delete from form_use x where x.actor_id = any(p_owners) and {_gone("x.actor_id")};
    delete from outbox x where x.dossier_id = any(p_owners)
      and not exists (select 1 from dossier d where d.id = x.dossier_id);
    delete from outbox x where x.owner_id = any(p_owners) and {_gone("x.owner_id")};
    delete from keys.data_key x where x.owner_id = any(p_owners) and {_gone("x.owner_id")};
    update rights_request x set dossier_id = null where x.dossier_id = any(p_owners)
      and not exists (select 1 from dossier d where d.id = x.dossier_id);
    update rights_request x set account_id = null where x.account_id = any(p_owners)
      and not exists (select 1 from account a where a.id = x.account_id);
    update delivery x set dossier_id = null where x.dossier_id = any(p_owners)
      and not exists (select 1 from dossier d where d.id = x.dossier_id);
    update complaint x set account_id = null where x.account_id = any(p_owners)
      and not exists (select 1 from account a where a.id = x.account_id)
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
    *(
        Function(
            f"{rule}_over",
            "p_id uuid",
            "boolean",
            f"select exists (select 1 from ({_row_sql(rule, 'r.id = p_id')}) e where e.ends_on < app.today())",
            STABLE,
            "jobs",
        )
        for rule in ROWS
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
    # An account that goes with its file, by an order for it, or long after its last use.
    Function(
        "account_goes",
        "p_id uuid",
        "boolean",
        """
        select exists (select 1 from account a where a.id = p_id and a.kind = 'parent')
          and (not exists (select 1 from dossier d where d.account_id = p_id)
               and not exists (select 1 from dossier_party p where p.account_id = p_id and p.ended_at is null)
               or exists (select 1 from dossier d where d.account_id = p_id
                            and access.ordered(d.id, array['account'])))
          or access.accounts_over(p_id)
        """,
        STABLE,
        "jobs",
    ),
    # A key of a file that stays goes by an order, not before the last of what it opens.
    Function(
        "key_goes",
        "p_owner_id uuid, p_class text",
        "boolean",
        """
        select p_class = 'health' and access.ordered(p_owner_id, array['health'])
          or p_class = 'address' and access.ordered(p_owner_id, array['contact', 'address'])
          or p_class = 'thread' and (access.ordered(p_owner_id, array['messages', 'notes']))
            and not exists (select 1 from thread_message m where m.dossier_id = p_owner_id)
            and not exists (select 1 from staff_note n where n.dossier_id = p_owner_id)
        """,
        STABLE,
        "jobs",
    ),
    # Held while they go; what somebody works in at this moment waits for the next run.
    Function(
        "lock_files",
        "p_ids uuid[]",
        "setof uuid",
        """
        select d.id from dossier d where d.id = any(p_ids) and d.organisation = app.organisation()
          and app.actor_kind() = 'system:retention' for update skip locked
        """,
        "sql",
        "jobs",
    ),
    Function("file_facts", "p_ids uuid[]", f"table ({FACT_COLUMNS})", _FACTS, STABLE, "jobs"),
    # The parents of files, where they have no other file.
    Function(
        "accounts_of",
        "p_ids uuid[]",
        "setof uuid",
        """
        select d.account_id from dossier d
        where d.id = any(p_ids) and d.account_id is not null and d.organisation = app.organisation()
        union
        select p.account_id from dossier_party p
        where p.dossier_id = any(p_ids) and p.account_id is not null and p.organisation = app.organisation()
          and not exists (select 1 from dossier d where d.account_id = p.account_id and d.id <> all(p_ids))
          and not exists (select 1 from dossier_party q where q.account_id = p.account_id and q.ended_at is null
                            and q.dossier_id <> all(p_ids))
        """,
        STABLE,
        "jobs",
    ),
    # What hung on files and accounts that are gone goes too; what outlives them no longer says whose it was.
    Function("sweep", "p_owners uuid[]", "void", _SWEEP, "sql", "jobs"),
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
