"""The visit on a public device: every end of it leaves nothing, and the device stays what it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.applications.operations.draft_terms import expire_left_behind
from app.core.actor import system
from app.core.db import transaction
from app.web.doors import House
from tests.budgets import count_sql
from tests.factories import make_facility, make_family
from tests.people import guard_of
from tests.web.family.walk import PASSWORD, Walk, start_walk
from tests.web.kiosk.standing import begins, drafts, enrolled, keys_left, passes, session_behind, wait

Client = Callable[[], FlaskClient]
Device = Callable[..., FlaskClient]
KIOSK, WIPE = "/brussels/nl/kiosk/", '"cache", "storage"'
STOP = "Stop en wis alles"


def sid(browser: FlaskClient) -> str:
    """Return what the browser shows as its session."""
    found = browser.get_cookie("sid")
    return found.value if found else ""


def with_code(browser: FlaskClient) -> str:
    """Fill in enough for a code, and ask it; returns the code."""
    walk = Walk(browser)
    walk.through(until="start")
    page = browser.get("/brussels/en/apply/later")
    answer = browser.post("/brussels/en/apply/later", data={**guard_of(page)}, follow_redirects=True)
    return answer.text.partition('dir="ltr">')[2].partition("</b>")[0]


@pytest.mark.promise("LEU-49", breaks="app.accounts.operations.devices:end_device_visit")
@pytest.mark.promise("LEU-48", breaks='line:app/web/devices.py#answer.headers["Clear-Site-Data"]')
def test_stop_ends_the_session_and_deletes_what_was_typed(house: House, client: Client, device: Device) -> None:
    browser = device()
    begins(browser)
    cookie = sid(browser)
    assert drafts(house)
    answer = browser.post(f"{KIOSK}end")
    assert (answer.status_code, answer.location) == (303, KIOSK)
    assert answer.headers["Clear-Site-Data"] == WIPE
    gone = {line.partition("=")[0] for line in answer.headers.getlist("Set-Cookie") if "Max-Age=0" in line}
    assert gone == {"sid", "cookie_choice", "language"}
    assert not drafts(house)
    assert not keys_left(house)
    ended = session_behind(house, cookie)
    assert ended is not None
    assert ended.ended_at is not None
    replayed = client()
    replayed.set_cookie("sid", cookie)
    assert replayed.get("/brussels/nl/apply/you").status_code == 303


@pytest.mark.promise("LEU-49", breaks="line:app/web/kiosk/visits.py#return wipe(visit.house, page)")
@pytest.mark.parametrize("page", ["", "end"])
def test_each_way_to_the_start_page_wipes(house: House, device: Device, page: str) -> None:
    browser = device()
    begins(browser)
    answer = browser.get(KIOSK + page)
    assert answer.headers["Clear-Site-Data"] == WIPE
    assert not drafts(house)
    assert not sid(browser)


def test_the_start_page_of_the_site_asks_first_whoever_is_busy(house: House, device: Device) -> None:
    browser = device()
    assert browser.get("/brussels/nl/").location == KIOSK
    begins(browser)
    assert browser.get("/brussels/nl/").location == f"{KIOSK}still-there"
    assert drafts(house)


def test_after_ten_visitors_it_is_still_a_kiosk(house: House, device: Device) -> None:
    browser = device()
    seen = set()
    for visitor in range(10):
        begins(browser)
        seen.add(sid(browser))
        browser.post(f"{KIOSK}end") if visitor % 2 else browser.get(KIOSK)
        assert not drafts(house)
    assert len(seen) == 10
    assert "data-kiosk" in browser.get(KIOSK).text


@pytest.mark.promise("LEU-49", breaks="line:app/accounts/policy/signin.py#or s.last_seen_at > p_now - {_DEVICE_IDLE}")
def test_two_idle_minutes_end_a_visit_whatever_the_browser_does(house: House, device: Device) -> None:
    browser = device()
    begins(browser)
    wait(house, seconds=119)
    assert browser.get("/brussels/nl/apply/you").status_code == 200
    wait(house, seconds=119)
    assert browser.get("/brussels/nl/apply/you").status_code == 200, "each look counts"
    wait(house, seconds=121)
    answer = browser.get("/brussels/nl/apply/you")
    assert (answer.status_code, answer.location) == (303, f"{KIOSK}end")
    browser.get(answer.location)
    assert not drafts(house)


def test_a_parents_session_ends_as_fast(house: House, device: Device) -> None:
    family, browser = make_family(house), device()
    given = guard_of(browser.get("/brussels/nl/sign-in"))
    person = family.person
    browser.post("/brussels/nl/sign-in", data={**given, "login": person.login, "password": person.password})
    assert browser.get("/brussels/nl/my/account").status_code == 200
    wait(house, seconds=121)
    assert browser.get("/brussels/nl/my").location == f"{KIOSK}end"
    assert session_behind(house, sid(browser)) is not None


def test_the_question_keeps_nobody_awake_and_an_answer_does(house: House, device: Device) -> None:
    browser = device()
    begins(browser)
    for keeps in (True, False):
        wait(house, seconds=90)
        question = browser.get(f"{KIOSK}still-there?to=/brussels/nl/apply/you")
        assert question.headers["Refresh"] == f"30; url={KIOSK}end"
        assert 'href="/brussels/nl/apply/you"' in question.text
        wait(house, seconds=25 if keeps else 31)
        assert browser.post(f"{KIOSK}here").status_code == (204 if keeps else 303)


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil",
        "/leuven/nl/my",
        "/brussels/nl/kiosk/end",
        "javascript:x",
        "",
    ],
)
def test_the_way_on_leads_nowhere_else(device: Device, there: str) -> None:
    page = device().get(f"{KIOSK}still-there", query_string={"to": there})
    assert page.status_code == 200
    assert 'href="/brussels/nl/apply" autofocus' in page.text


def test_another_site_wipes_nothing_without_a_question(house: House, device: Device) -> None:
    browser = device()
    begins(browser)
    for page in ("", "end"):
        for site in ("cross-site", "same-site"):
            answer = browser.get(KIOSK + page, headers={"Sec-Fetch-Site": site})
            assert answer.location == f"{KIOSK}still-there"
            assert browser.post(f"{KIOSK}end", headers={"Sec-Fetch-Site": site}).status_code == 400
    assert drafts(house)


@pytest.mark.promise(
    "LEU-02", breaks="line:app/applications/policy/functions.py#and not exists (select 1 from draft_pass"
)
def test_what_has_a_code_is_gone_on_with_at_home(house: House, client: Client, device: Device) -> None:
    browser = device()
    code = with_code(browser)
    shown = browser.get("/brussels/en/apply/later").text
    assert 'class="qr"' in shown
    cookie = sid(browser)
    at_home = client()
    address = f"/brussels/en/continue/{code.replace(' ', '')}"
    page = at_home.get(address)
    assert 'name="code"' not in page.text
    wrong = at_home.post(
        address, data={**guard_of(page), "birth_date-day": "1", "birth_date-month": "1", "birth_date-year": "2027"}
    )
    assert wrong.status_code == 422
    born = {"birth_date-day": "10", "birth_date-month": "4", "birth_date-year": "2027"}
    assert at_home.post(address, data={**guard_of(at_home.get(address)), **born}).status_code == 303
    assert "Ayşe" in at_home.get("/brussels/en/apply/you").text
    ended = session_behind(house, cookie)
    assert ended is not None
    assert ended.ended_at is not None, "who goes on at home is no longer busy at the kiosk"
    browser.post(f"{KIOSK}end")
    assert "Ayşe" in at_home.get("/brussels/en/apply/you").text
    again = client()
    assert again.post(address, data={**guard_of(again.get(address)), **born}).status_code == 422, "a code works once"


def test_what_began_at_home_outlives_a_visit_to_the_kiosk(house: House, client: Client, device: Device) -> None:
    code = with_code(client())
    browser = device()
    address = "/brussels/en/continue"
    born = {"birth_date-day": "10", "birth_date-month": "4", "birth_date-year": "2027"}
    given = guard_of(browser.get(address))
    assert browser.post(address, data={**given, "code": code, **born}).status_code == 303
    assert "Ayşe" in browser.get("/brussels/en/apply/you").text
    browser.post(f"{KIOSK}end")
    assert len(drafts(house)) == 1


def left_behind(house: House) -> int:
    """Run what the job runs."""
    with transaction(house.databases, "jobs", system("drafts"), house.clock.now()) as session:
        return expire_left_behind(session, now=house.clock.now(), limit=100)


@pytest.mark.promise(
    "LEU-49", breaks="line:app/applications/operations/draft_terms.py#_delete(session, left, unsent=left)"
)
def test_a_device_that_went_dark_keeps_nothing(house: House, app: Flask, client: Client) -> None:
    dark, coded, elsewhere = (enrolled(house, client()), enrolled(house, client()), client())
    begins(dark)
    with_code(coded)
    begins(elsewhere)
    wait(house, minutes=14)
    assert left_behind(house) == 0
    wait(house, minutes=2)
    assert left_behind(house) == 1
    assert len(drafts(house)) == 2, "a code, and a browser at home"
    assert passes(house) == 1
    assert dark.get("/brussels/nl/apply/you").status_code == 303


@pytest.mark.promise("LEU-49", breaks="app.web.cookies:may_remember", twin="tests.web.kiosk.standing:no_kiosk")
def test_a_search_is_not_kept_at_all(house: House, device: Device) -> None:
    make_facility(house, organisation="leuven", name="Zonnetje", postcode="3000", municipality="leuven")
    browser = device("leuven")
    assert "onthouden wat u zoekt" not in browser.get("/leuven/nl/search").text
    browser.set_cookie("cookie_choice", "accepted")
    browser.get("/leuven/nl/search?name=nothing")
    assert "nothing" not in browser.get("/leuven/nl/search").text


def test_a_receipt_names_nobody(house: House, device: Device) -> None:
    browser = device()
    walk = start_walk(browser, house)
    walk.through()
    for page in (walk.get("sent").text, browser.get("/brussels/en/my/receipt").text):
        assert 'class="qr"' in page
        assert "data-print" in page
        for name in ("Ayşe", "Yılmaz", "Kaya", "Mehmet", "Wolkenfiets", "2027-04-10", "Rozenstraat", PASSWORD):
            assert name not in page
    browser.post(f"{KIOSK}end")
    assert browser.get("/brussels/en/my").status_code == 303


def test_a_browser_that_is_no_kiosk_pays_nothing(house: House, client: Client) -> None:
    browser = client()
    with count_sql(house.databases.engine("signin")) as spent:
        page = browser.get("/brussels/nl/search").text
    assert len(spent) == 0
    assert "kiosk" not in page
    begins(browser)
    with count_sql(house.databases.engine("signin")) as spent:
        page = browser.get("/brussels/nl/apply/you").text
    assert len(spent) == 1
    assert "kiosk" not in page
