"""Who can see the file; where one is signed in; another password, another address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.accounts.rules import TRIES_PER_ACCOUNT
from app.web.doors import House
from tests.factories import (
    PASSWORD,
    FamilyMade,
    Place,
    acting,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_leader,
    make_offer,
    post_form,
    queued,
    signed_in,
)
from tests.web.public.test_sign_in import enter

Client = Callable[[], FlaskClient]
BASE = "/brussels/en/my"
NEW = "een nieuwe lange zin van mij"


@pytest.fixture
def places(house: House) -> list[Place]:
    found = [make_facility(house, name=name) for name in ("Zonnetje", "Regenboog", "Wolkje")]
    for place in found:
        make_leader(house, place)
    return found


@pytest.fixture
def mine(house: House, places: list[Place]) -> FamilyMade:
    return make_family(house, places[:2], language="en")


@pytest.fixture
def me(house: House, client: Client, mine: FamilyMade) -> FlaskClient:
    return signed_in(house, client(), mine.person)


# -- who can see the file


@pytest.mark.promise("BXL-46", breaks="line:app/web/family/my_access.py#readers = own_readers")
def test_everybody_who_can_open_the_file_stands_on_the_page(
    house: House, me: FlaskClient, mine: FamilyMade, places: list[Place]
) -> None:
    page = me.get(f"{BASE}/access").text
    assert "Zonnetje" in page
    assert "Regenboog" in page
    assert "Wolkje" not in page
    assert "The answer about health" not in page, "a chosen facility does not read it"
    make_leader(house, places[0])
    assert "2 people" in me.get(f"{BASE}/access").text


def test_who_loses_the_file_leaves_the_page_at_once(
    house: House, me: FlaskClient, mine: FamilyMade, places: list[Place]
) -> None:
    offer = make_offer(house, mine, places[0])
    post_form(me, f"{BASE}/offers/{offer}/accept")
    page = me.get(f"{BASE}/access").text
    assert "Your child has a place here." in page
    assert "Regenboog" not in page


def test_a_leader_whose_term_ends_stands_there_with_the_date(house: House, client: Client) -> None:
    place = make_facility(house, name="Tijdelijk")
    end = house.clock.now() + timedelta(days=3)
    make_leader(house, place, ends_at=end)
    family = make_family(house, [place], language="en")
    browser = signed_in(house, client(), family.person)
    assert house.profiles["brussels"].name
    assert re.search(r"Until when</dt><dd>\d+ \w+ \d{4}, \d\d:\d\d", browser.get(f"{BASE}/access").text)
    house.clock.offset += timedelta(days=3)
    browser = signed_in(house, client(), family.person)
    assert "Nobody but you" in browser.get(f"{BASE}/access").text


# -- sessions


@pytest.mark.promise("BXL-47", breaks="app.accounts.operations.sessions:end_own_session")
def test_one_sees_where_one_is_signed_in_and_ends_it(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade
) -> None:
    began = house.clock.now() - timedelta(minutes=30)
    other = signed_in(house, client(), mine.person, began=began)
    page = me.get(f"{BASE}/account").text
    assert page.count("this device") == 1
    (key,) = re.findall(r'name="which" value="([0-9a-f]{64})"', page)
    assert post_form(me, f"{BASE}/account", f"{BASE}/account/end", which=key).status_code == 303
    assert other.get(BASE).status_code == 303
    assert me.get(BASE).status_code == 200


def test_all_the_other_sessions_end_together(house: House, client: Client, me: FlaskClient, mine: FamilyMade) -> None:
    others = [signed_in(house, client(), mine.person) for _ in range(3)]
    post_form(me, f"{BASE}/account", f"{BASE}/account/end", which="others")
    assert [other.get(BASE).status_code for other in others] == [303] * 3
    assert me.get(BASE).status_code == 200


@pytest.mark.promise("BXL-46", breaks="policy:web_session.family.update")
def test_a_session_of_somebody_else_cannot_be_ended(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade, places: list[Place]
) -> None:
    stranger = make_family(house, places[:1])
    theirs = signed_in(house, client(), stranger.person)
    with as_maintainer(house) as session:
        key = session.execute(
            text("select id_hash from web_session where actor_id = :id"), {"id": stranger.person.id}
        ).scalar_one()
    for which in (bytes(key).hex(), "00" * 32, "nonsense", ""):
        assert post_form(me, f"{BASE}/account", f"{BASE}/account/end", which=which).status_code == 404
    assert theirs.get("/brussels/nl/my").status_code == 200
    # Nor by a statement that forgot whose sessions it means.
    with acting(house, mine.person) as session:
        session.execute(text("update web_session set ended_at = :now"), {"now": house.clock.now()})
    assert theirs.get("/brussels/nl/my").status_code == 200
    assert me.get(BASE).status_code == 303


# -- password


@pytest.mark.promise("BXL-46", breaks="line:app/accounts/policy/signin.py#ended_at = p_now from changed where")
def test_another_password_asks_for_the_old_one_and_ends_the_other_sessions(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade
) -> None:
    other = signed_in(house, client(), mine.person)
    page = f"{BASE}/account/password"
    before = me.get_cookie("sid")
    wrong = post_form(me, page, current="not my password at all", password=NEW)
    assert wrong.status_code == 422
    assert NEW not in wrong.text
    assert post_form(me, page, current=PASSWORD, password="short").status_code == 422
    own = f"{mine.names['given_name']} {mine.names['family_name']}"
    assert post_form(me, page, current=PASSWORD, password=own).status_code == 422
    assert post_form(me, page, current=PASSWORD, password=NEW).status_code == 303
    assert other.get(BASE).status_code == 303
    assert me.get(BASE).status_code == 200
    after = me.get_cookie("sid")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert enter(client(), mine.person.login).status_code == 422
    assert enter(client(), mine.person.login, NEW).status_code == 303


def test_a_stolen_session_cannot_guess_the_password(me: FlaskClient, mine: FamilyMade, client: Client) -> None:
    page = f"{BASE}/account/password"
    for number in range(TRIES_PER_ACCOUNT):
        assert post_form(me, page, current=f"guess number {number}", password=NEW).status_code == 422
    refused = post_form(me, page, current=PASSWORD, password=NEW)
    assert "too many tries" in refused.text
    assert enter(client(), mine.person.login).status_code == 303, "the owner still signs in"


# -- e-mail


@pytest.mark.promise("BXL-46", breaks="app.accounts.operations.passwords:verify_password")
def test_another_address_is_told_to_both_and_signs_in_only_once_confirmed(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade
) -> None:
    page, new = f"{BASE}/account/email", "nieuw.adres@example.org"
    assert post_form(me, page, email=new, current="not my password at all").status_code == 422
    assert queued(house) == []
    assert post_form(me, page, email=new, current=PASSWORD).headers["Location"] == f"{BASE}?done=email"
    sent = {message.kind: message for message in queued(house)}
    assert sent["email_changed"].recipient == mine.email
    assert sent["confirm_address"].recipient == new
    assert new not in str(sent["email_changed"].params)
    assert enter(client(), new).status_code == 422
    assert enter(client(), mine.person.login).status_code == 303
    browser = client()
    url = f"/brussels/en/confirm/{sent['confirm_address'].params['token']}"
    assert browser.post(url, data=guard_of(browser.get(url))).status_code == 303
    assert enter(client(), new).status_code == 303
    assert enter(client(), mine.person.login).status_code == 422


def test_an_address_that_nobody_had_to_give_can_be_taken_out(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade
) -> None:
    page = f"{BASE}/account/email"
    assert post_form(me, page, current=PASSWORD).status_code == 422
    assert post_form(me, page, email="a@example.org", without="yes", current=PASSWORD).status_code == 422
    assert post_form(me, page, without="yes", current="not my password at all").status_code == 422
    assert post_form(me, page, without="yes", current=PASSWORD).headers["Location"] == f"{BASE}?done=no_email"
    with as_maintainer(house) as session:
        kept = session.execute(text("select email, login from applicant, account where kind = 'parent'")).one()
    assert tuple(kept) == (None, None)
    assert [message.recipient for message in queued(house)] == [mine.email]
    assert enter(client(), mine.person.login).status_code == 422
    assert enter(client(), mine.reference).status_code == 303


def test_an_address_of_another_family_is_not_taken_over(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade, places: list[Place]
) -> None:
    other = make_family(house, places[:1])
    post_form(me, f"{BASE}/account/email", email=other.person.login, current=PASSWORD)
    token = queued(house, "confirm_address")[0].params["token"]
    browser = client()
    url = f"/brussels/en/confirm/{token}"
    assert browser.post(url, data=guard_of(browser.get(url))).status_code == 409
    assert enter(client(), mine.person.login).status_code == 303


def test_a_link_can_be_mailed_again_until_the_address_is_confirmed(
    house: House, me: FlaskClient, mine: FamilyMade
) -> None:
    assert "confirm-again" not in me.get(BASE).text
    with as_maintainer(house) as session:
        session.execute(text("update account set login_confirmed_at = null"))
    page = me.get(BASE)
    assert "confirm-again" in page.text
    assert post_form(me, BASE, f"{BASE}/confirm-again").status_code == 303
    assert [message.recipient for message in queued(house, "confirm_address")] == [mine.person.login]
