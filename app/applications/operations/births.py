"""A child that was expected is born: its real date and name, and the start that fits them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.operations.changes import NewPlan, change_plan
from app.applications.operations.keys import rekey_choices
from app.applications.operations.notices import tell_family, told_before
from app.applications.rules import ApplicationState, Denied
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.families.models import Child
from app.families.operations import change_child
from app.families.queries import own_family
from app.families.rules import ChildDetails
from app.organisations.profile import Profile

# So long after the expected date a family is asked whether the child is there.
PATIENCE = timedelta(days=14)


def note_birth(
    session: Session,
    profile: Profile,
    dossier_id: UUID,
    child_id: UUID,
    child: ChildDetails,
    *,
    start_date: date | None,
    now: datetime,
) -> None:
    """Write down the birth (BXL-07) and, where asked, another start; the chosen facilities see both at once.

    Raises NotFound for a child that is not expected or not of this family, and Refused when its open request would
    begin before the birth.
    """
    known = own_family(session, dossier_id).children.get(child_id)
    if known is None or not known.expected:
        raise NotFound
    request = session.execute(
        select(
            Application.id, Application.start_date, Application.half_days, Application.hours, Application.flexible
        ).where(Application.child_id == child_id, Application.state == ApplicationState.OPEN)
    ).one_or_none()
    start = start_date or (request.start_date if request is not None else None)
    if start is not None and start < child.birth_date:
        raise Refused(Denied.START_BEFORE_BIRTH)
    change_child(session, dossier_id, child_id, child, now=now)
    if request is not None and start is not None and start != request.start_date:
        plan = NewPlan(start, request.half_days, request.hours, request.flexible)
        change_plan(session, profile, request.id, plan, now=now)
    else:
        rekey_choices(session, profile, dossier_id, now=now)


def remind_of_births(session: Session, *, now: datetime, limit: int) -> int:
    """Ask each family once whether the child that it expected is born; returns how many were asked.

    For the actor `system:births` of one organisation: only while a request for that child is open.
    """
    today = today_at(now)
    rows = session.execute(
        select(Child.id, Child.dossier_id)
        .where(
            Child.expected,
            Child.birth_date <= today - PATIENCE,
            select(Application.child_id)
            .where(
                Application.child_id == Child.id,
                Application.state == ApplicationState.OPEN,
                Application.expires_on >= today,
            )
            .exists(),
            ~told_before(func.concat("birth:", cast(Child.id, Text))),
        )
        .order_by(Child.birth_date, Child.id)
        .limit(limit)
    ).all()
    for row in rows:
        tell_family(session, row.dossier_id, "birth_reminder", f"birth:{row.id}", child_id=str(row.id))
    return len(rows)
