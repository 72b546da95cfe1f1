"""What only a real browser shows: keys, buttons and searches on a phone of 360 px without a script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from app.web.doors import House
from tests.servers.browsing import PHONE, Visitors, axe_violations
from tests.web.family.walk import ANSWERS, make_facilities, set_clock

pytestmark = pytest.mark.browser


def step_of(page: Page) -> str:
    """Return the name of the page that is open."""
    return page.url.partition("/apply/")[2].partition("?")[0]


def look_at(page: Page) -> None:
    """Hold what is true for every page: accessible, one heading, nothing wider than the phone."""
    where = step_of(page)
    assert axe_violations(page) == [], where
    assert page.locator("h1").count() == 1, where
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], where


def fill(page: Page, answers: dict[str, Any]) -> None:
    """Fill in a page as a person does."""
    for name, value in answers.items():
        for one in value if isinstance(value, list) else [value]:
            control = page.locator(f'[name="{name}"]').first
            kind = control.get_attribute("type")
            if kind in ("radio", "checkbox"):
                page.locator(f'[name="{name}"][value="{one}"]').check()
            elif kind is None:
                control.select_option(one)
            else:
                control.fill(one)


def go_on(page: Page) -> None:
    """Press the main button."""
    page.locator("form#step .acts button.btn").click()


@pytest.mark.promise("BXL-01", breaks='line:app/templates/layout/base.html#class="skip"')
def test_tab_finds_the_way_to_the_content(page: Page, house: House) -> None:
    set_clock(house)
    page.goto("/brussels/nl/apply/language")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    assert skip.bounding_box() is not None
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_the_enter_key_goes_on_and_never_switches_the_language(page: Page, house: House) -> None:
    set_clock(house)
    page.goto("/brussels/fr/apply/language")
    fill(page, ANSWERS["language"])
    go_on(page)
    fill(page, ANSWERS["you"])
    with page.expect_navigation():
        page.locator('[name="family_name"]').press("Enter")
    assert page.url.endswith("/brussels/fr/apply/contact")


@pytest.mark.trial
def test_a_parent_finds_a_facility_and_changes_the_order_without_a_script(page: Page, house: House) -> None:
    set_clock(house)
    make_facilities(house, 12)
    page.goto("/brussels/fr/apply/language")
    while step_of(page) != "facilities":
        fill(page, ANSWERS[step_of(page)])
        go_on(page)
    page.locator('[name="facilities"]').first.check()
    page.locator("main summary").first.click()
    page.locator('[name="name"]').fill("fiets 11")
    with page.expect_navigation():
        page.locator('[name="name"]').press("Enter")
    assert "name=fiets+11" in page.url
    assert page.locator('[name="facilities"]:checked').count() == 1
    look_at(page)
    page.locator('[name="facilities"]').last.check()
    go_on(page)
    assert step_of(page) == "order"
    names = page.locator("form b").all_inner_texts()
    page.locator('button[name="move"]').first.click()
    assert page.locator("form b").all_inner_texts() == names[::-1]
    look_at(page)


def test_a_parent_with_a_script_sees_the_errors_at_once(visitors: Visitors, house: House) -> None:
    set_clock(house)
    page = visitors.new(javascript=True)
    page.goto("/brussels/nl/apply/language")
    go_on(page)
    assert page.evaluate("document.activeElement.id") == "errors"
    look_at(page)
