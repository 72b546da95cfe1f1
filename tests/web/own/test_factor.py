"""Signing in with a second factor through the pages: first time, every time, and every way around it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from app.accounts.rules import FACTOR_TRIES, PENDING_TERM
from app.core.actor import WITH_SECOND_FACTOR, Kind
from app.core.settings import Settings
from app.web.doors import ANYONE, PENDING, House, house_of
from app.web.homes import HOMES
from tests.factories import (
    Person,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_leader,
    make_worker,
    post_form,
)
from tests.factors import ACCOUNT, FACTOR, SETUP, code_of, enrol, half_in, secret_on, signs_in, worker_of
from tests.net.calls import Route, routes
from tests.passkeys import Device

Client = Callable[[], FlaskClient]


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house, role="administrator")


@pytest.mark.parametrize("kind", sorted(WITH_SECOND_FACTOR))
def test_who_works_here_comes_in_with_password_and_code(house: House, client: Client, kind: str) -> None:
    person = worker_of(house, kind)
    secret, browser = enrol(house, person), client()
    half_in(browser, person)
    before = browser.get_cookie("sid")
    answer = post_form(browser, FACTOR, code=code_of(house, secret))
    home = next(rule for rule in browser.application.url_map.iter_rules() if rule.endpoint == HOMES[kind])
    path = home.rule.replace("<organisation>", "brussels").replace("<language>", "nl")
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert browser.get(ACCOUNT).status_code == 200
    # Whoever planted or saw the id of the browser before holds nothing now.
    after = browser.get_cookie("sid")
    assert before is not None and after is not None and before.value != after.value
    thief = client()
    thief.set_cookie("sid", before.value)
    assert thief.get(ACCOUNT).headers["Location"].endswith("/sign-in")
    assert thief.get(FACTOR).headers["Location"].endswith("/sign-in")


@pytest.mark.promise("KL-31", breaks="app.web.visit:STAFF", twin="tests.net.doubles:HALF_SIGNED_IN")
def test_half_signed_in_opens_no_page_of_the_house(
    app: Flask, house: House, client: Client, worker: Person, figure: Callable[[str], None]
) -> None:
    enrol(house, worker)
    browser, asked = half_in(client(), worker), 0
    guard = guard_of(browser.get(FACTOR))
    for route in routes(app):
        page = house.pages[route.endpoint]
        if page.who == ANYONE or page.who == PENDING:
            continue
        ids = {name: str(worker.id) for name in route.arguments}
        path = Route(route.endpoint, route.rule).path("brussels", ids)
        for method in page.methods:
            answer = browser.open(path, method=method, data=guard if method == "POST" else None)
            asked += 1
            led = answer.status_code == 303 and answer.headers["Location"].endswith(("/sign-in", "/apply/language"))
            assert led or answer.status_code in (400, 404), (method, path, answer.status_code)
    figure(f"half signed in: {asked} pages and posts asked for, 0 opened")
    assert asked > 100


def test_a_parent_and_a_leader_are_asked_for_a_password_only(house: House, client: Client) -> None:
    place = make_facility(house)
    for person in (make_family(house, [place]).person, make_leader(house, place)):
        browser = half_in(client(), person)
        assert browser.get(f"{person.base}/factor").status_code == 404
        assert browser.get(f"{person.base}/account").status_code == 404


def test_a_wrong_code_gets_the_page_again_and_says_no_more(house: House, client: Client, worker: Person) -> None:
    secret = enrol(house, worker)
    browser = half_in(client(), worker)
    answers = [post_form(browser, FACTOR, code=code) for code in ("123456", "ABCDEFGHJK", "helemaal niets")]
    assert {answer.status_code for answer in answers} == {422}
    assert len({re.search(r'<p class="err"[^>]*>.*?</p>', answer.text)[0] for answer in answers}) == 1  # type: ignore[index]
    assert "123456" not in answers[0].text
    assert post_form(browser, FACTOR).status_code == 422
    for _ in range(FACTOR_TRIES[0][0]):
        last = post_form(browser, FACTOR, code="123456")
    assert last.status_code == 429
    assert post_form(browser, FACTOR, code=code_of(house, secret)).status_code == 429
    # The password of a colleague opens no second way to guess.
    assert post_form(half_in(client(), worker), FACTOR, code=code_of(house, secret)).status_code == 429


def test_a_code_that_was_seen_signs_nobody_else_in(house: House, client: Client, worker: Person) -> None:
    secret = enrol(house, worker)
    code = code_of(house, secret)
    one, other = half_in(client(), worker), half_in(client(), worker)
    assert post_form(one, FACTOR, code=code).status_code == 303
    assert post_form(other, FACTOR, code=code).status_code == 422


def test_half_a_sign_in_does_not_last(house: House, client: Client, worker: Person) -> None:
    secret = enrol(house, worker)
    browser = half_in(client(), worker)
    guard = guard_of(browser.get(FACTOR))
    house.clock.offset += PENDING_TERM + timedelta(seconds=1)
    late = browser.post(FACTOR, data={**guard, "code": code_of(house, secret)})
    assert late.headers["Location"].endswith("/sign-in")
    assert browser.get(ACCOUNT).headers["Location"].endswith("/sign-in")


def test_the_first_time_a_factor_is_set_up_before_anything_opens(house: House, client: Client, worker: Person) -> None:
    browser = half_in(client(), worker)
    assert browser.get(FACTOR).headers["Location"] == SETUP
    page = browser.get(SETUP)
    assert "<svg" in page.text
    assert "style=" not in page.text
    secret = secret_on(page)
    assert secret_on(browser.get(SETUP)) == secret
    assert post_form(browser, SETUP, code="000000").status_code == 422
    done = post_form(browser, SETUP, code=code_of(house, secret))
    codes = re.findall(r'<li><code dir="ltr">(\w{5} \w{5})</code>', done.text)
    assert (done.status_code, len(codes)) == (200, 10)
    assert done.headers["Cache-Control"] == "no-store"
    assert browser.get(ACCOUNT).status_code == 200
    # Shown once, and the secret never again.
    assert codes[0] not in browser.get(ACCOUNT).text
    again = half_in(client(), worker)
    assert again.get(SETUP).headers["Location"] == FACTOR
    assert post_form(again, FACTOR, code=code_of(house, secret)).status_code == 422
    assert post_form(again, FACTOR, code=codes[3].lower()).status_code == 303
    assert "9" in again.get(ACCOUNT).text


def test_a_set_up_that_began_before_another_ended_adds_nothing(house: House, client: Client, worker: Person) -> None:
    mine, theirs = half_in(client(), worker), half_in(client(), worker)
    theirs_secret = secret_on(theirs.get(SETUP))
    guard = guard_of(theirs.get(SETUP))
    assert post_form(mine, SETUP, code=code_of(house, secret_on(mine.get(SETUP)))).status_code == 200
    late = theirs.post(SETUP, data={**guard, "code": code_of(house, theirs_secret)})
    assert late.headers["Location"] == FACTOR
    assert theirs.get(ACCOUNT).status_code == 303


def test_a_passkey_is_set_up_and_used_through_the_pages(settings: Settings, client: Client) -> None:
    site = create_app(replace(settings, base_url="https://opvang.example"))
    house = house_of(site)
    person = make_worker(house)
    device, browser = Device("https://opvang.example", "opvang.example"), site.test_client()
    half_in(browser, person)
    guard = guard_of(browser.get(SETUP))
    asked = json.loads(browser.post(f"{SETUP}/passkey/ask", data=guard).text)
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    made = browser.post(f"{SETUP}/passkey", data={**guard, "answer": device.makes(asked)})
    assert (made.status_code, made.text.count("<li><code")) == (200, 10)
    again = half_in(site.test_client(), person)
    guard = guard_of(again.get(FACTOR))
    assert again.post(f"{FACTOR}/passkey", data={**guard, "answer": "{}"}).status_code == 422
    asked = json.loads(again.post(f"{FACTOR}/passkey/ask", data=guard).text)
    assert again.post(f"{SETUP}/passkey/ask", data=guard).status_code == 404
    signed = device.signs(asked)
    entered = again.post(f"{FACTOR}/passkey", data={**guard, "answer": signed})
    assert entered.status_code == 303
    assert again.get(ACCOUNT).status_code == 200


def test_what_happened_is_noted_without_what_was_typed(house: House, client: Client, worker: Person) -> None:
    secret = enrol(house, worker)
    browser = half_in(client(), worker)
    post_form(browser, FACTOR, code="123456")
    post_form(browser, FACTOR, code=code_of(house, secret))
    with as_maintainer(house) as session:
        rows = session.execute(text("select event, actor_kind from audit_entry order by sequence")).all()
    assert [tuple(row) for row in rows] == [
        ("password_right", Kind.STAFF),
        ("second_factor_failed", Kind.STAFF),
        ("sign_in", Kind.STAFF),
    ]


def test_signing_out_halfway_ends_it(house: House, client: Client, worker: Person) -> None:
    secret = enrol(house, worker)
    browser = half_in(client(), worker)
    kept = browser.get_cookie("sid")
    assert kept is not None
    post_form(browser, FACTOR, "/brussels/nl/sign-out")
    browser.set_cookie("sid", kept.value)
    assert browser.get(FACTOR).headers["Location"].endswith("/sign-in")
    assert signs_in(house, client(), worker, secret).status_code == 303
