"""Finding a file by what a family tells: a little of it, to whoever may open it, and never a whole list (KG-36)."""

from __future__ import annotations

from app.core.access import Function
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
    f" where (m.organisation, m.role) in (values {_FILE_ROLES}))"
)
_HERE = "organisation = app.organisation()"
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
        where {_SEARCHES} order by d.last_activity_at desc, d.id limit least(p_limit, 50)
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
        where d.{_HERE} and {_SEARCHES} order by asked.place
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
)
