"""The kit in a real browser: usable by everyone, in every width and colour scheme, with JavaScript on and off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.servers.browsing import axe_violations

pytestmark = pytest.mark.browser
PAGES = ("step", "every", "pieces", "sent", "receipt", "links", "list", "fail/404")
# A public device, a page that only helps, and a messenger beside the phone.
FRAMES = ("step?kiosk=yes", "sent?kiosk=yes", "../ar/step", "../ar/sent", "../../messenger/nl/step")
SMALL_TARGETS = """() =>
  [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => !e.matches('.skip, [aria-hidden=true]') && !e.closest('p:not(.acts), td, th, dd') && e.checkVisibility())
  .map(e => e.closest('.row') || e)
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([_, box]) => box.width > 1 && (box.height < LEAST - .1 || box.width < 24))
  .map(([e]) => e)
  .map(e => e.outerHTML.slice(0, 120))"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


def small_targets(page: Page, least: int = 44) -> list[str]:
    """Return what is too small to touch."""
    found: list[str] = page.evaluate(SMALL_TARGETS.replace("LEAST", str(least)))
    return found


@pytest.fixture
def visit(browser: Browser) -> Iterator[Any]:
    contexts = []

    def make(width: int = 360, scheme: str = "light", javascript: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=javascript, **options
        )
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


WHOLE_MATRIX = [(360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(360, "light"), *(pytest.param(*look, marks=pytest.mark.trial) for look in WHOLE_MATRIX)],
)
def test_axe_finds_nothing(visit: Any, preview_url: str, width: int, scheme: str) -> None:
    page = visit(width, scheme)
    for name in (*PAGES, *FRAMES):
        page.goto(f"{preview_url}/{name}")
        assert axe_violations(page) == [], name
        if name in ("step", "every"):
            page.click(".acts .btn")
            page.wait_for_selector("#errors")
            assert axe_violations(page) == [], f"{name} with errors"


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_too_wide_or_too_small_to_touch(visit: Any, preview_url: str, name: str) -> None:
    page = visit()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{preview_url}/{name}")
        if name in ("step", "every"):
            page.click(".acts .btn")
        assert page.evaluate(TOO_WIDE) <= 0, width
        assert small_targets(page) == [], width
    page.evaluate("document.documentElement.style.fontSize = '212%'")
    page.set_viewport_size({"width": 640, "height": 800})
    assert page.evaluate(TOO_WIDE) <= 0, "text of 200 %"


def test_right_to_left_fits(visit: Any, preview_url: str) -> None:
    page = visit()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for name in ("step", "every", "pieces", "sent", "receipt", "list"):
            page.goto(f"{preview_url}/../ar/{name}")
            assert page.locator("html").get_attribute("dir") == "rtl"
            assert page.evaluate(TOO_WIDE) <= 0, name
    page.goto(f"{preview_url}/../ar/step")
    start, heading = (page.locator(part).bounding_box() for part in (".back", "#title"))
    assert start is not None
    assert heading is not None
    assert abs(start["x"] + start["width"] - heading["x"] - heading["width"]) < 2


def test_help_translations_stand_behind_a_fold_in_their_own_words(visit: Any, preview_url: str) -> None:
    page = visit(javascript=False)
    page.goto(f"{preview_url}/pieces")
    assert page.locator(".langs > a").all_inner_texts() == ["Français", "English"]
    arabic = page.locator(".more a[hreflang=ar]")
    assert not arabic.is_visible()
    page.click(".more summary")
    assert page.locator(".more a").count() == 5
    assert arabic.get_attribute("dir") == "rtl"
    assert page.evaluate(TOO_WIDE) <= 0
    assert small_targets(page) == []
    arabic.click()
    assert page.locator("html").get_attribute("lang") == "ar"
    assert page.locator(".langs b").get_attribute("lang") == "ar"
    assert page.locator(".more a").count() == 4
    mark = page.locator("header .mark")
    assert mark.is_visible()
    assert mark.locator("[lang=nl]").inner_text() == "Vertaling als hulp. De Nederlandse tekst telt."
    page.goto(f"{preview_url}/../ar/step")
    page.click(".more summary")
    assert page.locator(".more button[form=step][name=switch_language]").count() == 4
    for name in ("pieces", "../fr/pieces"):
        page.goto(f"{preview_url}/{name}")
        assert page.locator(".mark").count() == 0


