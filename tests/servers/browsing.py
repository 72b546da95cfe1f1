"""A real browser for the tests, and the accessibility check that runs in it."""

from __future__ import annotations

import os
import shutil
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

PHONE = {"width": 360, "height": 740}
# Everything that axe knows up to WCAG 2.2 AA, and its best practices.
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser_program() -> str | None:
    """Return the machine's own Chromium; None leaves the choice to the browser tool's own download."""
    chosen = os.environ.get("CHROMIUM", "")
    return chosen or next((found for name in _NAMES if (found := shutil.which(name))), None)


def launch(playwright: Playwright) -> Browser:
    """Start Chromium."""
    return playwright.chromium.launch(executable_path=browser_program())


class Visitors:
    """Makes visitors, each with a device and cookies of their own, and sends them away at the end of a test."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser = browser
        self._base_url = base_url
        self._contexts: list[BrowserContext] = []

    def new(
        self,
        *,
        javascript: bool = False,
        width: int = PHONE["width"],
        scheme: str = "light",
        locale: str = "nl-BE",
        **options: Any,
    ) -> Page:
        """Return a page of a fresh visitor: by default a phone of 360 px in the light, JavaScript off."""
        context = self._browser.new_context(
            base_url=self._base_url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": PHONE["height"]},
            color_scheme=scheme,
            locale=locale,
            **options,
        )
        context.set_default_timeout(30_000)
        self._contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        """Send every visitor away."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()


def axe_script() -> Path:
    """Return the accessibility checker's one file."""
    spec = find_spec("axe_playwright_python")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("axe is not installed")
    return Path(spec.submodule_search_locations[0]) / "axe.min.js"


def axe_violations(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands, one line for each rule and place.

    axe itself needs JavaScript: a page without it is shown once more, as it stands, to a visitor who has it but runs
    none of the page's own.
    """
    if not page.evaluate("matchMedia('(scripting: none)').matches"):
        return _run_axe(page)
    browser = page.context.browser
    if browser is None:
        raise RuntimeError("the page has no browser")
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    shown, copy = page.content(), _examiner(browser)
    copy.emulate_media(color_scheme=scheme)
    if page.viewport_size is not None:
        copy.set_viewport_size(page.viewport_size)
    copy.route(page.url, lambda route: route.fulfill(body=shown, content_type="text/html; charset=utf-8"))
    try:
        copy.goto(page.url)
        return _run_axe(copy)
    finally:
        copy.unroute(page.url)
        # The next page may have this one's address but for a fragment: to go there is no new page.
        copy.goto("about:blank")


@lru_cache(maxsize=1)
def _examiner(browser: Browser) -> Page:
    """Return the page on which others are examined, the same one each time."""
    examiner = browser.new_page()
    examiner.route("**/*.js", lambda route: route.abort())
    return examiner


def _run_axe(page: Page) -> list[str]:
    page.evaluate(axe_script().read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": list(AXE_TAGS)}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {violation['help']} at {' '.join(map(str, node['target']))}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
