"""What a family gets to see right after sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice
from app.applications.rules import ApplicationState
from app.facilities.models import Facility
from app.families.models import Applicant, Child, Dossier
from app.families.rules import grouped_reference


@dataclass(frozen=True, slots=True)
class Receipt:
    """The reference, the facilities that can now read what was sent last, for whom, and by when they answer."""

    dossier_id: UUID
    account: str
    contact: str | None
    # A name for each child of one birth; nothing for a child that has none yet.
    child_identity: tuple[str, ...]
    choices: tuple[str, ...]
    own_choice: date | None


def own_receipt(session: Session, account_id: UUID) -> Receipt | None:
    """Return the receipt of the account's open request, or None when it has none."""
    dossier = session.execute(
        select(Dossier.id, Dossier.reference, Applicant.email)
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .where(Dossier.account_id == account_id)
    ).one_or_none()
    if dossier is None:
        return None
    chosen = session.execute(
        select(
            Facility.name,
            Choice.reply_due_on,
            Application.submitted_at,
            Child.id.label("child_id"),
            func.coalesce(Child.call_name, Child.given_name, "").label("child"),
        )
        .join(Choice, Choice.facility_id == Facility.id)
        .join(Application, Application.id == Choice.application_id)
        .join(Child, Child.id == Application.child_id)
        .where(Application.dossier_id == dossier.id, Application.state == ApplicationState.OPEN)
        .order_by(Application.submitted_at.desc(), Choice.position, Child.given_name, Child.id)
    ).all()
    # Children of one birth were sent at one moment, with the same choices.
    sent = [row for row in chosen if row.submitted_at == chosen[0].submitted_at]
    return Receipt(
        dossier_id=dossier.id,
        account=grouped_reference(dossier.reference),
        contact=dossier.email,
        child_identity=tuple({row.child_id: row.child for row in sent}.values()),
        choices=tuple(dict.fromkeys(row.name for row in sent)),
        own_choice=max((row.reply_due_on for row in sent), default=None),
    )
