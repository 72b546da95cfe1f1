"""Writing down a day on which a child used the care for sick children at home (LEU-33)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.audit import note_change, note_event
from app.core.clock import today_at
from app.core.errors import Refused
from app.families.rules import plain_reference
from app.mandates.queries.service_use import require_sick_care
from app.mandates.rules import Denied, UseNoted, use_problem
from app.organisations.profile import Profile

_NOTE = text(
    "select verdict, dossier_id from access.note_service_use(:id, :reference, :birth_date, :given_name, :used_on)"
)


def note_use(
    session: Session,
    profile: Profile,
    *,
    reference: str,
    birth_date: date,
    given_name: str,
    used_on: date,
    now: datetime,
) -> UseNoted:
    """Write a day of use down for the child that the family's reference and the child's birth date name.

    Whatever is not there, lies in another organisation or does not fit together reads the same. Raises NotFound,
    Refused.
    """
    require_sick_care(session, profile)
    if use_problem(used_on, today=today_at(now), days=profile.settings.sick_care_days):
        raise Refused(Denied.NO_DAY_OF_USE)
    row = session.execute(
        _NOTE,
        {
            "id": uuid4(),
            "reference": plain_reference(reference),
            "birth_date": birth_date,
            "given_name": given_name.strip(),
            "used_on": used_on,
        },
    ).one()
    verdict = UseNoted(row.verdict)
    if verdict is UseNoted.NOTED:
        groups = ("service_use",)
        note_change(session, "service_use_noted", dossier_id=row.dossier_id, groups=groups, reasons=("sick_care",))
    elif verdict in (UseNoted.NOTHING_FOUND, UseNoted.TOO_MANY_TRIES):
        note_event(session, "service_use_not_found")
    return verdict