@pytest.mark.parametrize("width", [1080, 1280])
def test_a_public_device_has_large_letters_large_targets_and_no_way_out(
    visit: Any, preview_url: str, width: int
) -> None:
    page = visit(width)
    for name in ("step", "every", "pieces", "sent"):
        page.goto(f"{preview_url}/{name}")
        usual = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        page.goto(f"{preview_url}/{name}?kiosk=yes")
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 1.25 * usual
        assert small_targets(page, 75) == [], name
        assert page.evaluate(TOO_WIDE) <= 0, name
        assert page.locator("a[href^=tel], a[href^=mailto], a[href^=http]").count() == 0
        assert page.locator("footer a:not([href^='/brussels/nl/'])").count() == 0


@pytest.mark.parametrize("look", [{"contrast": "more"}, {"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_the_wishes_of_a_device_are_kept(visit: Any, preview_url: str, look: dict[str, str]) -> None:
    page = visit(**look)
    for name in ("every", "pieces"):
        page.goto(f"{preview_url}/{name}")
        assert page.evaluate(TOO_WIDE) <= 0
        assert "forced_colors" in look or axe_violations(page) == []
    page.goto(f"{preview_url}/every")
    page.check("#flexible")
    styles = "e => { const s = getComputedStyle(e); return [s.borderTopWidth, s.transitionDuration] }"
    border, motion = page.locator("label.row:has(#flexible)").evaluate(styles)
    assert motion.startswith("0s") == (look.get("reduced_motion") == "reduce")
    assert (border != "1px") == (look.get("reduced_motion") != "reduce")


@pytest.mark.parametrize("javascript", [True, False])
def test_errors_take_the_focus_and_lead_to_their_field(visit: Any, preview_url: str, javascript: bool) -> None:
    page = visit(javascript=javascript)
    page.goto(f"{preview_url}/step")
    page.fill("#birth_date-day", "32")
    page.fill("#birth_date-month", "maart")
    page.fill("#birth_date-year", "2026")
    page.click(".acts .btn")
    page.wait_for_selector("#errors")
    focused = page.locator(":focus")
    assert focused.get_attribute("id") == "errors"
    page.click("#errors a[href='#birth_date-day']")
    page.keyboard.type("1")
    assert page.input_value("#birth_date-day") in ("321", "132", "1")
    assert page.input_value("#birth_date-month") == "maart"
    assert page.locator("[aria-invalid]").first.get_attribute("id") == "given_name"
    assert page.locator("#birth_date-month").get_attribute("aria-invalid") is None


@pytest.mark.parametrize(("name", "javascript", "most"), [("step", False, 2), ("step", True, 3), ("list", True, 5)])
def test_few_requests_one_origin_and_a_silent_console(
    visit: Any, preview_url: str, name: str, javascript: bool, most: int
) -> None:
    page = visit(javascript=javascript)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{preview_url}/{name}", wait_until="networkidle")
    origin = preview_url.rsplit("/", 2)[0]
    assert len([url for url in asked if not url.startswith("data:")]) <= most
    assert all(url.startswith((origin, "data:")) for url in asked)
    assert said == []


def test_the_whole_row_is_the_answer_and_the_keyboard_suffices(visit: Any, preview_url: str) -> None:
    page = visit(javascript=False)
    page.goto(f"{preview_url}/every")
    page.locator("label.row", has_text="With a carer at home").click(position={"x": 250, "y": 20})
    assert page.is_checked("#kind-2")
    page.focus("#flexible")
    page.keyboard.press("ArrowRight")
    assert page.is_checked("#flexible-2")
    page.goto(f"{preview_url}/step")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"


def test_htmx_works_under_the_policy_and_leaves_the_focus_alone(visit: Any, preview_url: str) -> None:
    page = visit(1280)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{preview_url}/list")
    page.focus("#refresh")
    with page.expect_response(lambda answer: "/list" in answer.url) as answered:
        page.keyboard.press("Enter")
    assert answered.value.request.headers["hx-request"] == "true"
    page.wait_for_function("document.querySelector('#rows').dataset.turn === '2'")
    assert page.locator(":focus").get_attribute("id") == "refresh"
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert said == []


def test_printing_leaves_out_what_cannot_be_clicked(visit: Any, preview_url: str) -> None:
    page = visit()
    page.goto(f"{preview_url}/pieces")
    page.emulate_media(media="print")
    for selector in (".langs", ".btn >> nth=0", "footer nav", ".now"):
        assert not page.is_visible(selector), selector
    for name in ("sent", "receipt"):
        page.goto(f"{preview_url}/{name}")
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1, name
    # On paper stand who sends it, the reference, and how to reach a human.
    for selector in (".brand", ".ref", ".help .big", ".paper"):
        assert page.is_visible(selector), selector
