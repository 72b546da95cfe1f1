"""Looks that a named person gave a developer at one file, and what the developer then reads (BXL-59, LEU-25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice
from app.core.db import actor_of, now_of
from app.core.errors import NotFound
from app.facilities.models import Facility
from app.families.models import Child, Dossier
from app.mandates.models import SupportGrant

REASON = "support"
GRANTS_SHOWN = 50
_DEVELOPERS = text("select account_id, login from access.developers()")
_LOOKED_AT = text("select exists (select 1 from access.support r where r.dossier_id = :dossier_id)")


@dataclass(frozen=True, slots=True)
class Developer:
    """Somebody who may be given a look."""

    account_id: UUID
    login: str


@dataclass(frozen=True, slots=True)
class Look:
    """A look at one file: to whom, why, from when until when."""

    id: UUID
    dossier_id: UUID
    account_id: UUID
    given_by: UUID
    reason: str
    given_at: datetime
    until: datetime
    ended_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Tell whether it still opens the file."""
        return self.ended_at is None and self.until > now


@dataclass(frozen=True, slots=True)
class SupportPlan:
    """One request: from when, how much, and how it stands."""

    start_date: date
    half_days: int
    flexible: bool
    state: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class SupportPriority:
    """How a request was ranked."""

    rule_set: str | None
    rank: int | None
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SupportChoice:
    """One chosen facility, and how it stands there."""

    facility: str
    position: int
    state: str
    reply_due_on: date | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class SupportFile:
    """What a developer reads of a file, by the groups of the catalogue: no name of a parent, no contact data."""

    language: str
    child_identity: tuple[tuple[str, date, bool], ...]
    care_plan: tuple[SupportPlan, ...]
    priority_result: tuple[SupportPriority, ...]
    choices: tuple[SupportChoice, ...]


def developers(session: Session) -> tuple[Developer, ...]:
    """Return who develops here now, for whoever works at the desk."""
    return tuple(Developer(*row) for row in session.execute(_DEVELOPERS))


def looks(session: Session) -> tuple[Look, ...]:
    """Return the looks that the actor gave, or all of the organisation for who manages its people; newest first."""
    rows = session.execute(
        _LOOK.where(SupportGrant.account_id != actor_of(session).id)
        .order_by(SupportGrant.given_at.desc(), SupportGrant.id)
        .limit(GRANTS_SHOWN)
    )
    return tuple(Look(*row) for row in rows)


def own_looks(session: Session) -> tuple[Look, ...]:
    """Return the looks that are open to the actor now, those that end first in front."""
    now = now_of(session)
    rows = session.execute(
        _LOOK.where(
            SupportGrant.account_id == actor_of(session).id,
            SupportGrant.ended_at.is_(None),
            SupportGrant.given_at <= now,
            SupportGrant.until > now,
        ).order_by(SupportGrant.until, SupportGrant.id)
    )
    return tuple(Look(*row) for row in rows)


def own_look(session: Session, grant_id: UUID) -> Look:
    """Return a look that is open to the actor now; raises NotFound (BXL-59)."""
    found = next((one for one in own_looks(session) if one.id == grant_id), None)
    if found is None or not session.scalar(_LOOKED_AT, {"dossier_id": found.dossier_id}):
        raise NotFound
    return found


def names_of(session: Session, looks_given: tuple[Look, ...]) -> dict[UUID, str]:
    """Return the addresses of developers, as far as the actor may know them."""
    return {one.account_id: one.login for one in developers(session)} if looks_given else {}


def support_file(session: Session, dossier_id: UUID) -> SupportFile:
    """Return a file as a developer sees it; raises NotFound for who has no look at it now."""
    language = session.scalar(select(Dossier.language).where(Dossier.id == dossier_id))
    if language is None:
        raise NotFound
    children = session.execute(
        select(Child.family_name, Child.birth_date, Child.expected)
        .where(Child.dossier_id == dossier_id)
        .order_by(Child.birth_date, Child.id)
    )
    requests = session.execute(
        select(
            Application.start_date,
            Application.half_days,
            Application.flexible,
            Application.state,
            Application.expires_on,
            Application.rule_set,
            Application.priority_rank,
            Application.grounds,
        )
        .where(Application.dossier_id == dossier_id)
        .order_by(Application.submitted_at, Application.id)
    ).all()
    return SupportFile(
        language=language,
        child_identity=tuple((row.family_name, row.birth_date, row.expected) for row in children),
        care_plan=tuple(
            SupportPlan(row.start_date, row.half_days, row.flexible, row.state, row.expires_on) for row in requests
        ),
        priority_result=tuple(
            SupportPriority(row.rule_set, row.priority_rank, tuple(row.grounds or ())) for row in requests
        ),
        choices=tuple(SupportChoice(*row) for row in session.execute(_choices(dossier_id))),
    )


def _choices(dossier_id: UUID) -> Any:
    return (
        select(Facility.name, Choice.position, Choice.state, Choice.reply_due_on, Choice.answered_at)
        .join(Facility, Facility.id == Choice.facility_id)
        .where(Choice.dossier_id == dossier_id)
        .order_by(Choice.position, Choice.id)
    )


_LOOK = select(
    SupportGrant.id,
    SupportGrant.dossier_id,
    SupportGrant.account_id,
    SupportGrant.given_by,
    SupportGrant.reason,
    SupportGrant.given_at,
    SupportGrant.until,
    SupportGrant.ended_at,
)
