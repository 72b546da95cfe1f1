"""What a look-along code opens: to the family, who looks; to the worker, one file to read, while it lasts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice
from app.applications.rules import state_on
from app.core.clock import today_at
from app.core.db import actor_of, now_of
from app.core.errors import NotFound
from app.facilities.models import Facility
from app.families.queries import FamilyRecord, own_family
from app.families.rules import ChildDetails
from app.mandates.models import LookCode

_LOOKING = text("select r.until from access.looking r where r.dossier_id = :dossier_id order by r.until desc limit 1")


@dataclass(frozen=True, slots=True)
class Look:
    """A code that waits, or a look that lasts, as the family sees it."""

    used_at: datetime | None
    expires_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LookNow:
    """A file that a worker may read now, and until when."""

    dossier_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class LookedPlan:
    """One request of a file that is looked at: for whom, from when, on which half days, and how it stands."""

    child_id: UUID
    state: str
    submitted_at: datetime
    start_date: date
    half_days: int


@dataclass(frozen=True, slots=True)
class LookedChoice:
    """One chosen facility, and what it answered."""

    application_id: UUID
    facility: str
    state: str


@dataclass(frozen=True, slots=True)
class LookedFile:
    """A file that a family shows; a door shows it cut down to the groups of the reason."""

    until: datetime
    family: FamilyRecord
    children: Mapping[UUID, ChildDetails]
    requests: Mapping[UUID, LookedPlan]
    choices: Mapping[UUID, tuple[LookedChoice, ...]]


def own_looks(session: Session, dossier_id: UUID) -> tuple[Look, ...]:
    """Return the codes of one's own file that wait, and the looks that last, the newest first."""
    now = now_of(session)
    rows = session.execute(
        select(LookCode.used_at, LookCode.expires_at, LookCode.until)
        .where(
            LookCode.dossier_id == dossier_id,
            LookCode.ended_at.is_(None),
            (LookCode.until > now) | (LookCode.used_at.is_(None) & (LookCode.expires_at > now)),
        )
        .order_by(LookCode.created_at.desc())
    )
    return tuple(Look(*row) for row in rows)


def own_looks_now(session: Session) -> tuple[LookNow, ...]:
    """Return the files that were shown to the actor and that are still open to them."""
    rows = session.execute(
        select(LookCode.dossier_id, LookCode.until)
        .where(
            LookCode.used_by == actor_of(session).id,
            LookCode.until > now_of(session),
            LookCode.ended_at.is_(None),
        )
        .order_by(LookCode.until.desc())
    )
    return tuple(LookNow(row.dossier_id, row.until) for row in rows if row.until is not None)


def looked_file(session: Session, dossier_id: UUID) -> LookedFile:
    """Return a file that its family shows to the actor; raises NotFound when that is over, or never was."""
    until = session.scalar(_LOOKING, {"dossier_id": dossier_id})
    if until is None:
        raise NotFound
    family = own_family(session, dossier_id)
    today = today_at(now_of(session))
    requests = {
        row.id: LookedPlan(
            row.child_id,
            state_on(row.state, row.expires_on, today),
            row.submitted_at,
            row.start_date,
            row.half_days,
        )
        for row in session.execute(
            select(
                Application.id,
                Application.child_id,
                Application.state,
                Application.expires_on,
                Application.submitted_at,
                Application.start_date,
                Application.half_days,
            )
            .where(Application.dossier_id == dossier_id)
            .order_by(Application.submitted_at.desc(), Application.id)
        )
    }
    choices: dict[UUID, list[LookedChoice]] = defaultdict(list)
    for row in session.execute(
        select(Choice.application_id, Facility.name, Choice.state)
        .join(Facility, Facility.id == Choice.facility_id)
        .where(Choice.dossier_id == dossier_id, Choice.origin == "family")
        .order_by(Choice.position, Choice.id)
    ):
        choices[row.application_id].append(LookedChoice(*row))
    return LookedFile(until, family, family.children, requests, {key: tuple(found) for key, found in choices.items()})
