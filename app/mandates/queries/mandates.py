"""Mandates as their family sees them: who helps, since when, until when, and what waits for its yes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.clock import today_at
from app.mandates.models import HelperOrganisation, JointSession, Mandate
from app.mandates.rules import mandate_ends_on


@dataclass(frozen=True, slots=True)
class DraftMandate:
    """The mandate under which a draft is filled in, for whoever acts as its family."""

    id: UUID
    organisation: str
    consented: bool
    ended: bool
    code_word_hash: str | None


@dataclass(frozen=True, slots=True)
class OwnMandate:
    """One mandate of a family's file."""

    id: UUID
    organisation: str
    started_at: datetime
    consent_how: str | None
    last_joint_on: date | None
    # The last day of the helper's reach, unless they change something together again.
    ends_on: date | None
    tells_deadlines: bool
    has_word: bool
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnMandates:
    """What the family's page about help shows."""

    help: tuple[OwnMandate, ...]


@dataclass(frozen=True, slots=True)
class AskedSitting:
    """A sitting that a helper asked for and that waits for the family's yes."""

    id: UUID
    organisation: str
    asked_at: datetime


def mandate_of_draft(session: Session, draft_id: UUID) -> DraftMandate | None:
    """Return the mandate of the draft that the actor fills in, sent or not; None for a draft without."""
    row = session.execute(
        select(
            Mandate.id,
            HelperOrganisation.name,
            Mandate.consent_at,
            Mandate.ended_at,
            Mandate.code_word_hash,
        )
        .join(HelperOrganisation, HelperOrganisation.id == Mandate.helper_organisation_id)
        .where(Mandate.draft_id == draft_id)
    ).one_or_none()
    if row is None:
        return None
    return DraftMandate(row.id, row.name, row.consent_at is not None, row.ended_at is not None, row.code_word_hash)


def own_mandates(session: Session, dossier_id: UUID, *, years: int) -> OwnMandates:
    """Return who helps, or helped, with a family's file, the newest first; `years` is the term of the profile."""
    rows = session.execute(
        select(
            Mandate.id,
            HelperOrganisation.name,
            Mandate.started_at,
            Mandate.consent_how,
            Mandate.last_joint_at,
            Mandate.tells_deadlines,
            Mandate.code_word_hash.is_not(None).label("has_word"),
            Mandate.ended_at,
        )
        .join(HelperOrganisation, HelperOrganisation.id == Mandate.helper_organisation_id)
        .where(Mandate.dossier_id == dossier_id)
        .order_by(Mandate.started_at.desc())
    ).all()
    found = []
    for row in rows:
        joint = today_at(row.last_joint_at) if row.last_joint_at else None
        found.append(
            OwnMandate(
                row.id,
                row.name,
                row.started_at,
                row.consent_how,
                joint,
                mandate_ends_on(joint, years) if joint else None,
                row.tells_deadlines,
                row.has_word,
                row.ended_at,
            )
        )
    return OwnMandates(tuple(found))


def helper_names(session: Session, dossier_id: UUID) -> tuple[str, ...]:
    """Return which organisations filed together with the family of a file, for its receipt."""
    rows = session.scalars(
        select(HelperOrganisation.name)
        .join(Mandate, Mandate.helper_organisation_id == HelperOrganisation.id)
        .where(Mandate.dossier_id == dossier_id)
        .distinct()
    )
    return tuple(rows)


def has_mandates(session: Session, dossier_id: UUID) -> bool:
    """Tell whether anybody helps, or helped, with a file."""
    return bool(session.scalar(select(func.count()).select_from(Mandate).where(Mandate.dossier_id == dossier_id)))


def asked_sittings(session: Session, dossier_id: UUID, *, now: datetime) -> tuple[AskedSitting, ...]:
    """Return the sittings that wait for the family's yes."""
    rows = session.execute(
        select(JointSession.id, HelperOrganisation.name, JointSession.asked_at)
        .join(Mandate, Mandate.id == JointSession.mandate_id)
        .join(HelperOrganisation, HelperOrganisation.id == Mandate.helper_organisation_id)
        .where(
            JointSession.dossier_id == dossier_id,
            JointSession.confirmed_at.is_(None),
            JointSession.ended_at.is_(None),
            JointSession.expires_at > now,
            Mandate.ended_at.is_(None),
        )
        .order_by(JointSession.asked_at.desc())
    )
    return tuple(AskedSitting(row.id, row.name, row.asked_at) for row in rows)
