"""The term of a request: renewing one that ends, or that ended without a place."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import case, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.applications.models import Application, Choice
from app.applications.operations.keys import rekey_choices
from app.applications.operations.notices import tell_family
from app.applications.rules import ApplicationState, ChoiceState, Denied, expires_on, may_renew
from app.core.access import reached
from app.core.audit import note_change
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.facilities.models import Facility
from app.families.operations import touch_dossier
from app.families.rules import Activity
from app.organisations.profile import Profile


def renew_application(session: Session, profile: Profile, application_id: UUID, *, now: datetime) -> None:
    """Let a request stand for one more term; its choices wait again, with the dates that they had (BXL-44).

    Only those return that the end of the request closed, at facilities that still take requests. Raises NotFound, and
    Refused when the request is not about to end, led to a place, or the child has another request by now.
    """
    assert profile.application is not None
    today = today_at(now)
    request = session.execute(
        select(
            Application.id, Application.dossier_id, Application.state, Application.expires_on, Application.start_date
        )
        .where(Application.id == application_id, text(reached("owner", "dossier_id", "application.dossier_id")))
        .with_for_update(of=Application)
    ).one_or_none()
    if request is None:
        raise NotFound
    terms = profile.application
    if denied := may_renew(request.state, request.expires_on, today, terms.expiry_notice_days):
        raise Refused(denied)
    last_day = expires_on(request.start_date, today=today, days=terms.expiry_days)
    try:
        with session.begin_nested():
            session.execute(
                update(Application)
                .where(Application.id == application_id)
                .values(state=ApplicationState.OPEN, closed_at=None, expires_on=last_day)
            )
    except IntegrityError as error:
        # One open request a child, and in Leuven one a national number: the other one came first.
        raise Refused(Denied.CHILD_HAS_OPEN_APPLICATION) from error
    session.execute(
        update(Choice)
        .where(
            Choice.application_id == application_id,
            Choice.state == ChoiceState.CLOSED,
            Choice.previous_state.is_not(None),
            Choice.closing_offer_id.is_(None),
            Choice.facility_id.in_(select(Facility.id).where(Facility.active)),
        )
        .values(
            # A place that was offered then is no longer: the request waits there as before the offer.
            state=case((Choice.previous_state == ChoiceState.OFFERED, ChoiceState.OPEN), else_=Choice.previous_state),
            previous_state=None,
        )
    )
    session.execute(update(Choice).where(Choice.application_id == application_id).values(expires_on=last_day))
    rekey_choices(session, profile, request.dossier_id, now=now)
    touch_dossier(session, request.dossier_id, Activity.APPLICATION_RENEWED, now=now)
    note_change(
        session,
        Activity.APPLICATION_RENEWED,
        dossier_id=request.dossier_id,
        groups=("care_plan", "own_choice"),
        reasons=("owner",),
    )
    tell_family(
        session,
        request.dossier_id,
        "application_renewed",
        f"renewed:{application_id}:{last_day}:{now.isoformat()}",
        last_on=last_day.isoformat(),
    )
