"""A public device in a real browser that keeps pages for Back: after the end, Back shows nothing of the visit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright

from app.web.doors import House
from tests.factories import FamilyMade, make_facility, make_family
from tests.servers.browsing import browser_program
from tests.web.kiosk.standing import CODE, drafts, made_device

pytestmark = pytest.mark.browser
STOP, ATTRACT = "footer.end button", "/brussels/nl/kiosk/"
TYPED = "Ongezegd"
FIELDS = """body => [...body.querySelectorAll('input:not([type=hidden], [type=radio], [type=checkbox]), textarea')]
  .map(field => field.value).join(' ')"""


@pytest.fixture
def kiosk(browsers: Playwright, live_server: str, house: House, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser at the counter: a profile of its own, the back-forward cache switched on, registered by its code."""
    context = browsers.chromium.launch_persistent_context(
        str(tmp_path / "profile"),
        executable_path=browser_program(),
        ignore_default_args=["--disable-back-forward-cache"],
        base_url=live_server,
        viewport={"width": 1080, "height": 1920},
        locale="nl-BE",
    )
    made_device(house)
    page = context.pages[0]
    page.goto("/brussels/nl/kiosk/enrol")
    page.fill("#code", CODE)
    page.click("main .btn")
    page.wait_for_url(f"**{ATTRACT}")
    yield context
    context.close()


def tab(kiosk: BrowserContext, *, scripts: bool) -> Page:
    """Open a tab in which scripts run, or not."""
    page = kiosk.new_page()
    kiosk.new_cdp_session(page).send("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    return page


def begins(page: Page) -> None:
    """Fill in the first page, and type on the second what is never sent."""
    page.goto(ATTRACT)
    page.click("main .btn")
    page.check("input[name=language][value=nl]")
    page.select_option("#municipality", "schaarbeek")
    page.click("main form .btn")
    page.fill("#given_name", TYPED)
    page.fill("#birth_date-year", "1994")


def looks_back(page: Page, *secrets: str, steps: int = 6) -> None:
    """Press Back, and find nothing on any page, neither as text nor in a field."""
    for _ in range(steps):
        goes_back(page)
        shown = words_on(page)
        for secret in secrets:
            assert secret not in shown, f"{secret} at {page.url}"
        assert "/my" not in page.url


def goes_back(page: Page) -> None:
    """Press Back; a page that was kept whole is only put back, it never loads."""
    page.go_back(wait_until="commit")
    for _ in range(200):
        # A redirect, or a page that loads itself anew, takes the ground from under the question.
        with suppress(Error):
            if page.evaluate("document.readyState") == "complete":
                return
        page.wait_for_timeout(25)


def words_on(page: Page) -> str:
    """Return everything that stands on a page, in its source or in its fields."""
    return page.content() + str(page.locator("body").evaluate(FIELDS))


@pytest.mark.promise("LEU-48", breaks="app.web.devices:kept_in")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_back_shows_nothing_after_the_end(kiosk: BrowserContext, house: House, scripts: bool) -> None:
    family: FamilyMade = make_family(house, [make_facility(house)])
    page = tab(kiosk, scripts=scripts)
    begins(page)
    assert drafts(house)
    page.click(STOP)
    page.wait_for_url(f"**{ATTRACT}")
    assert not drafts(house)
    looks_back(page, TYPED, "1994")
    page.goto(ATTRACT)
    page.goto("/brussels/nl/sign-in")
    page.fill("#login", family.person.login)
    page.fill("#password", family.person.password)
    page.click("main form .btn")
    page.wait_for_url("**/my")
    page.goto("/brussels/nl/my/details")
    assert family.names["family_name"] in page.content()
    page.goto("/brussels/nl/my/receipt")
    page.click(STOP)
    page.wait_for_url(f"**{ATTRACT}")
    looks_back(page, *family.names.values(), family.person.login, family.reference)
    assert {cookie["name"] for cookie in kiosk.cookies()} == {"device"}
