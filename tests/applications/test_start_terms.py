"""Messages about the wished start: near, and past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.operations.start_terms import remind_of_starts, tell_of_passed_starts
from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.families.models import Restriction
from app.web.doors import House
from tests.factories import make_family
from tests.people import as_maintainer, queued

DAY = timedelta(days=1)
LEAD = 30
AT_ONCE = 50


def run(house: House, now: datetime, what: Callable[..., int], **more: int) -> int:
    with transaction(house.databases, "jobs", system("starts", "brussels"), now) as session:
        return what(session, now=now, limit=AT_ONCE, **more)


def move_start(session: Session, application_id: object, start: object) -> None:
    session.execute(update(Application).where(Application.id == application_id).values(start_date=start))


@pytest.mark.promise("BXL-15", breaks="line:app/applications/operations/start_terms.py#~told_before")
def test_a_family_is_told_once_that_the_start_is_near_and_again_when_it_moves(house: House) -> None:
    now = house.clock.now()
    today = today_at(now)
    due = make_family(house, start_date=today + LEAD * DAY)
    make_family(house, start_date=today + (LEAD + 1) * DAY)
    for ended in ("cancelled", "enrolled", "expired"):
        make_family(house, start_date=today + 5 * DAY, application_state=ended)
    kept_unused = make_family(house, start_date=today + 5 * DAY)
    with as_maintainer(house) as session:
        session.add(
            Restriction(
                id=kept_unused.dossier_id, organisation="brussels", dossier_id=kept_unused.dossier_id, since=now
            )
        )

    def remind(at: datetime) -> int:
        return run(house, at, remind_of_starts, days=LEAD)

    assert (remind(now), remind(now)) == (1, 0)
    # The family of the day after, and nobody twice: a day that was missed is caught up.
    assert remind(now + 3 * DAY) == 1
    with as_maintainer(house) as session:
        move_start(session, due.application_id, today + 40 * DAY)
    assert (remind(now + 3 * DAY), remind(now + 12 * DAY), remind(now + 13 * DAY)) == (0, 1, 0)
    assert [told.recipient for told in queued(house, "start_near")].count(due.email) == 2


@pytest.mark.promise("BXL-16", breaks="line:app/applications/operations/start_terms.py#~told_before")
def test_a_family_is_asked_once_when_the_start_has_passed(house: House) -> None:
    now = house.clock.now()
    today = today_at(now)
    passed = make_family(house, start_date=today - DAY)
    make_family(house, start_date=today)
    make_family(house, start_date=today - DAY, application_state="enrolled")
    assert (run(house, now, tell_of_passed_starts), run(house, now, tell_of_passed_starts)) == (1, 0)
    (told,) = queued(house, "start_passed")
    assert told.recipient == passed.email
    assert told.params["start_on"] == (today - DAY).isoformat()
