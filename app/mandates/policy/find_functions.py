"""Finding a file by what a family tells: a little of it, to whoever may open it, and never a whole list (KG-36)."""

from __future__ import annotations

from app.core.access import Function, in_use
from app.families.models import name_words
from app.organisations.profile import load_profiles

_PROFILES = load_profiles()
_FILE_ROLES = ", ".join(
    f"('{key}', '{role}')"
    for key, profile in sorted(_PROFILES.items())
    for role in ("helpdesk", "administrator")
    if role in profile.access
)
# Who may open a file here may look for one: with the role, in its organisation, after what the role has to accept.
_SEARCHES = (
    "exists (select 1 from access.employed e join staff_member m on m.account_id = e.actor_id"
    " and m.organisation = app.organisation() and m.starts_at <= app.now()"
    " and (m.ends_at is null or m.ends_at > app.now())"
    f" where (m.organisation, m.role) in (values {_FILE_ROLES})"
    ")"
)
_HERE = "organisation = app.organisation()"
_USED = in_use("d.id")
_SAYS = "@@ to_tsquery('simple', p_words)"

FIND_FUNCTIONS = (
    Function(
        "find_files",
        "p_words text, p_born date, p_email text, p_phone text, p_reference text, p_limit integer",
        "table (dossier_id uuid)",
        # A protected address, phone and e-mail lie sealed elsewhere: nobody is found by them.
        f"""
        with hit as (
            select a.dossier_id as id from applicant a
            where a.{_HERE} and p_born is null and {name_words("applicant", "a")} {_SAYS}
            union select k.dossier_id from child k
            where k.{_HERE} and (p_born is null or k.birth_date = p_born) and {name_words("child", "k")} {_SAYS}
            union select p.dossier_id from partner p
            where p.{_HERE} and p_born is null and {name_words("partner", "p")} {_SAYS}
            union select a.dossier_id from applicant a where a.{_HERE} and lower(a.email) = p_email
            union select p.dossier_id from partner p where p.{_HERE} and lower(p.email) = p_email
            union select d.id from account c join dossier d on d.account_id = c.id
            where c.{_HERE} and c.kind = 'parent' and c.login = p_email
            union select a.dossier_id from applicant a where a.{_HERE} and a.phone = p_phone
            union select p.dossier_id from partner p where p.{_HERE} and p.phone = p_phone
            union select d.id from dossier d where d.{_HERE} and d.reference = p_reference
        )
        select d.id from hit join dossier d on d.id = hit.id
        where {_SEARCHES} and {_USED} order by d.last_activity_at desc, d.id limit least(p_limit, 50)
        """,
        login="staff",
    ),
    # As much as choosing the right row takes.
    Function(
        "found_files",
        "p_dossier_ids uuid[]",
        "table (dossier_id uuid, reference text, given_name text, family_name text, municipality text, state text,"
        " children jsonb)",
        f"""
        select d.id, d.reference, a.given_name, a.family_name, a.municipality,
               (select case when r.state = 'open' and r.expires_on < app.today() then 'expired' else r.state end
                from application r where r.dossier_id = d.id order by r.submitted_at desc, r.id limit 1),
               (select jsonb_agg(jsonb_build_array(coalesce(k.call_name, k.given_name),
                                                   extract(year from k.birth_date)::integer)
                                 order by k.birth_date, k.id)
                from child k where k.dossier_id = d.id)
        from unnest(p_dossier_ids[1:50]) with ordinality as asked(id, place)
        join dossier d on d.id = asked.id join applicant a on a.dossier_id = d.id
        where d.{_HERE} and {_SEARCHES} and {_USED} order by asked.place
        """,
        login="staff",
    ),
    # How the family signs in, for whoever has its file open; a password is nobody's to see.
    Function(
        "file_account",
        "p_dossier_id uuid",
        "table (login text, confirmed boolean, last_visit_at timestamptz, second_parent boolean)",
        """
        select a.login, a.login_confirmed_at is not null, a.last_visit_at, exists (
                   select 1 from dossier_party p where p.dossier_id = d.id and p.joined_at is not null
                     and p.ended_at is null)
        from dossier d left join account a on a.id = d.account_id
        where d.id = p_dossier_id and d.organisation = app.organisation() and (
            exists (select 1 from access.helpdesk r where r.dossier_id = d.id)
            or exists (select 1 from access.administrator r where r.dossier_id = d.id))
        """,
        login="staff",
    ),
    # Files with something doubtful in an open request, read at each look: nothing is copied, so nothing can lag behind.
    # It gathers what may be doubtful; the rules say what is (BXL-14).
    Function(
        "doubtful_files",
        "p_oldest integer, p_latest integer, p_late integer, p_grown integer, p_young integer, p_old integer,"
        " p_aside interval, p_limit integer",
        "table (dossier_id uuid, reference text, given_name text, family_name text, reachable boolean,"
        " has_address boolean, by_letter boolean, parent_born date, child_born date, expected boolean, starts date,"
        " choices_left integer, facilities_twice integer, written_at timestamptz)",
        f"""
        select * from (
            select d.id, d.reference, a.given_name, a.family_name,
                   a.protected or a.phone is not null or a.email is not null as reachable,
                   a.protected or a.street is not null as has_address,
                   coalesce(a.channel = 'letter', false) or not a.protected and a.email is null as by_letter,
                   a.birth_date as parent_born, k.birth_date as child_born, k.expected, r.start_date as starts,
                   (select count(*) from choice c where c.application_id = r.id and c.origin = 'family'
                      and c.state in ('open', 'considering', 'not_now', 'offered'))::integer as choices_left,
                   (select count(*) - count(distinct c.facility_id) from choice c join application o
                      on o.id = c.application_id
                    where c.child_id = r.child_id and o.state = 'open' and c.origin = 'family'
                      and c.state in ('open', 'considering', 'not_now', 'offered'))::integer as facilities_twice,
                   (select t.last_at from thread t where t.dossier_id = d.id and t.facility_id is null
                      and t.last_sender = 'desk') as written_at
            from application r join dossier d on d.id = r.dossier_id join applicant a on a.dossier_id = d.id
            join child k on k.id = r.child_id
            where r.{_HERE} and r.state = 'open' and r.expires_on >= app.today() and {_USED} and not exists (
                select 1 from desk_contact s where s.dossier_id = d.id and s.purpose like 'checked%'
                  and s.opened_at >= d.last_activity_at and s.opened_at > app.now() - p_aside)
        ) f
        where {_SEARCHES} and (
            not f.reachable or f.by_letter and not f.has_address or f.starts < f.child_born
            or f.child_born - app.today() > p_latest or app.today() - f.child_born > p_oldest
            or f.expected and app.today() - f.child_born > p_late or f.starts - f.child_born > p_grown
            or app.today() - f.parent_born <= p_young or app.today() - f.parent_born >= p_old
            or f.choices_left = 0 or f.facilities_twice > 0)
        order by f.written_at nulls first, f.starts, f.id limit p_limit
        """,
        login="staff",
    ),
)
