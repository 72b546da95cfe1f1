"""The functions for the time before an actor exists: sessions, signing in, links by mail."""

from __future__ import annotations

from app.accounts.policy.factors import KINDS
from app.accounts.rules import DEVICE_IDLE
from app.core.access import Function

SESSION_ROW = (
    "actor_kind text, actor_id uuid, created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz,"
    " language text, assisting_kind text, assisting_id uuid, device_id uuid"
)
_DEVICE_IDLE = f"interval '{int(DEVICE_IDLE.total_seconds())} seconds'"

FUNCTIONS = (
    Function(
        "session",
        "p_id_hash bytea, p_organisation text, p_now timestamptz, p_idle interval",
        f"table ({SESSION_ROW})",
        # The row is touched at most once a minute: a read page costs no write.
        f"""
        with live as (
            select s.* from web_session s
            where s.id_hash = p_id_hash and s.organisation = p_organisation and s.ended_at is null
              and s.expires_at > p_now and (s.actor_kind = 'draft' or s.last_seen_at > p_now - p_idle)
              and (s.device_id is null or s.last_seen_at > p_now - {_DEVICE_IDLE})
        ), touched as (
            update web_session w set last_seen_at = p_now from live
            where w.id_hash = live.id_hash and live.last_seen_at < p_now - interval '60 seconds'
        )
        select live.actor_kind, live.actor_id, live.created_at, live.last_seen_at, live.expires_at, a.language,
               case when live.assisting_until > p_now then live.assisting_kind end,
               case when live.assisting_until > p_now then live.assisting_id end,
               live.device_id
        from live left join account a on a.id = live.actor_id and a.organisation = live.organisation
        where live.actor_kind = 'draft' or a.active and live.actor_kind in (a.kind, 'pending')
        """,
    ),
    Function(
        "open_session",
        "p_id_hash bytea, p_organisation text, p_kind text, p_actor_id uuid, p_now timestamptz, p_expires timestamptz,"
        " p_replaces bytea",
        "void",
        # Who works here comes in with a factor that was used at this very moment, or goes on from a session of their
        # own: no way of signing in can forget it.
        f"""
        declare proved boolean;
        begin
            proved := exists (
                select 1 from second_factor f
                where f.account_id = p_actor_id and f.organisation = p_organisation and f.used_at = p_now
            );
            if p_kind in {KINDS} and not proved and not exists (
                select 1 from web_session s
                where s.id_hash = p_replaces and s.organisation = p_organisation and s.actor_kind = p_kind
                  and s.actor_id = p_actor_id and s.expires_at > p_now and (s.ended_at is null or s.ended_at = p_now)
            ) then
                raise exception 'no second factor';
            end if;
            if p_kind in {KINDS} and proved then
                -- KL-31: when an account was used last, for the list of colleagues and for closing it.
                update account set previous_visit_at = last_visit_at, last_visit_at = p_now where id = p_actor_id;
            end if;
            update web_session set ended_at = p_now where id_hash = p_replaces and ended_at is null;
            insert into web_session (id_hash, organisation, actor_kind, actor_id, created_at, last_seen_at, expires_at)
            values (p_id_hash, p_organisation, p_kind, p_actor_id, p_now, p_now, p_expires);
        end
        """,
        language="plpgsql",
    ),
    Function(
        "end_session",
        "p_id_hash bytea, p_now timestamptz",
        "void",
        "update web_session set ended_at = p_now where id_hash = p_id_hash and ended_at is null",
    ),
    Function(
        "device",
        "p_token_hash bytea, p_id_hash bytea, p_is_busy boolean, p_now timestamptz",
        "table (id uuid, organisation text, is_live boolean, visit_is_over boolean)",
        # Touched at most once an hour: who looks at the list wants to know whether it is in use. A visit is over when
        # the browser still shows a session that ended, slept, or did not begin here; else each request keeps it awake.
        f"""
        with found as (select d.* from kiosk_device d where d.token_hash = p_token_hash), touched as (
            update kiosk_device k set last_seen_at = p_now from found
            where k.id = found.id and found.revoked_at is null
              and (found.last_seen_at is null or found.last_seen_at < p_now - interval '1 hour')
        ), awake as (
            update web_session w set last_seen_at = p_now from found
            where p_is_busy and found.revoked_at is null and w.id_hash = p_id_hash and w.device_id = found.id
              and w.ended_at is null and w.last_seen_at > p_now - {_DEVICE_IDLE}
        )
        select found.id, found.organisation, found.revoked_at is null, exists (
            select 1 from web_session s
            where s.id_hash = p_id_hash
              and (s.ended_at is not null or s.expires_at <= p_now or s.last_seen_at <= p_now - {_DEVICE_IDLE}
                or s.device_id is distinct from found.id)
        ) from found
        """,
    ),
    Function(
        "enrol_device",
        "p_organisation text, p_code_hash bytea, p_token_hash bytea, p_now timestamptz",
        "uuid",
        # The code is spent with the same statement that takes it; an earlier registration of this device ends.
        """
        update kiosk_device set token_hash = p_token_hash, enrolled_at = p_now, last_seen_at = p_now,
            code_hash = null, code_expires_at = null
        where organisation = p_organisation and code_hash = p_code_hash and code_expires_at > p_now
          and revoked_at is null
        returning id
        """,
    ),
    Function(
        "bind_session",
        "p_id_hash bytea, p_device_id uuid",
        "void",
        "update web_session set device_id = p_device_id where id_hash = p_id_hash and device_id is null",
    ),
    Function(
        "account_by_login",
        "p_organisation text, p_login text",
        "table (id uuid, kind text, password_hash text, language text)",
        # A confirmed address beats an unconfirmed one; among unconfirmed ones the newest counts.
        """
        select a.id, a.kind, a.password_hash, a.language from account a
        where a.organisation = p_organisation and a.login = p_login and a.active
        order by (a.login_confirmed_at is null), a.created_at desc limit 1
        """,
    ),
    Function(
        "account_by_reference",
        "p_organisation text, p_reference text",
        "table (id uuid, kind text, password_hash text, language text)",
        """
        select a.id, a.kind, a.password_hash, a.language from dossier d join account a on a.id = d.account_id
        where d.organisation = p_organisation and d.reference = p_reference and a.active
        """,
    ),
    Function(
        "account_by_id",
        "p_organisation text, p_id uuid",
        "table (id uuid, kind text, password_hash text, language text)",
        """
        select a.id, a.kind, a.password_hash, a.language from account a
        where a.organisation = p_organisation and a.id = p_id and a.active
        """,
    ),
    Function(
        "mailbox",
        "p_organisation text, p_login text, p_is_email boolean",
        "table (id uuid, login text, language text, wrapped bytea)",
        # The rules of account_by_login and account_by_reference; an account without an address has no mailbox.
        """
        select a.id, a.login, a.language, k.wrapped
        from account a left join keys.data_key k on k.owner_id = a.id and k.key_class = 'message'
        where a.organisation = p_organisation and a.active and a.login is not null and a.id = (
            select case when p_is_email then (
                select b.id from account b where b.organisation = p_organisation and b.login = p_login and b.active
                order by (b.login_confirmed_at is null), b.created_at desc limit 1
            ) else (
                select d.account_id from dossier d where d.organisation = p_organisation and d.reference = p_login
            ) end
        )
        """,
    ),
    Function(
        "rehash_password",
        "p_account_id uuid, p_old text, p_new text",
        "void",
        "update account set password_hash = p_new where id = p_account_id and password_hash = p_old",
    ),
    Function(
        "count_attempt",
        "p_organisation text, p_key bytea, p_now timestamptz, p_window interval",
        "integer",
        """
        insert into throttle as t (organisation, key, window_start, count) values (p_organisation, p_key, p_now, 1)
        on conflict (organisation, key) do update set
            count = case when t.window_start > p_now - p_window then t.count + 1 else 1 end,
            window_start = case when t.window_start > p_now - p_window then t.window_start else p_now end
        returning count
        """,
    ),
    Function(
        "give_back_attempt",
        "p_organisation text, p_key bytea",
        "void",
        "update throttle set count = greatest(count - 1, 0) where organisation = p_organisation and key = p_key",
    ),
    Function(
        "forgive_attempts",
        "p_organisation text, p_key bytea",
        "void",
        "delete from throttle where organisation = p_organisation and key = p_key",
    ),
    Function(
        "request_reset",
        "p_organisation text, p_account_id uuid, p_login_key bytea, p_login_limit integer, p_address_key bytea,"
        " p_address_limit integer, p_window interval, p_hash bytea, p_expires timestamptz, p_wrapped bytea,"
        " p_message uuid, p_message_id text, p_language text, p_sealed bytea, p_now timestamptz",
        "void",
        # Counting always writes, the rest only for an account that is there: one call and one commit either way.
        """
        declare tries integer; tries_here integer;
        begin
            tries := signin.count_attempt(p_organisation, p_login_key, p_now, p_window);
            tries_here := signin.count_attempt(p_organisation, p_address_key, p_now, p_window);
            if tries > p_login_limit or tries_here > p_address_limit
                or not exists (
                    select 1 from account a where a.id = p_account_id and a.organisation = p_organisation and a.active
                )
            then
                return;
            end if;
            insert into keys.data_key (owner_id, key_class, organisation, wrapped, created_at)
            values (p_account_id, 'message', p_organisation, p_wrapped, p_now) on conflict do nothing;
            -- Somebody made the key a moment ago: what was sealed under the other one could not be read.
            if not exists (
                select 1 from keys.data_key k
                where k.owner_id = p_account_id and k.key_class = 'message' and k.wrapped = p_wrapped
            ) then
                return;
            end if;
            insert into account_token (hash, organisation, account_id, purpose, created_at, expires_at)
            values (p_hash, p_organisation, p_account_id, 'reset', p_now, p_expires);
            insert into outbox (id, organisation, once_key, kind, channel, owner_id, language, sealed, message_id,
                                state, attempts, due_at, created_at)
            values (p_message, p_organisation, 'password_reset:' || p_message, 'password_reset', 'mail', p_account_id,
                    p_language, p_sealed, p_message_id, 'pending', 0, p_now, p_now);
        end
        """,
        language="plpgsql",
    ),
    Function(
        "change_password",
        "p_account_id uuid, p_organisation text, p_old text, p_new text, p_now timestamptz",
        "uuid",
        """
        with changed as (
            update account set password_hash = p_new
            where id = p_account_id and organisation = p_organisation and password_hash = p_old returning id
        ),
        ended as (update web_session set ended_at = p_now from changed where actor_id = id and ended_at is null),
        links as (
            update account_token t set used_at = p_now from changed
            where t.account_id = changed.id and t.purpose = 'reset' and t.used_at is null
        )
        select id from changed
        """,
    ),
    Function(
        "drop_login",
        "p_account_id uuid, p_organisation text, p_now timestamptz",
        "void",
        """
        update account_token set used_at = p_now
        where account_id = p_account_id and organisation = p_organisation and used_at is null;
        update account set login = null, login_confirmed_at = null
        where id = p_account_id and organisation = p_organisation and kind = 'parent';
        """,
    ),
    Function(
        "token",
        "p_hash bytea, p_organisation text, p_purpose text, p_now timestamptz",
        "table (account_id uuid, kind text, language text)",
        """
        select a.id, a.kind, a.language from account_token t join account a on a.id = t.account_id
        where t.hash = p_hash and t.organisation = p_organisation and t.purpose = p_purpose
          and t.used_at is null and t.expires_at > p_now and a.active
        """,
    ),
    Function(
        "reset_password",
        "p_hash bytea, p_organisation text, p_password_hash text, p_now timestamptz",
        "uuid",
        # Spending the token, setting the password and ending every session are one statement: no half-done reset.
        """
        with spent as (
            update account_token set used_at = p_now
            where hash = p_hash and organisation = p_organisation and purpose = 'reset' and used_at is null
              and expires_at > p_now
            returning account_id
        ),
        ended as (update web_session set ended_at = p_now from spent where actor_id = account_id and ended_at is null),
        others as (
            update account_token t set used_at = p_now from spent
            where t.account_id = spent.account_id and t.purpose = 'reset' and t.used_at is null and t.hash <> p_hash
        )
        update account a set password_hash = p_password_hash from spent where a.id = spent.account_id returning a.id
        """,
    ),
    Function(
        "accept_invite",
        "p_hash bytea, p_organisation text, p_password_hash text, p_now timestamptz",
        "uuid",
        # For somebody new only: a link of this kind never sets the password of an account that is in use.
        """
        with spent as (
            update account_token t set used_at = p_now
            where t.hash = p_hash and t.organisation = p_organisation and t.purpose = 'invite' and t.used_at is null
              and t.expires_at > p_now
              and exists (
                  select 1 from (
                      select f.account_id, f.ends_at from facility_member f
                      union all select s.account_id, s.ends_at from staff_member s
                      union all select h.account_id, h.ends_at from helper_member h
                  ) m
                  where m.account_id = t.account_id and (m.ends_at is null or m.ends_at > p_now)
              )
              and exists (
                  select 1 from account a
                  where a.id = t.account_id and a.active and a.login_confirmed_at is null and a.password_hash is null
              )
            returning account_id, new_login
        )
        update account a set password_hash = p_password_hash, login = spent.new_login, login_confirmed_at = p_now
        from spent where a.id = spent.account_id returning a.id
        """,
    ),
    Function(
        "confirm_login",
        "p_hash bytea, p_organisation text, p_now timestamptz",
        "uuid",
        """
        with spent as (
            update account_token set used_at = p_now
            where hash = p_hash and organisation = p_organisation and purpose = 'confirm' and used_at is null
              and expires_at > p_now
            returning account_id, new_login
        ), links as (
            -- A link that went to the address they leave must not set a password any more.
            update account_token t set used_at = p_now from spent
            where t.account_id = spent.account_id and spent.new_login is not null and t.purpose = 'reset'
              and t.used_at is null
        )
        update account a set login = coalesce(spent.new_login, a.login), login_confirmed_at = p_now
        from spent where a.id = spent.account_id and a.active returning a.id
        """,
    ),
    Function(
        "note",
        "p_id uuid, p_organisation text, p_now timestamptz, p_kind text, p_actor_id uuid, p_event text",
        "void",
        """
        insert into audit_entry (id, organisation, at, actor_kind, actor_id, event, reasons, groups, subjects)
        values (p_id, p_organisation, p_now, p_kind, p_actor_id, p_event, '{}', '{}', '{}')
        """,
    ),
)
