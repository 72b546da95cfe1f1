"""Filing together with a family: who may fill in beside it now, on which ground, and what counts as done together."""

from __future__ import annotations

from app.accounts.policy import agreed, signed
from app.core.access import Function
from app.facilities.policy import serving
from app.mandates.rules import CODE_TRIES, JOINT_LASTS, SENT_SHOWN
from app.organisations.profile import load_profiles

_REGISTERING = (
    ", ".join(
        f"'{key}'"
        for key, profile in sorted(load_profiles().items())
        if profile.settings.facility_write == "registered_only"
    )
    or "null"
)


def _at(now: str, condition: str) -> str:
    """Return a condition as it holds at a moment that is given: before an actor exists there is no `app.now()`."""
    return condition.replace("app.now()", now).replace("app.today()", f"({now} at time zone 'Europe/Brussels')::date")


def _may_fill_in(now: str, facility: str) -> str:
    """Return the condition that a worker (alias `s`) may fill in beside families now; a facility, for itself."""
    runs = f"m.organisation = s.organisation and m.starts_at <= {now} and (m.ends_at is null or m.ends_at > {now})"
    return _at(
        now,
        f"""(
            s.actor_kind = 'helper' and exists (
                select 1 from helper_member m join helper_organisation o on o.id = m.helper_organisation_id
                where m.account_id = s.actor_id and {runs} and o.active
                  and {signed("helper_organisation", "o.id")}
                  and {agreed("m.organisation", "'helper'", "m.account_id")})
            or s.actor_kind in ('staff', 'counter') and exists (
                select 1 from staff_member m
                where m.account_id = s.actor_id and {runs} and {agreed("m.organisation", "m.role", "m.account_id")}
                  and (s.actor_kind = 'staff' and m.role in ('helpdesk', 'administrator')
                       or s.actor_kind = 'counter' and m.role = 'counter'))
            or s.actor_kind = 'facility' and s.organisation in ({_REGISTERING}) and exists (
                select 1 from facility_member m join facility f on f.id = m.facility_id and f.active
                where m.account_id = s.actor_id and {runs} and {serving("m")} and m.facility_id = {facility}))
        """,
    )


_SELF = "(select app.actor_kind() as actor_kind, app.actor_id() as actor_id, app.organisation() as organisation) s"
_PROVED = "j.confirmed_at is not null and j.ended_at is null and j.until > p_now"
_JOINT_MINUTES = f"interval '{int(JOINT_LASTS.total_seconds())} seconds'"

