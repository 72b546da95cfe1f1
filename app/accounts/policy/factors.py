"""Second factors: the functions for whoever gave the right password, the resets, and the accounts that nobody uses."""

from __future__ import annotations

from app.core.access import Function, Grant

KINDS = "('staff', 'counter', 'helper', 'oversight')"
_LIVE = "f.ended_at is null and f.kind in ('totp', 'passkey')"

GRANTS = (
    # KL-31: what tells when an account was last used, and closing it.
    Grant(
        "account",
        "jobs",
        "select",
        f"kind in {KINDS}",
        ("id", "organisation", "kind", "active", "created_at", "login_confirmed_at", "last_visit_at"),
        "accounts",
    ),
    Grant("account", "jobs", "update", f"kind in {KINDS} and active", ("active",), "accounts"),
)

FUNCTIONS = (
    Function(
        "factors",
        "p_organisation text, p_account_id uuid",
        "table (id uuid, kind text, secret bytea, credential_id bytea, sign_count bigint, wrapped bytea)",
        f"""
        select f.id, f.kind, f.secret, f.credential_id, f.sign_count, k.wrapped
        from second_factor f join account a on a.id = f.account_id
        left join keys.data_key k on k.owner_id = a.id and k.key_class = 'factor'
        where f.account_id = p_account_id and f.organisation = p_organisation and a.active and a.kind in {KINDS}
          and {_LIVE}
        order by f.created_at, f.id
        """,
    ),
    Function(
        "factor_key",
        "p_organisation text, p_account_id uuid, p_wrapped bytea, p_now timestamptz",
        "bytea",
        # The key that is there, else this one: two set-ups at once must not seal under different keys.
        f"""
        begin
            insert into keys.data_key (owner_id, key_class, organisation, wrapped, created_at)
            select a.id, 'factor', a.organisation, p_wrapped, p_now from account a
            where a.id = p_account_id and a.organisation = p_organisation and a.active and a.kind in {KINDS}
            on conflict do nothing;
            return (
                select k.wrapped from keys.data_key k
                where k.owner_id = p_account_id and k.organisation = p_organisation and k.key_class = 'factor'
            );
        end
        """,
        language="plpgsql",
    ),
    Function(
        "add_factor",
        "p_session bytea, p_organisation text, p_account_id uuid, p_id uuid, p_kind text, p_label text,"
        " p_secret bytea, p_credential_id bytea, p_sign_count bigint, p_last_step bigint, p_code_ids uuid[],"
        " p_codes bytea[], p_now timestamptz",
        "boolean",
        # Who only gave the password sets up the first one and no other: else the password alone would be enough.
        f"""
        declare present boolean;
        begin
            perform 1 from account a where a.id = p_account_id and a.organisation = p_organisation and a.active
                and a.kind in {KINDS} for update;
            if not found then
                return false;
            end if;
            present := exists (select 1 from second_factor f where f.account_id = p_account_id and {_LIVE});
            if not exists (
                select 1 from web_session s join account a on a.id = s.actor_id
                where s.id_hash = p_session and s.actor_id = p_account_id and s.ended_at is null
                  and s.expires_at > p_now and s.actor_kind = case when present then a.kind else 'pending' end
            ) then
                return false;
            end if;
            insert into second_factor (id, organisation, account_id, kind, label, secret, credential_id, sign_count,
                                       last_step, created_at, used_at)
            values (p_id, p_organisation, p_account_id, p_kind, p_label, p_secret, p_credential_id, p_sign_count,
                    p_last_step, p_now, p_now);
            if not present then
                perform signin.replace_codes(p_session, p_organisation, p_account_id, p_code_ids, p_codes, p_now);
            end if;
            return true;
        end
        """,
        language="plpgsql",
    ),
    Function(
        "replace_codes",
        "p_session bytea, p_organisation text, p_account_id uuid, p_code_ids uuid[], p_codes bytea[],"
        " p_now timestamptz",
        "boolean",
        # In a session of their own; who only gave the password gets codes with the very first factor.
        f"""
        begin
            if not exists (
                select 1 from web_session s join account a on a.id = s.actor_id
                where s.id_hash = p_session and a.id = p_account_id and a.organisation = p_organisation and a.active
                  and s.ended_at is null and s.expires_at > p_now
                  and (s.actor_kind = a.kind or s.actor_kind = 'pending' and not exists (
                      select 1 from second_factor f where f.account_id = a.id and {_LIVE} and f.created_at < p_now))
            ) then
                return false;
            end if;
            update second_factor set ended_at = p_now
            where account_id = p_account_id and organisation = p_organisation and kind = 'recovery'
              and ended_at is null;
            insert into second_factor (id, organisation, account_id, kind, secret, created_at)
            select code.id, p_organisation, p_account_id, 'recovery', code.secret, p_now
            from unnest(p_code_ids, p_codes) as code(id, secret);
            return true;
        end
        """,
        language="plpgsql",
    ),
    Function(
        "spend_code",
        "p_organisation text, p_account_id uuid, p_factor uuid, p_step bigint, p_now timestamptz",
        "boolean",
        # RFC 6238, 5.2: a code counts once. Of two posts at one moment the second waits, and finds its step used.
        """
        with spent as (
            update second_factor set last_step = p_step, used_at = p_now
            where id = p_factor and account_id = p_account_id and organisation = p_organisation and kind = 'totp'
              and ended_at is null and (last_step is null or last_step < p_step)
            returning 1
        )
        select exists (select 1 from spent)
        """,
    ),
    Function(
        "spend_recovery",
        "p_organisation text, p_account_id uuid, p_secret bytea, p_now timestamptz",
        "boolean",
        """
        with spent as (
            update second_factor set used_at = p_now, ended_at = p_now
            where account_id = p_account_id and organisation = p_organisation and kind = 'recovery'
              and secret = p_secret and ended_at is null
            returning 1
        )
        select exists (select 1 from spent)
        """,
    ),
    Function(
        "spend_passkey",
        "p_organisation text, p_account_id uuid, p_factor uuid, p_sign_count bigint, p_now timestamptz",
        "boolean",
        # A counter that stands still or runs back says that the key was copied; those that do not count give nought.
        """
        with spent as (
            update second_factor set sign_count = p_sign_count, used_at = p_now
            where id = p_factor and account_id = p_account_id and organisation = p_organisation and kind = 'passkey'
              and ended_at is null and (p_sign_count > sign_count or p_sign_count = 0 and sign_count = 0)
            returning 1
        )
        select exists (select 1 from spent)
        """,
    ),
    Function(
        "ask_passkey",
        "p_session bytea, p_organisation text, p_account_id uuid, p_purpose text, p_challenge bytea,"
        " p_expires timestamptz",
        "void",
        """
        insert into factor_challenge (session_hash, organisation, account_id, purpose, challenge, expires_at)
        values (p_session, p_organisation, p_account_id, p_purpose, p_challenge, p_expires)
        on conflict (session_hash) do update set organisation = p_organisation, account_id = p_account_id,
            purpose = p_purpose, challenge = p_challenge, expires_at = p_expires
        """,
    ),
    Function(
        "spend_challenge",
        "p_session bytea, p_organisation text, p_account_id uuid, p_purpose text, p_now timestamptz",
        "bytea",
        """
        delete from factor_challenge
        where session_hash = p_session and organisation = p_organisation and account_id = p_account_id
          and purpose = p_purpose and expires_at > p_now
        returning challenge
        """,
    ),
    Function(
        "reset_factors",
        "p_account_id uuid",
        "boolean",
        # Ends everything that lets somebody in, once a colleague of who asked agreed at this very moment.
        """
        begin
            if not exists (select 1 from access.manages) or not exists (
                select 1 from factor_reset r
                where r.account_id = p_account_id and r.organisation = app.organisation()
                  and r.agreed_by = app.actor_id() and r.agreed_at = app.now() and r.asked_by <> r.agreed_by
            ) then
                return false;
            end if;
            update second_factor set ended_at = app.now() where account_id = p_account_id and ended_at is null;
            update web_session set ended_at = app.now() where actor_id = p_account_id and ended_at is null;
            return true;
        end
        """,
        language="plpgsql",
        login="staff",
    ),
)
