"""Writing to whoever asked, and to whoever has to answer, by a job: it alone may read where to (M10, M11, M12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.clock import today_at
from app.core.outbox import FAMILY, MAIL, Message, enqueue
from app.families.models import Dossier
from app.families.rules import grouped_reference
from app.rights.models import RightsRequest
from app.rights.operations.handling import sealed_answer
from app.rights.queries.requests import unsealed, whole_of
from app.rights.rules import OVERDUE, reminder

_TO_TELL = text("select q.* from rights_request q where q.to_tell is not null order by q.entered_at, q.id limit :limit")
_OPEN = text("select q.id, q.reference, q.due_on, q.account_id from rights_request q where q.state <> 'answered'")
_OFFICERS = text(
    """
    select a.id, a.login, a.language from account a where a.kind = 'oversight' and a.active and a.login is not null
      and exists (select 1 from staff_member m where m.account_id = a.id and m.role = 'dpo'
                  and m.starts_at <= app.now() and (m.ends_at is null or m.ends_at > app.now()))
    """
)
_FINISHED = text(
    """
    select q.* from rights_request q
    where q.state = 'answered' and q.deferred_until < app.today() and q.finished_at is null
      and not exists (select 1 from erasure_order o where o.request_id = q.id and o.done_at is null)
    order by q.deferred_until, q.id limit :limit
    """
)
_FETCHED = text(
    "select q.id, q.sealed_answer from rights_request q where q.copy_until < app.today() order by q.id limit :limit"
)


def tell_requesters(session: Session, *, now: datetime, limit: int) -> int:
    """Confirm receipts, ask what is unclear, say that an answer is ready: to whoever can be reached (KK-25, M10)."""
    told = 0
    for row in session.execute(_TO_TELL, {"limit": limit}).all():
        one = whole_of(session, row)
        kind, params = _letter(row, one.rights_requests.answer)
        told += _write(session, row, one.rights_requests, kind, params, f"{row.to_tell}:{now:%Y%m%d%H%M}")
        session.execute(
            update(RightsRequest)
            .where(RightsRequest.id == row.id, RightsRequest.to_tell == row.to_tell)
            .values(to_tell=None)
        )
    return told


def tell_finished(session: Session, *, now: datetime, limit: int) -> int:
    """Say that what a law kept is gone too, to the address that was kept for this alone (M12, KK-33)."""
    told = 0
    for row in session.execute(_FINISHED, {"limit": limit}).all():
        one = whole_of(session, row)
        told += _write(session, row, one.rights_requests, "rights_finished", {}, "finished", file_is_gone=True)
        session.execute(update(RightsRequest).where(RightsRequest.id == row.id).values(finished_at=now))
    return told


def remind_officers(session: Session, *, now: datetime) -> int:
    """Remind who answers, some days before the last day and once it is over; each of them once (M11, KK-35)."""
    today, reminded = today_at(now), 0
    officers = session.execute(_OFFICERS).all()
    for row in session.execute(_OPEN).all():
        stage = reminder(row.due_on, today)
        if stage is None:
            continue
        for officer in officers:
            if officer.id == row.account_id:
                continue
            enqueue(
                session,
                Message(
                    once_key=f"rights-due:{row.id}:{stage}:{officer.id}",
                    kind="staff_rights_overdue" if stage == OVERDUE else "staff_rights_due",
                    recipient=officer.login,
                    language=officer.language,
                    owner_id=officer.id,
                    params={"reference": grouped_reference(row.reference), "due_on": row.due_on.isoformat()},
                ),
            )
            reminded += 1
    return reminded


def drop_copies(session: Session, *, limit: int) -> int:
    """Take the copies out of answers whose time to be fetched is over; the answer itself stays (LEU-43)."""
    rows = session.execute(_FETCHED, {"limit": limit}).all()
    for row in rows:
        answer = dict(unsealed(session, row.id, row.sealed_answer))
        answer["draft"] = {k: v for k, v in answer.get("draft", {}).items() if k not in ("sections", "reach")}
        session.execute(
            update(RightsRequest)
            .where(RightsRequest.id == row.id)
            .values(sealed_answer=sealed_answer(session, row.id, answer), copy_until=None)
        )
    return len(rows)


def _letter(row: Any, answer: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return which letter tells what there is to tell, with what it says: of an answer itself, nothing."""
    if row.to_tell == "receipt":
        return "rights_receipt", {"received_on": row.received_on.isoformat(), "due_on": row.due_on.isoformat()}
    if row.to_tell == "unclear":
        return "rights_unclear", {"question": answer.get("question", "")}
    if row.to_tell == "lifted":
        return "rights_lifted", {}
    if row.sent_how == "letter":
        return "rights_answer_posted", {"sent_on": answer.get("sent_on")}
    if row.sent_how == "mail":
        return "rights_erased", {}
    return ("staff_rights_answer" if row.subject_kind == "worker" else "rights_answer"), {"request_id": str(row.id)}


def _write(
    session: Session,
    row: Any,
    opened: Any,
    kind: str,
    params: Mapping[str, Any],
    once: str,
    *,
    file_is_gone: bool = False,
) -> bool:
    recipient, language, dossier_id = _recipient(session, row, opened, file_is_gone=file_is_gone)
    if recipient is None:
        return False
    enqueue(
        session,
        Message(
            once_key=f"rights:{row.id}:{once}",
            kind=kind,
            recipient=recipient,
            language=language,
            owner_id=row.id,
            dossier_id=dossier_id,
            channel=MAIL if recipient else FAMILY,
            params={"reference": grouped_reference(row.reference), **params},
        ),
    )
    return True


def _recipient(session: Session, row: Any, opened: Any, *, file_is_gone: bool) -> tuple[str | None, str, UUID | None]:
    """Return where to write to: the family as it wishes, an own account, or what the request itself says."""
    if row.account_id is not None and row.subject_kind == "applicant" and row.dossier_id and not file_is_gone:
        file = session.execute(select(Dossier.language).where(Dossier.id == row.dossier_id)).one_or_none()
        if file is not None:
            return "", file.language, row.dossier_id
    if row.account_id is not None:
        account = session.execute(
            select(Account.login, Account.language).where(Account.id == row.account_id)
        ).one_or_none()
        if account is not None and account.login:
            return account.login, account.language, None
    typed = opened.details.get("email") or opened.answer.get("draft", {}).get("reach", {}).get("email")
    return (typed or None), row.language, None
