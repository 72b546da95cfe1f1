"""What a facility reads and does of the urgent list: by functions alone, so that no row of a family opens (LEU-31).

Each shows a municipality and never a street, a phone or an address; of a protected family not even that.
"""

from __future__ import annotations

from app.applications.models import OPEN_CHOICE
from app.applications.policy.reach import IS_URGENT, URGENT_BUT_OFFERED
from app.core.access import Function, in_use

MOST_COUNTED = 99

# What the facility's own list shows already stands there, with more of the family.
_NOT_IN_OWN_LIST = f"""not exists (
            select 1 from choice c where c.application_id = u.application_id and c.facility_id = u.facility_id
              and c.origin = 'family' and c.{OPEN_CHOICE} and c.expires_on >= app.today())"""
_FACTS = """
        a.id, a.dossier_id, a.start_date, a.half_days, a.hours, a.flexible, a.link, a.priority_rank, a.grounds,
        k.given_name, k.family_name, k.birth_date, k.expected,
        case when h.protected then null else h.municipality end"""
_FACTS_TYPED = (
    "application_id uuid, dossier_id uuid, start_date date, half_days smallint, hours jsonb, flexible boolean,"
    " link text, priority_rank smallint, grounds text[], child_given text, child_family text, birth_date date,"
    " expected boolean, municipality text"
)
_FROM = "application a join child k on k.id = a.child_id join applicant h on h.dossier_id = a.dossier_id"

