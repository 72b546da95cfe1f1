"""Signing in and out through the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.accounts.operations import passwords
from app.accounts.rules import TRIES_PER_ACCOUNT, TRY_WINDOW
from app.web.doors import House
from tests.factories import PASSWORD, FamilyMade, as_maintainer, guard_of, make_facility, make_family, make_leader

Client = Callable[[], FlaskClient]
SIGN_IN = "/brussels/nl/sign-in"


@pytest.fixture
def family(house: House) -> FamilyMade:
    return make_family(house, [make_facility(house)])


def enter(client: FlaskClient, login: str, password: str = PASSWORD, page: str = SIGN_IN) -> TestResponse:
    return client.post(page, data={**guard_of(client.get(page)), "login": login, "password": password})


def without_guard(page: TestResponse) -> str:
    guard = guard_of(page)
    return page.text.replace(guard["csrf_token"], "").replace(guard["once"], "")


def test_a_parent_comes_to_the_own_file_with_address_or_reference(client: Client, family: FamilyMade) -> None:
    reference = family.reference
    for login in (family.person.login.upper(), reference, f" {reference[:3]}-{reference[3:6]} {reference[6:].lower()}"):
        browser = client()
        entered = enter(browser, login)
        assert (entered.status_code, entered.headers["Location"]) == (303, "/brussels/nl/my"), login
        assert browser.get("/brussels/nl/my").status_code == 200


def test_a_leader_comes_to_the_requests_in_a_language_of_the_staff(house: House, client: Client) -> None:
    leader = make_leader(house, make_facility(house), language="fr")
    entered = enter(client(), leader.login, page="/brussels/en/sign-in")
    assert entered.status_code == 303
    assert entered.headers["Location"].startswith("/brussels/fr/facility")


@pytest.mark.promise("BXL-46", breaks="app.accounts.operations.passwords:verify_password")
def test_a_wrong_password_and_an_unknown_login_get_the_same_page(client: Client, family: FamilyMade) -> None:
    wrong = enter(client(), family.person.login, "not the right password")
    unknown = enter(client(), "not" + family.person.login, "not the right password")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert without_guard(wrong).replace(family.person.login, "") == without_guard(unknown).replace(
        "not" + family.person.login, ""
    )
    assert "not the right password" not in wrong.text
    assert "Set-Cookie" not in wrong.headers


def test_too_many_tries_get_a_plain_page_and_end_after_a_quarter(
    house: House, client: Client, family: FamilyMade
) -> None:
    browser = client()
    for number in range(TRIES_PER_ACCOUNT):
        assert enter(browser, family.person.login, f"guess {number}").status_code == 422
    refused = enter(browser, family.person.login)
    assert refused.status_code == 429
    assert "15" in refused.text
    house.clock.offset += TRY_WINDOW
    assert enter(browser, family.person.login).status_code == 303


def test_signing_in_gives_the_browser_another_id(house: House, client: Client, family: FamilyMade) -> None:
    """A stranger who planted an id in somebody's browser holds nothing after that somebody signs in."""
    browser = client()
    browser.get(SIGN_IN)
    planted = browser.get_cookie("sid")
    assert planted is not None
    enter(browser, family.person.login)
    own = browser.get_cookie("sid")
    assert own is not None
    assert own.value != planted.value
    stranger = client()
    stranger.set_cookie("sid", planted.value)
    assert stranger.get("/brussels/nl/my").status_code == 303
    enter(browser, family.person.login)
    again = client()
    again.set_cookie("sid", own.value)
    assert again.get("/brussels/nl/my").status_code == 303, "signing in again ends the earlier session"


@pytest.mark.promise("LEU-48", breaks="line:app/web/visit.py#browser.forget()")
@pytest.mark.promise("BXL-46", breaks="app.accounts.operations.sessions:end_session")
def test_a_cookie_kept_from_before_signing_out_opens_nothing(client: Client, family: FamilyMade) -> None:
    browser = client()
    enter(browser, family.person.login)
    kept = browser.get_cookie("sid")
    assert kept is not None
    guard = guard_of(browser.get("/brussels/nl/my"))
    assert browser.get("/brussels/nl/sign-out").status_code == 405
    left = browser.post("/brussels/nl/sign-out", data=guard)
    assert (left.status_code, left.headers["Location"]) == (303, "/brussels/nl/")
    assert browser.get_cookie("sid") is None
    thief = client()
    thief.set_cookie("sid", kept.value)
    assert thief.get("/brussels/nl/my").status_code == 303


def test_a_session_ends_after_an_hour_of_rest_and_after_half_a_day(
    house: House, client: Client, family: FamilyMade
) -> None:
    browser = client()
    enter(browser, family.person.login)
    for _ in range(11):
        house.clock.offset += timedelta(minutes=59)
        assert browser.get("/brussels/nl/my").status_code == 200
    house.clock.offset += timedelta(minutes=61)
    assert browser.get("/brussels/nl/my").status_code == 303
    enter(browser, family.person.login)
    for _ in range(13):
        house.clock.offset += timedelta(minutes=56)
        last = browser.get("/brussels/nl/my").status_code
    assert last == 303


def test_an_account_that_is_closed_lets_nobody_in(house: House, client: Client, family: FamilyMade) -> None:
    browser = client()
    enter(browser, family.person.login)
    with as_maintainer(house) as session:
        session.execute(text("update account set active = false where id = :id"), {"id": family.person.id})
    assert browser.get("/brussels/nl/my").status_code == 303
    assert enter(client(), family.person.login).status_code == 422


def test_a_session_of_one_organisation_opens_nothing_in_another(client: Client, family: FamilyMade) -> None:
    browser = client()
    enter(browser, family.person.login)
    assert browser.get("/leuven/nl/my").headers["Location"] == "/leuven/nl/sign-in"
    assert enter(client(), family.person.login, page="/leuven/nl/sign-in").status_code == 422


def test_what_is_missing_too_long_or_doubled_gets_a_clear_page(client: Client, family: FamilyMade) -> None:
    browser = client()
    guard = guard_of(browser.get(SIGN_IN))
    for data in (
        {},
        {"login": "a@b.be"},
        {"login": "x" * 5000, "password": "y" * 5000},
        {"login": ["a@b.be", "c@d.be"], "password": "z"},
        {"login": "a\x00@b.be", "password": "\x00"},
    ):
        page = browser.post(SIGN_IN, data=guard | data)
        assert page.status_code == 422, data
    assert browser.post(SIGN_IN, data={"login": "a@b.be", "password": "z"}).status_code == 400


def test_a_crowd_at_the_door_gets_a_page_that_says_so(client: Client, family: FamilyMade) -> None:
    browser = client()
    guard = guard_of(browser.get(SIGN_IN))
    taken = 0
    while passwords._admitted.acquire(blocking=False):
        taken += 1
    try:
        page = browser.post(SIGN_IN, data=guard | {"login": "a@b.be", "password": "something long"})
    finally:
        for _ in range(taken):
            passwords._admitted.release()
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert enter(browser, family.person.login).status_code == 303
