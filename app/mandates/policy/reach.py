"""The branches of those who help: contacts at the desk, counters, look-along codes, helpers, registrars, grants."""

from __future__ import annotations

from app.accounts.policy import agreed, signed
from app.core.access import Branch
from app.facilities.policy import serving
from app.organisations.profile import load_profiles

_PROFILES = load_profiles()
_NO_DETAIL = "null::uuid as application_id, null::uuid as child_id, null::uuid as choice_id, null::uuid as facility_id"
_AGREED = agreed("m.organisation", "m.role", "m.account_id")


def _where(reason: str) -> str:
    """Return the organisations, as an SQL list, whose profile gives this reason anything."""
    return ", ".join(f"'{key}'" for key, profile in sorted(_PROFILES.items()) if reason in profile.access) or "null"


def _of_contact(role: str, table: str = "m.role") -> str:
    """Return the rows of the contacts that somebody has open in a role."""
    return f"""
        select c.organisation, c.worker_id as actor_id, c.dossier_id, {_NO_DETAIL},
               least(c.until, m.ends_at) as until
        from desk_contact c join staff_member m on m.account_id = c.worker_id and m.organisation = c.organisation
        where {table} = '{role}' and m.starts_at <= app.now() and {_AGREED}
          and c.opened_at <= app.now() and c.ended_at is null
    """


_EVERY_FILE = f"""
        select d.organisation, app.actor_id() as actor_id, d.id as dossier_id, {_NO_DETAIL}, null::timestamptz as until
        from dossier d
"""
# KL-33: nobody tells or changes anything before they know who asks, and what that person wants.
_KNOWN = "c.identified_at is not null and c.wish_at is not null and c.channel <> 'file_work'"

# BXL-48: the whole file, while a contact with the family lasts, or a piece of work on it.
helpdesk = Branch(
    reason="helpdesk",
    login="staff",
    actor_kinds=("staff",),
    sql=f"{_of_contact('helpdesk')} and c.organisation in ({_where('helpdesk')})",
    permissive=_EVERY_FILE,
)

# LEU-23, LEU-24.
administrator = Branch(
    reason="administrator",
    login="staff",
    actor_kinds=("staff",),
    sql=f"{_of_contact('administrator')} and c.organisation in ({_where('administrator')})",
    permissive=_EVERY_FILE,
)

# BXL-49, KL-33: what lets them write; it opens nothing to read that the two above do not.
helping = Branch(
    reason="helping",
    login="staff",
    actor_kinds=("staff",),
    sql=f"""
        select b.* from ({_of_contact("helpdesk")} and {_KNOWN} and c.organisation in ({_where("helpdesk")})
        union all {_of_contact("administrator")} and {_KNOWN} and c.organisation in ({_where("administrator")})) b
    """,
    permissive=_EVERY_FILE,
)

# BXL-59, LEU-25: nothing but what a named person opened, with a reason and an end.
support = Branch(
    reason="support",
    login="staff",
    actor_kinds=("staff",),
    sql=f"""
        select g.organisation, g.account_id as actor_id, g.dossier_id, {_NO_DETAIL}, least(g.until, m.ends_at) as until
        from support_grant g join staff_member m on m.account_id = g.account_id and m.organisation = g.organisation
        where m.role = 'developer' and m.starts_at <= app.now() and {_AGREED}
          and g.given_at <= app.now() and g.ended_at is null
    """,
    permissive=_EVERY_FILE,
)

# What a family shows at a counter: to read, through a login of its own, since the counter's knows four groups only.
looking = Branch(
    reason="looking",
    login="staff",
    actor_kinds=("counter",),
    sql=f"""
        select k.organisation, k.used_by as actor_id, k.dossier_id, {_NO_DETAIL}, least(k.until, m.ends_at) as until
        from look_code k join staff_member m on m.account_id = k.used_by and m.organisation = k.organisation
        where m.role = 'counter' and m.starts_at <= app.now() and {_AGREED}
          and k.used_at <= app.now() and k.until is not null and k.ended_at is null
    """,
    permissive=_EVERY_FILE,
)

# LEU-27: the home, or a facility that was chosen and that the parents did not take back, lies in the counter's area.
_OF_COUNTER = f"""
        select d.organisation, m.account_id as actor_id, d.id as dossier_id, {_NO_DETAIL}, m.ends_at as until
        from staff_member m join dossier d on d.organisation = m.organisation
        where m.role = 'counter' and m.starts_at <= app.now() and {_AGREED}
          and d.organisation in ({_where("counter")})
"""
_IN_AREA = """
          (exists (select 1 from applicant h where h.dossier_id = d.id and h.municipality = any(m.area))
           or exists (select 1 from choice c join facility f on f.id = c.facility_id
                      where c.dossier_id = d.id and c.origin = 'family' and c.state <> 'withdrawn'
                        and f.municipality = any(m.area)))
"""
counter = Branch(
    reason="counter",
    login="counter",
    actor_kinds=("counter",),
    sql=f"{_OF_COUNTER} and {_IN_AREA}",
    permissive=_OF_COUNTER,
)

