"""What no policy can say: nobody changes a family's file without telling the family (BXL-49)."""

from __future__ import annotations

from app.core.access import Trigger

_ANY = "insert or update or delete"
_WATCHED = (
    *((table, _ANY) for table in ("applicant", "protected_contact", "partner", "child", "circumstances")),
    ("health_answer", _ANY),
    ("consent", _ANY),
    ("dossier", "update of language, state, registrar_facility_id"),
    ("application", "insert or delete or update of start_date, half_days, hours, flexible, link"),
    ("choice", "delete or update of position, start_date, half_days, child_birth_date, sibling_here"),
)
# Answers of a facility change states as well; what only a family may end is watched by the state it ends in.
_WATCHED_STATES = (
    ("application", "cancelled", "update of state", "new.state = 'cancelled' and old.state is distinct from new.state"),
    ("choice", "withdrawn", "update of state", "new.state = 'withdrawn' and old.state is distinct from new.state"),
    ("choice", "added", "insert", "new.origin = 'family'"),
)

TRIGGERS = (
    # BXL-49: whoever changes a family's file, by whatever page, script or console, tells the family in the same
    # transaction, or nothing is changed. Jobs state a purpose of their own and tell by their own mails.
    Trigger(
        "family_is_told",
        """
        declare file uuid; kind text := coalesce(app.actor_kind(), '');
        begin
            if kind in ('parent', 'draft') or kind like 'system:%' then
                return null;
            end if;
            file := to_jsonb(coalesce(new, old))
                ->> case tg_table_name when 'dossier' then 'id' else 'dossier_id' end;
            if not exists (
                select 1 from family_notice n join outbox o
                  on o.organisation = n.organisation and o.once_key = n.message_key and o.created_at = n.at
                where n.dossier_id = file and n.xid = pg_current_xact_id()
            ) then
                raise exception 'the family of a file that was changed (%) is not told', tg_table_name
                    using errcode = 'integrity_constraint_violation';
            end if;
            return null;
        end
        """,
        (
            *((f"{table}_family_is_told", table, f"after {events}") for table, events in _WATCHED),
            *(
                (f"{table}_{name}_family_is_told", table, f"after {events} when ({condition})")
                for table, name, events, condition in _WATCHED_STATES
            ),
        ),
    ),
)
