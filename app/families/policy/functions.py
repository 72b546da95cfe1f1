"""Functions around a dossier for the time before an actor exists."""

from __future__ import annotations

from app.core.access import Function, reached

# Who changes a file for its family: (ground, login).
HELPERS = (("helping", "staff"), ("registrar", "helper"))

FUNCTIONS = (
    # The priority follows what a helper changes; it needs one answer that the helper itself never reads (BXL-25).
    *(
        Function(
            f"health_while_{reason}",
            "p_dossier_id uuid",
            "table (sealed bytea, wrapped bytea)",
            f"""
            select h.sealed, k.wrapped from health_answer h
            join keys.data_key k on k.owner_id = h.dossier_id and k.key_class = 'health'
            where h.dossier_id = p_dossier_id and {reached(reason, "dossier_id", "h.dossier_id")}
            """,
            login=login,
        )
        for reason, login in HELPERS
    ),
    Function(
        "invitation",
        "p_hash bytea, p_organisation text, p_now timestamptz",
        "boolean",
        """
        select exists (
            select 1 from dossier_party p where p.invitation_hash = p_hash and p.organisation = p_organisation
              and p.joined_at is null and p.ended_at is null and p.invitation_expires_at > p_now
        )
        """,
    ),
    Function(
        "join_dossier",
        "p_hash bytea, p_organisation text, p_account_id uuid, p_password_hash text, p_language text,"
        " p_now timestamptz",
        "uuid",
        # Spending the invitation and making the account are one statement; the address is proved by the mailed link.
        """
        with spent as (
            select p.id, p.invited_email from dossier_party p
            where p.invitation_hash = p_hash and p.organisation = p_organisation and p.joined_at is null
              and p.ended_at is null and p.invitation_expires_at > p_now
            for update
        ), made as (
            insert into account (id, organisation, kind, login, login_confirmed_at, password_hash, language, created_at,
                                 active)
            select p_account_id, p_organisation, 'parent', spent.invited_email, p_now, p_password_hash, p_language,
                   p_now, true
            from spent returning id
        )
        update dossier_party p set account_id = made.id, joined_at = p_now, invited_email = null
        from spent, made where p.id = spent.id returning made.id
        """,
    ),
)
