"""Taking a consent back for a person who asks for it at a desk; giving one is for nobody but that person (LEU-20)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.applications.models import Choice
from app.consents.models import Consent
from app.core.audit import note_change
from app.core.db import actor_of
from app.core.errors import NotFound
from app.families.models import Dossier
from app.families.policy import writing_reason
from app.mandates.operations.telling import tell_as
from app.mandates.queries.contacts import reason_for, require_known
from app.organisations.profile import Profile


def withdraw_consent(session: Session, profile: Profile, dossier_id: UUID, recipient: str, *, now: datetime) -> None:
    """Note that a person takes a consent back: it holds at once, and they get a confirmation (LEU-20, M17).

    Raises Refused without a contact in which they are known and want it, and NotFound for a consent that is not asked.
    """
    contact = require_known(session, dossier_id)
    asked = next((consent for consent in profile.consents if consent.recipient == recipient), None)
    application_id = session.scalar(select(Choice.application_id).where(Choice.dossier_id == dossier_id).limit(1))
    if asked is None or application_id is None:
        raise NotFound
    tell_as(
        session,
        dossier_id,
        "consent_withdrawn",
        reason=reason_for(session, dossier_id),
        event="consent_withdrawn",
        groups=("consents",),
        contact_id=contact.id,
        now=now,
        recipient=profile.recipients[recipient].name,
    )
    session.execute(
        insert(Consent).values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            dossier_id=dossier_id,
            application_id=application_id,
            recipient=recipient,
            given=False,
            at=now,
            text_version=asked.text_version,
            language=session.execute(select(Dossier.language).where(Dossier.id == dossier_id)).scalar_one(),
            channel=contact.channel,
        )
    )
    reasons = (writing_reason(actor_of(session).kind),)
    note_change(session, "consent_withdrawn", dossier_id=dossier_id, groups=("consents",), reasons=reasons)
