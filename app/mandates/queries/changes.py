"""What somebody who changes a file for its family has to see of it: its requests and choices, and who is served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice
from app.applications.rules import state_on
from app.core.clock import today_at
from app.core.db import now_of
from app.core.errors import NotFound
from app.facilities.models import Facility
from app.families.models import Applicant, Child, Dossier, FamilyNotice

_REGISTERED = text("exists (select 1 from access.registrar r where r.dossier_id = dossier.id)")
SHOWN = 200


@dataclass(frozen=True, slots=True)
class HelpedChoice:
    """A facility that was chosen, in the family's own order."""

    id: UUID
    facility_id: UUID
    facility: str
    state: str


@dataclass(frozen=True, slots=True)
class HelpedRequest:
    """A request in a file that somebody else changes for its family."""

    id: UUID
    child_id: UUID
    state: str
    start_date: date
    half_days: int
    hours: Mapping[str, Any] | None
    flexible: bool
    choices: tuple[HelpedChoice, ...]


@dataclass(frozen=True, slots=True)
class RegisteredFile:
    """A file that a facility registered and may still change; groups of the catalogue by name."""

    subject: UUID
    id: UUID
    reference: str
    applicant_name: str
    child_identity: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldChange:
    """What somebody else changed in a file: when, on which ground, and which parts."""

    at: datetime
    reason: str
    event: str
    groups: tuple[str, ...]


def helped_requests(session: Session, dossier_id: UUID) -> tuple[HelpedRequest, ...]:
    """Return the requests of a file, the newest first, with the choices that the family made."""
    choices: dict[UUID, list[HelpedChoice]] = defaultdict(list)
    for row in session.execute(
        select(Choice.application_id, Choice.id, Choice.facility_id, Facility.name, Choice.state)
        .join(Facility, Facility.id == Choice.facility_id)
        .where(Choice.dossier_id == dossier_id, Choice.origin == "family")
        .order_by(Choice.position, Choice.id)
    ):
        choices[row.application_id].append(HelpedChoice(row.id, row.facility_id, row.name, row.state))
    today = today_at(now_of(session))
    rows = session.execute(
        select(
            Application.id,
            Application.child_id,
            Application.state,
            Application.expires_on,
            Application.start_date,
            Application.half_days,
            Application.hours,
            Application.flexible,
        )
        .where(Application.dossier_id == dossier_id)
        .order_by(Application.submitted_at.desc(), Application.id)
    ).all()
    return tuple(
        HelpedRequest(
            row.id,
            row.child_id,
            state_on(row.state, row.expires_on, today),
            row.start_date,
            row.half_days,
            row.hours,
            row.flexible,
            tuple(choices[row.id]),
        )
        for row in rows
    )


def registered_files(session: Session) -> tuple[RegisteredFile, ...]:
    """Return the files that the actor's facilities registered and may still change, by family name (BXL-54)."""
    rows = session.execute(
        select(Dossier.id, Dossier.reference, Applicant.given_name, Applicant.family_name)
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .where(_REGISTERED)
        .order_by(Applicant.family_name, Applicant.given_name, Dossier.id)
        .limit(SHOWN)
    ).all()
    children: dict[UUID, list[str]] = defaultdict(list)
    for child in session.execute(
        select(Child.dossier_id, Child.given_name, Child.family_name)
        .where(Child.dossier_id.in_([row.id for row in rows]))
        .order_by(Child.birth_date, Child.id)
    ):
        children[child.dossier_id].append(" ".join(filter(None, (child.given_name, child.family_name))))
    return tuple(
        RegisteredFile(row.id, row.id, row.reference, f"{row.given_name} {row.family_name}", tuple(children[row.id]))
        for row in rows
    )


def registered_reference(session: Session, dossier_id: UUID) -> str:
    """Return the reference of a file that the actor's facility registered; raises NotFound for any other."""
    reference = session.scalar(select(Dossier.reference).where(Dossier.id == dossier_id, _REGISTERED))
    if reference is None:
        raise NotFound
    return reference


def told_changes(session: Session, dossier_id: UUID, *, limit: int) -> tuple[ToldChange, ...]:
    """Return what others changed in a family's own file, the newest first (BXL-49)."""
    rows = session.execute(
        select(FamilyNotice.at, FamilyNotice.reason, FamilyNotice.event, FamilyNotice.groups)
        .where(FamilyNotice.dossier_id == dossier_id)
        .order_by(FamilyNotice.at.desc(), FamilyNotice.id)
        .limit(limit)
    )
    return tuple(ToldChange(row.at, row.reason, row.event, tuple(row.groups)) for row in rows)


def registrar_of(session: Session, dossier_id: UUID) -> str | None:
    """Return the facility that registered for the parents and may still change the file; None where there is none."""
    return session.scalar(
        select(Facility.name)
        .join(Dossier, Dossier.registrar_facility_id == Facility.id)
        .where(Dossier.id == dossier_id, Dossier.registrar_ended_at.is_(None))
    )
