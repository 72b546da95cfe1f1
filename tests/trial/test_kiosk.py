"""Ten visitors in a row at one public device, each leaving midway in another way; the next one looks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from app.applications.operations.draft_terms import expire_left_behind
from app.core.actor import system
from app.core.db import transaction
from app.web.doors import House
from tests.journeys.test_kiosk import ATTRACT, STOP, goes_back, tab, words_on
from tests.servers.browsing import browser_program
from tests.web.kiosk.standing import CODE, drafts, made_device

pytestmark = [pytest.mark.browser, pytest.mark.trial]
STORES = """async () => JSON.stringify([localStorage.length, sessionStorage.length, (await caches.keys()).length,
  (await indexedDB.databases()).length, document.cookie.length])"""
NAMES = (
    "Ongezegd",
    "Zwijger",
    "Stilte",
    "Fluister",
    "Geheim",
    "Verborgen",
    "Achterblijf",
    "Wegloop",
    "Haastig",
    "Laatste",
)


class Counter:
    """The browser of the counter: one profile on disk, which survives a power cut as it is."""

    def __init__(self, browsers: Playwright, url: str, folder: Path) -> None:
        self._browsers, self._url, self.folder = browsers, url, folder
        self.context: BrowserContext = self._start()

    def _start(self) -> BrowserContext:
        return self._browsers.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=browser_program(),
            ignore_default_args=["--disable-back-forward-cache"],
            base_url=self._url,
            viewport={"width": 1080, "height": 1920},
            locale="nl-BE",
        )

    def cut(self) -> None:
        """Pull the plug, and switch on again."""
        self.context.close()
        self.context = self._start()


@pytest.fixture
def counter(browsers: Playwright, live_server: str, house: House, tmp_path: Path) -> Iterator[Counter]:
    made = Counter(browsers, live_server, tmp_path / "profile")
    made_device(house)
    page = made.context.pages[0]
    page.goto("/brussels/nl/kiosk/enrol")
    page.fill("#code", CODE)
    page.click("main .btn")
    page.wait_for_url(f"**{ATTRACT}")
    yield made
    made.context.close()


def visits(page: Page, name: str) -> None:
    """Begin, give a name on the second page, and type on the third what is never sent."""
    page.goto(ATTRACT)
    page.click("main .btn")
    page.check("input[name=language][value=nl]")
    page.select_option("#municipality", "schaarbeek")
    page.click("main form .btn")
    page.fill("#given_name", name)
    page.fill("#family_name", f"{name}mans")
    for part, value in (("day", "3"), ("month", "3"), ("year", "1994")):
        page.fill(f"#birth_date-{part}", value)
    page.check("input[name=sex][value=female]")
    page.click("main form .btn")
    page.wait_for_url("**/apply/contact")
    page.fill("#email", f"{name}@example.com")
    page.fill("#street", f"{name}straat")


def stop(counter: Counter, page: Page) -> None:
    page.click(STOP)
    page.wait_for_url(f"**{ATTRACT}")


def home(counter: Counter, page: Page) -> None:
    page.goto("/brussels/nl/")
    page.click(STOP)


def straight(counter: Counter, page: Page) -> None:
    page.goto(ATTRACT)


def back_and_back(counter: Counter, page: Page) -> None:
    goes_back(page)
    goes_back(page)
    page.goto(ATTRACT)


def closes(counter: Counter, page: Page) -> None:
    counter.context.new_page()
    page.close()


def power_cut(counter: Counter, page: Page) -> None:
    counter.cut()


def idle(counter: Counter, page: Page) -> None:
    page.goto(f"{ATTRACT}still-there?to=/brussels/nl/apply/contact")
    page.goto(f"{ATTRACT}end")


WAYS: tuple[Callable[[Counter, Page], None], ...] = (
    stop, idle, closes, back_and_back, power_cut, straight, stop, home, closes, power_cut,
)  # fmt: skip


def left_on_disk(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Return the files of the profile in which a word stands."""
    return [
        f"{path.relative_to(folder)}: {word}"
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
        for word in words
        if word.encode() in (held := path.read_bytes()) or word.encode("utf-16-le") in held
    ]


@pytest.mark.promise("LEU-49", breaks="app.accounts.operations.devices:end_device_visit")
def test_ten_visitors_find_nothing_of_each_other(counter: Counter, house: House) -> None:
    gone: list[str] = []
    for number, (name, leaves) in enumerate(zip(NAMES, WAYS, strict=True)):
        scripts = number % 2 == 0
        page = tab(counter.context, scripts=scripts)
        visits(page, name)
        leaves(counter, page)
        gone += [name, f"{name}@example.com", f"{name}straat", f"{name}mans"]
        # Two minutes pass before the next visitor, as the pages and the server both count.
        house.clock.offset += timedelta(seconds=121)
        page = counter.context.pages[-1]
        for path in ("/brussels/nl/apply/you", "/brussels/nl/apply/contact", "/brussels/nl/apply", "/brussels/nl/my"):
            page.goto(path)
            shown = words_on(page)
            assert not [word for word in gone if word in shown], f"{leaves.__name__}: {path}"
        page.goto(ATTRACT)
        for _ in range(10):
            goes_back(page)
            shown = words_on(page)
            assert not [word for word in gone if word in shown], f"{leaves.__name__}: {page.url}"
        page.goto(ATTRACT)
        assert page.locator("html[data-kiosk]").count() == 1, "still a kiosk"
        assert {cookie["name"] for cookie in counter.context.cookies()} <= {"device"}
        fresh = counter.context.new_page()
        fresh.goto(ATTRACT)
        assert fresh.evaluate(STORES) == "[0,0,0,0,0]"
        assert not drafts(house), leaves.__name__
        for other in counter.context.pages[:-1]:
            other.close()
    with transaction(house.databases, "jobs", system("drafts"), house.clock.now()) as session:
        assert expire_left_behind(session, now=house.clock.now(), limit=10) == 0
    counter.context.close()
    assert left_on_disk(counter.folder, tuple(gone)) == []
    counter.context = counter._start()
    page = counter.context.pages[0]
    page.goto(ATTRACT)
    assert page.locator("html[data-kiosk]").count() == 1
