"""Verbs of privacy: keeping the registers, and telling the overseers what they have to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, insert, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.operations.overseers import mail_overseers
from app.core.audit import note_event
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.organisations.profile import Profile
from app.organisations.rules import statement_in_force
from app.privacy.models import ComplianceCheck, Processor
from app.privacy.queries.checks import last_review
from app.privacy.queries.oversight import require_overseer
from app.privacy.rules import (
    CheckKind,
    agreement_wrong,
    check_wrong,
    months_later,
    review_due,
    warned_at,
)

# Done once, these are not due again by themselves.
_ONCE = frozenset({CheckKind.FINDING})


def warn_overseers(session: Session, *, now: datetime) -> int:
    """Mail each overseer of the actor's organisation that the audit was tampered with; once a day (KL-36)."""
    return mail_overseers(session, "audit_broken", f"audit-broken:{now:%Y-%m-%d}")


def add_processor(
    session: Session, profile: Profile, *, name: str, purpose: str, country: str, starts_on: date, now: datetime
) -> UUID:
    """Put a processor in the register, without an agreement yet (KG-08)."""
    require_overseer(session)
    processor_id = uuid4()
    session.execute(
        insert(Processor).values(
            id=processor_id,
            organisation=profile.key,
            name=name,
            purpose=purpose,
            country=country,
            starts_on=starts_on,
            recorded_by=actor_of(session).id,
            recorded_at=now,
        )
    )
    note_event(session, "processor_added")
    return processor_id


def sign_agreement(
    session: Session, profile: Profile, processor_id: UUID, *, signed_on: date, until: date | None, now: datetime
) -> None:
    """Note a signed agreement; it speaks of the statement in force today (KG-07).

    Raises Refused for a day still to come or an end before it, NotFound for a processor that is not there or ended.
    """
    require_overseer(session)
    today = today_at(now)
    denied = agreement_wrong(signed_on, until, today)
    if denied:
        raise Refused(denied)
    _change(
        session,
        processor_id,
        today,
        {
            "agreement_signed_on": signed_on,
            "agreement_until": until,
            "statement_version": statement_in_force(profile, today).version,
        },
    )
    note_event(session, "processor_signed")


def end_processor(session: Session, processor_id: UUID, *, ends_on: date, now: datetime) -> None:
    """Note the last day on which a processor works for the organisation; raises NotFound."""
    require_overseer(session)
    _change(session, processor_id, today_at(now), {"ends_on": ends_on})
    note_event(session, "processor_ended")


def add_check(
    session: Session,
    profile: Profile,
    kind: CheckKind,
    *,
    title: str,
    due_on: date | None,
    now: datetime,
    promise: str = "",
    done_on: date | None = None,
    result: str = "",
) -> UUID:
    """Put something that people check in the register; what was done is due again after the term of the profile.

    Raises Refused for a result of a day still to come, or for a finding without a date.
    """
    require_overseer(session)
    actor = actor_of(session)
    denied = check_wrong(kind, due_on, done_on, today_at(now))
    if denied:
        raise Refused(denied)
    check_id = uuid4()
    session.execute(
        insert(ComplianceCheck).values(
            id=check_id,
            organisation=profile.key,
            kind=kind,
            title=title,
            promise=promise or None,
            due_on=_due_again(profile, kind, done_on) if done_on else due_on,
            done_on=done_on,
            done_by=actor.id if done_on else None,
            result=result or None,
            recorded_by=actor.id,
            recorded_at=now,
        )
    )
    note_event(session, f"check_added_{kind}")
    return check_id


def finish_check(
    session: Session, profile: Profile, check_id: UUID, kind: CheckKind, *, done_on: date, result: str, now: datetime
) -> None:
    """Note that something was checked, and with which result (LEU-54, KG-39).

    Raises Refused for a day still to come, NotFound for what is not there.
    """
    require_overseer(session)
    denied = check_wrong(kind, done_on, done_on, today_at(now))
    if denied:
        raise Refused(denied)
    changed = session.execute(
        update(ComplianceCheck)
        .where(ComplianceCheck.id == check_id, ComplianceCheck.kind == kind)
        .values(
            done_on=done_on,
            done_by=actor_of(session).id,
            result=result or None,
            due_on=_due_again(profile, kind, done_on) if kind not in _ONCE else ComplianceCheck.due_on,
        )
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        raise NotFound
    note_event(session, f"check_done_{kind}")


def warn_of_registers(session: Session, profile: Profile, *, now: datetime) -> int:
    """Mail the overseers of what ends or is due within 30 days, and again within 7; each once. Return how many."""
    today, warned = today_at(now), 0
    for key, what, due_on in _due(session, profile, today):
        days = warned_at(due_on, today)
        if days is not None:
            params = {"what": what, "due_on": due_on.isoformat()}
            warned += bool(mail_overseers(session, "register_due", f"register:{key}:{due_on}:{days}", params))
    return warned


def _due(session: Session, profile: Profile, today: date) -> list[tuple[str, str, date]]:
    agreements = session.execute(
        select(Processor.id, Processor.name, Processor.agreement_until).where(
            Processor.agreement_until.is_not(None), or_(Processor.ends_on.is_(None), Processor.ends_on > today)
        )
    )
    checks = session.execute(
        select(ComplianceCheck.id, ComplianceCheck.title, ComplianceCheck.due_on).where(
            ComplianceCheck.due_on.is_not(None),
            # A finding that was answered is closed; what comes back each year is due again.
            or_(ComplianceCheck.kind.not_in(_ONCE), ComplianceCheck.done_on.is_(None)),
        )
    )
    in_force = statement_in_force(profile, today)
    review = review_due(in_force.published, last_review(session), profile.settings.review_months)
    return [
        *((str(row.id), row.name, row.agreement_until) for row in agreements),
        *((str(row.id), row.title, row.due_on) for row in checks),
        (f"statement:{in_force.version}", f"{profile.name}, {in_force.version}", review),
    ]


def _due_again(profile: Profile, kind: CheckKind, done_on: date) -> date | None:
    return None if kind in _ONCE else months_later(done_on, profile.settings.review_months)


def _change(session: Session, processor_id: UUID, today: date, values: Mapping[str, Any]) -> None:
    changed = session.execute(
        update(Processor)
        .where(Processor.id == processor_id, or_(Processor.ends_on.is_(None), Processor.ends_on >= today))
        .values(**values)
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        raise NotFound
