"""What the people of a facility do for it: free places, its own words, colleagues, each confined to their own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError

from app.accounts.models import Account
from app.accounts.operations import accept_invite
from app.accounts.rules import Denied as AccountDenied
from app.applications.queries.requests import own_facilities
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.facilities.models import Facility, FacilityMember, FreePlace
from app.facilities.operations.people import end_membership, invite, invite_again
from app.facilities.operations.places import publish_place, say_of_itself, take_place
from app.facilities.queries import PlaceFilters, colleagues, open_free_places, own_facility_settings, own_places
from app.facilities.rules import MemberDenied, PlaceDenied, PlaceProblem, PlaceTerms, Role, SaidProblem
from app.web.doors import House
from tests.factories import MONDAY, Person, Place, acting, as_maintainer, make_facility, make_leader, queued

PASSWORD = "vier rode fietsen in de regen"


@pytest.fixture
def facility(house: House) -> Place:
    return make_facility(house, name="De Zandbak", kind="family")


@pytest.fixture
def leader(house: House, facility: Place) -> Person:
    return make_leader(house, facility)


def act(house: House, who: Person, verb: Any, *given: Any, **named: Any) -> Any:
    with acting(house, who) as session:
        return verb(session, *given, now=house.clock.now(), **named)


def terms(house: House, **changed: Any) -> PlaceTerms:
    today = today_at(house.clock.now())
    known = {
        "half_days": MONDAY,
        "age_from_months": 0,
        "age_to_months": 11,
        "starts_on": today.replace(day=1),
        "shown_until": today + timedelta(days=30),
    }
    return PlaceTerms(**known | changed)


def deputy_of(house: House, facility: Place) -> Person:
    deputy = make_leader(house, facility)
    with as_maintainer(house) as session:
        session.execute(update(FacilityMember).where(FacilityMember.account_id == deputy.id).values(role="deputy"))
    return deputy


def test_a_place_is_published_by_a_member_told_and_taken(house: House, leader: Person, facility: Place) -> None:
    stranger = make_leader(house, make_facility(house))
    with pytest.raises(NotFound):
        act(house, stranger, publish_place, facility.id, terms(house))
    place_id = act(house, leader, publish_place, facility.id, terms(house))
    with acting(house, leader) as session:
        assert [place.id for place in own_places(session)] == [place_id]
    with pytest.raises(NotFound):
        act(house, stranger, take_place, place_id)
    act(house, deputy_of(house, facility), take_place, place_id)
    with pytest.raises(Refused) as refused:
        act(house, leader, take_place, place_id)
    assert refused.value.reason is PlaceDenied.TAKEN_ALREADY
    with acting(house, leader) as session:
        assert open_free_places(session, PlaceFilters()) == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"half_days": 0}, PlaceProblem.DAYS_MISSING),
        ({"half_days": 1 << 14}, PlaceProblem.DAYS_MISSING),
        ({"age_from_months": 12}, PlaceProblem.AGES_WRONG),
        ({"starts_on": date(2020, 1, 1)}, PlaceProblem.START_WRONG),
        ({"shown_until": date(2020, 1, 1)}, PlaceProblem.SHOWN_TOO_SHORT),
        ({"shown_until": date(2035, 1, 1)}, PlaceProblem.SHOWN_TOO_LONG),
    ],
)
def test_a_place_that_cannot_be_is_not_published(
    house: House, leader: Person, facility: Place, changed: dict[str, Any], reason: PlaceProblem
) -> None:
    with pytest.raises(Refused) as refused:
        act(house, leader, publish_place, facility.id, terms(house, **changed))
    assert refused.value.reason is reason


def test_there_is_an_end_to_the_places_of_one_facility(house: House, leader: Person, facility: Place) -> None:
    with as_maintainer(house) as session:
        for _ in range(30):
            known = terms(house)
            columns = {name: getattr(known, name) for name in PlaceTerms.__slots__}
            session.add(
                FreePlace(
                    id=uuid4(),
                    organisation="brussels",
                    facility_id=facility.id,
                    published_at=house.clock.now(),
                    taken_at=None,
                    **columns,
                )
            )
    with pytest.raises(Refused) as refused:
        act(house, leader, publish_place, facility.id, terms(house))
    assert refused.value.reason is PlaceDenied.TOO_MANY


def test_what_a_facility_says_of_itself(house: House, leader: Person, facility: Place) -> None:
    soon = today_at(house.clock.now()) + timedelta(days=9)
    said = {"answers_around": soon, "hides_house_number": True, "hides_phone": True}
    act(house, leader, say_of_itself, facility.id, **said)
    with acting(house, leader) as session:
        (own,) = own_facility_settings(session)
    assert (own.answers_around, own.hides_house_number, own.hides_phone, own.leads) == (soon, True, True, True)
    group = make_facility(house)
    for changed, who, place, reason in (
        ({"answers_around": soon - timedelta(days=10)}, leader, facility, SaidProblem.DAY_PASSED),
        ({"answers_around": soon + timedelta(days=400)}, leader, facility, SaidProblem.DAY_TOO_FAR),
        ({}, make_leader(house, group), group, SaidProblem.NOT_AT_HOME),
    ):
        with pytest.raises(Refused) as refused:
            act(house, who, say_of_itself, place.id, **said | changed)
        assert refused.value.reason is reason
    with pytest.raises(NotFound):
        act(house, leader, say_of_itself, group.id, **said)


def invited(house: House, leader: Person, facility: Place, role: Role = Role.DEPUTY) -> tuple[UUID, str]:
    """Invite somebody and return who that is and the token of the mail."""
    act(house, leader, invite, facility.id, "Nieuw@Example.org", role, language="nl")
    message = queued(house, "facility_invite")[-1]
    assert message.recipient == "nieuw@example.org"
    with as_maintainer(house) as session:
        (account_id,) = session.scalars(select(Account.id).where(Account.login.is_(None))).all()
    return account_id, str(message.params["token"])


def test_an_invited_deputy_answers_and_manages_nobody(house: House, leader: Person, facility: Place) -> None:
    account_id, token = invited(house, leader, facility)
    with as_maintainer(house) as session:
        account = session.get_one(Account, account_id)
        assert (account.login, account.password_hash) == (None, None), "until the link is followed it is nobody's"
    joined = accept_invite(house.databases, "brussels", token, PASSWORD, house.clock.now())
    assert joined == account_id
    with pytest.raises(Refused) as refused:
        accept_invite(house.databases, "brussels", token, PASSWORD, house.clock.now())
    assert refused.value.reason is AccountDenied.LINK_SPENT
    deputy = Person(account_id, "facility", "brussels", "nieuw@example.org", PASSWORD, "nl")
    with acting(house, deputy) as session:
        assert list(own_facilities(session)) == [facility.id]
        assert colleagues(session) == []
    with pytest.raises(NotFound):
        act(house, deputy, invite, facility.id, "nog@example.org", Role.DEPUTY, language="nl")
    with acting(house, leader) as session:
        mine = next(one for one in colleagues(session) if one.account_id == leader.id)
    with pytest.raises(NotFound):
        act(house, deputy, end_membership, mine.member_id, today_at(house.clock.now()))


@pytest.mark.promise("BXL-53", breaks="policy:facility_member.facility.insert")
def test_the_database_takes_a_new_member_from_a_leader_of_that_facility_only(
    house: House, leader: Person, facility: Place
) -> None:
    other = make_facility(house)
    for who, place in ((deputy_of(house, facility), facility), (leader, other)):
        with pytest.raises(ProgrammingError, match="row-level security"), acting(house, who) as session:
            session.execute(
                text(
                    "insert into facility_member (id, organisation, facility_id, account_id, role, starts_at)"
                    " values (:id, 'brussels', :facility, :account, 'leader', :now)"
                ),
                {"id": uuid4(), "facility": place.id, "account": who.id, "now": house.clock.now()},
            )


@pytest.mark.promise("LEU-50", breaks="policy:free_place.facility.insert")
def test_the_database_takes_a_place_from_its_own_facility_only(house: House, leader: Person) -> None:
    other, today = make_facility(house), today_at(house.clock.now())
    with pytest.raises(ProgrammingError, match="row-level security"), acting(house, leader) as session:
        session.execute(
            text(
                "insert into free_place (id, organisation, facility_id, half_days, age_from_months, age_to_months,"
                " starts_on, shown_until, last_minute, published_at)"
                " values (:id, 'brussels', :facility, 3, 0, 11, :today, :today, false, :now)"
            ),
            {"id": uuid4(), "facility": other.id, "today": today, "now": house.clock.now()},
        )


@pytest.mark.promise("BXL-53", breaks="policy:facility_member.facility.update")
def test_the_database_lets_a_deputy_end_nobody(house: House, leader: Person, facility: Place) -> None:
    with acting(house, deputy_of(house, facility)) as session:
        ended = session.connection().execute(text("update facility_member set ends_at = null"))
        assert ended.rowcount == 0


@pytest.mark.parametrize("way", ["taken", "late", "ended", "elsewhere", "existing"])
def test_an_invitation_that_cannot_be_taken_up(house: House, leader: Person, facility: Place, way: str) -> None:
    _, token = invited(house, leader, facility)
    organisation = "leuven" if way == "elsewhere" else "brussels"
    reason = AccountDenied.ADDRESS_TAKEN if way == "taken" else AccountDenied.LINK_SPENT
    with as_maintainer(house) as session:
        if way == "taken":
            session.execute(update(Account).where(Account.id == leader.id).values(login="nieuw@example.org"))
        if way == "existing":
            session.execute(update(Account).where(Account.login.is_(None)).values(password_hash="x"))
    if way == "late":
        house.clock.offset += timedelta(days=7)
    if way == "ended":
        with acting(house, leader) as session:
            pending = next(one for one in colleagues(session) if not one.joined)
        act(house, leader, end_membership, pending.member_id, today_at(house.clock.now()))
    with pytest.raises(Refused) as refused:
        accept_invite(house.databases, organisation, token, PASSWORD, house.clock.now())
    assert refused.value.reason is reason


def test_whoever_is_here_or_asked_is_not_asked_twice_and_gets_a_new_link(
    house: House, leader: Person, facility: Place
) -> None:
    _, first = invited(house, leader, facility)
    with pytest.raises(Refused) as refused:
        act(house, leader, invite, facility.id, " nieuw@example.org", Role.LEADER, language="nl")
    assert refused.value.reason is MemberDenied.ALREADY_HERE
    with acting(house, leader) as session:
        pending = next(one for one in colleagues(session) if not one.joined)
        mine = next(one for one in colleagues(session) if one.joined)
    assert pending.login == "nieuw@example.org"
    act(house, leader, invite_again, pending.member_id, language="nl")
    tokens = {str(message.params["token"]) for message in queued(house, "facility_invite")}
    assert first in tokens
    assert len(tokens) == 2
    with pytest.raises(Refused):
        act(house, leader, invite_again, mine.member_id, language="nl")


def test_a_membership_ends_at_once_or_after_a_day_and_the_last_leader_stays(
    house: House, leader: Person, facility: Place
) -> None:
    today = today_at(house.clock.now())
    deputy, second = deputy_of(house, facility), make_leader(house, facility)
    with acting(house, leader) as session:
        members = {one.account_id: one.member_id for one in colleagues(session)}
    with pytest.raises(Refused) as refused:
        act(house, leader, end_membership, members[deputy.id], today - timedelta(days=1))
    assert refused.value.reason is MemberDenied.DAY_PASSED
    act(house, leader, end_membership, members[deputy.id], today)
    with acting(house, deputy) as session:
        assert own_facilities(session) == {}, "it bites on the next request"
    act(house, leader, end_membership, members[second.id], today + timedelta(days=2))
    with acting(house, second) as session:
        assert list(own_facilities(session)) == [facility.id]
        with pytest.raises(Refused) as refused:
            end_membership(session, members[leader.id], today, now=house.clock.now())
        assert refused.value.reason is MemberDenied.LAST_LEADER
    house.clock.offset += timedelta(days=3)
    with acting(house, second) as session:
        assert own_facilities(session) == {}
    stranger = make_leader(house, make_facility(house))
    with pytest.raises(NotFound):
        act(house, stranger, end_membership, members[leader.id], today + timedelta(days=9))


def test_an_invited_leader_does_not_count_until_they_joined(house: House, leader: Person, facility: Place) -> None:
    invited(house, leader, facility, Role.LEADER)
    with acting(house, leader) as session:
        mine = next(one for one in colleagues(session) if one.account_id == leader.id)
        with pytest.raises(Refused) as refused:
            end_membership(session, mine.member_id, today_at(house.clock.now()), now=house.clock.now())
    assert refused.value.reason is MemberDenied.LAST_LEADER


def test_a_leader_reads_no_address_of_another_facility(house: House, leader: Person, facility: Place) -> None:
    make_leader(house, make_facility(house))
    with acting(house, leader) as session:
        assert [one.login for one in colleagues(session)] == [leader.login]
        assert session.scalars(text("select login from account")).all() == [leader.login]
    with as_maintainer(house) as session:
        assert session.scalars(select(Facility.id)).all()
