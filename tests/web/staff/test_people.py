"""Who works here: invited and ended by administrators, and never by themselves."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import Account, StaffMember, WebSession
from app.core.models import AuditEntry
from app.web.doors import House
from tests.factories import Person, acting, as_maintainer, guard_of, make_worker, post_form, queued, signed_in

PEOPLE = "/brussels/nl/desk/people"
NEW = "zeven groene stoelen bij het raam"
Browser = Callable[[], FlaskClient]


@pytest.fixture
def chief(house: House) -> Person:
    return make_worker(house, role="administrator")


@pytest.fixture
def office(house: House, client: Browser, chief: Person) -> FlaskClient:
    """The browser of an administrator."""
    return signed_in(house, client(), chief)


def test_somebody_is_invited_once_joins_once_and_is_put_out_at_once(
    house: House, client: Browser, office: FlaskClient, chief: Person
) -> None:
    assert post_form(office, PEOPLE, email="Nieuw@Example.org", role="helpdesk").status_code == 303
    assert post_form(office, PEOPLE, email="nieuw@example.org", role="policy").status_code == 422
    assert "nieuw@example.org" in office.get(PEOPLE).text
    (message,) = queued(house, "worker_invite")
    link = f"/brussels/nl/desk/join/{message.params['token']}"
    newcomer = client()
    assert newcomer.get(link).status_code == 200
    assert newcomer.get(link).status_code == 200, "opening spends nothing"
    assert post_form(newcomer, link, password="kort").status_code == 422
    assert post_form(newcomer, link, password=NEW).status_code == 303
    assert newcomer.get(link).status_code == 410
    with as_maintainer(house) as session:
        member = session.scalars(select(StaffMember).where(StaffMember.granted_by == chief.id)).one()
        account = session.get_one(Account, member.account_id)
        assert (account.kind, account.login, member.role) == ("staff", "nieuw@example.org", "helpdesk")
    worker = Person(account.id, "staff", "brussels", "nieuw@example.org", NEW, "nl")
    desk = signed_in(house, client(), worker)
    assert desk.get("/brussels/nl/desk").status_code == 200
    assert post_form(office, f"{PEOPLE}/{account.id}", deed="end").status_code == 303
    assert desk.get("/brussels/nl/desk").status_code == 303, "the session is over: to the sign-in page"
    with as_maintainer(house) as session:
        assert session.scalars(select(WebSession.ended_at).where(WebSession.actor_id == account.id)).one() is not None
        events = set(session.scalars(select(AuditEntry.event).where(AuditEntry.actor_id == chief.id)))
    assert {"worker_invited", "work_ended"} <= events


@pytest.mark.promise("KL-31", breaks="app.accounts.operations.people:_refuse_own")
def test_nobody_changes_or_ends_their_own_role(house: House, office: FlaskClient, chief: Person) -> None:
    make_worker(house, role="administrator")
    own = f"{PEOPLE}/{chief.id}"
    page = office.get(own).text
    assert "Give this role" not in page
    assert 'value="role"' not in page
    for deed in ({"deed": "role", "role": "helpdesk"}, {"deed": "end"}):
        assert office.post(own, data={**guard_of(office.get(PEOPLE)), **deed}).status_code == 409
    with as_maintainer(house) as session:
        mine = session.scalars(select(StaffMember).where(StaffMember.account_id == chief.id)).one()
        assert (mine.role, mine.ends_at) == ("administrator", None)


@pytest.mark.promise("KL-31", breaks="policy:staff_member.staff.update")
def test_the_database_keeps_everybody_from_their_own_row(house: House, chief: Person) -> None:
    with acting(house, chief) as session:
        mine = update(StaffMember).where(StaffMember.account_id == chief.id).values(ends_at=house.clock.now())
        assert session.connection().execute(mine).rowcount == 0


@pytest.mark.promise("KL-31", breaks="policy:staff_member.staff.insert")
def test_the_database_lets_nobody_take_a_role(house: House) -> None:
    worker = make_worker(house)
    row = {
        "id": uuid4(),
        "organisation": "brussels",
        "account_id": worker.id,
        "role": "administrator",
        "area": [],
        "starts_at": house.clock.now(),
    }
    with pytest.raises(DBAPIError), acting(house, worker) as session:
        session.execute(insert(StaffMember.__table__).inline().values(**row))


def test_another_role_replaces_the_first_and_counts_on_the_next_request(
    house: House, client: Browser, office: FlaskClient
) -> None:
    worker = make_worker(house, role="administrator")
    theirs = signed_in(house, client(), worker)
    assert theirs.get(PEOPLE).status_code == 200
    assert post_form(office, f"{PEOPLE}/{worker.id}", deed="role", role="policy").status_code == 303
    assert theirs.get(PEOPLE).status_code == 404
    with as_maintainer(house) as session:
        rows = session.scalars(
            select(StaffMember).where(StaffMember.account_id == worker.id).order_by(StaffMember.starts_at)
        ).all()
        assert [(one.role, one.ends_at is None) for one in rows] == [("administrator", False), ("policy", True)]


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({"role": "owner"}, 422),
        ({"role": "counter"}, 422),
        ({"role": ["policy", "administrator"]}, 422),
        ({"role": "administrator", "granted_by": "x", "area": ["antwerpen"]}, 422),
        ({"role": ""}, 422),
    ],
)
def test_a_forged_role_is_not_given(house: House, office: FlaskClient, posted: dict[str, object], status: int) -> None:
    assert post_form(office, PEOPLE, email="nieuw@example.org", **posted).status_code == status
    assert queued(house, "worker_invite") == []


@pytest.mark.promise("KG-02", breaks="branch:manages")
def test_only_an_administrator_of_the_organisation_manages_its_people(house: House, client: Browser) -> None:
    somebody = make_worker(house)
    for role in ("helpdesk", "policy", "developer"):
        worker = make_worker(house, role=role)
        with acting(house, worker) as session:
            assert set(session.scalars(select(StaffMember.account_id))) == {worker.id}, "not in the database either"
        desk = signed_in(house, client(), worker)
        assert desk.get(PEOPLE).status_code == 404
        assert desk.get(f"{PEOPLE}/{somebody.id}").status_code == 404
    afar = signed_in(house, client(), make_worker(house, "leuven", role="administrator"))
    assert afar.get(f"/leuven/nl/desk/people/{somebody.id}").status_code == 404
    assert somebody.login not in afar.get("/leuven/nl/desk/people").text


def test_a_counter_needs_an_area_of_the_organisation(house: House, client: Browser) -> None:
    office = signed_in(house, client(), make_worker(house, "leuven", role="administrator"))
    people = "/leuven/nl/desk/people"
    assert post_form(office, people, email="loket@example.org", role="counter").status_code == 422
    assert post_form(office, people, email="loket@example.org", role="counter", area=["schaarbeek"]).status_code == 422
    assert post_form(office, people, email="loket@example.org", role="counter", area=["leuven"]).status_code == 303
    with as_maintainer(house, "leuven") as session:
        made = session.scalars(select(StaffMember).where(StaffMember.role == "counter")).one()
        assert (made.area, session.get_one(Account, made.account_id).kind) == (["leuven"], "counter")


def test_helpers_are_invited_and_their_organisation_is_closed(
    house: House, client: Browser, office: FlaskClient
) -> None:
    helpers = "/brussels/nl/desk/helpers"
    made = post_form(office, helpers, name="De Brug", language="nl").headers["Location"].partition("?")[0]
    assert post_form(office, made, deed="invite", email="hulp@example.org", role="helper").status_code == 303
    assert post_form(office, made, deed="invite", email="hulp@example.org", role="helper").status_code == 422
    (message,) = queued(house, "helper_invite")
    joined = post_form(client(), f"/brussels/nl/desk/join/{message.params['token']}", password=NEW)
    assert joined.status_code == 303
    page = office.get(made).text
    who = UUID(page.partition('name="who" value="')[2][:36])
    assert post_form(office, made, deed="end", who=str(uuid4())).status_code == 404
    assert post_form(office, made, deed="end", who=str(who)).status_code == 303
    assert "hulp@example.org" not in office.get(made).text
    assert post_form(office, made, deed="close").status_code == 303
    assert post_form(office, made, made, deed="invite", email="meer@example.org", role="helper").status_code == 404
