"""Deny by default: every route is declared, and what is not declared does not answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask

from app import create_app
from app.core.actor import Kind
from app.core.settings import Settings
from app.web.doors import ANYONE, house_of

# Routes outside the organisations' pages: they reach no database, and everyone may ask for them. An organisation's bare
# name leads on to its first language.
OPEN_TO_ALL = re.compile(r"^/(?:healthz|readyz|static/.+|demo/.+|[a-z]+/)?$")


def undeclared(app: Flask) -> Iterator[str]:
    """Find routes that no door declared, or that answer to more than was declared."""
    pages = house_of(app).pages
    for rule in app.url_map.iter_rules():
        page = pages.get(rule.endpoint)
        if page is None:
            yield f"{rule.rule}: {rule.endpoint} is not declared"
        elif not page.who or not page.who <= frozenset(Kind):
            yield f"{rule.rule}: open to nobody we know"
        elif not rule.rule.startswith("/<organisation>/<language>") and not (
            OPEN_TO_ALL.match(rule.rule) and not page.login
        ):
            yield f"{rule.rule}: outside an organisation"
        elif not (rule.methods or set()) - {"HEAD", "OPTIONS"} <= set(page.methods):
            yield f"{rule.rule}: answers {rule.methods}, declared {page.methods}"
        elif page.who != ANYONE and not page.login:
            yield f"{rule.rule}: no database login"


def test_the_house_keeps_it(app: Flask) -> None:
    assert list(undeclared(app)) == []


def test_a_planted_route_is_found_and_refused(settings: Settings) -> None:
    app = create_app(settings)
    app.add_url_rule("/brussels/nl/all-children", "all_children", lambda: "every child")
    assert "/brussels/nl/all-children: all_children is not declared" in undeclared(app)
    answer = app.test_client().get("/brussels/nl/all-children")
    assert answer.status_code == 404
    assert b"every child" not in answer.data
