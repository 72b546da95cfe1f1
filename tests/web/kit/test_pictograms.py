"""Small drawings beside the words of a choice: light, silent, and none that a page names is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.web.assets import FOLDER

TEMPLATES = Path(FOLDER).parent / "templates"
SOURCE = (TEMPLATES / "components" / "pictograms.html").read_text("utf-8")
DRAWN = dict(re.findall(r'^  "([\w-]+)": "([^"]+)",$', SOURCE, re.M))
_DRAWINGS = re.compile(r"drawings=\{([^}]*)\}")


def named() -> set[tuple[str, str]]:
    """Return each pictogram that a template names, with the template."""
    found: set[tuple[str, str]] = set()
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text("utf-8")
        names = re.findall(r'icon\("([\w-]+)"\)', text)
        for group in _DRAWINGS.findall(text):
            names += re.findall(r': "([\w-]+)"', group)
        found |= {(path.name, name) for name in names}
    return found


def test_every_pictogram_that_is_named_is_drawn() -> None:
    assert len(named()) > 10
    assert [(page, name) for page, name in named() if name not in DRAWN] == []


@pytest.mark.parametrize("name", DRAWN)
def test_a_pictogram_is_light_and_silent(kit: FlaskClient, name: str) -> None:
    page = kit.get("/brussels/nl/pieces").text
    svg = f'<svg class="pic" viewBox="0 0 24 24" aria-hidden="true"><path d="{DRAWN[name]}"/></svg>'
    assert svg in page
    assert len(svg) <= 250


def test_a_choice_shows_its_pictogram_and_still_its_words(kit: FlaskClient) -> None:
    page = kit.get("/brussels/en/every").text
    for name, words in (("yes", "Yes"), ("no", "No")):
        assert re.search(rf'<path d="{re.escape(DRAWN[name])}"/></svg><span>{words}', page)
    assert re.search(r'value="none"><span>Both are fine', page)
    week = kit.get("/brussels/en/step").text
    assert week.count(DRAWN["morning"]) == week.count(DRAWN["afternoon"]) == 5


def test_a_link_to_another_site_tells_it_nothing(kit: FlaskClient) -> None:
    page = kit.get("/brussels/en/links").text
    assert '<li><a href="https://example.org/follow" rel="noopener noreferrer">Follow us</a></li>' in page
    assert page.count("example.org") == 1
