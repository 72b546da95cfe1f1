"""What a counter does to files that its login cannot read whole: choose, take back, spend a code, note a day of use."""

from __future__ import annotations

from app.applications.models import OPEN_CHOICE
from app.applications.rules import Denied
from app.core.access import Function, in_use
from app.mandates.rules import (
    GUESSING_WINDOW,
    LOOK_CODE_TRIES,
    LOOK_CODE_TRIES_OF_ALL,
    LOOK_LASTS,
    SERVICE_USE_TRIES,
    UseNoted,
)
from app.mandates.rules import Denied as NotHere
from app.organisations.profile import load_profiles
from app.priority.rules import Rank, Tariff

_WINDOW = f"interval '{int(GUESSING_WINDOW.total_seconds())} seconds'"
_LOOK = f"interval '{int(LOOK_LASTS.total_seconds())} seconds'"
# A place from the urgent list is nobody's choice: it neither fills the list nor keeps the last one on it.
_ON_THE_LIST = f"c.application_id = request.id and c.{OPEN_CHOICE} and c.origin = 'family'"
_HELPING = "exists (select 1 from access.counter_helping r where r.dossier_id = %s.dossier_id)"
# Where the profile knows such a service at all (LEU-33): elsewhere there is no such look-up, whatever somebody's role.
_SERVED = ", ".join(f"'{k}'" for k, p in sorted(load_profiles().items()) if "sick_care" in p.access) or "null"

