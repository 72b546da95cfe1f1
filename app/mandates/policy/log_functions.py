"""What a family reads of the audit: who came to its own file, in which function and why; never who that person is.

It protects one parent from the other (KL-36): neither reads what the other did, and the second parent reads nothing
that tells where the first one asks for help. The function itself sees to that, and no page has to.
"""

from __future__ import annotations

from app.core.access import Function
from app.organisations.profile import load_profiles

DAYS_SHOWN = 14
# What the second parent may read at all: of the other groups they do not hear that they were read either.
_CO_PARENT = ", ".join(
    f"'{group}'"
    for group in sorted(
        set[str]().union(*(p.access["co_parent"].read for p in load_profiles().values() if "co_parent" in p.access))
    )
)
_OF_PARTNER = "'partner_name', 'partner_contact', 'partner_situation'"
# Where the first parent is or was, and whom they spoke, is theirs to tell.
_BESIDE = "e.actor_kind in ('staff', 'counter', 'helper') or 'registrar' = any(e.reasons)"
# The steps of one contact: what was read and changed in it stands there by itself.
_STEPS = "'contact_opened', 'contact_identified', 'contact_wish', 'contact_ended'"

LOG_TABLE = (
    "table (day date, kind text, reasons text[], event text, facility text, typed_by text, groups text[],"
    " times bigint, people bigint)"
)
# The files of the parent who looks: one that they applied with, or one that they came into later.
_MINE = """
            select o.dossier_id, o.actor_id as account_id, true as first, null::timestamptz as since, exists (
                select 1 from dossier_party p where p.dossier_id = o.dossier_id and p.joined_at is not null) as shared
            from access.owner o where app.actor_kind() = 'parent'
            union all
            select c.dossier_id, c.actor_id, false, p.joined_at, true from access.co_parent c
            join dossier_party p on p.dossier_id = c.dossier_id and p.account_id = app.actor_id()
             and p.ended_at is null
"""


def log_body(mine: str) -> str:
    """Return the log of the files in `mine` (dossier_id, account_id, first, since, shared), as one parent reads it."""
    return f"""
        with mine as (
            {mine}
        ), entries as (
            select m.dossier_id, m.first, (e.at at time zone 'Europe/Brussels')::date as day, e.at, e.actor_id,
                   e.typed_by, e.event, e.actor_kind = 'parent' as own,
                   case when not m.first and ({_BESIDE}) then 'organisation' else e.actor_kind end as kind,
                   case when not m.first and ({_BESIDE}) then '{{}}' else e.reasons end as reasons,
                   case when m.first and m.shared and e.actor_kind <> 'parent'
                        then array(select g from unnest(e.groups) g where g not in ({_OF_PARTNER}))
                        when m.first or e.actor_kind = 'parent' then e.groups
                        when {_BESIDE} then array(select g from unnest(e.groups) g where g in ({_OF_PARTNER}))
                        else array(select g from unnest(e.groups) g where g in ({_CO_PARENT})) end as seen,
                   cardinality(e.groups) = 0 as bare
            from mine m join audit_entry e on e.subjects @> array[m.dossier_id]
            where e.organisation = app.organisation() and e.actor_kind <> 'draft'
              and (e.actor_kind <> 'parent' or e.actor_id = m.account_id)
              and (m.since is null or e.at >= m.since) and e.event not in ({_STEPS})
              and (p_before is null or e.at < p_before::timestamp at time zone 'Europe/Brussels')
        ), shown as (
            select * from entries n where cardinality(n.seen) > 0 or n.bare and (n.first or n.own)
        ), days as (
            select distinct s.day from shown s order by s.day desc limit {DAYS_SHOWN}
        ), persons as (
            select s.day, s.dossier_id, s.kind, s.reasons, s.event, s.actor_id, s.typed_by, s.first,
                   min(s.at) as at, count(*) as times, string_agg(array_to_string(s.seen, ' '), ' ') as groups
            from shown s join days d on d.day = s.day
            group by s.day, s.dossier_id, s.kind, s.reasons, s.event, s.actor_id, s.typed_by, s.first
        ), named as (
            -- A facility by its name where the family chose it, or was offered a place; the others are counted.
            select n.*, case when n.kind = 'facility' and not 'urgent' = any(n.reasons) then (
                       select string_agg(distinct f.name, ', ' order by f.name)
                       from facility_member w join facility f on f.id = w.facility_id
                       where w.account_id = n.actor_id and w.starts_at <= n.at
                         and (w.ends_at is null or w.ends_at > n.at)
                         and (exists (select 1 from choice c where c.dossier_id = n.dossier_id
                                      and c.facility_id = f.id)
                              or exists (select 1 from dossier d where d.id = n.dossier_id
                                         and d.registrar_facility_id = f.id))) end as facility,
                   case when n.typed_by is not null and n.first then coalesce(
                       (select a.kind from account a where a.id = n.typed_by), 'somebody') end as typist
            from persons n
        )
        select x.day, x.kind, x.reasons, x.event, x.facility, x.typist,
               array(select distinct y.name from unnest(string_to_array(string_agg(x.groups, ' '), ' ')) y(name)
                     where y.name <> '' order by y.name),
               sum(x.times)::bigint, count(distinct x.actor_id)
        from named x group by x.day, x.kind, x.reasons, x.event, x.facility, x.typist
        order by x.day desc, x.kind, x.reasons, x.event, x.facility
        """


LOG_FUNCTIONS = (Function("own_log", "p_before date", LOG_TABLE, log_body(_MINE), login="family"),)
