"""The mail that tells a family that its request is urgent: once for each start, and days that were missed caught up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.applications.models import Application
from app.core.clock import today_at
from app.web.doors import House
from app.web.mails import compose
from jobs import tasks
from jobs.context import Context
from tests.factories import as_maintainer, make_facility, make_family, make_offer, queued

KINDS = ("urgent_listed", "urgent_listed_nearby")


@pytest.mark.promise(
    "LEU-30", breaks="app.applications.operations.urgent:announce_urgent", twin="tests.twins:nobody_told"
)
def test_each_family_hears_it_once_and_again_for_another_start(surroundings: Context, house: House) -> None:
    now = surroundings.now()
    today, facility = today_at(now), make_facility(house)
    far, near = today + timedelta(days=70), today + timedelta(days=61)
    family = make_family(house, [facility], start_date=near)
    make_family(house, [facility], start_date=far)
    make_family(house, [facility], start_date=near, application_state="cancelled")
    offered = make_family(house, [facility], start_date=near)
    make_offer(house, offered, facility, expires_at=now + timedelta(days=6))
    assert tasks.urgent_notices(now) == 0
    # The day itself and the next two are missed: the mail is caught up, and only once.
    later = now + timedelta(days=3)
    assert tasks.urgent_notices(later) == 1
    assert tasks.urgent_notices(later) == 0
    (told,) = queued(house, *KINDS)
    assert (told.kind, told.recipient) == ("urgent_listed", family.email)
    # Whoever had an offer hears it when the offer is over.
    assert tasks.urgent_notices(now + timedelta(days=7)) == 1
    with as_maintainer(house) as session:
        session.execute(
            update(Application).where(Application.id == family.application_id).values(start_date=near + timedelta(9))
        )
    assert tasks.urgent_notices(now + timedelta(days=8)) == 0
    assert tasks.urgent_notices(now + timedelta(days=12)) == 2


def test_the_letter_says_whom_the_list_reaches_and_what_they_do_not_see(surroundings: Context, house: House) -> None:
    now = surroundings.now()
    here = {"municipality": "leuven", "postcode": "3000"}
    make_family(
        house,
        [make_facility(house, "leuven", **here)],
        organisation="leuven",
        start_date=today_at(now) + timedelta(days=60),
        applicant=here,
    )
    assert tasks.urgent_notices(now) == 1
    (told,) = queued(house, *KINDS, organisation="leuven")
    assert told.kind == "urgent_listed_nearby"
    written = compose(house.profiles["leuven"], told.kind, "en", told.params, base_url="https://example.org")
    assert "They do not see your street, your phone number or your e-mail address." in written.text
    assert "in your municipality" in written.text
