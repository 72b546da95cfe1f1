"""Functions of those who help: what a door may say or do a little about files that it cannot read."""

from __future__ import annotations

from app.core.access import Function

FUNCTIONS: tuple[Function, ...] = (
    # A worker's session turns to one draft of their own, or to one parent who sits beside them; never to two.
    Function(
        "assist",
        "p_id_hash bytea, p_organisation text, p_kind text, p_id uuid, p_until timestamptz, p_now timestamptz",
        "boolean",
        """
        with turned as (
            update web_session s set assisting_kind = p_kind, assisting_id = p_id, assisting_until = p_until
            where s.id_hash = p_id_hash and s.organisation = p_organisation and s.ended_at is null
              and s.expires_at > p_now and s.actor_kind in ('helper', 'counter', 'staff', 'facility')
              and (p_kind = 'draft' and not exists (
                       select 1 from draft d where d.id = p_id
                         and (d.organisation <> p_organisation or d.assisted_by is distinct from s.actor_id
                              or d.submitted_at is not null))
                   or p_kind = 'parent' and s.actor_kind = 'helper' and exists (
                       select 1 from joint_session j join mandate g on g.id = j.mandate_id
                       join dossier d on d.id = g.dossier_id
                       where d.account_id = p_id and g.helper_id = s.actor_id and g.ended_at is null
                         and j.confirmed_at is not null and j.ended_at is null and j.until > p_now
                         and p_until <= j.until))
            returning 1
        )
        select exists (select 1 from turned)
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
    # Whether there is such a file here; a worker reads nothing of it before a contact is open (BXL-48).
    Function(
        "is_file",
        "p_dossier_id uuid",
        "boolean",
        "select exists (select 1 from dossier d where d.id = p_dossier_id and d.organisation = app.organisation())"
        " and exists (select 1 from access.employed)",
        login="staff",
    ),
)
