"""A passkey in a real browser, and the pages as they look without a script."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.web.doors import House
from tests.factories import Person, make_worker
from tests.factors import ACCOUNT, code_of, enrol
from tests.servers.browsing import Visitors, axe_violations

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house)


def test_a_passkey_of_the_device_in_place_of_a_code(
    house: House, visitors: Visitors, live_server: str, worker: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Browsers bind a passkey to a name; the number of this machine is none.
    named = live_server.replace("127.0.0.1", "localhost")
    monkeypatch.setattr(house, "settings", replace(house.settings, base_url=named))
    page = visitors.new(javascript=True)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    def half_in() -> None:
        page.goto(f"{named}/brussels/nl/sign-in")
        page.fill("#login", worker.login)
        page.fill("#password", worker.password)
        page.locator("#step .btn").click()

    half_in()
    page.wait_for_url("**/factor/setup")
    assert axe_violations(page) == []
    page.locator("form[data-passkey] button").click()
    page.wait_for_selector("ol code")
    assert page.locator("ol code").count() == 10
    page.locator("main a.btn").click()
    page.wait_for_url("**/desk**")
    page.context.clear_cookies()
    half_in()
    page.wait_for_url("**/factor")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/desk**")


def test_the_pages_hold_on_a_phone_without_a_script(
    house: House, visitors: Visitors, live_server: str, worker: Person
) -> None:
    secret, page = enrol(house, worker), visitors.new()
    page.goto(f"{live_server}/brussels/nl/sign-in")
    page.fill("#login", worker.login)
    page.fill("#password", worker.password)
    page.locator("#step .btn").click()
    assert axe_violations(page) == []
    assert page.locator("form[data-passkey]:visible").count() == 0
    page.fill("#code", code_of(house, secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk**")
    for path in ("", "/password", "/authenticator", "/passkey", "/codes"):
        page.goto(f"{live_server}{ACCOUNT}{path}")
        assert path in ("/password", "/codes") or axe_violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
