"""What is held on somebody who works here: account, roles, what they accepted, their part of the log (KK-59)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue.marking import N_
from app.rights.queries.copy_words import Words

_ACCOUNT = text("select a.login, a.language, a.kind from account a where a.id = :id")
_ROLES = text(
    """
    select m.role, m.starts_at, m.ends_at from staff_member m where m.account_id = :id
    union all select m.role, m.starts_at, m.ends_at from facility_member m where m.account_id = :id
    union all select m.role, m.starts_at, m.ends_at from helper_member m where m.account_id = :id
    order by 2
    """
)
_ACCEPTED = text(
    "select g.kind, g.version, g.accepted_at, g.expires_at from agreement g where g.account_id = :id order by 3"
)
_LOGGED = text(
    "select e.event, count(*) as times, max(e.at) as last_at from audit_entry e where e.actor_id = :id"
    " group by e.event order by e.event"
)
WHY = N_("So that you can work here, and so that families see who did what (legal duty and our own interest)")
MADE_HERE, BY_ADMINISTRATOR = N_("Made by this website"), N_("The administrator who invited you, and you")


def worker_sections(session: Session, account_id: UUID, words: Words) -> list[dict[str, Any]]:
    """Return what is held on a worker, as the sections of an answer: never what is in a family's file."""
    say, moment = words.gettext, words.format_moment
    account = session.execute(_ACCOUNT, {"id": account_id}).one_or_none()
    rows = session.execute(_ROLES, {"id": account_id}).all()
    accepted = session.execute(_ACCEPTED, {"id": account_id}).all()
    logged = session.execute(_LOGGED, {"id": account_id}).all()
    login, role, since, until = say(N_("Sign-in address")), say(N_("Role")), say(N_("From")), say(N_("Until"))
    text_of, times, last = say(N_("Text that you accepted")), say(N_("Times")), say(N_("Last time"))
    sections = [
        (
            say(N_("Your account")),
            BY_ADMINISTRATOR,
            [[login, account.login or ""], [say(N_("Language")), account.language]] if account else [],
        ),
        *(
            (
                say(N_("Your role")),
                BY_ADMINISTRATOR,
                [[role, one.role], [since, moment(one.starts_at)], [until, moment(one.ends_at) if one.ends_at else ""]],
            )
            for one in rows
        ),
        *(
            (
                say(N_("What you accepted")),
                MADE_HERE,
                [[text_of, f"{one.kind} {one.version}"], [since, moment(one.accepted_at)]],
            )
            for one in accepted
        ),
        *(
            (
                say(N_("What you did, as the log has it")),
                MADE_HERE,
                [[one.event, ""], [times, str(one.times)], [last, moment(one.last_at)]],
            )
            for one in logged
        ),
    ]
    return [
        {
            "label": label,
            "why": [say(WHY)],
            "origins": [say(origin)],
            "readers": [],
            "given": [],
            "until": "",
            "rows": [["", [pair for pair in values if pair[0]]]],
            "remark": "",
        }
        for label, origin, values in sections
        if values
    ]
