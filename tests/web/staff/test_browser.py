"""The desk in a browser: no JavaScript, the keyboard, a phone and a screen, and what a reader's software hears."""

from __future__ import annotations

import pytest

from app.messages.rules import Side
from app.web.doors import House
from tests.factories import FamilyMade, Person, session_of
from tests.messages.test_tasks import pair, put
from tests.messages.writing import write
from tests.servers.browsing import Visitors, axe_violations

DESK = "/brussels/nl/desk"


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.trial)])
def test_the_desk_works_by_keyboard_without_javascript(
    house: House, visitors: Visitors, live_server: str, worker: Person, family: FamilyMade, width: int
) -> None:
    write(house, family.person, family, None, Side.FAMILY, "Wanneer hoor ik iets?")
    put(house, family, "to_print")
    put(house, family, "dead")
    double = pair(house, family)
    page = visitors.new(width=width)
    page.context.add_cookies([{"name": "sid", "value": session_of(house, worker), "url": live_server}])
    for address in (DESK, f"{DESK}/todo", f"{DESK}/letters", f"{DESK}/doubles/{double}", f"{DESK}/figures"):
        page.goto(live_server + address)
        assert axe_violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto(live_server + DESK)
    page.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/threads/*")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Antwoord", exact=True).fill("Binnen de week.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=answer")
    assert page.get_by_text("Binnen de week.").is_visible()
    page.goto(live_server + DESK)
    page.get_by_label("referentie").fill(family.reference)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/threads/*")