TOGETHER_FUNCTIONS = (
    # A draft that somebody begins beside a family says from its first moment who that is; its answers are the
    # family's, under a key that this login never opens.
    Function(
        "begin_beside",
        "p_id uuid, p_language text, p_mandate_id uuid, p_facility_id uuid, p_expires timestamptz",
        "boolean",
        f"""
        with made as (
            insert into draft (id, organisation, language, sealed, created_at, updated_at, expires_at, assisted_by,
                               assisted_kind, mandate_id, registrar_facility_id)
            select p_id, s.organisation, p_language, ''::bytea, app.now(), app.now(), p_expires, s.actor_id,
                   s.actor_kind, p_mandate_id, p_facility_id
            from {_SELF}
            where {_may_fill_in("app.now()", "p_facility_id")}
              and (s.actor_kind = 'facility') = (p_facility_id is not null)
              and (s.actor_kind = 'helper') = (p_mandate_id is not null)
              and (p_mandate_id is null or exists (
                      select 1 from mandate g where g.id = p_mandate_id and g.draft_id = p_id
                        and g.helper_id = s.actor_id and g.ended_at is null))
            returning 1
        )
        select exists (select 1 from made)
        """,
        login="helper",
    ),
    Function(
        "may_begin_beside",
        "",
        "boolean",
        f"select exists (select 1 from {_SELF} where {_may_fill_in('app.now()', 'm.facility_id')})",
        login="helper",
    ),
    # A worker's session turns to one draft of their own, or to the parent of one sitting; never to two.
    Function(
        "assist",
        "p_id_hash bytea, p_organisation text, p_kind text, p_id uuid, p_until timestamptz, p_now timestamptz",
        "boolean",
        f"""
        with beside as (
            select 'draft' as kind, d.id, p_until as until, d.assisted_by as worker from draft d
            where p_kind = 'draft' and d.id = p_id and d.organisation = p_organisation and d.submitted_at is null
            union all
            select 'parent', d.account_id, least(p_until, j.until), g.helper_id
            from joint_session j join mandate g on g.id = j.mandate_id join dossier d on d.id = g.dossier_id
            where p_kind = 'parent' and j.id = p_id and g.organisation = p_organisation and g.ended_at is null
              and {_PROVED}
        ), turned as (
            update web_session s set assisting_kind = b.kind, assisting_id = b.id, assisting_until = b.until
            from beside b
            where s.id_hash = p_id_hash and s.organisation = p_organisation and s.ended_at is null
              and s.expires_at > p_now and s.actor_id = b.worker
              and s.actor_kind in ('helper', 'counter', 'staff', 'facility')
            returning 1
        )
        select exists (select 1 from turned)
        """,
    ),
    # Asked at each request of somebody who fills in beside a family: what ended a moment ago ends here, at once.
    Function(
        "assists",
        "p_id_hash bytea, p_organisation text, p_now timestamptz",
        "table (kind text, id uuid, name text, label text)",
        f"""
        select s.assisting_kind, s.assisting_id, coalesce(o.name, f.name), g.label
        from web_session s join draft d on d.id = s.assisting_id and d.assisted_by = s.actor_id
        left join mandate g on g.id = d.mandate_id
        left join helper_organisation o on o.id = g.helper_organisation_id
        left join facility f on f.id = d.registrar_facility_id
        where s.id_hash = p_id_hash and s.organisation = p_organisation and s.ended_at is null
          and s.assisting_until > p_now and s.assisting_kind = 'draft' and d.organisation = p_organisation
          and d.expires_at > p_now
          and (d.submitted_at is null or d.submitted_at > p_now - interval '{int(SENT_SHOWN.total_seconds())} seconds')
          and (d.mandate_id is null or g.helper_id = s.actor_id and g.ended_at is null)
          and {_may_fill_in("p_now", "d.registrar_facility_id")}
        union all
        select s.assisting_kind, s.assisting_id, o.name, g.label
        from web_session s join dossier d on d.account_id = s.assisting_id and d.organisation = s.organisation
        join mandate g on g.dossier_id = d.id and g.helper_id = s.actor_id
        join helper_organisation o on o.id = g.helper_organisation_id
        where s.id_hash = p_id_hash and s.organisation = p_organisation and s.ended_at is null
          and s.assisting_until > p_now and s.assisting_kind = 'parent' and s.actor_kind = 'helper'
          and g.ended_at is null and {_may_fill_in("p_now", "null::uuid")}
          and exists (select 1 from joint_session j where j.mandate_id = g.id and {_PROVED})
        limit 1
        """,
    ),
    Function(
        "stop_assisting",
        "p_id_hash bytea",
        "void",
        """
        update web_session set assisting_kind = null, assisting_id = null, assisting_until = null
        where id_hash = p_id_hash
        """,
    ),
    # BXL-50: an address of whoever helps, or of a colleague of theirs, is never the family's.
    Function(
        "address_of_helper",
        "p_organisation text, p_worker_id uuid, p_email text",
        "boolean",
        """
        select exists (
            select 1 from account a
            where a.organisation = p_organisation and a.login = p_email and a.kind <> 'parent'
              and (a.id = p_worker_id
                   or exists (select 1 from helper_member m join helper_member n
                              on n.helper_organisation_id = m.helper_organisation_id
                              where m.account_id = p_worker_id and n.account_id = a.id)
                   or exists (select 1 from facility_member m join facility_member n on n.facility_id = m.facility_id
                              where m.account_id = p_worker_id and n.account_id = a.id)
                   or a.kind in ('staff', 'counter') and exists (
                       select 1 from staff_member m where m.account_id = p_worker_id)))
            or exists (
            select 1 from facility_member m join facility f on f.id = m.facility_id
            where m.account_id = p_worker_id and f.organisation = p_organisation and lower(f.email) = p_email)
        """,
    ),
    # LEU-14: what was filed together becomes the helper's to see with the family's consent, and by the family alone.
    Function(
        "attach_mandate",
        "p_dossier_id uuid",
        "uuid",
        """
        update mandate g set dossier_id = p_dossier_id, last_joint_at = app.now()
        where g.draft_id = app.actor_id() and app.actor_kind() = 'draft' and g.organisation = app.organisation()
          and g.dossier_id is null and g.consent_at is not null and g.ended_at is null
          and exists (select 1 from dossier d where d.id = p_dossier_id and d.account_id = app.actor_id())
        returning g.id
        """,
        login="family",
    ),
    # BXL-52: the term begins again with a change that they made together, in a sitting that the family proved.
    Function(
        "count_joint_change",
        "p_helper_id uuid",
        "boolean",
        """
        with moved as (
            update mandate g set last_joint_at = app.now() from dossier d, joint_session j
            where g.dossier_id = d.id and d.account_id = app.actor_id() and app.actor_kind() = 'parent'
              and g.organisation = app.organisation() and g.helper_id = p_helper_id and g.ended_at is null
              and j.mandate_id = g.id and j.confirmed_at is not null and j.ended_at is null and j.until > app.now()
            returning 1
        )
        select exists (select 1 from moved)
        """,
        login="family",
    ),
    # The figures of a message to the family, read out to the helper; or what the helper's own page judged: the
    # family's code word, a signed paper. Once, and only while the mandate gives reach at all.
    Function(
        "prove_joint",
        "p_id uuid, p_proof text, p_code bytea",
        "text",
        f"""
        declare found joint_session%rowtype;
        begin
            select j.* into found from joint_session j
            where j.id = p_id and j.organisation = app.organisation() and j.confirmed_at is null
              and j.ended_at is null and j.expires_at > app.now()
              and exists (select 1 from mandate g join access.helper r on r.dossier_id = g.dossier_id
                          where g.id = j.mandate_id and g.helper_id = app.actor_id())
            for update;
            if found.id is null or p_proof not in ('code', 'code_word', 'paper') then
                return 'gone';
            end if;
            if p_proof = 'code' then
                if found.tries >= {CODE_TRIES} then
                    return 'tries';
                end if;
                if found.code_token is distinct from p_code then
                    update joint_session j set tries = j.tries + 1 where j.id = p_id;
                    return 'wrong';
                end if;
            end if;
            update joint_session j set proof = p_proof, confirmed_at = app.now(),
                until = app.now() + {_JOINT_MINUTES} where j.id = p_id;
            return 'proved';
        end
        """,
        language="plpgsql",
        login="helper",
    ),
    Function(
        "joint_asked",
        "p_hash bytea, p_organisation text, p_now timestamptz",
        "table (name text, dossier_id uuid)",
        """
        select o.name, g.dossier_id from joint_session j join mandate g on g.id = j.mandate_id
        join helper_organisation o on o.id = g.helper_organisation_id
        where j.link_hash = p_hash and j.organisation = p_organisation and j.confirmed_at is null
          and j.ended_at is null and j.expires_at > p_now and g.ended_at is null
        """,
    ),
    # The link in the family's own message, spent by a button; the first proof counts, whichever it is.
    Function(
        "confirm_joint",
        "p_hash bytea, p_organisation text, p_now timestamptz",
        "uuid",
        f"""
        update joint_session j set proof = 'link', confirmed_at = p_now, until = p_now + {_JOINT_MINUTES}
        from mandate g
        where j.link_hash = p_hash and j.organisation = p_organisation and j.confirmed_at is null
          and j.ended_at is null and j.expires_at > p_now and g.id = j.mandate_id and g.ended_at is null
        returning g.dossier_id
        """,
    ),
    # Judged like a password, by hashing; no door of the helper's reads it.
    Function(
        "code_word",
        "p_organisation text, p_mandate_id uuid",
        "text",
        "select code_word_hash from mandate where id = p_mandate_id and organisation = p_organisation",
    ),
)
