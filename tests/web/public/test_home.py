"""The start page of an organisation, and the address without a language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.organisations.parts import links
from app.organisations.reading import Section
from app.organisations.terms import OutsideLink, ProfileError
from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, count_sql

Client = Callable[[], FlaskClient]


@pytest.mark.promise("BXL-04", breaks='line:app/templates/public/home.html#href="{{ start }}"')
def test_the_start_button_leads_to_the_first_page_of_the_application(client: Client) -> None:
    browser = client()
    page = browser.get("/brussels/en/")
    assert "It is free" in page.text
    start = page.text.partition('class="btn" href="')[2].partition('"')[0]
    assert start == "/brussels/en/apply"
    first = browser.get(start, follow_redirects=True)
    assert first.status_code == 200
    assert "<form" in first.text
    for way in ("sign-in", "continue", "search"):
        assert f'<a href="/brussels/en/{way}">' in page.text
        assert browser.get(f"/brussels/en/{way}").status_code == 200


def test_the_start_page_sets_no_cookie_and_asks_nothing_of_the_database(client: Client, house: House) -> None:
    with count_sql(house.databases.engine("family"), house.databases.engine("signin")) as spent:
        page = client().get("/brussels/nl/", headers=AS_SENT)
    BUDGETS["public"].hold(page, spent)
    assert "Set-Cookie" not in page.headers


def test_an_organisation_without_applications_shows_how_to_reach_it(client: Client, house: House) -> None:
    for profile in house.profiles.values():
        for language in profile.languages.family:
            page = client().get(f"/{profile.key}/{language}/")
            assert page.status_code == 200
            assert f"/{profile.key}/{language}/privacy" in page.text
            assert ("/apply" in page.text) == (profile.application is not None)
            if profile.application is None:
                assert client().get(f"/{profile.key}/{language}/sign-in").status_code == 404


@pytest.mark.parametrize(
    ("asked", "given"), [("fr-BE,fr;q=0.9,nl;q=0.5", "fr"), ("de", "nl"), ("", "nl"), ("en-GB", "en"), ("nl", "nl")]
)
def test_an_address_without_a_language_leads_to_the_browsers(client: Client, asked: str, given: str) -> None:
    page = client().get("/brussels/", headers={"Accept-Language": asked} if asked else {})
    assert (page.status_code, page.headers["Location"]) == (302, f"/brussels/{given}/")
    assert "Accept-Language" in page.headers["Vary"]
    assert client().get("/nowhere/").status_code == 404


@pytest.mark.promise("KG-29", breaks="line:app/templates/public/home.html#{{ plain_links(outside")
def test_follow_links_are_plain_links_on_the_start_page_only_and_off_by_default(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not any(profile.links for profile in house.profiles.values()), "off unless an organisation asks for them"
    link = OutsideLink("Facebook", "https://www.facebook.com/opvangloket")
    monkeypatch.setitem(house.profiles, "brussels", replace(house.profiles["brussels"], links=(link,)))
    browser = client()
    page = browser.get("/brussels/en/").text
    assert '<a href="https://www.facebook.com/opvangloket" rel="noopener noreferrer">Facebook</a>' in page
    assert "facebook" not in browser.get("/brussels/en/sign-in").text
    assert "facebook" not in browser.get("/brussels/en/apply/language").text


def test_a_link_without_encryption_refuses_the_start() -> None:
    section = Section("x.toml", "", {"links": [{"label": "Elsewhere", "url": "http://elsewhere.example"}]})
    with pytest.raises(ProfileError, match=r"links.*https"):
        links(section)
