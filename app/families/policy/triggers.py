"""What no policy can say: nobody changes a family's file without telling the family (BXL-49)."""

from __future__ import annotations

from app.core.access import Trigger
from app.core.db import role_of

_ANY = "insert or update or delete"
_KEYS = "start_date, half_days, expires_on, grounds, priority_rank"
_WATCHED = (
    *((table, _ANY) for table in ("applicant", "protected_contact", "partner", "child", "circumstances")),
    ("health_answer", _ANY),
    ("consent", _ANY),
    ("dossier", "update of account_id, language, state, registrar_facility_id"),
    (
        "application",
        f"insert or delete or update of hours, flexible, link, {_KEYS}",
    ),
    (
        "choice",
        f"delete or update of position, child_birth_date, sibling_here, {_KEYS}",
    ),
)
_MOVED = "old.state is distinct from new.state"
_ENDED = "('withdrawn', 'closed')"
# Answers of a facility change states as well; what only a family may end, or begin anew, is watched by that state.
_WATCHED_STATES = (
    ("application", "moved", "update of state", _MOVED),
    (
        "choice",
        "ended",
        "update of state",
        f"new.origin = 'family' and {_MOVED} and (new.state in {_ENDED} or old.state in {_ENDED})",
    ),
    ("choice", "added", "insert", "new.origin = 'family'"),
    ("offer", "answered", "update of state", "new.state in ('accepted', 'declined')"),
    (
        "offer",
        "ended",
        "update of state",
        f"new.state = 'withdrawn' and {_MOVED} and app.actor_kind() is distinct from 'facility'",
    ),
)
# At these logins nobody is the family, and no job runs, whatever a session says of itself.
_NEVER_FAMILY = ", ".join(f"'{role_of(login)}'" for login in ("staff", "counter", "helper", "facility", "oversight"))

TRIGGERS = (
    # BXL-49: whoever changes a family's file, by whatever page, script or console, tells the family in the same
    # transaction, or nothing is changed. Jobs state a purpose of their own and tell by their own mails.
    Trigger(
        "family_is_told",
        # The message is this transaction's own (age), on its way to this very family by the way that the family wants.
        f"""
        declare file uuid; kind text := coalesce(app.actor_kind(), '');
        begin
            if session_user not in ({_NEVER_FAMILY}) and (kind in ('parent', 'draft') or kind like 'system:%') then
                return null;
            end if;
            file := to_jsonb(coalesce(new, old))
                ->> case tg_table_name when 'dossier' then 'id' else 'dossier_id' end;
            if not exists (
                select 1 from family_notice n join outbox o
                  on o.organisation = n.organisation and o.once_key = n.message_key and o.created_at = n.at
                where n.dossier_id = file and n.xid = pg_current_xact_id() and age(n.xmin) <= 0
                  and o.dossier_id = file and o.channel = 'family' and o.state = 'pending' and age(o.xmin) <= 0
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
