"""Taking an answer to an offer back: for a day, by the parent who gave it; everything reopens as it was."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, exists, null, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice, Offer
from app.applications.operations.keys import rekey_choices
from app.applications.operations.notices import tell_facility, tell_family
from app.applications.queries.own import own_reason
from app.applications.rules import URGENT, ApplicationState, ChoiceState, OfferState, after_offer, may_take_back
from app.applications.rules import Denied as AnswerDenied
from app.core.audit import note_change
from app.core.db import actor_of
from app.core.errors import Refused
from app.families.operations import touch_dossier
from app.families.rules import Activity
from app.organisations.profile import Profile
from app.placements.models import Placement
from app.placements.operations.answers import require_offer
from app.placements.rules import Denied, may_reopen


def take_back(session: Session, profile: Profile, offer_id: UUID, *, now: datetime) -> None:
    """Take back the acceptance or the refusal of an offer, with all that it caused.

    Raises NotFound, and Refused when the day is over, another parent answered, or somebody acted on the answer.
    """
    offer = require_offer(session, offer_id)
    if denied := may_reopen(offer.state, offer.application_state, offer.expires_at, now):
        raise Refused(denied)
    if too_late := may_take_back(offer.decided_at, offer.decided_by, actor_of(session).id, now):
        raise Refused(too_late)
    if offer.state == OfferState.ACCEPTED:
        _undo_enrolment(session, offer, now)
    else:
        _undo_refusal(session, offer)
    if own_reason(session, offer.dossier_id) == "owner":
        # The second parent reads no answers of the first one; the keys then stay those that the choices closed with.
        rekey_choices(session, profile, offer.dossier_id, now=now)
    touch_dossier(session, offer.dossier_id, Activity.ANSWER_TAKEN_BACK, now=now)
    note_change(
        session,
        Activity.ANSWER_TAKEN_BACK,
        dossier_id=offer.dossier_id,
        groups=("answers", "own_choice", "placement"),
        reasons=("owner",),
    )
    moment = f"{offer_id}:{now.isoformat()}"
    tell_family(session, offer.dossier_id, "own_answer_taken_back", f"taken-back:{moment}", facility=offer.facility)
    tell_facility(
        session,
        offer.facility_id,
        "facility_answer_taken_back",
        f"taken-back-facility:{moment}",
        choice_id=str(offer.choice_id),
    )


def _undo_enrolment(session: Session, offer: Any, now: datetime) -> None:
    """Give the place back and open the request, its choices and its other offers, with the dates that they had."""
    _expect_one(session, delete(Placement).where(Placement.offer_id == offer.id, Placement.end_date.is_(None)))
    try:
        with session.begin_nested():
            _expect_one(
                session,
                update(Application)
                .where(Application.id == offer.application_id, Application.state == ApplicationState.ENROLLED)
                .values(state=ApplicationState.OPEN, closed_at=None),
            )
    except IntegrityError as error:
        raise Refused(AnswerDenied.CHILD_HAS_OPEN_APPLICATION) from error
    closed = and_(Offer.application_id == offer.application_id, Offer.closing_offer_id == offer.id)
    ended = and_(closed, Offer.state == OfferState.WITHDRAWN)
    for which in (Offer.id == offer.id, ended):
        session.execute(
            update(Offer)
            .where(which)
            .values(
                # What has lapsed in the meantime does not return.
                state=case((Offer.expires_at > now, OfferState.OPEN), else_=OfferState.LAPSED),
                decided_at=case((Offer.expires_at > now, null()), else_=Offer.expires_at),
                decided_by=None,
                closing_offer_id=None,
            )
        )
    _reopen(
        session,
        and_(Choice.id == offer.choice_id, Choice.state == ChoiceState.ENROLLED),
        after_offer(offer.origin, ChoiceState.OPEN),
    )
    _reopen(
        session,
        and_(
            Choice.application_id == offer.application_id,
            Choice.closing_offer_id == offer.id,
            Choice.state == ChoiceState.CLOSED,
        ),
        case(
            (Choice.origin == URGENT, ChoiceState.CLOSED),
            (Choice.previous_state == ChoiceState.OFFERED, ChoiceState.OPEN),
            else_=Choice.previous_state,
        ),
    )


def _undo_refusal(session: Session, offer: Any) -> None:
    """Open the offer again, unless the facility has answered since then."""
    _expect_one(
        session,
        update(Choice)
        .where(
            Choice.id == offer.choice_id,
            Choice.state == after_offer(offer.origin, ChoiceState.CONSIDERING),
            Choice.answered_at.is_(None) | (Choice.answered_at <= offer.decided_at),
        )
        .values(state=ChoiceState.OFFERED),
    )
    _expect_one(
        session,
        update(Offer)
        .where(Offer.id == offer.id, Offer.state == OfferState.DECLINED)
        .values(state=OfferState.OPEN, decided_at=None, decided_by=None),
    )


def _reopen(session: Session, which: ColumnElement[bool], otherwise: Any) -> None:
    """Let choices wait again: with an offer where one stands, else as before."""
    stands = exists(select(Offer.id).where(Offer.choice_id == Choice.id, Offer.state == OfferState.OPEN))
    session.execute(
        update(Choice)
        .where(which)
        .values(state=case((stands, ChoiceState.OFFERED), else_=otherwise), previous_state=None, closing_offer_id=None)
    )


def _expect_one(session: Session, statement: Any) -> None:
    if session.connection().execute(statement).rowcount != 1:
        raise Refused(Denied.CHANGED_MEANWHILE)
