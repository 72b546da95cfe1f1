"""The mails around cases and complaints: to overseers, to families a leak touched, to whoever complained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.core.clock import today_at
from app.core.crypto import Unreadable, open_json
from app.core.outbox import FAMILY, MAIL, Message, enqueue
from app.families.rules import grouped_reference
from app.incidents.rules import NOTICE_KEY, REMINDED_DAYS

# What was reported longer ago was told, or nobody was there to be told.
_NEWS = timedelta(days=7)
_NOT_YET = "not exists (select 1 from outbox o where o.organisation = {alias}.organisation and o.once_key = {key})"
_OVERSEERS = """
    select a.id, a.organisation, a.login, a.language, m.role from account a
    join staff_member m on m.account_id = a.id and m.role = any(:roles)
    where a.kind = 'oversight' and a.active and a.login is not null
      and m.starts_at <= app.now() and (m.ends_at is null or m.ends_at > app.now())
"""
_LEAKS = text(
    f"""
    select 'leak_reported:' || l.id || ':' || a.id as key, a.id, a.login, a.language
    from leak_case l cross join ({_OVERSEERS}) a
    where l.reported_at > :since and l.state = 'new'
      and {_NOT_YET.format(alias="l", key="'leak_reported:' || l.id || ':' || a.id")}
    """  # noqa: S608  the parts are fixed words of this file
)
_COMPLAINTS = text(
    f"""
    select c.id as complaint_id, c.received_at, c.due_on, c.state, a.id, a.login, a.language
    from complaint c cross join ({_OVERSEERS}) a where c.state <> 'answered'
    """  # noqa: S608
)
_DONE = text("select once_key from outbox where once_key = any(:keys)")
_FAMILIES = text(
    """
    select l.id as case_id, l.reference, l.sealed_notice, p.dossier_id, d.language
    from leak_case l join leak_person p on p.leak_case_id = l.id and p.told_at is null
    join dossier d on d.id = p.dossier_id
    where l.notice_asked_at is not null and l.persons_told_at is null and l.state <> 'closed'
    order by l.notice_asked_at, p.dossier_id limit :limit
    """
)
_TOLD = text("update leak_person set told_at = :now where leak_case_id = :case_id and dossier_id = any(:files)")
_ALL_TOLD = text(
    """
    update leak_case set persons_told_at = :now where notice_asked_at is not null and persons_told_at is null
      and state <> 'closed'
      and not exists (select 1 from leak_person p where p.leak_case_id = leak_case.id and p.told_at is null)
    """
)
_ANSWERED = text(
    f"""
    select 'answer_ready:' || c.id as key, a.id, a.login, a.language, d.id as dossier_id
    from complaint c join account a on a.id = c.account_id left join dossier d on d.account_id = c.account_id
    where c.state = 'answered' and c.answered_at > :since
      and {_NOT_YET.format(alias="c", key="'answer_ready:' || c.id")}
    """  # noqa: S608
)


def tell_overseers(session: Session, *, now: datetime) -> int:
    """Mail both overseers of each new case, and officers of complaints, at once; nothing of what was said (LEU-55)."""
    told = _remind_of_complaints(session, now)
    told += _tell_of_leaks(session, now)
    return told


def tell_families(session: Session, *, now: datetime, limit: int) -> int:
    """Write to the families that a leak touched, each once, in its language and by its own way (article 34)."""
    rows = session.execute(_FAMILIES, {"limit": limit}).all()
    words = {row.case_id: _notice(session, row) for row in rows}
    for row in rows:
        texts = words[row.case_id]
        enqueue(
            session,
            Message(
                once_key=f"leak:{row.case_id}:{row.dossier_id}",
                kind="leak_notice",
                recipient="",
                language=row.language,
                owner_id=row.dossier_id,
                params={
                    "reference": grouped_reference(row.reference),
                    "words": texts.get(row.language) or texts.get("nl") or "",
                },
                channel=FAMILY,
                dossier_id=row.dossier_id,
            ),
        )
    for case_id in words:
        session.execute(
            _TOLD, {"now": now, "case_id": case_id, "files": [r.dossier_id for r in rows if r.case_id == case_id]}
        )
    session.execute(_ALL_TOLD, {"now": now})
    return len(rows)


def tell_complainants(session: Session, *, now: datetime) -> int:
    """Tell families that an answer waits on their own page, without saying to what (BXL-68)."""
    rows = session.execute(_ANSWERED, {"since": now - _NEWS}).all()
    for row in rows:
        enqueue(
            session,
            Message(
                once_key=row.key,
                kind="answer_ready",
                recipient=row.login or "",
                language=row.language,
                owner_id=row.id if row.login else row.dossier_id,
                channel=MAIL if row.login else FAMILY,
                dossier_id=None if row.login else row.dossier_id,
            ),
        )
    return len(rows)


def _tell_of_leaks(session: Session, now: datetime) -> int:
    rows = session.execute(_LEAKS, {"since": now - _NEWS, "roles": ["dpo", "security"]}).all()
    for row in rows:
        _mail(session, row.key, "staff_leak_reported", row)
    return len(rows)


def _remind_of_complaints(session: Session, now: datetime) -> int:
    today = today_at(now)
    found = session.execute(_COMPLAINTS, {"roles": ["dpo"]}).all()
    wanted: list[tuple[str, str, Row[Any]]] = []
    for row in found:
        left = (row.due_on - today).days
        if row.received_at > now - _NEWS:
            wanted.append((f"complaint_reported:{row.complaint_id}:{row.id}", "staff_complaint_reported", row))
        if left <= max(REMINDED_DAYS):
            days = next((days for days in REMINDED_DAYS if left <= days), left)
            wanted.append((f"complaint_due:{row.complaint_id}:{row.id}:{days}", "staff_complaint_due", row))
    done = _already(session, [key for key, _, _ in wanted])
    fresh = [one for one in wanted if one[0] not in done]
    for key, kind, row in fresh:
        _mail(session, key, kind, row, {"due_on": row.due_on.isoformat()} if kind == "staff_complaint_due" else {})
    return len(fresh)


def _already(session: Session, keys: Sequence[str]) -> frozenset[str]:
    return frozenset(session.scalars(_DONE, {"keys": list(keys)})) if keys else frozenset()


def _mail(session: Session, key: str, kind: str, to: Row[Any], params: dict[str, str] | None = None) -> None:
    enqueue(
        session,
        Message(once_key=key, kind=kind, recipient=to.login, language=to.language, owner_id=to.id, params=params or {}),
    )


def _notice(session: Session, row: Row[Any]) -> dict[str, str]:
    try:
        found: dict[str, str] = open_json(
            session,
            row.sealed_notice,
            owner_id=row.case_id,
            key_class=NOTICE_KEY,
            place=f"leak_case:sealed_notice:{row.case_id}",
        )
    except Unreadable:
        return {}
    return found
