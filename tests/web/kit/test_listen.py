"""Reading aloud: offered only where a voice of the device speaks the language, silent about what somebody typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
# Chromium without a desk speaks no language: it gets a voice that writes down what it would say.
VOICE = """
window.spoken = []; window.stopped = 0;
const voices = [{lang: "nl_BE", localService: %s, name: "An"}];
window.SpeechSynthesisUtterance = function (text) { this.text = text };
Object.assign(speechSynthesis, {
  getVoices: () => voices,
  speak: (one) => { if (one.voice !== voices[0]) throw "another voice"; spoken.push(one) },
  cancel: () => stopped++,
});
"""
Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    contexts = []

    def make(local: str = "true", *, javascript: bool = True) -> Page:
        context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=javascript)
        context.add_init_script(VOICE % local)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def test_the_page_is_read_and_stops_at_the_second_press(visit: Visit, preview_url: str) -> None:
    page = visit()
    page.goto(f"{preview_url}/step")
    page.fill("#given_name", "Zorro")
    button = page.locator(".listen")
    assert button.inner_text() == "Lees voor"
    button.click()
    said = page.evaluate("spoken.map((one) => one.text)")
    assert said[:2] == ["Terug", "Stap 2 van 6"]
    assert "Voornaam van uw kind" in said
    assert "Maandag voormiddag" in said
    assert not any("Zorro" in words or "Lees voor" in words for words in said)
    assert button.inner_text() == "Stop met voorlezen"
    stopped = page.evaluate("stopped")
    button.click()
    assert page.evaluate("stopped") == stopped + 1
    assert button.inner_text() == "Lees voor"
    button.click()
    page.evaluate("spoken.at(-1).onend()")
    assert button.inner_text() == "Lees voor"


def test_what_is_typed_at_length_or_chosen_is_not_read(visit: Visit, preview_url: str) -> None:
    page = visit()
    page.goto(f"{preview_url}/every")
    page.fill("#remark", "We live with my mother.")
    page.select_option("#language", "fr")
    page.click(".acts .btn")
    page.wait_for_selector("#errors")
    page.click(".listen")
    said = " ".join(page.evaluate("spoken.map((one) => one.text)"))
    assert "Is there anything else?" in said
    assert "my mother" not in said
    assert "Français" not in said


@pytest.mark.parametrize(("path", "local"), [("/step", "false"), ("/../fr/step", "true"), ("/list", "true")])
def test_no_button_without_a_voice_of_this_device_nor_for_staff(
    visit: Visit, preview_url: str, path: str, local: str
) -> None:
    page = visit(local)
    page.goto(preview_url + path)
    assert page.locator("#title").is_visible()
    assert page.locator(".listen").count() == 0


def test_without_scripts_no_button_promises_anything(visit: Visit, preview_url: str) -> None:
    page = visit(javascript=False)
    for name in ("step", "sent", "receipt"):
        page.goto(f"{preview_url}/{name}")
        assert page.locator(".listen").count() == 0
        assert page.locator("[data-print]:visible").count() == 0


def test_a_public_device_reads_aloud_and_prints_too(visit: Visit, preview_url: str) -> None:
    page = visit()
    page.goto(f"{preview_url}/sent?kiosk=yes")
    page.click(".listen")
    assert "K7F 29Q XM4" in " ".join(page.evaluate("spoken.map((one) => one.text)"))
    page.evaluate("window.print = () => (window.printed = true)")
    page.click("[data-print]")
    assert page.evaluate("printed")
