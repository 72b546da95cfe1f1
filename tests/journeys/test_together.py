"""A helper and a parent at one table: the parent agrees with a word of its own, reads back, and sends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.web.doors import House
from tests.factories import make_helper, session_of
from tests.journeys.conftest import Town
from tests.journeys.people import Someone

pytestmark = pytest.mark.browser
People = Callable[..., Someone]
WORD = "pommier au bord de mer"


@pytest.mark.promise("BXL-50", breaks="app.web.assisting:banner", twin="tests.journeys.test_together:no_banner")
def test_a_parent_who_reads_little_files_with_a_helper(
    house: House, town: Town, people: People, live_server: str
) -> None:
    helper, _ = make_helper(house, language="fr")
    table = people("fr")
    table.page.context.add_cookies([{"name": "sid", "value": session_of(house, helper), "url": live_server}])
    table.goes("helper")
    table.look("helper/clients empty")
    table.taps("Start with a family")
    table.page.fill("#label", "A. Y.")
    table.page.select_option("#language", "fr")
    table.look("helper/start")
    table.taps("Begin")
    table.page.fill("#word", WORD)
    table.page.fill("#again", WORD)
    table.look("apply/together")
    table.taps("I agree, and this is my code word")
    table.fills_in(until="ways")
    # Who types stands above each page, and what is read back is all that was told.
    assert table.sees("De Brug")
    assert table.sees("Kaya")
    table.look("apply/ways")
    table.page.locator("#word").fill(WORD)
    table.taps("This is right. Send my application")
    assert table.step == "handed"
    assert table.page.locator(".ref").inner_text()
    table.look("apply/handed")
    table.clicks(table.page.get_by_role("button", name=table.says("Stop filling in here")))
    # The family's pages are closed again; the file stands in the list of work.
    assert table.sees("A. Y.")
    table.look("helper/clients")
    table.clicks(table.page.locator("th a").first)
    table.look("helper/client")
    table.goes("my")
    assert table.status == 404


def no_banner(*_: object) -> None:
    """Say nothing of who fills in: the twin of the banner."""
