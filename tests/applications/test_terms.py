"""How long a request stands: announced, over at its day whatever a job did, and renewed in one tap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.applications.models import Application, Choice, Offer
from app.applications.operations import answers, changes
from app.applications.operations.births import note_birth, remind_of_births
from app.applications.operations.expiry import announce_expiry, expire_applications
from app.applications.operations.terms import renew_application
from app.applications.queries.own import own_file
from app.applications.rules import ApplicationState, Denied, end_of_day, is_expired, may_renew, state_on
from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.core.errors import NotFound, Refused
from app.core.models import AuditEntry
from app.facilities.models import Facility
from app.families.models import Applicant, Child, Dossier
from app.families.operations import touch_dossier
from app.families.queries import own_family
from app.families.rules import Activity, is_activity
from app.placements.operations.answers import accept_offer, decline_offer
from app.placements.operations.taking_back import take_back
from app.placements.operations.terms import lapse_offers, remind_of_offers
from app.placements.queries import own_offer
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_offer,
    queued,
)

DAY = timedelta(days=1)
LAST = date(2026, 12, 24)


@pytest.fixture
def places(house: House) -> list[Place]:
    return [make_facility(house, name=f"Plek {number}") for number in range(2)]


@pytest.fixture
def ended(house: House, places: list[Place]) -> FamilyMade:
    """A family whose request ended the day before yesterday; no job has run."""
    family = make_family(house, places, submitted_at=house.clock.now() - 200 * DAY)
    last_for(house, family, today_at(house.clock.now()) - 2 * DAY)
    return family


def last_for(house: House, family: FamilyMade, day: date) -> None:
    """Let a request end on a day, with a start that has long passed."""
    with as_maintainer(house) as session:
        values = {"expires_on": day, "start_date": day - 60 * DAY}
        session.execute(update(Application).where(Application.id == family.application_id).values(**values))
        session.execute(update(Choice).where(Choice.application_id == family.application_id).values(**values))


def run_expiry(house: House, now: datetime | None = None) -> int:
    now = now or house.clock.now()
    with transaction(house.databases, "jobs", system("expiry", "brussels"), now) as session:
        return expire_applications(session, now=now, limit=100)


def activity_of(house: House, family: FamilyMade) -> datetime:
    with as_maintainer(house) as session:
        return session.get_one(Dossier, family.dossier_id).last_activity_at


def choices_of(house: House) -> dict[Any, str]:
    with as_maintainer(house) as session:
        return {row.facility_id: row.state for row in session.scalars(select(Choice))}


def reached_by(house: House, leader: Person) -> int:
    with acting(house, leader) as session:
        return len(session.scalars(select(Applicant.dossier_id)).all())


def test_the_last_day_counts_to_its_end() -> None:
    assert not is_expired(LAST, LAST)
    assert is_expired(LAST, LAST + DAY)
    assert state_on("open", LAST, LAST) == "open"
    assert state_on("open", LAST, LAST + DAY) == "expired"
    assert state_on("enrolled", LAST, LAST + DAY) == "enrolled"


@pytest.mark.parametrize(
    ("state", "days_left", "denied"),
    [
        ("open", 15, Denied.ALREADY_SO),
        ("open", 14, None),
        ("open", -3, None),
        ("expired", -3, None),
        ("cancelled", 40, None),
        ("enrolled", 5, Denied.APPLICATION_CLOSED),
    ],
)
def test_what_may_be_renewed(state: str, days_left: int, denied: Denied | None) -> None:
    assert may_renew(state, LAST, LAST - days_left * DAY, 14) is denied


@pytest.mark.promise("BXL-44", breaks="app.applications.rules:is_expired")
def test_the_family_reads_the_end_although_no_job_ran(house: House, ended: FamilyMade, places: list[Place]) -> None:
    offer_id, today = make_offer(house, ended, places[0]), today_at(house.clock.now())
    last_for(house, ended, today)
    with acting(house, ended.person) as session:
        assert [one.state for one in own_file(session).requests] == [ApplicationState.OPEN]
    last_for(house, ended, today - DAY)
    with acting(house, ended.person) as session:
        (one,) = own_file(session).requests
        assert own_offer(session, offer_id, house.clock.now()).state == "withdrawn"
    assert one.state == ApplicationState.EXPIRED
    assert {progress.state for progress in one.own_choice.values()} == {"closed"}
    with pytest.raises(Refused) as refused, acting(house, ended.person) as session:
        accept_offer(session, offer_id, now=house.clock.now())
    assert str(refused.value.reason) == "application_closed"


@pytest.mark.promise("BXL-44", breaks="branch:chosen")
def test_a_facility_loses_the_file_on_the_day_itself(house: House, places: list[Place]) -> None:
    family = make_family(house, places)
    leader, today = make_leader(house, places[0]), today_at(house.clock.now())
    last_for(house, family, today)
    assert reached_by(house, leader) == 1
    last_for(house, family, today - DAY)
    assert reached_by(house, leader) == 0


@pytest.mark.promise("BXL-40", breaks="app.families.rules:is_activity")
@pytest.mark.promise("BXL-44")
def test_the_end_is_the_activity_and_not_the_run_of_the_job(
    house: House, ended: FamilyMade, places: list[Place]
) -> None:
    make_offer(house, ended, places[0])
    instant = end_of_day(today_at(house.clock.now()) - 2 * DAY)
    with acting(house, ended.person) as session:
        assert own_file(session).last_activity_at == instant
    assert run_expiry(house) == 1
    assert run_expiry(house, house.clock.now() + 30 * DAY) == 0
    assert activity_of(house, ended) == instant
    with as_maintainer(house) as session:
        application = session.get_one(Application, ended.application_id)
        assert (application.state, application.closed_at) == ("expired", instant)
        assert session.scalars(select(Offer.state)).all() == ["withdrawn"]
        assert {row.previous_state for row in session.scalars(select(Choice))} == {"open", "offered"}
        assert [entry.event for entry in session.scalars(select(AuditEntry))] == ["application_expired"]
    assert set(choices_of(house).values()) == {"closed"}
    assert sorted(m.kind for m in queued(house)) == ["application_expired", "facility_offer_lapsed"]
    with acting(house, ended.person) as session:
        touch_dossier(session, ended.dossier_id, "mail_sent", now=house.clock.now())
    assert activity_of(house, ended) == instant


def test_an_end_before_the_last_activity_moves_it_not_back(house: House, ended: FamilyMade) -> None:
    now = house.clock.now()
    with as_maintainer(house) as session:
        session.execute(update(Dossier).values(last_activity_at=now))
    run_expiry(house)
    assert activity_of(house, ended) == now


def test_the_end_is_announced_once(house: House, places: list[Place]) -> None:
    family, now = make_family(house, places), house.clock.now()

    def announce(moment: datetime) -> int:
        with transaction(house.databases, "jobs", system("expiry", "brussels"), moment) as session:
            return announce_expiry(session, now=moment, days=14, limit=100)

    last_for(house, family, today_at(now) + 15 * DAY)
    assert announce(now) == 0
    assert announce(now + DAY) == 1
    assert announce(now + 2 * DAY) == 0
    (told,) = queued(house, "application_expiring")
    assert told.params["last_on"] == str(today_at(now) + 15 * DAY)


@pytest.mark.promise("BXL-44", breaks="app.applications.rules:may_renew")
@pytest.mark.parametrize("job_ran", [True, False])
def test_a_tap_renews_what_ended_with_its_own_dates(
    house: House, ended: FamilyMade, places: list[Place], job_ran: bool
) -> None:
    make_offer(house, ended, places[0])
    leader, now = make_leader(house, places[0]), house.clock.now()
    with as_maintainer(house) as session:
        before = {row.facility_id: row.submitted_at for row in session.scalars(select(Choice))}
    if job_ran:
        run_expiry(house)
    with acting(house, ended.person) as session:
        renew_application(session, house.profiles["brussels"], ended.application_id, now=now)
    with as_maintainer(house) as session:
        application = session.get_one(Application, ended.application_id)
        rows = list(session.scalars(select(Choice)))
    assert (application.state, application.closed_at) == ("open", None)
    assert application.expires_on == today_at(now) + 60 * DAY
    assert {row.expires_on for row in rows} == {application.expires_on}
    assert {row.facility_id: row.submitted_at for row in rows} == before
    if job_ran:
        assert {row.state for row in rows} == {"open"}
    assert activity_of(house, ended) == now
    assert reached_by(house, leader) == 1
    with pytest.raises(Refused) as refused, acting(house, ended.person) as session:
        renew_application(session, house.profiles["brussels"], ended.application_id, now=now)
    assert refused.value.reason is Denied.ALREADY_SO


def test_a_cancelled_request_returns_without_what_was_closed_before(house: House, places: list[Place]) -> None:
    refused, inactive = make_facility(house), make_facility(house)
    family = make_family(house, [*places, refused, inactive], states={refused.id: "refused"})
    now = house.clock.now()
    with acting(house, family.person) as session:
        changes.cancel_application(session, family.application_id, now=now)
    with as_maintainer(house) as session:
        session.execute(update(Facility).where(Facility.id == inactive.id).values(active=False))
    with acting(house, family.person) as session:
        renew_application(session, house.profiles["brussels"], family.application_id, now=now)
    states = choices_of(house)
    assert [states[place.id] for place in (*places, refused, inactive)] == ["open", "open", "refused", "closed"]


def test_a_child_with_another_request_is_not_renewed(house: House, ended: FamilyMade, places: list[Place]) -> None:
    run_expiry(house)
    second = make_family(house, [places[0]], of=ended)
    with as_maintainer(house) as session:
        session.execute(
            update(Application).where(Application.id == second.application_id).values(child_id=ended.child_id)
        )
    with pytest.raises(Refused) as refused, acting(house, ended.person) as session:
        renew_application(session, house.profiles["brussels"], ended.application_id, now=house.clock.now())
    assert refused.value.reason is Denied.CHILD_HAS_OPEN_APPLICATION
    with pytest.raises(NotFound), acting(house, make_family(house, places).person) as session:
        renew_application(session, house.profiles["brussels"], ended.application_id, now=house.clock.now())


Deed = Callable[[Any, Any, FamilyMade, Any, datetime], None]


def _cancel(session: Any, house: House, family: FamilyMade, offer_id: Any, now: datetime) -> None:
    changes.cancel_application(session, family.application_id, now=now)


def _accept(session: Any, house: House, family: FamilyMade, offer_id: Any, now: datetime) -> None:
    accept_offer(session, offer_id, now=now)


def _decline(session: Any, house: House, family: FamilyMade, offer_id: Any, now: datetime) -> None:
    decline_offer(session, offer_id, now=now)


def _decline_and_return(session: Any, house: House, family: FamilyMade, offer_id: Any, now: datetime) -> None:
    decline_offer(session, offer_id, now=now)
    take_back(session, house.profiles["brussels"], offer_id, now=now)


@pytest.mark.promise("BXL-40")
@pytest.mark.parametrize("deed", [_cancel, _accept, _decline, _decline_and_return])
def test_what_a_family_does_is_an_activity(house: House, places: list[Place], deed: Deed) -> None:
    family = make_family(house, places, submitted_at=house.clock.now() - 30 * DAY)
    offer_id, now = make_offer(house, family, places[0]), house.clock.now()
    with acting(house, family.person) as session:
        deed(session, house, family, offer_id, now)
    assert activity_of(house, family) == now


@pytest.mark.promise("BXL-40", breaks="app.families.rules:is_activity")
def test_what_happens_by_itself_or_elsewhere_is_none(house: House, places: list[Place]) -> None:
    now = house.clock.now()
    family = make_family(house, places, submitted_at=now - 30 * DAY)
    make_offer(house, family, places[0], expires_at=now - DAY)
    leader, terms = make_leader(house, places[1]), house.profiles["brussels"].application
    assert terms is not None
    with transaction(house.databases, "jobs", system("offers", "brussels"), now) as session:
        assert lapse_offers(session, terms.offer, now=now, limit=9) == 1
        remind_of_offers(session, now=now, days=(3, 1), limit=9)
    with acting(house, leader) as session:
        answers.consider(session, family.choices[places[1].id], seen="open", now=now)
    with acting(house, family.person) as session:
        touch_dossier(session, family.dossier_id, "signed_in", now=now)
        own_file(session)
    assert activity_of(house, family) == now - 30 * DAY


def test_the_list_of_activities_is_typed_out() -> None:
    assert {str(kind) for kind in Activity} >= {
        "application_cancelled",
        "application_expired",
        "application_renewed",
        "offer_accepted",
    }
    for nothing in ("mail_sent", "offer_lapsed", "signed_in", "priority_computed", "consents_recorded", "read"):
        assert not is_activity(nothing)


@pytest.fixture
def awaited(house: House, places: list[Place]) -> FamilyMade:
    today = today_at(house.clock.now())
    return make_family(house, places, expected=True, birth_date=today - 20 * DAY, start_date=today + 100 * DAY)


def test_a_birth_is_told_at_once_and_keeps_the_start(house: House, awaited: FamilyMade, places: list[Place]) -> None:
    now, leader = house.clock.now(), make_leader(house, places[0])
    born = today_at(now) - 12 * DAY
    with acting(house, awaited.person) as session:
        known = own_family(session, awaited.dossier_id).children[awaited.child_id]
        child = replace(known, birth_date=born, expected=False, given_name="Nour")
        profile = house.profiles["brussels"]
        note_birth(session, profile, awaited.dossier_id, awaited.child_id, child, start_date=None, now=now)
    with acting(house, leader) as session:
        seen = session.scalars(select(Child)).one()
        assert (seen.given_name, seen.birth_date, seen.expected) == ("Nour", born, False)
        assert session.scalars(select(Choice.child_birth_date)).all() == [born]
        assert session.scalars(select(Choice.start_date)).all() == [awaited.plan.start_date]
    with pytest.raises(NotFound), acting(house, awaited.person) as session:
        note_birth(session, profile, awaited.dossier_id, awaited.child_id, child, start_date=None, now=now)


def test_a_start_can_shift_with_the_birth_and_never_lies_before_it(
    house: House, awaited: FamilyMade, places: list[Place]
) -> None:
    now, profile = house.clock.now(), house.profiles["brussels"]
    later = awaited.plan.start_date + 30 * DAY
    with as_maintainer(house) as session:
        session.execute(update(Application).values(start_date=today_at(now) - 13 * DAY))
    with acting(house, awaited.person) as session:
        known = own_family(session, awaited.dossier_id).children[awaited.child_id]
        child = replace(known, birth_date=today_at(now) - 12 * DAY, expected=False, given_name="Nour")
    with pytest.raises(Refused) as refused, acting(house, awaited.person) as session:
        note_birth(session, profile, awaited.dossier_id, awaited.child_id, child, start_date=None, now=now)
    assert refused.value.reason is Denied.START_BEFORE_BIRTH
    with acting(house, awaited.person) as session:
        note_birth(session, profile, awaited.dossier_id, awaited.child_id, child, start_date=later, now=now)
    with as_maintainer(house) as session:
        assert session.scalars(select(Application.start_date)).all() == [later]
        assert set(session.scalars(select(Choice.start_date))) == {later}


def test_a_family_is_asked_once_whether_its_child_is_born(house: House, awaited: FamilyMade) -> None:
    today = today_at(house.clock.now())
    make_family(house, expected=True, birth_date=today - 13 * DAY)
    make_family(house, birth_date=today - 300 * DAY)
    make_family(house, expected=True, birth_date=today - 20 * DAY, application_state="cancelled")

    def ask() -> int:
        with transaction(house.databases, "jobs", system("births", "brussels"), house.clock.now()) as session:
            return remind_of_births(session, now=house.clock.now(), limit=9)

    assert (ask(), ask()) == (1, 0)
    (told,) = queued(house, "birth_reminder")
    assert told.recipient == awaited.email
