"""Functions around drafts and requests: for the time before an actor exists, and of the facility's door."""

from __future__ import annotations

from app.applications.models import OPEN_CHOICE
from app.core.access import Function, in_use, reached
from app.families.policy import HELPERS, corrected

_CORRECTED = corrected("application", "application_id", "application.id")
# A day to think better of a refusal: whoever gave it, while they answer for the facility and the request stands.
_REGRETTABLE = f"""
        {in_use("c.dossier_id")} and c.organisation = app.organisation()
        and app.actor_kind() = 'facility' and c.answered_by = app.actor_id()
        and c.state = 'refused' and c.answered_at > app.now() - interval '24 hours' and c.expires_on >= app.today()
        and exists (select 1 from application a where a.id = c.application_id and a.state = 'open')
        and exists (
            select 1 from facility_member m where m.facility_id = c.facility_id and m.account_id = app.actor_id()
              and m.starts_at <= app.now() and (m.ends_at is null or m.ends_at > app.now())
        )
"""

FUNCTIONS = (
    # A number is written by the family alone; a child that is not born after all has none, whoever says so (LEU-11).
    *(
        Function(
            f"forget_number_while_{reason}",
            "p_child_id uuid",
            "void",
            f"""
            update application set child_number_token = null
            where child_id = p_child_id and {reached(reason, "dossier_id", "application.dossier_id")}
            """,
            login=login,
        )
        for reason, login in HELPERS
    ),
    Function(
        "draft_of_pass",
        "p_hash bytea, p_organisation text",
        "uuid",
        "select draft_id from draft_pass where hash = p_hash and organisation = p_organisation",
    ),
    Function(
        "continue_draft",
        "p_hash bytea, p_organisation text, p_factor bytea, p_address_key bytea, p_address_limit integer,"
        " p_pass_limit integer, p_window interval, p_now timestamptz",
        "table (opened uuid, was_sent boolean, tries_here integer)",
        # Counting, judging and spending are one call: two devices at once cannot both spend a pass, nor guess twice.
        """
        begin
            tries_here := signin.count_attempt(p_organisation, p_address_key, p_now, p_window);
            update draft_pass p set tries = p.tries + 1
            where p.hash = p_hash and p.organisation = p_organisation and p.factor <> p_factor
              and p.tries < p_pass_limit;
            update draft_pass p set used_at = p_now from draft d
            where p.hash = p_hash and p.organisation = p_organisation and p.factor = p_factor
              and p.tries < p_pass_limit and p.used_at is null and p.expires_at > p_now
              and tries_here <= p_address_limit
              and d.id = p.draft_id and d.account_id is null and d.submitted_at is null and d.expires_at > p_now
            returning d.id into opened;
            was_sent := false;
            if opened is null and tries_here <= p_address_limit then
                -- Who knows the second factor may know that it was sent, also when the pass was spent on the way.
                select d.id, true into opened, was_sent from draft_pass p join draft d on d.id = p.draft_id
                where p.hash = p_hash and p.organisation = p_organisation and p.factor = p_factor
                  and p.tries < p_pass_limit and d.submitted_at is not null and d.expires_at > p_now;
            end if;
            if opened is not null then
                perform signin.give_back_attempt(p_organisation, p_address_key);
                -- Whoever goes on elsewhere is no longer busy at the public device where the draft began.
                update web_session s set ended_at = p_now
                where s.actor_id = opened and s.device_id is not null and s.ended_at is null;
            end if;
            return next;
        end
        """,
        language="plpgsql",
    ),
    Function(
        "keep_draft",
        "p_hash bytea, p_organisation text, p_expires timestamptz, p_pass_limit integer, p_now timestamptz",
        "uuid",
        # It shows nothing and opens nothing: whoever holds the mailed link may let the answers live on.
        """
        with kept as (
            update draft d set expires_at = p_expires, updated_at = p_now, noticed_at = null from draft_pass p
            where p.hash = p_hash and p.organisation = p_organisation and p.used_at is null
              and p.tries < p_pass_limit and p.expires_at > p_now
              and d.id = p.draft_id and d.submitted_at is null and d.expires_at > p_now
            returning d.id
        ), passes as (
            update draft_pass p set expires_at = p_expires from kept
            where p.draft_id = kept.id and p.used_at is null and p.expires_at > p_now
        )
        select id from kept
        """,
    ),
    # One visitor at a time stands at a public device: when a visit ends, nothing that was begun there stays, unless a
    # code or a link was made to go on with it elsewhere.
    Function(
        "end_device_visit",
        "p_device_id uuid, p_id_hash bytea, p_now timestamptz",
        "bigint",
        """
        update web_session set ended_at = p_now
        where (id_hash = p_id_hash or device_id = p_device_id) and ended_at is null;
        with gone as (
            delete from draft d
            where d.device_id = p_device_id and d.submitted_at is null and d.account_id is null
              and not exists (select 1 from draft_pass p where p.draft_id = d.id)
            returning d.id
        ), unlocked as (
            delete from keys.data_key k using gone
            where k.owner_id = gone.id and k.key_class in ('draft', 'message')
        )
        select count(*) from gone
        """,
    ),
    # When, where and for which month: no more of a file that is closed to who refused it.
    Function(
        "own_refusals",
        "",
        "table (choice_id uuid, facility_id uuid, answered_by uuid, answered_at timestamptz, start_month date)",
        f"""
        select c.id, c.facility_id, c.answered_by, c.answered_at, date_trunc('month', c.start_date)::date
        from choice c where {_REGRETTABLE} order by c.answered_at desc, c.id limit 200
        """,
        login="facility",
    ),
    Function(
        "take_back_refusal",
        "p_choice_id uuid",
        "uuid",
        f"""
        update choice c set state = coalesce(c.previous_state, 'open'), answered_at = null, answered_by = null,
            previous_state = null, refusal_reason = null
        where c.id = p_choice_id and {_REGRETTABLE} returning c.id
        """,
        login="facility",
    ),
    # The copies by which every chosen facility ranks and filters follow what one of them corrected; it reads none.
    Function(
        "follow_correction",
        "p_application_id uuid, p_reply_days integer, p_horizon_months integer",
        "void",
        f"""
        update choice c set start_date = application.start_date, half_days = application.half_days,
            child_birth_date = k.birth_date, expires_on = application.expires_on,
            reply_due_on = greatest(
                (c.submitted_at at time zone 'Europe/Brussels')::date + coalesce(f.reply_days, p_reply_days),
                (application.start_date - make_interval(months => p_horizon_months))::date
            )
        from application, child k, facility f
        where application.id = p_application_id and c.application_id = application.id and k.id = application.child_id
          and f.id = c.facility_id and c.{OPEN_CHOICE} and app.organisation() = application.organisation
          and {_CORRECTED}
        """,
        login="facility",
    ),
)
