"""Cookies beside the session's: a notice with two equal answers, a remembered language, and nothing undeclared."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.web.doors import House
from tests.factories import make_facility

Client = Callable[[], FlaskClient]
NOTICE = "May we remember what you look for during your visit?"
HOME = "/leuven/en/"


@pytest.mark.promise("LEU-45", breaks="app.web.cookies:choice_made", twin="tests.twins:no_choice")
@pytest.mark.parametrize("choice", ["accepted", "refused"])
def test_the_notice_is_shown_until_it_is_answered_either_way(client: Client, choice: str) -> None:
    browser = client()
    first = browser.get(HOME)
    assert NOTICE in first.text
    assert "Set-Cookie" not in first.headers, "nothing is set before the choice"
    answer = browser.post("/leuven/en/cookies", data={"choice": choice, "back": HOME})
    assert (answer.status_code, answer.location) == (303, HOME)
    for page in ("", "privacy", "contact", "search"):
        assert NOTICE not in browser.get(HOME + page).text
    assert "You can change your answer here" in browser.get(HOME + "cookies").text


def test_a_choice_can_be_changed_later(client: Client) -> None:
    browser = client()
    browser.post("/leuven/en/cookies", data={"choice": "accepted"})
    assert "Your answer now: yes" in browser.get(HOME + "cookies").text
    browser.post("/leuven/en/cookies", data={"choice": "refused"})
    assert "Your answer now: no" in browser.get(HOME + "cookies").text


@pytest.mark.promise("LEU-45", breaks="app.web.cookies:may_remember")
def test_a_search_is_remembered_only_after_a_yes(house: House, client: Client) -> None:
    make_facility(house, organisation="leuven", name="Zonnetje", postcode="3000", municipality="leuven")
    search = HOME + "search"
    for choice, is_kept in ((None, False), ("refused", False), ("accepted", True)):
        browser = client()
        if choice:
            browser.post("/leuven/en/cookies", data={"choice": choice})
        answer = browser.get(search + "?name=nothing")
        assert ("sid=" in str(answer.headers.getlist("Set-Cookie"))) == is_kept, choice
        assert ("Zonnetje" not in browser.get(search).text) == is_kept, choice


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/leuven/en/\\evil", "/brussels/nl/", "x"])
def test_the_way_back_leads_nowhere_else(client: Client, back: str) -> None:
    answer = client().post("/leuven/en/cookies", data={"choice": "refused", "back": back})
    assert answer.location == "/leuven/en/cookies"


@pytest.mark.parametrize("fields", [{}, {"choice": "perhaps"}, {"choice": ""}])
def test_an_answer_that_is_none_is_refused(client: Client, fields: dict[str, str]) -> None:
    answer = client().post("/leuven/en/cookies", data=fields)
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers


def test_another_site_cannot_answer_for_a_visitor(client: Client) -> None:
    answer = client().post("/leuven/en/cookies", data={"choice": "accepted"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400


def test_an_organisation_without_the_cookie_asks_nothing_and_sets_nothing(client: Client) -> None:
    browser = client()
    assert NOTICE not in browser.get("/brussels/en/").text
    assert browser.post("/brussels/en/cookies", data={"choice": "accepted"}).status_code == 400


@pytest.mark.promise("KL-16", breaks="app.web.cookies:preferred_language", twin="tests.twins:no_choice")
def test_a_chosen_language_is_kept_for_a_next_visit(client: Client) -> None:
    browser = client()
    browser.post("/kidslife/fr/cookies", data={"choice": "accepted"})
    spoken = browser.get("/kidslife/fr/")
    kept = [cookie for cookie in spoken.headers.getlist("Set-Cookie") if cookie.startswith("language=")]
    assert len(kept) == 1
    assert kept[0].startswith("language=fr;"), "a language code and no id"
    assert browser.get("/kidslife/", headers={"Accept-Language": "nl"}).location.endswith("/kidslife/fr/")
    assert client().get("/kidslife/", headers={"Accept-Language": "nl"}).location.endswith("/kidslife/nl/")


def test_a_language_is_remembered_only_where_that_is_declared(client: Client) -> None:
    assert "Set-Cookie" not in client().get("/brussels/fr/").headers


@pytest.mark.promise("LEU-47", breaks="app.web.cookies:declares")
@pytest.mark.parametrize("organisation", ["brussels", "leuven", "kidslife"])
def test_no_cookie_is_set_that_the_list_does_not_name(house: House, client: Client, organisation: str) -> None:
    browser, found = client(), set()
    for page in ("", "privacy", "cookies", "contact", "search?name=x", "sign-in", "apply/language", "my", "nothing"):
        answer = browser.get(f"/{organisation}/nl/{page}")
        found |= {cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")}
    browser.post(f"/{organisation}/nl/cookies", data={"choice": "accepted"})
    assert found <= {cookie.name for cookie in house.profiles[organisation].cookies}


@pytest.mark.promise("KL-20", breaks='line:app/web/assets.py#headers["Cache-Control"] = IMMUTABLE')
def test_files_come_from_the_browsers_own_store_and_personal_pages_never_do(client: Client) -> None:
    browser = client()
    page = browser.get("/kidslife/nl/")
    sheet = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in browser.get(sheet).headers["Cache-Control"]
    assert browser.get("/brussels/nl/sign-in").headers["Cache-Control"] == "no-store"


@pytest.mark.promise("KL-19", breaks="line:app/web/public/cookie_page.py#forget_search(visit)")
def test_nothing_of_an_interest_is_kept_without_a_yes(house: House, client: Client) -> None:
    browser = client()
    browser.post("/leuven/en/cookies", data={"choice": "accepted"})
    browser.get("/leuven/en/search?name=nothing")
    browser.post("/leuven/en/cookies", data={"choice": "refused"})
    assert 'value="nothing"' not in browser.get("/leuven/en/search").text
    browser.post("/leuven/en/cookies", data={"choice": "accepted"})
    assert 'value="nothing"' not in browser.get("/leuven/en/search").text, "a withdrawal deletes what was kept"
