"""The list of work of a helper: its own families, and what was begun beside somebody and not sent yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice, Draft, Offer
from app.applications.rules import state_on
from app.core.clock import today_at
from app.core.db import actor_of
from app.core.errors import NotFound
from app.facilities.models import Facility, FacilityMember
from app.families.models import Applicant, Child, Dossier
from app.mandates.models import JointSession, Mandate
from app.mandates.rules import mandate_ends_on

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Help:
    """What helper and family agreed, and until when it opens anything."""

    label: str
    started_at: datetime
    agreed: bool
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One family in the list of work; what the mandate does not open any more is not there."""

    id: UUID
    subject: UUID
    # Whether a file is reached: else it is a draft, or over.
    open: bool
    help: Help
    applicant_name: str
    own_choice: str
    # By when the family has to answer an offer.
    answers: datetime | None
    care_plan: date | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft that somebody began beside a family: what is in it is not theirs to read."""

    id: UUID
    mandate_id: UUID | None
    language: str
    label: str
    agreed: bool
    saved_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ClientChoice:
    """A facility that was chosen, and how far it is."""

    facility: str
    state: str


@dataclass(frozen=True, slots=True)
class ClientFile:
    """What was filed together, for the helper who did."""

    subject: UUID
    applicant_name: str
    contact: tuple[str, ...]
    child_identity: tuple[str, date, bool]
    care_plan: tuple[date, int]
    language: str
    choices: tuple[str, ...]
    own_choice: tuple[ClientChoice, ...]
    answers: datetime | None
    help: Help


@dataclass(frozen=True, slots=True)
class Sitting:
    """The sitting of a mandate that is asked for or goes on."""

    id: UUID
    by_message: bool
    until: datetime | None


def clients(session: Session, *, years: int, now: datetime, ended: bool = False) -> Sequence[ClientRow]:
    """Return the files that the actor helps with now, the next deadline first; `ended` gives those that are over.

    What was filed together is joined through the policies: a mandate past its term keeps its label and nothing more.
    """
    deadline = (
        select(func.min(Offer.expires_at))
        .where(Offer.application_id == Application.id, Offer.state == "open", Offer.expires_at > now)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Mandate.id,
            Mandate.dossier_id,
            Mandate.label,
            Mandate.started_at,
            Mandate.consent_at,
            Mandate.last_joint_at,
            Mandate.ended_at,
            Application.id.label("application_id"),
            Application.state,
            Application.expires_on,
            Applicant.given_name,
            Applicant.family_name,
            deadline.label("deadline"),
        )
        .outerjoin(
            Application, and_(Application.mandate_id == Mandate.id, Application.dossier_id == Mandate.dossier_id)
        )
        .outerjoin(Applicant, Applicant.dossier_id == Application.dossier_id)
        .where(Mandate.helper_id == actor_of(session).id, Mandate.dossier_id.is_not(None))
        .order_by(deadline.nulls_last(), Application.expires_on, Mandate.started_at.desc())
        .limit(SHOWN)
    ).all()
    today, seen, found = today_at(now), set(), []
    for row in rows:
        is_open = row.application_id is not None
        if row.id in seen or is_open is ended:
            continue
        seen.add(row.id)
        found.append(
            ClientRow(
                row.id,
                row.dossier_id,
                is_open,
                _help(row, years),
                f"{row.given_name} {row.family_name}" if row.given_name else "",
                state_on(row.state, row.expires_on, today) if is_open else "",
                row.deadline,
                row.expires_on,
            )
        )
    return found


def begun(session: Session, *, now: datetime) -> Sequence[Begun]:
    """Return the drafts that the actor began beside families and that nobody sent yet, the newest first."""
    rows = session.execute(
        select(
            Draft.id,
            Draft.mandate_id,
            Draft.language,
            Draft.updated_at,
            Draft.expires_at,
            Mandate.label,
            Mandate.consent_at,
        )
        .outerjoin(Mandate, Mandate.id == Draft.mandate_id)
        .where(
            Draft.assisted_by == actor_of(session).id,
            Draft.submitted_at.is_(None),
            Draft.expires_at > now,
            or_(Draft.mandate_id.is_(None), and_(Mandate.id.is_not(None), Mandate.ended_at.is_(None))),
        )
        .order_by(Draft.updated_at.desc())
        .limit(SHOWN)
    )
    return [
        Begun(
            row.id,
            row.mandate_id,
            row.language,
            row.label or "",
            row.consent_at is not None,
            row.updated_at,
            row.expires_at,
        )
        for row in rows
    ]


def own_begun(session: Session, draft_id: UUID, *, now: datetime) -> Begun:
    """Return one draft that the actor began and may go on with; raises NotFound."""
    found = next((draft for draft in begun(session, now=now) if draft.id == draft_id), None)
    if found is None:
        raise NotFound
    return found


def client(session: Session, mandate_id: UUID, *, years: int, now: datetime) -> ClientFile:
    """Return what was filed together under a mandate of the actor's; raises NotFound where it opens nothing."""
    row = session.execute(
        select(
            Mandate.label,
            Mandate.started_at,
            Mandate.consent_at,
            Mandate.last_joint_at,
            Dossier.id.label("dossier_id"),
            Dossier.language,
            Application.id.label("application_id"),
            Application.start_date,
            Application.half_days,
            Applicant.given_name,
            Applicant.family_name,
            Applicant.phone,
            Applicant.email,
            Child.given_name.label("child_name"),
            Child.birth_date,
            Child.expected,
        )
        .join(Dossier, Dossier.id == Mandate.dossier_id)
        .join(Application, and_(Application.mandate_id == Mandate.id, Application.dossier_id == Dossier.id))
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .join(Child, Child.id == Application.child_id)
        .where(Mandate.id == mandate_id, Mandate.helper_id == actor_of(session).id, Mandate.ended_at.is_(None))
        .order_by(Application.submitted_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    chosen = session.execute(
        select(Facility.name, Choice.state, Choice.position)
        .join(Facility, Facility.id == Choice.facility_id)
        .where(Choice.application_id == row.application_id)
        .order_by(Choice.position)
    ).all()
    deadline = session.scalar(
        select(func.min(Offer.expires_at)).where(
            Offer.application_id == row.application_id, Offer.state == "open", Offer.expires_at > now
        )
    )
    return ClientFile(
        subject=row.dossier_id,
        applicant_name=f"{row.given_name} {row.family_name}",
        contact=tuple(part for part in (row.phone, row.email) if part),
        child_identity=(row.child_name or "", row.birth_date, row.expected),
        care_plan=(row.start_date, row.half_days),
        language=row.language,
        choices=tuple(each.name for each in chosen),
        own_choice=tuple(ClientChoice(each.name, each.state) for each in chosen),
        answers=deadline,
        help=_help(row, years),
    )


def sitting(session: Session, mandate_id: UUID, *, now: datetime) -> Sitting | None:
    """Return the sitting that is asked for, or proved and not over; None when there is none."""
    row = session.execute(
        select(JointSession.id, JointSession.link_hash, JointSession.until)
        .where(
            JointSession.mandate_id == mandate_id,
            JointSession.ended_at.is_(None),
            or_(
                JointSession.until > now,
                and_(JointSession.confirmed_at.is_(None), JointSession.expires_at > now),
            ),
        )
        .order_by(JointSession.until.desc().nulls_last(), JointSession.asked_at.desc())
        .limit(1)
    ).one_or_none()
    return Sitting(row.id, row.link_hash is not None, row.until) if row is not None else None


def may_begin_beside(session: Session) -> bool:
    """Tell whether the actor's role lets them fill in beside families at this moment."""
    return session.scalar(select(func.access.may_begin_beside())) is True


def registering_facilities(session: Session, *, now: datetime) -> Mapping[UUID, str]:
    """Return the facilities that the actor answers for and may register for, by name (BXL-54)."""
    rows = session.execute(
        select(Facility.id, Facility.name)
        .join(FacilityMember, FacilityMember.facility_id == Facility.id)
        .where(
            FacilityMember.account_id == actor_of(session).id,
            FacilityMember.starts_at <= now,
            or_(FacilityMember.ends_at.is_(None), FacilityMember.ends_at > now),
            Facility.active,
        )
        .order_by(Facility.name)
    )
    return {row.id: row.name for row in rows}


def _help(row: Any, years: int) -> Help:
    ends = mandate_ends_on(today_at(row.last_joint_at), years) if row.last_joint_at else None
    return Help(row.label, row.started_at, row.consent_at is not None, ends)
