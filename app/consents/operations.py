"""Noting consents: each separate, voluntary, dated, with the version of the text that was shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.consents.models import Consent
from app.consents.queries import Ask
from app.consents.rules import TERMS, Channel
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.db import actor_of
from app.organisations.profile import Profile
from app.organisations.rules import statement_in_force


def record_consents(
    session: Session,
    profile: Profile,
    dossier_id: UUID,
    application_id: UUID,
    answers: Mapping[str, bool],
    *,
    language: str,
    channel: str = Channel.WEB,
    now: datetime,
) -> None:
    """Note the answer to each consent that the organisation asks; what was not ticked is noted as refused (BXL-34)."""
    organisation = actor_of(session).organisation
    for consent in profile.consents:
        session.execute(
            insert(Consent).values(
                id=uuid4(),
                organisation=organisation,
                dossier_id=dossier_id,
                application_id=application_id,
                recipient=consent.recipient,
                given=answers.get(consent.recipient) is True,
                at=now,
                text_version=consent.text_version,
                language=language,
                channel=channel,
            )
        )
    if profile.consents:
        note_change(session, "consents_recorded", dossier_id=dossier_id, groups=("consents",), reasons=("owner",))


def record_answer(
    session: Session,
    ask: Ask,
    dossier_id: UUID,
    application_id: UUID,
    *,
    given: bool,
    language: str,
    channel: str,
    now: datetime,
) -> None:
    """Note one answer, whichever it is: the same row, in the same number of steps (BXL-66)."""
    session.execute(
        insert(Consent).values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            dossier_id=dossier_id,
            application_id=application_id,
            recipient=ask.recipient,
            given=given,
            at=now,
            text_version=ask.text_version,
            language=language,
            channel=channel,
        )
    )


def record_terms(
    session: Session,
    profile: Profile,
    dossier_id: UUID,
    application_id: UUID,
    *,
    language: str,
    channel: str = Channel.WEB,
    now: datetime,
) -> None:
    """Note that an agreement came into being, when and under which version of the statement (LEU-22)."""
    if not profile.statement.agreement:
        return
    session.execute(
        insert(Consent).values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            dossier_id=dossier_id,
            application_id=application_id,
            recipient=TERMS,
            given=True,
            at=now,
            text_version=statement_in_force(profile, today_at(now)).version,
            language=language,
            channel=channel,
        )
    )
    note_change(session, "terms_accepted", dossier_id=dossier_id, groups=("consents",), reasons=("owner",))