COUNTER_FUNCTIONS = (
    # Ranking facts are none of the counter's business (LEU-26): the row gets the keys that the rules give at this
    # facility where the request, or another choice of it, already carries them; where none does, it is not made here.
    Function(
        "choose_at_counter",
        "p_id uuid, p_application_id uuid, p_facility_id uuid, p_alike boolean, p_most integer,"
        " p_reply_days integer, p_horizon_months integer",
        "text",
        f"""
        declare
            request application%rowtype; place facility%rowtype; earlier choice%rowtype;
            new_rank smallint; new_grounds text[]; born date; due date; last_position smallint;
        begin
            select * into request from application
            where id = p_application_id and organisation = app.organisation() and {_HELPING % "application"} for update;
            select * into place from facility f
            where f.id = p_facility_id and f.organisation = app.organisation() and f.active;
            if request.id is null or place.id is null then
                return 'absent';
            elsif request.state <> 'open' or request.expires_on < app.today() then
                return '{Denied.APPLICATION_CLOSED}';
            end if;
            select * into earlier from choice c where c.application_id = request.id and c.facility_id = place.id;
            if earlier.{OPEN_CHOICE} then
                return '{Denied.ALREADY_CHOSEN}';
            elsif p_most <= (select count(*) from choice c where {_ON_THE_LIST}) then
                return '{Denied.TOO_MANY_CHOICES}';
            elsif earlier.state <> 'withdrawn' then
                return '{Denied.CHOICE_CLOSED}';
            end if;
            if place.tariff = '{Tariff.FREE}' then
                new_rank := {int(Rank.OTHER)}; new_grounds := array[]::text[];
            elsif p_alike and (place.tariff = '{Tariff.INCOME}' or request.rule_set in ('be-2014', 'none')) then
                new_rank := request.priority_rank; new_grounds := request.grounds;
            else
                select c.priority_rank, c.grounds into new_rank, new_grounds
                from choice c join facility f on f.id = c.facility_id
                where p_alike and c.application_id = request.id and c.{OPEN_CHOICE} and not c.sibling_here
                  and f.tariff = place.tariff and c.origin = 'family' limit 1;
                if new_rank is null then
                    return '{NotHere.NOT_AT_COUNTER}';
                end if;
            end if;
            select k.birth_date into born from child k where k.id = request.child_id;
            select max(c.position) into last_position from choice c where c.application_id = request.id;
            due := greatest(app.today() + coalesce(place.reply_days, p_reply_days),
                            (request.start_date - make_interval(months => p_horizon_months))::date);
            if earlier.id is not null then
                update choice set position = last_position + 1, state = 'open', submitted_at = app.now(),
                    reply_due_on = due, answered_at = null, answered_by = null, previous_state = null,
                    refusal_reason = null, closing_offer_id = null, sibling_here = false, priority_rank = new_rank,
                    grounds = new_grounds, start_date = request.start_date, half_days = request.half_days,
                    child_birth_date = born, expires_on = request.expires_on
                where id = earlier.id;
            else
                insert into choice (id, organisation, application_id, dossier_id, child_id, facility_id, position,
                    state, priority_rank, grounds, submitted_at, start_date, half_days, child_birth_date,
                    sibling_here, reply_due_on, expires_on, origin)
                values (p_id, request.organisation, request.id, request.dossier_id, request.child_id, place.id,
                    coalesce(last_position, -1) + 1, 'open', new_rank, new_grounds, app.now(), request.start_date,
                    request.half_days, born, false, due, request.expires_on, 'family');
            end if;
            return '';
        end
        """,
        language="plpgsql",
        login="counter",
    ),
    # An offer that stood ends with the choice: what its facility has to be told comes back, and nothing else.
    Function(
        "take_back_at_counter",
        "p_choice_id uuid",
        "table (verdict text, offer_id uuid, facility_id uuid, start_date date)",
        f"""
        declare
            request application%rowtype; mine choice%rowtype;
        begin
            select a.* into request from application a join choice c on c.application_id = a.id
            where c.id = p_choice_id and c.origin = 'family' and a.organisation = app.organisation()
              and {_HELPING % "c"} for update of a;
            select * into mine from choice c where c.id = p_choice_id and c.application_id = request.id for update;
            if mine.id is null then
                verdict := 'absent';
            elsif request.state <> 'open' or request.expires_on < app.today() then
                verdict := '{Denied.APPLICATION_CLOSED}';
            elsif not mine.{OPEN_CHOICE} then
                verdict := '{Denied.CHOICE_CLOSED}';
            elsif 1 >= (select count(*) from choice c where {_ON_THE_LIST}) then
                verdict := '{Denied.LAST_CHOICE}';
            else
                verdict := '';
                update choice set state = 'withdrawn' where id = mine.id;
                update offer o set state = 'withdrawn', decided_at = app.now()
                where o.choice_id = mine.id and o.state = 'open'
                returning o.id, o.facility_id, o.start_date into offer_id, facility_id, start_date;
            end if;
            return next;
        end
        """,
        language="plpgsql",
        login="counter",
    ),
    # Counting, judging and spending are one call: two workers cannot spend one code, nor guess at once uncounted.
    Function(
        "spend_look_code",
        "p_token bytea",
        "table (dossier_id uuid, tries integer)",
        f"""
        declare
            own_key bytea := sha256(convert_to('look:' || app.actor_id(), 'UTF8'));
            house_key bytea := sha256(convert_to('look', 'UTF8'));
            house_tries integer;
        begin
            if not exists (select 1 from access.at_counter) then
                return;
            end if;
            tries := signin.count_attempt(app.organisation(), own_key, app.now(), {_WINDOW});
            if tries <= {LOOK_CODE_TRIES} then
                house_tries := signin.count_attempt(app.organisation(), house_key, app.now(), {_WINDOW});
            end if;
            if house_tries <= {LOOK_CODE_TRIES_OF_ALL} then
                update look_code k set used_by = app.actor_id(), used_at = app.now(), until = app.now() + {_LOOK}
                where k.organisation = app.organisation() and k.code_token = p_token and k.used_at is null
                  and k.ended_at is null and k.expires_at > app.now() and {in_use("k.dossier_id")}
                returning k.dossier_id into dossier_id;
            else
                tries := {LOOK_CODE_TRIES} + 1;
            end if;
            if dossier_id is not null then
                perform signin.give_back_attempt(app.organisation(), own_key);
                perform signin.give_back_attempt(app.organisation(), house_key);
            end if;
            return next;
        end
        """,
        language="plpgsql",
        login="counter",
    ),
    # LEU-33: the service knows the child from its own visit. What is not there, is elsewhere, or does not fit
    # together, all read the same; only the day itself is written.
    Function(
        "note_service_use",
        "p_id uuid, p_reference text, p_birth_date date, p_given_name text, p_used_on date",
        "table (verdict text, dossier_id uuid)",
        f"""
        declare
            own_key bytea := sha256(convert_to('service:' || app.actor_id(), 'UTF8'));
            tries integer; used uuid; home uuid; several integer; written integer;
        begin
            if not exists (select 1 from access.in_sick_care) or app.organisation() not in ({_SERVED}) then
                return query select '{UseNoted.NOTHING_FOUND}', null::uuid; return;
            end if;
            tries := signin.count_attempt(app.organisation(), own_key, app.now(), {_WINDOW});
            if tries > {SERVICE_USE_TRIES} then
                return query select '{UseNoted.TOO_MANY_TRIES}', null::uuid; return;
            end if;
            select min(k.id::text)::uuid, min(k.dossier_id::text)::uuid, count(*) into used, home, several
            from child k join dossier d on d.id = k.dossier_id
            where d.organisation = app.organisation() and d.reference = p_reference and k.birth_date = p_birth_date
              and {in_use("d.id")}
              and not k.expected
              and (p_given_name = '' or lower(p_given_name) in (lower(k.given_name), lower(k.call_name)));
            if several = 0 then
                return query select '{UseNoted.NOTHING_FOUND}', null::uuid; return;
            end if;
            perform signin.give_back_attempt(app.organisation(), own_key);
            if several > 1 then
                return query select '{UseNoted.SEVERAL}', null::uuid; return;
            end if;
            insert into service_use (id, organisation, dossier_id, child_id, used_on, recorded_by, recorded_at)
            values (p_id, app.organisation(), home, used, p_used_on, app.actor_id(), app.now())
            on conflict (child_id, used_on) do nothing;
            get diagnostics written = row_count;
            return query select case when written = 1 then '{UseNoted.NOTED}' else '{UseNoted.KNOWN_BEFORE}' end, home;
        end
        """,
        language="plpgsql",
        login="counter",
    ),
)
