"""What stands around every question: for somebody without a mouse, and for somebody who wants to know why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.web.doors import House
from tests.factories import make_family
from tests.journeys.conftest import Town
from tests.journeys.people import PASSWORD, Someone, enter

# Long ways through a browser whose rules other tests hold: `make trial` walks them.
pytestmark = [pytest.mark.browser, pytest.mark.trial]
People = Callable[..., Someone]
FOCUSED = "document.activeElement.id || document.activeElement.getAttribute('href')"


@pytest.mark.promise("BXL-01", breaks='line:app/templates/layout/base.html#class="skip"')
@pytest.mark.parametrize("javascript", [False, True])
def test_the_first_tab_and_enter_lead_past_the_frame(
    house: House, town: Town, people: People, javascript: bool
) -> None:
    family = make_family(house, [town.first])
    visitor, parent, leader = (people(javascript=javascript) for _ in range(3))
    enter(house, parent, family.person)
    enter(house, leader, town.first_leader)
    for person, path in (
        (visitor, ""),
        (visitor, "apply/language"),
        (visitor, "privacy"),
        (parent, "my"),
        (leader, "facility"),
    ):
        person.goes(path)
        person.page.keyboard.press("Tab")
        skip = person.page.locator(":focus")
        assert (skip.get_attribute("href"), skip.is_visible()) == ("#main", True), path
        person.page.keyboard.press("Enter")
        person.page.keyboard.press("Tab")
        inside = person.page.evaluate("document.querySelector('main').contains(document.activeElement)")
        assert inside, f"{path}: {person.page.evaluate(FOCUSED)}"


def test_the_enter_key_goes_on_and_never_changes_the_language(people: People) -> None:
    parent = people()
    parent.goes("apply")
    parent.fills_in(until="you")
    for step, last in (("you", "#birth_date-year"), ("contact", "#postcode")):
        parent.answers[step](parent)
        with parent.page.expect_navigation():
            parent.page.press(last, "Enter")
        assert "/nl/" in parent.page.url
        assert parent.step not in (step, "language"), parent.page.locator("#errors").all_inner_texts()
    parent.fills_in(until="facilities")
    parent.page.locator("details:has(#name) summary").click()
    parent.page.fill("#name", "Muizentrapje")
    with parent.page.expect_navigation():
        parent.page.press("#name", "Enter")
    assert parent.step == "facilities"
    assert parent.sees("Muizentrapje")
    assert not parent.sees("Tuimelteen")


@pytest.mark.promise("BXL-26", breaks="line:app/templates/family/apply/priority_links.html#href")
def test_the_rules_for_priority_open_in_a_tab_of_their_own(people: People) -> None:
    parent = people(axe=True)
    parent.goes("apply")
    for step in ("dutch", "work", "household", "education", "health"):
        parent.fills_in(until=step)
        beside = parent.page.locator("main a[target=_blank]")
        assert beside.count() == 2, step
        own, elsewhere = beside.all()
        assert "Kind en Gezin" in elsewhere.inner_text()
        assert "andere website" in elsewhere.inner_text()
        assert own.get_attribute("href") == f"{parent.base}priority"
    parent.answers["health"](parent)
    with parent.page.context.expect_page() as opened:
        parent.page.locator("main a[target=_blank]").first.click()
    rules = opened.value
    rules.wait_for_load_state()
    assert parent.says("How does priority work?") in rules.locator("h1").inner_text()
    rules.close()
    assert parent.page.is_checked("#agree")
    parent.goes_on()
    assert parent.step == "consents"


@pytest.mark.promise("BXL-34", breaks='line:app/templates/family/apply/consents.html#type="checkbox"')
def test_consents_are_two_empty_boxes_and_neither_is_needed(house: House, town: Town, people: People) -> None:
    parent = people("fr", javascript=True)
    parent.goes("apply")
    parent.fills_in(until="consents")
    boxes = parent.page.locator("main input[type=checkbox]")
    assert [box.is_checked() for box in boxes.all()] == [False, False]
    boxes.nth(1).check()
    assert not boxes.nth(0).is_checked()
    boxes.nth(1).uncheck()
    parent.goes_on()
    assert parent.step == "check"
    parent.goes_on()
    assert parent.step == "check"
    parent.look("apply/check without the statement", status=422)
    parent.fills_in()
    assert parent.page.locator(".ref").count() == 1
    assert PASSWORD not in parent.page.content()


@pytest.mark.promise("BXL-02", breaks="line:app/web/pages.py#footer=tuple(")
def test_the_privacy_statement_is_one_link_away_from_every_question(people: People) -> None:
    parent = people()

    def read_the_statement(step: str) -> None:
        ways = parent.page.locator("footer a[href$='/privacy']")
        assert ways.count() == 1, step
        assert parent.page.locator("footer a[href$='/contact']").count() == 1, step
        parent.clicks(ways)
        assert (parent.status, parent.page.url.endswith("/privacy")) == (200, True)
        parent.page.go_back()
        assert parent.step == step

    parent.goes("apply")
    parent.fills_in(each=read_the_statement)
    assert parent.page.locator(".ref").count() == 1
