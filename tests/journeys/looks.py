"""What every page must be, whoever looks at it: checked on the page as it stands in the browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response

from app.web.i18n import texts
from tests.servers.browsing import axe_violations

NARROW = 320
# Links inside running text are exempt; the row around a box is its target.
SMALL_TARGETS = """() =>
  [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => !e.matches('.skip, .vh') && !e.closest('p, td, th, dd, li') && e.checkVisibility())
  .map(e => e.closest('.row') || e)
  .filter(e => { const box = e.getBoundingClientRect(); return box.width > 1 && (box.height < 43.9 || box.width < 24) })
  .map(e => e.outerHTML.slice(0, 120))"""
SKIP = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  return [e.getAttribute('href'), box.height > 20 && box.top >= 0]
}"""
TOO_WIDE = """() => {
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over <= 0) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5 && !e.closest('.scroll'))
    .map(e => e.outerHTML.slice(0, 100)).slice(0, 5).concat(over + ' px')
}"""
# What a page is built of, without its words: elements, their attributes but for values, and the room they have.
BUILD = """() => [innerWidth, document.documentElement.lang, matchMedia('(prefers-color-scheme: dark)').matches,
  ...[...document.querySelectorAll('body, body *')].map(e => e.tagName + [...e.attributes]
    .filter(a => !['value', 'href', 'action', 'd', 'content'].includes(a.name))
    .map(a => a.name + '=' + a.value.replace(/[0-9a-f-]{8,}|\\d+/g, '')).join())].join('|')"""
_EXAMINED: set[str] = set()
# The browser itself reports every answer of 400 and above; whether that status was meant is asked elsewhere.
OWN_WORDS_OF_THE_BROWSER = "Failed to load resource"
# Pages that hold nothing of anybody may be kept by a browser; no other may.
PUBLIC = re.compile(r"/\w+/\w\w/(privacy|cookies|accessibility|contact)?$|/$|/static/")
# The pages of the demo belong to no organisation.
OF_NOBODY = re.compile(r"://[^/]+/(demo/mail)?$")


@dataclass
class Watch:
    """Sees everything that one browser page asks, gets and complains about."""

    page: Page
    origin: str
    secrets: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    documents: list[Response] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def look(self, name: str, language: str, *, status: int = 200, axe: bool = True) -> None:
        """Hold the page against everything that holds for all; `name` is what a failure calls it."""
        failures = [*self._document(language, status), *self._content(language, status), *self._touch()]
        failures += self._keyboard(status)
        # A page state is examined whole once: the same elements with the same roles have the same faults.
        if axe and (build := self.page.evaluate(BUILD)) not in _EXAMINED:
            failures += axe_violations(self.page)
            _EXAMINED.add(build)
        self.looked_at.append(name)
        assert failures == [], f"{name} in {language}: {failures}"

    def quiet(self) -> None:
        """Assert that nothing went elsewhere, nothing personal stood in an address, and the console is silent."""
        elsewhere = [url for url in self.asked if not url.startswith((self.origin, "data:"))]
        personal = [url for url in self.asked if self._leaks(url)]
        assert (self.said, elsewhere, personal) == ([], [], []), f"{self.said} {elsewhere} {personal}"

    def _document(self, language: str, status: int) -> list[str]:
        answer = self.documents[-1]
        failures = [] if answer.status == status else [f"status {answer.status}"]
        path = urlsplit(answer.url).path
        if not PUBLIC.search(path) and "no-store" not in answer.headers.get("cache-control", ""):
            failures.append(f"may be stored: {answer.headers.get('cache-control')}")
        if "frame-ancestors 'none'" not in answer.headers.get("content-security-policy", ""):
            failures.append("may be framed")
        if answer.headers.get("content-language") != language:
            failures.append(f"content-language {answer.headers.get('content-language')}")
        return failures

    def _content(self, language: str, status: int) -> list[str]:
        page, title = self.page, self.page.title()
        failures = []
        if page.locator("html").get_attribute("lang") != language:
            failures.append("html lang")
        if page.locator("h1").count() != 1:
            failures.append(f"{page.locator('h1').count()} h1")
        word = texts(language).gettext("Error:")
        if title.startswith(word) != (status == 422):
            failures.append(f"title {title!r}")
        if self._leaks(title) or self._leaks(page.url):
            failures.append(f"something personal in {title!r} or {page.url!r}")
        ways = [page.locator(f"footer a[href$='/{name}']").count() for name in ("privacy", "contact")]
        if ways != [1, 1] and not OF_NOBODY.search(page.url):
            failures.append("no way to the privacy statement or a human")
        return failures

    def _touch(self) -> list[str]:
        page, size = self.page, self.page.viewport_size
        assert size is not None
        failures = [f"too small to touch: {target}" for target in page.evaluate(SMALL_TARGETS)]
        page.set_viewport_size({"width": NARROW, "height": size["height"]})
        failures += [f"too wide at {NARROW} px: {part}" for part in page.evaluate(TOO_WIDE)]
        page.set_viewport_size(size)
        return failures

    def _keyboard(self, status: int) -> list[str]:
        page = self.page
        focused = page.evaluate("document.activeElement && document.activeElement.id")
        if status == 422:
            return [] if focused == "errors" else [f"the focus is on {focused!r}"]
        if focused:
            return []
        page.keyboard.press("Tab")
        skip = page.evaluate(SKIP)
        return [] if skip == ["#main", True] else [f"the first tab reaches {skip}"]

    def _leaks(self, text: str) -> bool:
        spoken = unquote(text).casefold()
        return any(secret.casefold() in spoken for secret in self.secrets)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(OWN_WORDS_OF_THE_BROWSER):
            self.said.append(message.text)

    def _request(self, request: Request) -> None:
        self.asked.append(request.url)

    def _response(self, answer: Response) -> None:
        if answer.request.is_navigation_request() and not 300 <= answer.status < 400:
            self.documents.append(answer)
