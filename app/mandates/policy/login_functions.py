"""Functions by which a desk asks for another sign-in address, and by which the two links are spent."""

from __future__ import annotations

from app.core.access import Function, reached

# Who changes a sign-in for a parent who asks for it: (ground, login).
_DESKS = (("helping", "staff"), ("counter_helping", "counter"))
_WAITING = "c.done_at is null and c.ended_at is null and c.expires_at > "
_OF_LINK = f"""
    c.organisation = p_organisation and {_WAITING} p_now
    and (c.old_hash = p_hash and c.old_confirmed_at is null or c.new_hash = p_hash and c.new_confirmed_at is null)
"""

LOGIN_FUNCTIONS: tuple[Function, ...] = (
    # Another address to sign in with: it is written down, and changes nothing until two of three have said yes.
    *(
        Function(
            f"ask_login_{reason}",
            "p_id uuid, p_dossier_id uuid, p_former text, p_new_login text, p_old_hash bytea, p_new_hash bytea,"
            " p_expires timestamptz",
            "boolean",
            f"""
            with held as (
                select d.id, d.organisation, d.account_id from dossier d join account a on a.id = d.account_id
                where d.id = p_dossier_id and a.kind = 'parent' and a.active and a.login = p_former
                  and {reached(reason, "dossier_id", "d.id")}
            ), earlier as (
                update login_change c set ended_at = app.now() from held
                where c.account_id = held.account_id and c.done_at is null and c.ended_at is null
            ), made as (
                insert into login_change (id, organisation, account_id, dossier_id, new_login, asked_by, asked_at,
                                          expires_at, old_hash, new_hash)
                select p_id, held.organisation, held.account_id, held.id, p_new_login, app.actor_id(), app.now(),
                       p_expires, p_old_hash, p_new_hash
                from held returning 1
            )
            select exists (select 1 from made)
            """,
            login=login,
        )
        for reason, login in _DESKS
    ),
    # The parent stood at a counter and showed a document: that stands for the mailbox that they lost.
    *(
        Function(
            f"see_document_{reason}",
            "p_dossier_id uuid, p_contact_id uuid",
            "boolean",
            f"""
            declare seen uuid;
            begin
                update login_change c set identified_in = p_contact_id
                where c.dossier_id = p_dossier_id and {_WAITING} app.now()
                  and {reached(reason, "dossier_id", "c.dossier_id")}
                  and exists (
                      select 1 from desk_contact k where k.id = p_contact_id and k.worker_id = app.actor_id()
                        and k.dossier_id = c.dossier_id and k.channel = 'counter' and k.identified_how = 'document'
                        and k.ended_at is null and k.until > app.now()
                  )
                returning c.id into seen;
                perform signin.finish_login_change(seen, app.now());
                return seen is not null;
            end
            """,
            language="plpgsql",
            login=login,
        )
        for reason, login in _DESKS
    ),
    Function(
        "login_change",
        "p_hash bytea, p_organisation text, p_now timestamptz",
        "table (is_old boolean)",
        f"select c.old_hash = p_hash from login_change c where {_OF_LINK}",
    ),
    # The new address proved to be theirs, and the old one agreed or a counter saw them: only then it is the sign-in.
    Function(
        "finish_login_change",
        "p_id uuid, p_now timestamptz",
        "uuid",
        f"""
        with done as (
            update login_change c set done_at = p_now
            where c.id = p_id and {_WAITING} p_now and c.new_confirmed_at is not null
              and (c.old_confirmed_at is not null or c.identified_in is not null)
            returning c.account_id, c.new_login
        ), links as (
            -- A link that went to the address they leave must not set a password any more.
            update account_token t set used_at = p_now from done
            where t.account_id = done.account_id and t.used_at is null
        )
        update account a set login = done.new_login, login_confirmed_at = p_now
        from done where a.id = done.account_id and a.active returning a.id
        """,
    ),
    Function(
        "confirm_login_change",
        "p_hash bytea, p_organisation text, p_now timestamptz",
        "table (account_id uuid, done boolean)",
        f"""
        declare seen login_change;
        begin
            update login_change c set
                old_confirmed_at = case when c.old_hash = p_hash then p_now else c.old_confirmed_at end,
                new_confirmed_at = case when c.new_hash = p_hash then p_now else c.new_confirmed_at end
            where {_OF_LINK} returning c.* into seen;
            if seen.id is not null then
                return query select seen.account_id, signin.finish_login_change(seen.id, p_now) is not null;
            end if;
        end
        """,
        language="plpgsql",
    ),
)
