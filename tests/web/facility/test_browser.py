"""The door in a real browser: without JavaScript, with the poll, at both widths, and judged by axe."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    make_family,
    make_leader,
    make_offer,
    session_of,
)
from tests.servers.browsing import Visitors, axe_violations

pytestmark = pytest.mark.browser


@pytest.fixture
def family(house: House, facility: Place) -> FamilyMade:
    return make_family(house, [facility], half_days=0b1111)


def open_desk(house: House, page: Page, leader: Person, url: str) -> Page:
    """Sign a browser in and open a page of the door."""
    page.goto("/healthz")
    page.context.add_cookies([{"name": "sid", "value": session_of(house, leader), "url": page.url}])
    page.goto(url)
    return page


def test_without_javascript_a_leader_filters_and_offers_a_place(
    house: House, page: Page, facility: Place, leader: Person, family: FamilyMade
) -> None:
    make_family(house, [facility], half_days=0b11 << 8)
    open_desk(house, page, leader, "/brussels/nl/facility")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("input[name=day][value='1']").check()
    page.locator("form.filters button").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name=family.names["child"]).click()
    page.locator(f"a[href*='/{family.choices[facility.id]}/offer']").click()
    page.locator("#half_days-2").uncheck()
    page.locator("#half_days-3").uncheck()
    page.locator("main form .btn").click()
    expect(page.locator(".note.wait")).to_be_visible()
    page.locator("button[name=confirmed]").click()
    expect(page.locator(".note.go")).to_be_visible()
    assert "day=1" in page.url, "back in the list as it was"
    expect(page.locator("tbody .tag.go")).to_have_count(1)


def test_the_list_says_by_itself_that_something_came_in(
    house: House, page_js: Page, facility: Place, leader: Person, family: FamilyMade
) -> None:
    failures: list[str] = []
    page_js.on("console", lambda message: failures.append(message.text) if message.type == "error" else None)
    open_desk(house, page_js, leader, "/brussels/nl/facility")
    seen = "document.body.dispatchEvent(new CustomEvent('seen'))"
    with page_js.expect_response("**/facility/news?*") as quiet:
        page_js.evaluate(seen)
    assert quiet.value.status == 204
    expect(page_js.locator("#news a")).to_have_count(0)
    house.clock.offset += timedelta(minutes=2)
    make_family(house, [facility])
    page_js.evaluate(seen)
    expect(page_js.locator("#news a")).to_be_visible()
    page_js.locator("#news a").click()
    expect(page_js.locator("tbody tr")).to_have_count(2)
    assert failures == []


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(360, "light", "fr"), pytest.param(1280, "dark", "nl", marks=pytest.mark.trial)]
)
def test_every_page_stands_up_to_axe_and_fits(
    house: House,
    visitors: Visitors,
    facility: Place,
    family: FamilyMade,
    width: int,
    scheme: str,
    language: str,
) -> None:
    leader = make_leader(house, facility, language=language)
    offered = make_family(house, [facility], hours={"0": ["08:00", "16:00"]})
    make_offer(house, offered, facility)
    page = visitors.new(javascript=True, width=width, scheme=scheme)
    request = f"{leader.base}/facility/requests/{family.choices[facility.id]}"
    standing = f"{leader.base}/facility/requests/{offered.choices[facility.id]}"
    open_desk(house, page, leader, f"{leader.base}/facility")
    found = {}
    for url in (
        f"{leader.base}/facility",
        f"{leader.base}/facility?start=2031-01",
        request,
        f"{request}/refuse",
        f"{request}/offer",
        standing,
        f"{standing}/withdraw",
        f"{request}/consider",
        f"{leader.base}/facility/requests/{family.dossier_id}",
        f"{leader.base}/facility/places",
        f"{leader.base}/facility/people",
        f"{leader.base}/facility/own",
        f"{leader.base}/facility/own/{facility.id}",
        f"{leader.base}/facility/own/password",
        f"{leader.base}/facility/refused",
    ):
        page.goto(url)
        found[url] = axe_violations(page)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, url
    page.goto(f"{leader.base}/facility")
    page.locator("[name=pick]").first.check()
    for name, answer in (("several, nothing chosen", ""), ("several, looked at once more", "considering")):
        if answer:
            page.locator(f"main [name=answer][value={answer}]").check()
        page.locator("main form[method=post] .btn:not([name])").click()
        found[name] = axe_violations(page)
    page.goto(f"{request}/refuse")
    page.locator("main form .btn").click()
    found["refuse, nothing chosen"] = axe_violations(page)
    page.locator("#reason").check()
    page.locator("main form .btn").click()
    found["refuse, asked again"] = axe_violations(page)
    assert {url: problems for url, problems in found.items() if problems} == {}