URGENT_FUNCTIONS = (
    Function(
        "count_urgent",
        "",
        "bigint",
        f"""
        select count(*) from (
            select 1 from application a
            where a.organisation = app.organisation() and a.state = 'open' and {IS_URGENT}
              and exists (select 1 from access.urgent u where u.application_id = a.id and {_NOT_IN_OWN_LIST})
            limit {MOST_COUNTED + 1}) n
        """,
        login="facility",
    ),
    Function(
        "urgent_requests",
        "p_rank smallint, p_start date, p_id uuid, p_limit integer",
        f"table ({_FACTS_TYPED})",
        f"""
        select {_FACTS} from {_FROM}
        where a.id in (select u.application_id from access.urgent u where {_NOT_IN_OWN_LIST})
          and (p_id is null or (a.priority_rank, a.start_date, a.id) > (p_rank, p_start, p_id))
        order by a.priority_rank, a.start_date, a.id limit least(p_limit, 101)
        """,
        login="facility",
    ),
    # One row for each facility of the actor's that may offer, or that offered.
    Function(
        "urgent_request",
        "p_application_id uuid",
        f"table ({_FACTS_TYPED}, parent_given text, parent_family text, language text, facility_id uuid,"
        " facility text, reason text, offer_id uuid, offered_start date, offered_half_days smallint,"
        " offered_until timestamptz)",
        f"""
        select {_FACTS}, h.given_name, h.family_name, d.language, f.id, f.name, r.reason, o.id, o.start_date,
               o.half_days, o.expires_at
        from {_FROM} join dossier d on d.id = a.dossier_id
        join (select 'urgent' as reason, u.application_id, u.facility_id, null::uuid as choice_id
              from access.urgent u where {_NOT_IN_OWN_LIST}
              union all select 'urgent_offer', e.application_id, e.facility_id, e.choice_id
              from access.urgent_offer e) r on r.application_id = a.id
        join facility f on f.id = r.facility_id
        left join offer o on o.choice_id = r.choice_id and o.state = 'open'
        where a.id = p_application_id order by f.name, f.id
        """,
        login="facility",
    ),
    Function(
        "urgent_offers",
        "",
        "table (application_id uuid, dossier_id uuid, child_given text, child_family text, facility text,"
        " offered_start date, offered_until timestamptz)",
        """
        select a.id, a.dossier_id, k.given_name, k.family_name, f.name, o.start_date, o.expires_at
        from access.urgent_offer e join application a on a.id = e.application_id join child k on k.id = a.child_id
        join facility f on f.id = e.facility_id join offer o on o.choice_id = e.choice_id and o.state = 'open'
        order by o.expires_at, o.id limit 100
        """,
        login="facility",
    ),
    Function(
        "urgently_taken",
        "p_application_id uuid",
        "boolean",
        f"""
        select exists (select 1 from ({URGENT_BUT_OFFERED}) b
                       where b.organisation = app.organisation() and b.actor_id = app.actor_id()
                         and app.actor_kind() = 'facility' and (b.until is null or b.until > app.now())
                         and {in_use("b.dossier_id")}
                         and b.application_id = p_application_id)
        """,
        login="facility",
    ),
    # The choice and its offer at once, with the request held: of two facilities that offer, the second finds it gone.
    Function(
        "offer_urgently",
        "p_application_id uuid, p_facility_id uuid, p_offer_id uuid, p_start_date date, p_half_days integer,"
        " p_hours jsonb, p_deviating boolean, p_expires_at timestamptz",
        "uuid",
        f"""
        declare made uuid;
        begin
            if p_expires_at <= app.now() or not exists (select 1 from access.urgent u
                where u.application_id = p_application_id and u.facility_id = p_facility_id) then
                return null;
            end if;
            perform 1 from application a where a.id = p_application_id for update;
            if not exists (select 1 from access.urgent u where u.application_id = p_application_id
                           and u.facility_id = p_facility_id and {_NOT_IN_OWN_LIST}) then
                return null;
            end if;
            -- What the facility offered before and the family let pass has ended, also where no job wrote that down.
            update offer o set state = 'lapsed', decided_at = o.expires_at from choice c
            where c.application_id = p_application_id and c.facility_id = p_facility_id and o.choice_id = c.id
              and o.state = 'open' and o.expires_at <= app.now();
            -- A facility that refused thinks better of it: the family chose it, and did not take that back.
            insert into choice (id, organisation, application_id, dossier_id, child_id, facility_id, position, state,
                priority_rank, grounds, submitted_at, start_date, half_days, child_birth_date, sibling_here,
                reply_due_on, answered_at, answered_by, expires_on, origin)
            select gen_random_uuid(), a.organisation, a.id, a.dossier_id, a.child_id, p_facility_id,
                (select coalesce(max(x.position), 0) + 1 from choice x where x.application_id = a.id), 'offered',
                a.priority_rank, a.grounds, app.now(), a.start_date, a.half_days, k.birth_date, false,
                app.today(), app.now(), app.actor_id(), a.expires_on, 'urgent'
            from application a join child k on k.id = a.child_id where a.id = p_application_id
            on conflict (application_id, facility_id) do update set state = 'offered', previous_state = choice.state,
                origin = case when choice.state = 'refused' then choice.origin else 'urgent' end,
                closing_offer_id = null, refusal_reason = null, answered_at = app.now(), answered_by = app.actor_id()
            returning id into made;
            insert into offer (id, organisation, choice_id, application_id, dossier_id, facility_id, start_date,
                half_days, hours, deviating, expires_at, state, created_at)
            select p_offer_id, c.organisation, c.id, c.application_id, c.dossier_id, c.facility_id, p_start_date,
                p_half_days, p_hours, p_deviating, p_expires_at, 'open', app.now()
            from choice c where c.id = made;
            return made;
        end
        """,
        language="plpgsql",
        login="facility",
    ),
    Function(
        "withdraw_urgent_offer",
        "p_offer_id uuid",
        "boolean",
        """
        declare held uuid;
        begin
            select c.id into held from choice c join offer o on o.choice_id = c.id
            where o.id = p_offer_id and exists (select 1 from access.urgent_offer e where e.choice_id = c.id)
            for update of c;
            update choice c set state = 'closed', previous_state = 'offered', answered_at = app.now(),
                answered_by = app.actor_id()
            where c.id = held and c.state = 'offered';
            if not found then
                return false;
            end if;
            update offer o set state = 'withdrawn', decided_at = app.now() where o.id = p_offer_id and o.state = 'open';
            return found;
        end
        """,
        language="plpgsql",
        login="facility",
    ),
)
