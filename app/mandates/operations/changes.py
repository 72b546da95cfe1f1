"""What somebody changes in a file that is not their own: a desk that a family asked, a facility that registered for it.

The change itself is the family's own verb, with its rules and its order of the list. Before it stand the question who
may, and the message that tells the family which parts are changed, and by whom (BXL-49, BXL-54, LEU-23, KL-33).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice
from app.applications.operations.changes import (
    NewPlan,
    Told,
    add_choice,
    change_answers,
    change_plan,
    end_application,
    withdraw_choice,
)
from app.applications.rules import STANDING, Denied
from app.core.access import reached
from app.core.actor import Kind
from app.core.audit import note_change
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.families.queries import FamilyRecord, own_family
from app.families.rules import ApplicantDetails, grouped_reference
from app.mandates.operations.logins import Ways, announce_ways
from app.mandates.operations.telling import REGISTRAR, tell_as, tell_of_change
from app.mandates.queries.contacts import reason_for, require_known
from app.mandates.rules import CancelReason
from app.organisations.profile import Profile

_CONTACT = ("street", "house_number", "postcode", "municipality", "phone", "email", "channel", "protected")
_NAME = ("given_name", "family_name")
_CIRCUMSTANCES = {
    "family_situation": ("family_situation", "foster"),
    "work_situation": ("work", "employer"),
    "income_situation": ("income",),
    "education": ("education",),
    "dutch_knowledge": ("dutch", "dutch_proof"),
}
_REGISTERED = text(f"select 1 where {reached(REGISTRAR, 'dossier_id', ':id')}")


@dataclass(frozen=True, slots=True)
class Ground:
    """On which ground somebody changes a file, and the contact in which the family asked for it."""

    reason: str
    contact_id: UUID | None


def require_ground(session: Session, dossier_id: UUID) -> Ground:
    """Return on which ground the actor may change a file now.

    Raises NotFound for who does not reach it, and Refused at a desk where nobody was identified or asked for a change.
    """
    if actor_of(session).kind == Kind.FACILITY:
        if session.scalar(_REGISTERED, {"id": dossier_id}) is None:
            raise NotFound
        return Ground(REGISTRAR, None)
    return Ground(reason_for(session, dossier_id), require_known(session, dossier_id).id)


def change_file(session: Session, profile: Profile, dossier_id: UUID, told: Told, *, now: datetime) -> bool:
    """Write what differs from what was known, and tell the family which parts; False when nothing differs.

    Raises NotFound, and Refused as the family's own change does.
    """
    ground = require_ground(session, dossier_id)
    known = own_family(session, dossier_id)
    groups = _changed_groups(known, told)
    if not groups:
        return False
    if ground.reason == REGISTRAR and (known.applicant.protected or told.applicant.protected):
        _refuse_protected(known.applicant, told.applicant)
    tell_of_change(
        session,
        dossier_id,
        reason=ground.reason,
        event="file_changed",
        groups=groups,
        contact_id=ground.contact_id,
        now=now,
    )
    # What only the family answers stays as it is.
    change_answers(session, profile, dossier_id, replace(told, health=known.health), now=now)
    before = Ways(known.applicant.email, known.applicant.phone)
    announce_ways(session, dossier_id, before, Ways(told.applicant.email, told.applicant.phone), now=now)
    return True


def change_care(session: Session, profile: Profile, application_id: UUID, plan: NewPlan, *, now: datetime) -> None:
    """Change start, days and hours for a family; raises NotFound and Refused."""
    _tell(session, _dossier_of(session, application_id), "plan_changed", "care_plan", now)
    change_plan(session, profile, application_id, plan, now=now)


def choose_for(session: Session, profile: Profile, application_id: UUID, facility_id: UUID, *, now: datetime) -> None:
    """Choose one more facility for a family; raises NotFound and Refused."""
    _tell(session, _dossier_of(session, application_id), "choice_added", "choices", now)
    add_choice(session, profile, application_id, facility_id, now=now)


def withdraw_for(session: Session, choice_id: UUID, *, now: datetime) -> None:
    """Take a choice back for a family; raises NotFound and Refused."""
    dossier_id = session.scalar(select(Choice.dossier_id).where(Choice.id == choice_id))
    if dossier_id is None:
        raise NotFound
    _tell(session, dossier_id, "choice_withdrawn", "choices", now)
    withdraw_choice(session, choice_id, now=now)


def order_for(session: Session, application_id: UUID, choice_ids: Sequence[UUID], *, now: datetime) -> None:
    """Put the standing choices of a request in the order that the family wants; raises NotFound and Refused."""
    dossier_id = _dossier_of(session, application_id)
    standing = session.scalars(
        select(Choice.id)
        .where(Choice.application_id == application_id, Choice.state.in_(STANDING))
        .order_by(Choice.position)
        .with_for_update()
    ).all()
    if set(standing) != set(choice_ids) or len(standing) != len(choice_ids):
        raise Refused(Denied.CHANGED_MEANWHILE)
    ground = _tell(session, dossier_id, "choices_ordered", "choices", now)
    for position, choice_id in enumerate(choice_ids):
        session.execute(update(Choice).where(Choice.id == choice_id).values(position=position))
    note_change(session, "choices_ordered", dossier_id=dossier_id, groups=("choices",), reasons=(ground.reason,))


def cancel_for(session: Session, application_id: UUID, why: CancelReason, *, now: datetime) -> None:
    """Cancel a request for a family, with a reason: the family gets one mail of it (BXL-17). Raises NotFound, Refused.

    Only a desk does; what open offers and choices come to is what the family's own cancelling makes of them.
    """
    dossier_id = _dossier_of(session, application_id)
    ground = require_ground(session, dossier_id)
    if ground.reason == REGISTRAR:
        raise NotFound
    reference = own_family(session, dossier_id).reference
    tell_as(
        session,
        dossier_id,
        "cancelled_by_desk",
        reason=ground.reason,
        event=f"cancelled_{why}",
        groups=("own_choice", "answers"),
        contact_id=ground.contact_id,
        now=now,
        reference=grouped_reference(reference),
        why=str(why),
    )
    end_application(session, application_id, now=now)


def _tell(session: Session, dossier_id: UUID, event: str, group: str, now: datetime) -> Ground:
    ground = require_ground(session, dossier_id)
    tell_of_change(
        session,
        dossier_id,
        reason=ground.reason,
        event=event,
        groups=(group,),
        contact_id=ground.contact_id,
        now=now,
    )
    return ground


def _dossier_of(session: Session, application_id: UUID) -> UUID:
    dossier_id = session.scalar(select(Application.dossier_id).where(Application.id == application_id))
    if dossier_id is None:
        raise NotFound
    return dossier_id


def _refuse_protected(known: ApplicantDetails, told: ApplicantDetails) -> None:
    """Refuse a facility's change to who applies where the address is protected: it has no key to it."""
    if told != known:
        raise Refused(Denied.PROTECTED)


