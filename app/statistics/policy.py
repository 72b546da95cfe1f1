"""Who may touch the figures, and what the database counts for them: never a row about one request."""

from __future__ import annotations

from app.core.access import Function, Grant

GRANTS = (
    *(Grant("page_count", "jobs", verb, purpose="counters") for verb in ("select", "insert")),
    Grant("page_count", "jobs", "update", "true", ("views",), "counters"),
    *(
        Grant(table, "staff", "select", "exists (select 1 from access.figures)")
        for table in ("page_count", "trend_row")
    ),
    # A year is counted once, and no count is ever changed (LEU-39).
    *(Grant("trend_row", "jobs", verb, purpose="retention") for verb in ("select", "insert")),
)
_YEAR = "extract(year from {}.start_date)::int"
FUNCTIONS: tuple[Function, ...] = (
    # The years of the requests about these children that are over: past, and no request of them still stands.
    Function(
        "trend_years",
        "p_children uuid[]",
        "table (year int)",
        f"""
        select distinct {_YEAR.format("a")} from application a
        where a.child_id = any(p_children) and a.organisation = app.organisation()
          and app.actor_kind() = 'system:retention' and {_YEAR.format("a")} < extract(year from app.today())
          and not exists (select 1 from application o
                          where o.organisation = app.organisation() and o.state = 'open'
                            and o.expires_on >= app.today() and {_YEAR.format("o")} = {_YEAR.format("a")})
        """,
        "sql stable",
        "jobs",
    ),
    # How many requests of each kind there were in a year. Restricted files are kept and not used (BXL-63).
    Function(
        "trend_counts",
        "p_year int",
        "table (quarter int, municipality text, months int, half_days int, outcome text, requests bigint)",
        """
        select extract(quarter from a.start_date)::int, p.municipality,
               (extract(year from age(a.start_date, c.birth_date)) * 12
                 + extract(month from age(a.start_date, c.birth_date)))::int,
               bit_count(a.half_days::int::bit(14))::int,
               case a.state when 'enrolled' then 'placed' when 'cancelled' then 'cancelled' else 'expired' end,
               count(*)
        from application a
        join child c on c.id = a.child_id
        join applicant p on p.dossier_id = a.dossier_id
        where a.organisation = app.organisation() and app.actor_kind() = 'system:retention'
          and a.start_date >= make_date(p_year, 1, 1) and a.start_date < make_date(p_year + 1, 1, 1)
          and not exists (select 1 from restriction x where x.dossier_id = a.dossier_id and x.ended_at is null)
        group by 1, 2, 3, 4, 5
        """,
        "sql stable",
        "jobs",
    ),
)