counter_helping = Branch(
    reason="counter_helping",
    login="counter",
    actor_kinds=("counter",),
    sql=f"""{_OF_COUNTER} and {_IN_AREA} and exists (
            select 1 from desk_contact c where c.dossier_id = d.id and c.worker_id = m.account_id and {_KNOWN}
              and c.opened_at <= app.now() and c.until > app.now() and c.ended_at is null)
    """,
    permissive=_EVERY_FILE,
)

_SICK_CARE_DAYS = " ".join(f"when '{k}' then {p.settings.sick_care_days}" for k, p in sorted(_PROFILES.items()))
_IN_SICK_CARE = f"""
        select u.organisation, m.account_id as actor_id, u.dossier_id, null::uuid as application_id, u.child_id,
               null::uuid as choice_id, null::uuid as facility_id, m.ends_at as until
        from service_use u join staff_member m on m.organisation = u.organisation
        where m.role = 'sick_care' and m.starts_at <= app.now() and {_AGREED}
"""

# LEU-33, LEU-34: children who used the service, as long as an invoice may need them.
sick_care = Branch(
    reason="sick_care",
    login="counter",
    actor_kinds=("counter",),
    sql=f"{_IN_SICK_CARE} and u.organisation in ({_where('sick_care')})"
    f" and u.used_on + case u.organisation {_SICK_CARE_DAYS} end >= app.today()",
    permissive=_EVERY_FILE,
)

_HELPER_YEARS = " ".join(f"when '{k}' then {p.settings.helper_access_years}" for k, p in sorted(_PROFILES.items()))
# BXL-52: the last day is that of the last joint change, so many years later; it ends when that day is over.
_HELPER_END = (
    "(((g.last_joint_at at time zone 'Europe/Brussels')::date"
    f" + make_interval(years => case g.organisation {_HELPER_YEARS} end) + interval '1 day')"
    " at time zone 'Europe/Brussels')"
)
_MANDATED = """
        select g.organisation, g.helper_id as actor_id, g.dossier_id, a.id as application_id, a.child_id,
               null::uuid as choice_id, null::uuid as facility_id, %s as until
        from mandate g join application a on a.mandate_id = g.id and a.dossier_id = g.dossier_id
        join helper_member m on m.account_id = g.helper_id and m.helper_organisation_id = g.helper_organisation_id
        join helper_organisation o on o.id = g.helper_organisation_id
        where g.dossier_id is not null
"""

# BXL-50, LEU-13, LEU-14: what was filed together, after explicit consent, until it is taken back.
helper = Branch(
    reason="helper",
    login="helper",
    actor_kinds=("helper",),
    sql=f"""{_MANDATED % f"least({_HELPER_END}, m.ends_at)"}
          and g.consent_at is not null and g.last_joint_at is not null and g.ended_at is null
          and m.starts_at <= app.now() and o.active and {signed("helper_organisation", "o.id")}
          and {agreed("m.organisation", "'helper'", "m.account_id")}
    """,
    permissive=_MANDATED % "null::timestamptz",
)

# Who works for an organisation of helpers now: it opens the list of work, and no file by itself.
helps = Branch(
    reason="helps",
    login="helper",
    actor_kinds=("helper",),
    sql=f"""
        select m.organisation, m.account_id as actor_id, null::uuid as dossier_id, {_NO_DETAIL}, m.ends_at as until
        from helper_member m join helper_organisation o on o.id = m.helper_organisation_id
        where m.starts_at <= app.now() and o.active and {signed("helper_organisation", "o.id")}
          and {agreed("m.organisation", "'helper'", "m.account_id")}
    """,
)

_REGISTERING = _where("registrar")
_REGISTERED = f"""
        select d.organisation, m.account_id as actor_id, d.id as dossier_id, null::uuid as application_id,
               null::uuid as child_id, null::uuid as choice_id, m.facility_id, m.ends_at as until
        from dossier d join facility_member m on m.facility_id = d.registrar_facility_id
        where {serving("m")} and d.organisation in ({_REGISTERING})
"""

# BXL-54: whoever registered for the parents goes on writing until the child is enrolled elsewhere, or they take over.
registrar = Branch(
    reason="registrar",
    login="helper",
    actor_kinds=("facility",),
    sql=f"""{_REGISTERED} and d.registrar_ended_at is null and not exists (
            select 1 from placement p where p.dossier_id = d.id and p.facility_id <> d.registrar_facility_id)
    """,
    permissive=_REGISTERED,
)

BRANCHES = (
    *(helpdesk, administrator, helping, support, looking),
    *(counter, counter_helping, sick_care),
    *(helper, helps, registrar),
)
