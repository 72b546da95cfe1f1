"""Who may invite colleagues and end their work, and what an administrator may know of an account."""

from __future__ import annotations

from app.accounts.policy.grants import EMPLOYED, MANAGES
from app.core.access import Function, Grant

_WORKER = "a.kind in ('staff', 'counter', 'helper', 'oversight') and a.organisation = app.organisation()"

GRANTS = (
    # The key of an invitation, and of every later message to that worker: their account owns it.
    *(
        Grant(
            "data_key",
            "staff",
            verb,
            f"key_class = 'message' and {MANAGES} and exists (select 1 from account a"
            f" where a.id = data_key.owner_id and {_WORKER})",
        )
        for verb in ("select", "insert")
    ),
    # Whose acceptance ends soon, and whom to tell of a party's.
    Grant(
        "account",
        "jobs",
        "select",
        "kind in ('staff', 'counter', 'helper', 'oversight') and active",
        ("id", "organisation", "kind", "login", "language", "active"),
        "agreements",
    ),
    *(Grant(table, "jobs", "select", purpose="agreements") for table in ("agreement", "staff_member")),
    Grant("party_agreement", "jobs", "select", purpose="agreements"),
)

FUNCTIONS = (
    # Where an invitation went that nobody followed yet.
    Function(
        "invited_address",
        "p_account_id uuid",
        "text",
        f"""
        select t.new_login from account_token t join account a on a.id = t.account_id
        where t.account_id = p_account_id and t.purpose = 'invite' and a.login_confirmed_at is null
          and {_WORKER} and {MANAGES}
        order by t.created_at desc limit 1
        """,
        login="staff",
    ),
    # KL-31: whoever leaves is out at once, in every browser; and nobody puts themselves out this way.
    Function(
        "put_out",
        "p_account_id uuid",
        "void",
        f"""
        update web_session s set ended_at = app.now() from account a
        where s.actor_id = p_account_id and s.ended_at is null and a.id = s.actor_id and a.id <> app.actor_id()
          and {_WORKER} and {MANAGES};
        update account_token t set used_at = app.now() from account a
        where t.account_id = p_account_id and t.used_at is null and a.id = t.account_id and a.id <> app.actor_id()
          and {_WORKER} and {MANAGES};
        """,
        login="staff",
    ),
    # To whom somebody at the desk may give a look at one file (BXL-59, LEU-25).
    Function(
        "developers",
        "",
        "table (account_id uuid, login text)",
        f"""
        select a.id, a.login from account a join staff_member m on m.account_id = a.id
        where m.role = 'developer' and m.starts_at <= app.now() and (m.ends_at is null or m.ends_at > app.now())
          and a.active and a.login is not null and a.login_confirmed_at is not null and {_WORKER} and {EMPLOYED}
        order by a.login
        """,
        login="staff",
    ),
)
