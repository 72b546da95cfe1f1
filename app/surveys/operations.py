"""Making a survey, asking the families that may be asked, taking an answer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import String, cast, false, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.accounts.rules import hash_of
from app.applications.models import Application
from app.applications.operations.notices import tell_family, told_before
from app.applications.rules import ApplicationState, end_of_day
from app.consents.models import Consent
from app.core.audit import note_event
from app.core.clock import today_at
from app.core.db import Databases, actor_of, call_signin
from app.core.errors import Refused
from app.families.models import Dossier
from app.organisations.profile import Profile
from app.surveys.models import Survey, SurveyPass
from app.surveys.rules import USE, Reuse, may_ask, why_not

TOKEN_BYTES = 32


def make_survey(
    session: Session, profile: Profile, question: Mapping[str, str], opens_on: date, closes_on: date, *, now: datetime
) -> UUID:
    """Write down a question for families; raises Refused with a SurveyDenied."""
    reason = why_not(reuse_of(profile), question, profile.languages.family, opens_on, closes_on, today_at(now))
    if reason is not None:
        raise Refused(reason)
    survey_id = uuid4()
    actor = actor_of(session)
    session.execute(
        insert(Survey).values(
            id=survey_id,
            organisation=actor.organisation,
            question=dict(question),
            opens_on=opens_on,
            closes_on=closes_on,
            created_by=actor.id,
            created_at=now,
        )
    )
    note_event(session, "survey_made")
    return survey_id


def send_surveys(session: Session, profile: Profile, *, now: datetime, limit: int) -> int:
    """Ask the families of running surveys that may be asked, each once (M6); returns how many were asked.

    For `system:surveys`. What a family said of this use at that moment counts; no answer about priority can choose
    whom to ask (BXL-18).
    """
    today = today_at(now)
    running = session.execute(
        select(Survey.id, Survey.closes_on).where(Survey.opens_on <= today, Survey.closes_on >= today)
    ).all()
    asked = 0
    for survey in running:
        for dossier_id in _families(session, survey.id, reuse_of(profile), limit):
            _ask(session, survey.id, survey.closes_on, dossier_id)
            asked += 1
        session.execute(update(Survey).where(Survey.id == survey.id, Survey.sent_at.is_(None)).values(sent_at=now))
    return asked


def take_answer(databases: Databases, organisation: str, token_hash: bytes, score: int, now: datetime) -> bool:
    """Keep an answer and forget who was asked; False when the link was used or is over."""
    found = call_signin(
        databases, "survey_answer", organisation=organisation, hash=token_hash, score=score, id=uuid4(), now=now
    )
    return bool(found)


def reuse_of(profile: Profile) -> str:
    """Return how the organisation may use contact data to ask about its service; never unless it says so."""
    return (profile.settings.reuse or {}).get(USE, Reuse.NEVER)


def _families(session: Session, survey_id: UUID, reuse: str, limit: int) -> Sequence[UUID]:
    """Return families with a request that stands or a place that may be asked and were not yet."""
    said = (
        select(Consent.dossier_id, Consent.given)
        .where(Consent.recipient == USE)
        .order_by(Consent.dossier_id, Consent.at.desc(), Consent.id)
        .ext(distinct_on(Consent.dossier_id))
        .subquery()
    )
    asks = select(Application.id).where(
        Application.dossier_id == Dossier.id,
        Application.state.in_((ApplicationState.OPEN, ApplicationState.ENROLLED)),
    )
    return session.scalars(
        select(Dossier.id)
        .outerjoin(said, said.c.dossier_id == Dossier.id)
        .where(
            asks.exists(),
            or_(false(), *(said.c.given.is_(answer) for answer in (True, False, None) if may_ask(reuse, answer))),
            ~told_before(func.concat("survey:", cast(str(survey_id), String), ":", Dossier.id)),
        )
        .order_by(Dossier.id)
        .limit(limit)
    ).all()


def _ask(session: Session, survey_id: UUID, closes_on: date, dossier_id: UUID) -> None:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(
        insert(SurveyPass).values(
            hash=hash_of(token),
            organisation=actor_of(session).organisation,
            survey_id=survey_id,
            expires_at=end_of_day(closes_on),
        )
    )
    tell_family(
        session,
        dossier_id,
        "survey",
        f"survey:{survey_id}:{dossier_id}",
        token=token,
        last_on=closes_on.isoformat(),
    )
