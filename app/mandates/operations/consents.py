"""Giving a permission and taking it back: by the family itself; at a desk it is only taken back (LEU-20)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Choice
from app.applications.operations.notices import tell_family
from app.consents.operations import record_answer
from app.consents.queries import Ask, find_ask, own_consents
from app.consents.rules import Channel, stands
from app.core.audit import note_change
from app.core.db import actor_of
from app.core.errors import NotFound
from app.families.models import Dossier
from app.families.policy import writing_reason
from app.mandates.operations.telling import tell_as
from app.mandates.queries.contacts import reason_for, require_known
from app.organisations.profile import Profile

GIVEN, WITHDRAWN = "consent_given", "consent_withdrawn"
# The confirmation (M17): of a recipient by its name, of a use by a letter of its own.
TO_RECIPIENT, OF_USE = "consent_withdrawn", "surveys_stopped"


def answer_consent(
    session: Session,
    profile: Profile,
    dossier_id: UUID,
    application_id: UUID,
    recipient: str,
    *,
    given: bool,
    language: str,
    now: datetime,
) -> None:
    """Note what the family itself answers; taking back holds at once and is confirmed (BXL-65, BXL-66, M17).

    An answer that stands already is not noted a second time. Raises NotFound for what nobody asks.
    """
    ask = find_ask(profile, recipient)
    last = next((one.given for one in own_consents(session, dossier_id) if one.recipient == recipient), None)
    if last is given or (last is None and stands(unless_refused=ask.unless_refused, answer=None) is given):
        return
    record_answer(
        session, ask, dossier_id, application_id, given=given, language=language, channel=Channel.WEB, now=now
    )
    event = GIVEN if given else WITHDRAWN
    if not given:
        key = f"withdrawn:{dossier_id}:{recipient}:{now.isoformat()}"
        tell_family(session, dossier_id, _letter(profile, ask), key, recipient=ask.name)
    note_change(session, event, dossier_id=dossier_id, groups=("consents",), reasons=("owner",))


def withdraw_consent(session: Session, profile: Profile, dossier_id: UUID, recipient: str, *, now: datetime) -> None:
    """Note that a person takes a consent back: it holds at once, and they get a confirmation (LEU-20, M17).

    Raises Refused without a contact in which they are known and want it, and NotFound for a consent that is not asked.
    """
    contact = require_known(session, dossier_id)
    ask = find_ask(profile, recipient)
    application_id = session.scalar(select(Choice.application_id).where(Choice.dossier_id == dossier_id).limit(1))
    if application_id is None:
        raise NotFound
    tell_as(
        session,
        dossier_id,
        _letter(profile, ask),
        reason=reason_for(session, dossier_id),
        event=WITHDRAWN,
        groups=("consents",),
        contact_id=contact.id,
        now=now,
        recipient=ask.name,
    )
    record_answer(
        session,
        ask,
        dossier_id,
        application_id,
        given=False,
        language=session.execute(select(Dossier.language).where(Dossier.id == dossier_id)).scalar_one(),
        channel=contact.channel,
        now=now,
    )
    reasons = (writing_reason(actor_of(session).kind),)
    note_change(session, WITHDRAWN, dossier_id=dossier_id, groups=("consents",), reasons=reasons)


def _letter(profile: Profile, ask: Ask) -> str:
    return TO_RECIPIENT if ask.recipient in profile.recipients else OF_USE
