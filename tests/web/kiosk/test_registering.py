"""Registering a device: who may, with which code, once; and a browser that is no device any more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.web.doors import House
from tests.factories import make_family, make_leader, make_worker, session_of, signed_in
from tests.people import guard_of
from tests.web.kiosk.standing import CODE, begins, drafts, enrolled, made_device, revoke, types_code, wait

Client = Callable[[], FlaskClient]
Device = Callable[..., FlaskClient]
ATTRACT = "/brussels/nl/kiosk/"
# Every door behind which somebody works, in Brussels.
AT_WORK = ("facility/requests", "desk", "desk/devices", "desk/start")


def test_a_code_makes_a_browser_a_kiosk_once(house: House, client: Client) -> None:
    made_device(house)
    first, second = client(), client()
    answer = types_code(first, " cdf3-46gh jkmn ")
    assert (answer.status_code, answer.location) == (303, ATTRACT)
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("device="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=63072000" in cookie
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "data-kiosk" in first.get(ATTRACT).text
    refused = types_code(second, CODE)
    assert refused.status_code == 422
    assert "device" not in str(refused.headers.getlist("Set-Cookie"))
    assert second.get(ATTRACT).status_code == 404


@pytest.mark.promise("KL-32", breaks="app.web.devices:require_device")
def test_without_a_registration_the_pages_of_a_kiosk_do_not_exist(client: Client) -> None:
    browser = client()
    browser.get("/brussels/nl/sign-in")
    for page in ("", "still-there", "end"):
        assert browser.get(ATTRACT + page).status_code == 404, page
    for page in ("end", "here"):
        assert browser.post(ATTRACT + page).status_code == 404, page


@pytest.mark.parametrize("wrong", ["too late", "elsewhere", "revoked", "unknown"])
def test_a_code_that_does_not_hold_opens_nothing(house: House, client: Client, wrong: str) -> None:
    device_id = made_device(house, "leuven" if wrong == "elsewhere" else "brussels")
    if wrong == "too late":
        wait(house, hours=24, seconds=1)
    if wrong == "revoked":
        revoke(house, device_id)
    answer = types_code(client(), "GHJKMNPQRTVW" if wrong == "unknown" else CODE)
    assert answer.status_code == 422
    assert "registreert geen toestel" in answer.text


@pytest.mark.promise("KL-32", breaks="app.web.devices:meet")
def test_a_revoked_device_is_an_ordinary_browser_on_its_next_request(house: House, client: Client) -> None:
    device_id = made_device(house)
    browser = client()
    types_code(browser, CODE)
    begins(browser)
    assert len(drafts(house)) == 1
    revoke(house, device_id)
    gone = browser.get("/brussels/nl/apply/you")
    assert gone.status_code == 410
    assert "data-kiosk" not in gone.text
    assert gone.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not drafts(house), "what was typed there goes with the registration"
    after = browser.get("/brussels/nl/")
    assert after.status_code == 200
    assert "data-kiosk" not in after.text
    assert browser.get(ATTRACT).status_code == 404


@pytest.mark.parametrize("forged", ["x", "A" * 43, "' or true --", "é" * 10])
def test_a_forged_cookie_opens_nothing_and_goes(client: Client, forged: str) -> None:
    browser = client()
    browser.set_cookie("device", forged)
    answer = browser.get("/brussels/nl/apply/you")
    assert answer.status_code == 410
    assert any(line.startswith("device=;") for line in answer.headers.getlist("Set-Cookie"))
    assert browser.get("/brussels/nl/").status_code == 200


def test_a_kiosk_belongs_to_one_organisation(device: Device) -> None:
    browser = device("leuven")
    for page in ("", "search", "apply/language", "kiosk/", "sign-in"):
        answer = browser.get(f"/brussels/nl/{page}")
        assert answer.status_code == 404, page
        assert not answer.headers.getlist("Set-Cookie")
    assert browser.get("/leuven/nl/kiosk/").status_code == 200


@pytest.mark.promise("KL-32", breaks="line:app/web/visit.py#raise Refused(Unfit.WORK_ON_DEVICE)")
def test_nobody_who_works_here_signs_in_on_a_kiosk(house: House, device: Device) -> None:
    browser = device()
    for person in (make_leader(house), make_worker(house), make_worker(house, role="counter", area=("schaarbeek",))):
        given = guard_of(browser.get("/brussels/nl/sign-in"))
        answer = browser.post(
            "/brussels/nl/sign-in", data={**given, "login": person.login, "password": person.password}
        )
        assert answer.status_code == 409
        assert "Dit toestel is voor gezinnen" in answer.text


@pytest.mark.promise("KL-32", breaks="line:app/web/devices.py#if page.endpoint.partition")
def test_the_doors_of_those_who_work_are_not_there(house: House, device: Device) -> None:
    browser = device()
    signed_in(house, browser, make_worker(house, role="administrator"))
    for page in AT_WORK:
        assert browser.get(f"/brussels/nl/{page}").status_code == 404, page


def test_a_session_from_elsewhere_counts_for_nothing_there(house: House, device: Device) -> None:
    browser = device()
    family = make_family(house)
    for person in (family.person, make_worker(house)):
        browser.set_cookie("sid", session_of(house, person))
        answer = browser.get("/brussels/nl/my")
        assert answer.status_code == 303
        assert answer.location == "/brussels/nl/kiosk/end"


def test_registering_signs_out_whoever_was_signed_in_there(house: House, client: Client) -> None:
    worker = make_worker(house)
    browser = signed_in(house, client(), worker)
    shown = browser.get_cookie("sid")
    assert shown is not None
    enrolled(house, browser)
    other = client()
    other.set_cookie("sid", shown.value)
    assert other.get("/brussels/nl/desk").status_code == 303
    assert browser.get_cookie("sid") is None or browser.get_cookie("sid").value != shown.value


def test_a_kiosks_session_counts_for_nothing_elsewhere(house: House, client: Client, device: Device) -> None:
    browser = device()
    begins(browser)
    cookie = browser.get_cookie("sid")
    assert cookie is not None
    thief = client()
    thief.set_cookie("sid", cookie.value)
    assert thief.get("/brussels/nl/apply/you").status_code == 303
