"""The parent's own page: what each facility answered, what happens next, and whose file it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.clock import today_at
from app.retention.rules import Term, kept_until
from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import (
    PASSWORD,
    FamilyMade,
    Place,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_offer,
    signed_in,
)
from tests.servers.browsing import axe_violations

if TYPE_CHECKING:
    from tests.servers.browsing import Visitors

Client = Callable[[], FlaskClient]


@pytest.fixture
def places(house: House) -> list[Place]:
    return [make_facility(house, name=name) for name in ("Zonnetje", "Regenboog", "Wolkje")]


@pytest.fixture
def mine(house: House, places: list[Place]) -> FamilyMade:
    return make_family(house, places, language="en")


@pytest.fixture
def me(house: House, client: Client, mine: FamilyMade) -> FlaskClient:
    return signed_in(house, client(), mine.person)


def pages(base: str, mine: FamilyMade, places: list[Place]) -> list[str]:
    choice, request = mine.choices[places[0].id], mine.application_id
    steps = (
        "language", "you", "contact", "partner", "partner-details", "child", "start", "days", "dutch", "work",
        "household", "education", "health",
    )  # fmt: skip
    return [
        f"{base}/my",
        f"{base}/my/receipt",
        f"{base}/my/details",
        f"{base}/my/access",
        f"{base}/my/permissions",
        f"{base}/my/data",
        f"{base}/my/data/copy",
        f"{base}/my/rights",
        f"{base}/my/rights/erase",
        f"{base}/my/account",
        f"{base}/my/account/password",
        f"{base}/my/account/email",
        f"{base}/my/requests/{request}/add",
        f"{base}/my/requests/{request}/cancel",
        f"{base}/my/choices/{choice}/withdraw",
        *(f"{base}/my/requests/{request}/{step}" for step in steps),
    ]


def test_every_page_of_the_file_opens_for_its_family(me: FlaskClient, mine: FamilyMade, places: list[Place]) -> None:
    for url in pages(mine.person.base, mine, places):
        page = me.get(url)
        assert page.status_code == 200, url
        assert page.headers.get("Cache-Control") == "no-store"


@pytest.mark.promise(
    "BXL-46",
    breaks=(
        "line:app/web/doors.py#if actor.kind not in page.who:",
        "line:app/web/doors.py#return _turn_away(page, actor)",
    ),
)
def test_without_a_session_every_page_leads_to_signing_in(
    client: Client, mine: FamilyMade, places: list[Place]
) -> None:
    for url in pages(mine.person.base, mine, places):
        page = client().get(url)
        assert (page.status_code, page.headers.get("Location")) == (303, f"{mine.person.base}/sign-in"), url
        assert mine.names["family_name"] not in page.text
        fragment = client().get(url, headers={"HX-Request": "true"})
        assert (fragment.status_code, fragment.data) == (401, b"")


def test_each_choice_is_told_in_plain_words(house: House, client: Client, places: list[Place]) -> None:
    states = {places[0].id: "considering", places[1].id: "refused"}
    family = make_family(house, places, language="en", states=states)
    page = signed_in(house, client(), family.person).get("/brussels/en/my").text
    assert "They are looking at it" in page
    assert "You can choose another facility" in page
    assert "You get an answer by" in page
    assert all(place.name in page for place in places)
    assert family.reference[:3] in page


@pytest.mark.promise("BXL-46", breaks="branch:owner")
def test_another_familys_ids_are_as_unknown_as_invented_ones(
    house: House, client: Client, mine: FamilyMade, places: list[Place]
) -> None:
    """404 with the same body, whether the id is another family's or nobody's, for every page and every deed."""
    offer = make_offer(house, mine, places[1])
    stranger = make_family(house, places, language="en")
    make_offer(house, stranger, places[0])
    them = signed_in(house, client(), stranger.person)
    guard = guard_of(them.get("/brussels/en/my/account"))
    known = {mine.application_id, mine.choices[places[0].id], offer}
    urls = [url for url in pages("/brussels/en", mine, places) if any(str(key) in url for key in known)]
    urls += [f"/brussels/en/my/offers/{offer}{verb}" for verb in ("", "/accept", "/decline")]
    assert len(urls) > 15
    for url in urls:
        invented = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", str(uuid4()), url)
        for method in ("GET", "POST"):
            once = {"once": uuid4().hex}
            real = them.open(url, method=method, data=guard | once if method == "POST" else None)
            none = them.open(invented, method=method, data=guard | once if method == "POST" else None)
            assert real.status_code in ({404} if method == "GET" else {404, 405}), (method, url)
            body = (re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", answer.text) for answer in (real, none))
            assert next(body) == next(body), (method, url)
            assert mine.names["family_name"] not in real.text


@pytest.mark.promise("KG-06", breaks="app.web.security_headers:protect")
def test_no_personal_value_stands_in_a_title_an_address_or_a_cache(
    me: FlaskClient, mine: FamilyMade, places: list[Place]
) -> None:
    words = (*mine.names.values(), mine.reference, str(mine.email))
    for url in pages(mine.person.base, mine, places):
        page = me.get(url)
        title = page.text.partition("<title>")[2].partition("</title>")[0]
        links = " ".join(re.findall(r'(?:href|action)="(/[^"]*)"', page.text))
        assert not [word for word in words if word in title or word in links or word in url], url
        assert page.headers.get("Cache-Control") == "no-store"
        assert page.headers.get("X-Frame-Options") == "DENY"


@pytest.mark.promise("BXL-43", breaks="app.retention.rules:kept_until", twin="tests.twins:kept_for_ever")
def test_the_page_says_until_when_the_file_is_kept_and_whom_to_ask(
    house: House, me: FlaskClient, mine: FamilyMade
) -> None:
    # When nothing else happens the request ends by itself: that is the last activity (BXL-40, BXL-44).
    until = kept_until(Term("last_activity", 5), mine.plan.start_date + timedelta(days=60))
    page = me.get("/brussels/en/my").text
    assert f"{until.day} {until:%B %Y}" in page
    assert "privacy@kinderopvanginbrussel.be" in page


def test_the_page_stays_within_its_budget(house: House, client: Client) -> None:
    """As many statements with five facilities and offers as with one."""
    spent = []
    for number in (1, 5):
        places = [make_facility(house) for _ in range(number)]
        family = make_family(house, places, language="en")
        for place in places:
            make_offer(house, family, place)
        browser = signed_in(house, client(), family.person)
        with count_sql(house.databases.engine("family"), house.databases.engine("signin")) as counted:
            page = browser.get("/brussels/en/my", headers=AS_SENT)
        BUDGETS["parent"].hold(page, counted)
        spent.append(len(counted))
    assert spent[0] == spent[1]


def test_reading_the_file_is_noted(house: House, me: FlaskClient, mine: FamilyMade) -> None:
    me.get("/brussels/en/my")
    with as_maintainer(house) as session:
        rows = session.execute(text("select reasons, groups, subjects from audit_entry where event = 'read'")).all()
    assert {reason for row in rows for reason in row.reasons} == {"owner"}
    assert all(row.subjects == [mine.dossier_id] for row in rows)
    assert {"choices", "own_choice", "child_identity", "account"} <= {group for row in rows for group in row.groups}


@pytest.mark.browser
def test_every_page_is_accessible(house: House, visitors: Visitors, mine: FamilyMade, places: list[Place]) -> None:
    offer = make_offer(house, mine, places[1])
    page = visitors.new(javascript=True)
    for url in (
        "/brussels/en/",
        "/brussels/en/sign-in",
        "/brussels/en/password/forgotten",
        "/brussels/en/password/sent",
    ):
        page.goto(url)
        assert axe_violations(page) == [], url
    page.goto("/brussels/en/sign-in")
    page.fill("#login", mine.person.login)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/my")
    own = pages("/brussels/en", mine, places)
    own += [f"/brussels/en/my/offers/{offer}{verb}" for verb in ("", "/accept", "/decline")]
    for url in own:
        page.goto(url)
        assert axe_violations(page) == [], url
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, url


def test_a_facility_says_around_when_it_answers_until_that_day_has_passed(
    house: House, client: Callable[[], FlaskClient]
) -> None:
    today = today_at(house.clock.now())
    soon = make_facility(house, name="Zonnetje", answers_around=today + timedelta(days=9))
    past = make_facility(house, name="Wolkje", answers_around=today - timedelta(days=1), hides_phone=True)
    family = make_family(house, [soon, past], language="en")
    shown = signed_in(house, client(), family.person).get("/brussels/en/my").text
    assert shown.count("They answer around") == 1
    assert shown.count('href="tel:+3224600000"') == 1, "one of them keeps its number to its own families"
