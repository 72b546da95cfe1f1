"""The keys that requests and choices are ranked by, from the answers as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.applications.models import OPEN_CHOICE, Application, Choice
from app.applications.rules import ApplicationState, reply_due_on
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.db import actor_of
from app.facilities.models import Facility
from app.families.models import Child
from app.families.policy import writing_reason
from app.families.queries import health_for_keys, own_family
from app.families.rules import CircumstancesDetails, PartnerDetails, Relation
from app.organisations.profile import Profile
from app.priority.queries import keys_at, keys_of
from app.priority.rules import Answer, Facts, read_facts


def facts_of(
    circumstances: CircumstancesDetails,
    partner: PartnerDetails | None,
    health: bool | None,
    *,
    relation: str | None = None,
    sibling_here: bool = False,
) -> Facts:
    """Return a family's answers as the priority rules take them; a foster parent asks for a foster child (LEU-09)."""
    foster = True if relation == Relation.FOSTER_PARENT else circumstances.foster
    answers: Mapping[str, object] = {
        Answer.FAMILY: circumstances.family_situation,
        Answer.WORK: circumstances.work,
        Answer.PARTNER_WORK: partner.work if partner is not None else None,
        Answer.INCOME: circumstances.income,
        Answer.EDUCATION: circumstances.education,
        Answer.HEALTH: health,
        Answer.FOSTER: foster,
        Answer.DUTCH: circumstances.dutch,
        Answer.DUTCH_PROOF: circumstances.dutch_proof,
    }
    return read_facts(answers, sibling_here=sibling_here)


def rekey_choices(session: Session, profile: Profile, dossier_id: UUID, *, now: datetime) -> None:
    """Compute the keys of every open request and choice of a dossier anew from the answers in the database (BXL-29).

    The rules in force on the day of filing hold, not those of today. The chosen facilities see the result at once: it
    is written in the transaction that changes the answer.
    """
    assert profile.application is not None
    family = own_family(session, dossier_id)
    health = health_for_keys(session, family)
    rows = session.execute(
        select(
            Choice.id,
            Choice.sibling_here,
            Choice.submitted_at,
            Choice.reply_due_on,
            Application.id.label("application_id"),
            Application.submitted_at.label("filed_at"),
            Application.start_date,
            Application.half_days,
            Child.birth_date,
            Facility.postcode,
            Facility.tariff,
            Facility.reply_days,
        )
        .join(Application, Application.id == Choice.application_id)
        .join(Child, Child.id == Application.child_id)
        .join(Facility, Facility.id == Choice.facility_id)
        .where(
            Choice.dossier_id == dossier_id,
            Application.state == ApplicationState.OPEN,
            text(f"choice.{OPEN_CHOICE}"),
        )
    ).all()
    applications = {row.application_id: today_at(row.filed_at) for row in rows}
    for application_id, filed in applications.items():
        facts = facts_of(family.circumstances, family.partner, health, relation=family.applicant.relation)
        whole = keys_of(profile, filed, facts)
        session.execute(
            update(Application)
            .where(Application.id == application_id, Application.state == ApplicationState.OPEN)
            .values(rule_set=whole.rule_set, grounds=list(whole.grounds), priority_rank=int(whole.rank))
        )
    for row in rows:
        facts = facts_of(
            family.circumstances,
            family.partner,
            health,
            relation=family.applicant.relation,
            sibling_here=row.sibling_here,
        )
        keys = keys_at(profile, applications[row.application_id], facts, postcode=row.postcode, tariff=row.tariff)
        due = reply_due_on(
            today_at(row.submitted_at),
            row.reply_days or profile.application.reply_days,
            start_date=row.start_date,
            horizon_months=profile.application.horizon_months,
        )
        session.execute(
            update(Choice)
            .where(Choice.id == row.id, text(f"choice.{OPEN_CHOICE}"))
            .values(
                priority_rank=int(keys.rank),
                grounds=list(keys.grounds),
                start_date=row.start_date,
                half_days=row.half_days,
                child_birth_date=row.birth_date,
                reply_due_on=due,
            )
        )
    if rows:
        reason = writing_reason(actor_of(session).kind)
        note_change(session, "priority_computed", dossier_id=dossier_id, groups=("priority_result",), reasons=(reason,))
