"""Cookies: one place sets them, each organisation names its own, and nothing else is ever set.

The watch of `tests/servers/cookie_watch.py` stands before the application in every test; here it has to bite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from app import create_app
from app.core.settings import Settings
from app.organisations.terms import Cookie
from app.web.cookies import CHOICE, TERMS
from app.web.doors import House
from tests.factories import guard_of, make_family, signed_in
from tests.house.source import ROOT, files, name_of, plant
from tests.servers.cookie_watch import CookieWatch
from tests.web.kiosk.standing import enrolled

SETTER = "app/web/cookies.py"
Client = Callable[[], FlaskClient]


def set_elsewhere(root: Path) -> Iterator[str]:
    """Find code that sets or drops a cookie beside the one place that does, scripts and templates too."""
    for path in files(root, ".py", ".js", ".html", under=("app", "jobs")):
        name = name_of(root, path)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if name != SETTER and re.search(
                r"set_cookie\(|delete_cookie\(|Set-Cookie|document\.cookie|localStorage", line
            ):
                yield f"{name}:{number}"


def test_one_place_sets_cookies() -> None:
    assert list(set_elsewhere(ROOT)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app/web/family/views.py", "answer.set_cookie('x', '1')"),
        ("app/static/extra.js", "document.cookie = 'x=1'"),
        ("app/static/extra.js", "localStorage.setItem('x', 1)"),
    ],
)
def test_another_place_is_found(name: str, text: str, tmp_path: Path) -> None:
    assert len(list(set_elsewhere(plant(tmp_path, {name: text})))) == 1


def listed(client: FlaskClient, organisation: str) -> set[str]:
    """The names on the cookie page."""
    return set(re.findall(r"<dt>([^<]+)</dt>", client.get(f"/{organisation}/nl/cookies").text))


@pytest.mark.promise("KG-18", breaks="app.web.cookies:declares")
@pytest.mark.parametrize("organisation", ["brussels", "leuven", "kindengezin", "kinderkeet", "kidslife"])
def test_what_is_set_is_exactly_what_the_page_lists(
    app: Flask, house: House, client: Client, organisation: str
) -> None:
    watch = app.extensions["cookie_watch"]
    browser = client()
    for page in ("", "privacy", "cookies", "contact", "sign-in", "nothing"):
        browser.get(f"/{organisation}/nl/{page}")
    browser.post(f"/{organisation}/nl/cookies", data={"choice": "accepted"})
    browser.get(f"/{organisation}/nl/privacy")
    # Where nobody signs in yet, the cookie of a session is named in advance.
    waits = {"sid"}
    if organisation in ("brussels", "leuven"):
        enrolled(house, client(), organisation)
        waits = set()
    assert watch.seen[organisation] == listed(client(), organisation) - waits
    assert watch.seen[organisation] | waits == {cookie.name for cookie in house.profiles[organisation].cookies}


def test_the_watch_bites(house: House) -> None:
    def answers(header: str) -> CookieWatch:
        def inner(environ: dict[str, object], start: Callable[..., object]) -> list[bytes]:
            start("200 OK", [("Set-Cookie", header)])
            return []

        return CookieWatch(inner, house.profiles)

    good = "HttpOnly; SameSite=Lax; Path=/"
    for header in (
        f"tracker=1; {good}",
        "sid=1; SameSite=Lax; Path=/",
        "sid=1; HttpOnly; Path=/",
        f"sid=1; Domain=example.org; {good}",
        f"sid=1; Max-Age=60; {good}",
        f"cookie_choice=accepted; {good}",
        f"language=nl; Max-Age=60; {good}",
    ):
        with pytest.raises(AssertionError):
            answers(header)({"PATH_INFO": "/brussels/nl/"}, lambda *_: None)
    answers(f"sid=1; {good}")({"PATH_INFO": "/brussels/nl/"}, lambda *_: None)


@pytest.mark.promise("KG-19", breaks="app.web.cookies:TERMS", twin="tests.twins:EVERY_COOKIE_LASTS")
def test_the_cookie_of_a_session_goes_with_the_visit(app: Flask, house: House, client: Client) -> None:
    family, browser = make_family(house), client()
    signed_in(house, browser, family.person)
    assert browser.get("/brussels/nl/my").status_code == 200
    old = browser.get_cookie("sid")
    assert old is not None
    fresh = client().get("/brussels/nl/sign-in").headers["Set-Cookie"]
    assert not re.search("expires|max-age", fresh, re.I), "it goes when the browser closes"
    browser.post("/brussels/nl/sign-out", data=guard_of(browser.get("/brussels/nl/my")))
    replayed = client()
    replayed.set_cookie("sid", old.value)
    assert replayed.get("/brussels/nl/my").status_code in (302, 303), "what was signed out opens nothing any more"
    assert client().get("/brussels/nl/my").status_code in (302, 303), "a browser that was closed is signed out"


def test_over_https_the_cookie_is_secure_and_of_this_host_alone(settings: Settings) -> None:
    served = create_app(replace(settings, base_url="https://opvang.example"))
    set_here = served.test_client().get("/brussels/nl/sign-in", base_url="https://opvang.example").headers["Set-Cookie"]
    assert set_here.startswith("__Host-sid=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert f"; {part}" in set_here


@pytest.mark.promise("KG-20", breaks="app.web.cookies:has_accepted")
@pytest.mark.parametrize("organisation", ["kindengezin", "kidslife"])
def test_comfort_comes_only_after_a_yes_and_holds_one_word(client: Client, organisation: str) -> None:
    page = f"/{organisation}/nl/privacy"
    for choice in ("", "refused"):
        browser = client()
        if choice:
            browser.post(f"/{organisation}/nl/cookies", data={"choice": choice})
        assert "Set-Cookie" not in browser.get(page).headers
    browser = client()
    browser.post(f"/{organisation}/nl/cookies", data={"choice": "accepted"})
    assert browser.get(page).headers["Set-Cookie"].startswith("language=nl;"), "a word, and no identifier"
    browser.post(f"/{organisation}/nl/cookies", data={"choice": "refused"})
    assert browser.get_cookie("language") is None, "a refusal takes it back"
    html = browser.get(f"/{organisation}/nl/cookies").text
    assert "Cookies voor uw gemak" in html
    assert Markup("language") in html.partition("Cookies voor uw gemak")[2]


def test_every_declared_term_is_the_one_that_is_set(house: House) -> None:
    said = {"half_year": timedelta(days=182), "year": timedelta(days=365), "two_years": timedelta(days=730)}
    kept: set[tuple[str, Cookie]] = {(key, one) for key, p in house.profiles.items() for one in p.cookies}
    assert CHOICE in {one.name for _, one in kept}
    texts = {one.name: one.term for _, one in kept}
    assert set(texts) == {"sid", *TERMS}
    assert TERMS.keys() == {name for name in texts if name != "sid"}
    for name, term in TERMS.items():
        assert term in said.values(), name
