"""A forgotten password, and an address that is confirmed: links that work once."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.accounts.operations import request_reset
from app.accounts.rules import CONFIRM_TERM, RESET_TERM, RESETS_PER_ACCOUNT, TRY_WINDOW, hash_of
from app.web.doors import House
from tests.factories import FamilyMade, as_maintainer, guard_of, make_family, queued, signed_in
from tests.web.public.test_sign_in import enter, without_guard

Client = Callable[[], FlaskClient]
FORGOTTEN = "/brussels/nl/password/forgotten"
NEW = "een nieuwe lange zin van mij"


@pytest.fixture
def family(house: House) -> FamilyMade:
    return make_family(house)


def ask(client: FlaskClient, login: str, page: str = FORGOTTEN) -> TestResponse:
    return client.post(page, data={**guard_of(client.get(page)), "login": login})


def link(house: House, family: FamilyMade, client: FlaskClient) -> str:
    """Ask for a link and return the address in the newest mail."""
    ask(client, family.person.login)
    return f"/brussels/nl/password/new/{queued(house, 'password_reset')[-1].params['token']}"


def choose(client: FlaskClient, url: str, password: str = NEW) -> TestResponse:
    return client.post(url, data={**guard_of(client.get(FORGOTTEN)), "password": password})


@pytest.mark.promise("BXL-46", breaks="line:app/accounts/policy/signin.py#ended_at = p_now from spent where")
def test_a_new_password_ends_every_session_and_works_at_once(house: House, client: Client, family: FamilyMade) -> None:
    elsewhere = signed_in(house, client(), family.person)
    assert elsewhere.get("/brussels/nl/my").status_code == 200
    browser = client()
    url = link(house, family, browser)
    assert browser.get(url).status_code == 200
    assert choose(browser, url).headers["Location"] == "/brussels/nl/password/changed"
    assert elsewhere.get("/brussels/nl/my").status_code == 303
    assert enter(client(), family.person.login).status_code == 422
    assert enter(client(), family.person.login, NEW).status_code == 303


def test_the_page_does_not_tell_whether_a_login_is_somebodys(house: House, client: Client, family: FamilyMade) -> None:
    known, unknown = ask(client(), family.person.login), ask(client(), "nobody@example.org")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    browser = client()
    assert browser.get(known.headers["Location"]).text == browser.get(unknown.headers["Location"]).text
    sent = queued(house, "password_reset")
    assert [message.recipient for message in sent] == [family.person.login]
    with as_maintainer(house) as session:
        assert session.scalar(text("select count(*) from account_token")) == 1


def test_the_reference_brings_the_mail_to_the_address_on_file(house: House, client: Client, family: FamilyMade) -> None:
    ask(client(), family.reference.lower())
    assert [message.recipient for message in queued(house, "password_reset")] == [family.person.login]


def test_a_known_and_an_unknown_login_take_the_same_time(house: House, family: FamilyMade) -> None:
    """Medians of one run as a ratio: the machine's speed falls out."""
    took: dict[str, list[float]] = {family.person.login: [], "nobody@example.org": []}
    for turn in range(31):
        for login, times in took.items():
            begin = time.perf_counter()
            request_reset(
                house.databases, "brussels", login, f"198.51.100.{turn}", "nl", house.clock.now() + turn * TRY_WINDOW
            )
            times.append(time.perf_counter() - begin)
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.5 < unknown / known < 2


def test_a_link_is_spent_by_choosing_and_not_by_opening(house: House, client: Client, family: FamilyMade) -> None:
    browser = client()
    url = link(house, family, browser)
    for _ in range(3):
        assert client().get(url).status_code == 200
    assert choose(browser, url).status_code == 303
    assert choose(browser, url, "nog een andere lange zin").status_code == 410
    assert browser.get(url).status_code == 410
    assert enter(client(), family.person.login, NEW).status_code == 303


def test_a_link_lapses_after_half_an_hour(house: House, client: Client, family: FamilyMade) -> None:
    browser = client()
    url = link(house, family, browser)
    house.clock.offset += RESET_TERM
    assert browser.get(url).status_code == 410
    assert choose(browser, url).status_code == 410
    assert enter(client(), family.person.login, NEW).status_code == 422


def test_a_used_link_takes_the_others_with_it(house: House, client: Client, family: FamilyMade) -> None:
    browser = client()
    first, second = link(house, family, browser), link(house, family, browser)
    assert first != second
    assert choose(browser, second).status_code == 303
    assert choose(browser, first, "nog een andere lange zin").status_code == 410


