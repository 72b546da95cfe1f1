"""The demo: what is invented, who can sign in, and that a second start leaves visitors' changes alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import Account
from app.accounts.operations import check_new_password, sign_in
from app.applications.models import Application, Choice, Offer
from app.core.actor import Actor, Kind, system
from app.core.db import transaction
from app.core.models import AuditEntry, Base, DataKey, OutboxMessage
from app.core.settings import Settings
from app.facilities.models import Facility, FacilityMember
from app.families.models import Dossier
from app.organisations.profile import load_profiles
from app.placements.models import Placement
from app.web.demo.accounts import ACCOUNTS, COUNTER, HELPER, LEADER, OVERSEER, PARENT, SECURITY, SICK_CARE
from app.web.doors import House, house_of
from jobs.demo import load
from jobs.demo.places import PLACES
from jobs.demo.rows import COLUMNS

PROFILES = load_profiles()
KINDS = {
    PARENT: Kind.PARENT,
    LEADER: Kind.FACILITY,
    COUNTER: Kind.COUNTER,
    SICK_CARE: Kind.COUNTER,
    HELPER: Kind.HELPER,
    OVERSEER: Kind.OVERSIGHT,
    SECURITY: Kind.OVERSIGHT,
}
# Given by the server, or of a table that the demo does not fill.
SERVER_GIVEN = {"audit_entry": {"sequence", "xid"}}


@pytest.fixture
def demo(settings: Settings) -> Flask:
    return create_app(replace(settings, demo=True))


@pytest.fixture
def house(demo: Flask) -> House:
    return house_of(demo)


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with transaction(house.databases, "maintainer", system("seed"), house.clock.now()) as opened:
        yield opened


def test_the_rows_have_every_column_that_may_not_be_empty() -> None:
    tables = Base.metadata.tables
    for name, columns in COLUMNS.items():
        present = {column.name for column in tables[name].columns} - SERVER_GIVEN.get(name, set())
        needed = {column.name for column in tables[name].columns if not column.nullable} & present
        assert needed <= set(columns) <= present, name
        assert len(columns) == len(set(columns))


@pytest.mark.parametrize("organisation", list(PLACES))
def test_the_facilities_lie_in_their_municipality_and_share_no_name(organisation: str) -> None:
    area = PROFILES[organisation].area
    for place in PLACES[organisation]:
        assert place.postcode in area[place.municipality].postcodes, place.name
    names = [place.name for place in PLACES[organisation]]
    assert len(names) == len(set(names))
    assert {place.municipality for place in PLACES["brussels"]} == set(PROFILES["brussels"].area)


def test_the_passwords_of_the_demo_would_be_taken_at_the_door() -> None:
    for account in ACCOUNTS:
        assert check_new_password(PROFILES[account.organisation], account.password, own=[account.login]) == ()
        assert account.base == f"/{account.organisation}/{account.language}/"
        languages = PROFILES[account.organisation].languages
        assert account.language in (languages.family if account.role == PARENT else languages.staff)


def test_outside_a_demo_nothing_is_invented(app: Flask, settings: Settings) -> None:
    load(app)
    assert not settings.demo
    with transaction(house_of(app).databases, "maintainer", system("seed"), house_of(app).clock.now()) as session:
        assert session.scalar(select(func.count()).select_from(Facility)) == 0


def test_every_account_can_sign_in_and_every_state_occurs(demo: Flask, house: House, session: Session) -> None:
    load(demo)
    now = house.clock.now()
    for account in ACCOUNTS:
        found = sign_in(house.databases, account.organisation, account.login, account.password, "192.0.2.7", now)
        assert found is not None, account.login
        assert found.kind == KINDS.get(account.role, Kind.STAFF)
        assert found.language == account.language
    with_password = set(session.scalars(select(Account.id).where(Account.password_hash.is_not(None))))
    assert len(with_password) == len(ACCOUNTS)
    states = select(Choice.state).join(Dossier, Dossier.id == Choice.dossier_id)
    told = set(session.scalars(states.where(Dossier.account_id.in_(with_password))))
    assert told == {"open", "considering", "not_now", "offered", "refused", "closed", "enrolled"}
    assert set(session.scalars(select(Application.state))) == {"open", "enrolled", "cancelled", "expired"}
    assert {"open", "accepted", "lapsed"} <= set(session.scalars(select(Offer.state)))


def test_two_lead_one_facility_and_one_leads_two(demo: Flask, session: Session) -> None:
    load(demo)
    members = session.execute(select(FacilityMember.facility_id, FacilityMember.account_id)).all()
    facilities = [row.facility_id for row in members]
    leaders = [row.account_id for row in members]
    assert max(map(facilities.count, facilities)) == 2
    assert max(map(leaders.count, leaders)) == 2
    assert len(set(leaders)) == sum(account.role == LEADER for account in ACCOUNTS)


def test_a_leader_finds_requests_at_the_door_and_only_those(demo: Flask, house: House, session: Session) -> None:
    load(demo)
    leader = session.execute(select(Account).where(Account.login == "leiding.wolkenfiets@example.org")).scalar_one()
    actor = Actor(Kind.FACILITY, leader.id, "brussels")
    with transaction(house.databases, "facility", actor, house.clock.now()) as seen:
        names = set(seen.scalars(select(Facility.name).join(Choice, Choice.facility_id == Facility.id)))
        standing = seen.scalar(
            select(func.count())
            .select_from(Choice)
            .where(Choice.state.in_(("open", "considering", "not_now", "offered")))
        )
    assert names == {"De Wolkenfiets"}
    assert standing is not None
    assert standing > 50, "the list of the demo fills more than one page"


def test_a_second_start_keeps_what_visitors_changed(demo: Flask, session: Session) -> None:
    load(demo)
    session.execute(update(Facility).where(Facility.name == "De Wolkenfiets").values(name="Changed"))
    session.commit()
    before = counts(session)
    session.commit()
    load(demo)
    assert counts(session) == before
    assert session.scalar(select(func.count()).select_from(Facility).where(Facility.name == "Changed")) == 1


def test_what_is_invented_agrees_with_itself(demo: Flask, session: Session) -> None:
    load(demo)
    one_each = select(func.count()).select_from(Placement).join(Application).where(Application.state == "enrolled")
    enrolled = session.scalar(select(func.count()).select_from(Application).where(Application.state == "enrolled"))
    assert session.scalar(one_each) == enrolled
    wrong = {
        "a closed request with a standing choice": """
            select count(*) from choice c join application a on a.id = c.application_id
            where a.state <> 'open' and c.state in ('open', 'considering', 'not_now', 'offered')""",
        "an offered choice without an open offer": """
            select count(*) from choice c where c.state = 'offered' and not exists
            (select 1 from offer o where o.choice_id = c.id and o.state = 'open' and o.expires_at > o.created_at)""",
        "an answer without its day": """
            select count(*) from choice
            where answered_at is null and state in ('considering', 'not_now', 'refused', 'offered', 'enrolled')""",
        "a refusal without a reason": """
            select count(*) from choice where (refusal_reason is null) = (state = 'refused')""",
        "a start before birth": "select count(*) from choice where start_date < child_birth_date",
        "an answer before the request": "select count(*) from choice where answered_at < submitted_at",
        "a child that is born and still expected": """
            select count(*) from child c join dossier d on d.id = c.dossier_id
            where c.expected and c.birth_date < d.created_at::date""",
    }
    for what, query in wrong.items():
        assert session.scalar(text(query)) == 0, what
    asked = set(session.scalars(select(Account.login).where(Account.login.is_not(None))))
    assert all(login.endswith("@example.org") for login in asked)


def counts(session: Session) -> dict[str, int | None]:
    tables = (Account, Facility, FacilityMember, Dossier, Application, Choice, Offer, Placement, AuditEntry, DataKey)
    return {
        table.__tablename__: session.scalar(select(func.count()).select_from(table))
        for table in (*tables, OutboxMessage)
    }
