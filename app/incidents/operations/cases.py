"""Handling a case: who was affected, how bad it is, who has to be told, and the end of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.core.audit import note_event
from app.core.crypto import seal_json
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.incidents.models import LeakCase
from app.incidents.queries.cases import Assessment, case
from app.incidents.rules import LEAK_KEY, NOTICE_KEY, CaseState, Denied, Risk, why_not_close

# Whoever reads for themselves is not a reader whom a case is about.
_AFFECTED = text(
    """
    insert into leak_person (leak_case_id, dossier_id, organisation, added_at)
    select :case_id, d.id, d.organisation, app.now() from dossier d where d.organisation = app.organisation()
      and d.id in (
        select s.id from audit_entry e cross join unnest(e.subjects) s(id)
        where e.organisation = app.organisation() and e.at >= :since and e.at < :until
          and e.actor_kind not in ('parent', 'draft', 'visitor')
          and (cast(:suspect_id as uuid) is null or cast(:suspect_id as uuid) in (e.actor_id, e.typed_by)))
    on conflict do nothing
    """
)
_ADD = text(
    """
    insert into leak_person (leak_case_id, dossier_id, organisation, added_at)
    select :case_id, d.id, d.organisation, app.now() from dossier d
    where d.reference = :reference and d.organisation = app.organisation()
    on conflict do nothing
    """
)
_COLLEAGUE = text("select id from account where login = :login and organisation = app.organisation()")


def assess(session: Session, case_id: UUID, risk: Risk, assessment: Assessment, *, now: datetime) -> None:
    """Write down how bad it is and what is done about it; raises Refused once the case is closed."""
    _change(
        session,
        case_id,
        risk=risk,
        sealed_assessment=seal_json(
            session,
            asdict(assessment),
            owner_id=case_id,
            key_class=LEAK_KEY,
            place=f"leak_case:sealed_assessment:{case_id}",
        ),
        # A decision not to tell is one only with its reason.
        authority_excused_at=now if assessment.why_not_authority else None,
        persons_excused_at=now if assessment.why_not_persons else None,
    )
    note_event(session, "leak_assessed")


def seek_affected(session: Session, case_id: UUID, login: str, since: datetime, until: datetime) -> int:
    """Add the files that the audit names for this colleague, or for everybody, in a stretch of time.

    Returns how many are new; raises NotFound for a login of nobody, and Refused once the case is closed.
    """
    suspect_id: UUID | None = None
    if login:
        suspect_id = session.scalar(_COLLEAGUE, {"login": login.lower()})
        if suspect_id is None:
            raise NotFound
    _change(session, case_id, suspect_id=suspect_id, suspect_from=since, suspect_until=until)
    added = _count(session, _AFFECTED, {"case_id": case_id, "since": since, "until": until, "suspect_id": suspect_id})
    _persons_again(session, case_id, added)
    note_event(session, "leak_affected_sought")
    return added


def add_file(session: Session, case_id: UUID, reference: str) -> int:
    """Add the file with this reference; returns 0 where it was there, raises NotFound where it is none."""
    if session.scalar(text("select 1 from dossier where reference = :reference"), {"reference": reference}) is None:
        raise NotFound
    _change(session, case_id)
    added = _count(session, _ADD, {"case_id": case_id, "reference": reference})
    _persons_again(session, case_id, added)
    note_event(session, "leak_file_added")
    return added


def tell_authority(session: Session, case_id: UUID, told_at: datetime, reference: str) -> None:
    """Record that the supervisory authority was told, when, and under which reference."""
    _change(session, case_id, authority_told_at=told_at, authority_reference=reference)
    note_event(session, "leak_authority_told")


def order_notice(session: Session, case_id: UUID, words: dict[str, str], *, now: datetime) -> None:
    """Have each affected family told, in its language and by its own way; raises Refused where there is nobody.

    The text is for a job to send: whoever orders it opens no file.
    """
    found = case(session, case_id)
    if found.told == found.persons:
        raise Refused(Denied.NOBODY)
    _change(
        session,
        case_id,
        sealed_notice=seal_json(
            session, words, owner_id=case_id, key_class=NOTICE_KEY, place=f"leak_case:sealed_notice:{case_id}"
        ),
        notice_asked_at=now,
    )
    note_event(session, "leak_notice_ordered")


def close_case(session: Session, case_id: UUID, *, now: datetime) -> None:
    """End a case; raises Refused while a decision is missing (KL-35)."""
    if (denied := why_not_close(case(session, case_id).decisions)) is not None:
        raise Refused(denied)
    _change(session, case_id, state=CaseState.CLOSED, closed_at=now, closed_by=actor_of(session).id)
    note_event(session, "leak_closed")


def _change(session: Session, case_id: UUID, **values: Any) -> None:
    """Change an open case, which is somebody's from then on; raises Refused for a closed one, NotFound for none."""
    changed = session.connection().execute(
        update(LeakCase)
        .where(LeakCase.id == case_id, LeakCase.state != CaseState.CLOSED)
        .values({"state": CaseState.ASSESSING, "handler_id": actor_of(session).id, **values})
    )
    if not changed.rowcount:
        case(session, case_id)
        raise Refused(Denied.CLOSED)


def _persons_again(session: Session, case_id: UUID, added: int) -> None:
    """Whoever is added after the others were told has not been told yet."""
    if added:
        session.connection().execute(update(LeakCase).where(LeakCase.id == case_id).values(persons_told_at=None))


def _count(session: Session, statement: Any, values: dict[str, Any]) -> int:
    count: int = session.connection().execute(statement, values).rowcount
    return count