def test_a_link_counts_in_its_own_organisation_and_for_its_own_purpose(
    house: House, client: Client, family: FamilyMade
) -> None:
    browser = client()
    url = link(house, family, browser)
    assert browser.get(url.replace("/brussels/", "/leuven/")).status_code == 410
    assert browser.get(url.replace("password/new", "confirm")).status_code == 410
    assert browser.get("/brussels/nl/password/new/" + "a" * 2000).status_code == 410
    assert choose(browser, url).status_code == 303


def test_the_token_is_not_in_the_database_and_the_mail_is_sealed(
    house: House, client: Client, family: FamilyMade
) -> None:
    token = link(house, family, client()).rpartition("/")[2]
    with as_maintainer(house) as session:
        kept = session.execute(text("select hash from account_token")).scalar_one()
        body = session.execute(text("select sealed from outbox")).scalar_one()
    assert bytes(kept) == hash_of(token)
    assert token.encode() not in bytes(body)
    assert family.person.login.encode() not in bytes(body)


def test_a_mailbox_cannot_be_flooded(house: House, client: Client, family: FamilyMade) -> None:
    browser = client()
    for _ in range(3 * RESETS_PER_ACCOUNT):
        assert ask(browser, family.person.login).status_code == 303
    assert len(queued(house, "password_reset")) == RESETS_PER_ACCOUNT


def test_a_weak_password_is_refused_and_the_link_stays(house: House, client: Client, family: FamilyMade) -> None:
    browser = client()
    url = link(house, family, browser)
    for weak in ("zqkvw", "passwordpassword", "schaarbeek1030schaarbeek", "x" * 201, ""):
        page = choose(browser, url, weak)
        assert page.status_code == 422, weak
        if weak:
            assert weak not in page.text
    assert choose(browser, url).status_code == 303


# -- confirming an address


def confirmation(house: House, family: FamilyMade, *, new_login: str | None = None) -> str:
    """Write a link that confirms, and return its address."""
    token = uuid4().hex
    with as_maintainer(house) as session:
        session.execute(text("update account set login_confirmed_at = null where id = :id"), {"id": family.person.id})
        session.execute(
            text(
                "insert into account_token (hash, organisation, account_id, purpose, new_login, created_at, expires_at)"
                " values (:hash, 'brussels', :id, 'confirm', :login, :now, :until)"
            ),
            {
                "hash": hash_of(token),
                "id": family.person.id,
                "login": new_login,
                "now": house.clock.now(),
                "until": house.clock.now() + CONFIRM_TERM,
            },
        )
    return f"/brussels/nl/confirm/{token}"


def press(client: FlaskClient, url: str) -> TestResponse:
    return client.post(url, data=guard_of(client.get(FORGOTTEN)))


def is_confirmed(house: House, family: FamilyMade) -> bool:
    with as_maintainer(house) as session:
        row = session.execute(text("select login_confirmed_at from account where id = :id"), {"id": family.person.id})
        return row.scalar_one() is not None


def test_an_address_is_confirmed_by_pressing_and_not_by_opening(
    house: House, client: Client, family: FamilyMade
) -> None:
    url = confirmation(house, family)
    browser = client()
    assert browser.get(url).status_code == 200
    assert not is_confirmed(house, family)
    assert press(browser, url).headers["Location"] == "/brussels/nl/confirmed"
    assert is_confirmed(house, family)
    assert press(browser, url).status_code == 410


def test_a_confirmation_lapses(house: House, client: Client, family: FamilyMade) -> None:
    url = confirmation(house, family)
    house.clock.offset += CONFIRM_TERM + timedelta(seconds=1)
    assert press(client(), url).status_code == 410
    assert not is_confirmed(house, family)


@pytest.mark.promise("BXL-46", breaks="constraint:account.uq_account_login")
def test_an_address_of_another_confirmed_file_cannot_be_taken(house: House, client: Client, family: FamilyMade) -> None:
    other = make_family(house)
    url = confirmation(house, family, new_login=other.person.login)
    page = press(client(), url)
    assert page.status_code == 409
    assert other.reference not in page.text
    assert enter(client(), other.person.login).headers["Location"] == "/brussels/nl/my"
    assert not is_confirmed(house, family)


def test_both_pages_are_the_same_whoever_asks(client: Client, family: FamilyMade) -> None:
    assert without_guard(client().get(FORGOTTEN)) == without_guard(client().get(FORGOTTEN))