def _changed_groups(known: FamilyRecord, told: Told) -> set[str]:
    """Return the groups of the catalogue in which what is told differs from what is known."""
    before, after = known.applicant, told.applicant
    groups = {"language"} if told.language != known.language else set()
    if before != after:
        groups |= {"applicant_name"} if _differ(before, after, _NAME) else set()
        groups |= {"contact"} if _differ(before, after, _CONTACT) else set()
        groups |= {"applicant_identity"} if _differ(before, after, ("birth_date", "sex")) else set()
        groups |= (
            {"leuven_background"} if _differ(before, after, ("nationality", "home_language", "relation")) else set()
        )
    if told.partner != known.partner:
        groups |= {"partner_name"} if _differ(known.partner, told.partner, _NAME) else set()
        groups |= {"partner_contact"} if _differ(known.partner, told.partner, ("phone", "email")) else set()
        groups |= {"partner_situation"} if _differ(known.partner, told.partner, ("work",)) else set()
    if told.child != known.children.get(told.child_id):
        groups.add("child_identity")
    groups |= {
        group for group, names in _CIRCUMSTANCES.items() if _differ(known.circumstances, told.circumstances, names)
    }
    return groups


def _differ(before: object, after: object, names: Sequence[str]) -> bool:
    return any(getattr(before, name, None) != getattr(after, name, None) for name in names)
