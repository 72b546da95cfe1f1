"""Sending as an operation: whole or not at all, once, and refused with a reason."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account
from app.applications.models import Application, Choice, Draft
from app.applications.operations.drafts import start_draft
from app.applications.operations.submission import Submission, open_application, submit
from app.applications.queries.drafts import own_draft
from app.applications.rules import Denied
from app.core.actor import Actor, Kind
from app.core.clock import today_at
from app.core.db import transaction
from app.core.errors import Refused
from app.core.models import AuditEntry, DataKey, OutboxMessage
from app.facilities.queries import facilities_by_id
from app.families.models import Dossier
from app.families.rules import ApplicantDetails, ChildDetails, CircumstancesDetails
from app.web.doors import House
from tests.factories import Place, acting, as_maintainer, make_facility, make_family

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA"


@pytest.fixture
def places(house: House) -> list[Place]:
    """Three facilities."""
    return [make_facility(house) for _ in range(3)]


@pytest.fixture
def sent(house: House, places: list[Place]) -> Submission:
    """A filled-in wizard."""
    today = today_at(house.clock.now())
    return Submission(
        language="nl",
        applicant=ApplicantDetails("Ayşe", "Yılmaz", "schaarbeek", street="Rozenstraat", email="Ayse@Example.com"),
        partner=None,
        children=(ChildDetails("Yılmaz", today - timedelta(days=90), expected=False, given_name="Noor"),),
        circumstances=CircumstancesDetails(work="full_time"),
        health=None,
        start_date=today + timedelta(days=200),
        half_days=0b11,
        hours=None,
        flexible=False,
        facility_ids=[place.id for place in places],
        consents={},
        confirmed=True,
    )


def begin(house: House) -> Actor:
    """Begin a draft and return its actor."""
    actor, now = Actor(Kind.DRAFT, uuid4(), "brussels"), house.clock.now()
    terms = house.profiles["brussels"].application
    assert terms is not None
    with transaction(house.databases, "family", actor, now) as session:
        assert actor.id is not None
        start_draft(session, actor.id, {}, language="nl", terms=terms, now=now)
    return actor


def send(house: House, actor: Actor, sent: Submission) -> bool:
    """Send a draft."""
    now = house.clock.now()
    with transaction(house.databases, "family", actor, now) as session:
        assert actor.id is not None
        draft = own_draft(session, actor.id, now=now, to_change=True)
        assert draft is not None
        return submit(session, house.profiles["brussels"], draft, sent, password_hash=HASH, now=now)


def counted(house: House, *tables: Any) -> list[int]:
    """Count the rows of tables."""
    with as_maintainer(house) as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_sending_twice_makes_one_of_everything(house: House, sent: Submission) -> None:
    actor = begin(house)
    assert [send(house, actor, sent), send(house, actor, sent)] == [True, False]
    assert counted(house, Account, Dossier, Application, Choice, OutboxMessage) == [1, 1, 1, 3, 2]


def test_a_draft_that_came_back_still_makes_no_second_dossier(house: House, sent: Submission) -> None:
    actor, now = begin(house), house.clock.now()
    send(house, actor, sent)
    terms = house.profiles["brussels"].application
    assert terms is not None
    assert actor.id is not None
    with as_maintainer(house) as session:
        session.delete(session.get_one(Draft, actor.id))
    with transaction(house.databases, "family", actor, now) as session:
        start_draft(session, actor.id, {}, language="nl", terms=terms, now=now)
    assert send(house, actor, sent) is False
    assert counted(house, Account, Dossier) == [1, 1]


@pytest.mark.promise("BXL-28", breaks="app.applications.rules:may_submit")
def test_what_may_not_be_sent_is_refused_and_leaves_the_draft(
    house: House, sent: Submission, places: Sequence[Place]
) -> None:
    closed = make_facility(house, active=False)
    today = today_at(house.clock.now())
    refusals = (
        (replace(sent, confirmed=False), Denied.NOT_CONFIRMED),
        (replace(sent, facility_ids=[]), Denied.NO_CHOICE),
        (replace(sent, facility_ids=[places[0].id, closed.id]), Denied.NOT_COMPLETE),
        (replace(sent, facility_ids=[uuid4()]), Denied.NOT_COMPLETE),
        (replace(sent, start_date=today - timedelta(days=1)), Denied.START_IN_PAST),
        (replace(sent, start_date=sent.children[0].birth_date - timedelta(days=1)), Denied.START_BEFORE_BIRTH),
        (replace(sent, half_days=0), Denied.DAYS_MISSING),
    )
    actor = begin(house)
    for wrong, reason in refusals:
        with pytest.raises(Refused) as refused:
            send(house, actor, wrong)
        assert refused.value.reason == reason
    assert counted(house, Account, Dossier, OutboxMessage) == [0, 0, 0]
    assert send(house, actor, sent) is True


@pytest.mark.promise("BXL-09", breaks="app.applications.rules:may_submit")
def test_no_more_facilities_than_the_organisation_allows(house: House, sent: Submission) -> None:
    many = [make_facility(house).id for _ in range(6)]
    with pytest.raises(Refused) as refused:
        send(house, begin(house), replace(sent, facility_ids=many))
    assert refused.value.reason == Denied.TOO_MANY_CHOICES


def test_a_reference_that_is_taken_is_drawn_again(
    house: House, sent: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []

    def pick(letters: Sequence[str]) -> str:
        drawn.append(1)
        # The first two references are the same nine letters; the third differs.
        return letters[0] if len(drawn) <= 18 else letters[1]

    first, second = begin(house), begin(house)
    monkeypatch.setattr(secrets, "choice", pick)
    assert send(house, first, sent) is True
    assert send(house, second, sent) is True
    with as_maintainer(house) as session:
        references = session.scalars(select(Dossier.reference)).all()
    assert len(set(references)) == 2
    assert len(drawn) == 27


@pytest.mark.promise("BXL-27", breaks="constraint:application.uq_application_open_child")
def test_a_child_has_one_open_request(house: House, sent: Submission, places: Sequence[Place]) -> None:
    family = make_family(house, [places[0]])
    profile, now = house.profiles["brussels"], house.clock.now()
    with pytest.raises(Refused) as refused, acting(house, family.person) as session:
        facilities = facilities_by_id(session, [places[1].id])
        keys = (family.dossier_id, family.child_id, sent.children[0])
        open_application(session, profile, *keys, sent, facilities, now=now)
    assert refused.value.reason == Denied.CHILD_HAS_OPEN_APPLICATION
    assert counted(house, Application) == [1]


def test_the_answers_move_to_the_dossier_and_the_draft_is_shredded(house: House, sent: Submission) -> None:
    actor = begin(house)
    send(house, actor, replace(sent, health=True))
    with as_maintainer(house) as session:
        dossier = session.scalars(select(Dossier)).one()
        keys = {(key.owner_id, key.key_class) for key in session.scalars(select(DataKey))}
        assert keys == {(dossier.id, "health"), (dossier.id, "message")}
        assert session.scalars(select(Draft.sealed)).one() == b""
        events = set(session.scalars(select(AuditEntry.event)))
    assert {"application_sent", "consents_recorded"} <= events


def test_the_rules_of_the_day_of_filing_give_the_rank(house: House, sent: Submission) -> None:
    send(house, begin(house), sent)
    with as_maintainer(house) as session:
        application = session.scalars(select(Application)).one()
        choices = session.scalars(select(Choice)).all()
    assert (application.rule_set, application.grounds, application.priority_rank) == ("be-2014", ["work"], 0)
    assert {(choice.priority_rank, tuple(choice.grounds)) for choice in choices} == {(0, ("work",))}


def test_an_answer_is_due_when_the_facilitys_horizon_is_there(house: House, sent: Submission) -> None:
    soon = replace(sent, start_date=today_at(house.clock.now()) + timedelta(days=10))
    send(house, begin(house), soon)
    with as_maintainer(house) as session:
        due: set[date] = set(session.scalars(select(Choice.reply_due_on)))
    assert due == {today_at(house.clock.now()) + timedelta(days=14)}
