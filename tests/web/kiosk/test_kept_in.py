"""Every page of a kiosk: nothing leads outside, nothing is filled in or stored by the browser, the end stands below."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.devices import kept_in
from app.web.doors import House
from tests.factories import make_facility, make_family
from tests.people import guard_of
from tests.web.family.walk import Walk, start_walk
from tests.web.kiosk.standing import begins

Device = Callable[..., FlaskClient]
OUT = re.compile(r'href="(?!/[a-z])[^"#]|target=|download|wa\.me/\d', re.I)
_FORM = re.compile(r"<form\b[^>]*>")
_TYPED = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
PUBLIC = (
    "privacy",
    "cookies",
    "accessibility",
    "contact",
    "search",
    "sign-in",
    "continue",
    "password/forgotten",
    "nothing",
)
MY = ("my/details", "my/access", "my/account", "my/receipt", "my/messages", "my/account/password", "my/second-parent")


def judge(page: str, path: str) -> None:
    """Judge one page."""
    body = page.partition("<body")[2]
    assert "data-kiosk" in page, path
    assert not (found := OUT.search(body)), f"{path}: {found and body[found.start() - 80 : found.end() + 80]}"
    for form in _FORM.findall(body):
        assert 'autocomplete="off" autocapitalize="off" spellcheck="false"' in form, path
    for field in _TYPED.findall(body):
        assert field.count("autocomplete=") <= 1, field
        assert re.search(r'autocomplete="off"|type="(?:hidden|radio|checkbox)"', field), f"{path}: {field}"
    assert body.count('action="/brussels/nl/kiosk/end"') >= 1, path
    assert '<a href="/brussels/nl/privacy"' in body
    assert '<a href="/brussels/nl/contact"' in body
    assert 'translate="no"' in page


@pytest.mark.promise("LEU-48", breaks="app.web.devices:kept_in")
def test_no_page_leads_out(house: House, device: Device) -> None:
    family = make_family(house, [make_facility(house)])
    browser = device()
    make_facility(house, name="De Zandbak")
    for path in PUBLIC:
        answer = browser.get(f"/brussels/nl/{path}")
        assert answer.headers["Cache-Control"] == "no-store"
        judge(answer.text, path)
        assert f'url=/brussels/nl/kiosk/still-there?to=/brussels/nl/{path}"' in answer.text
    given = guard_of(browser.get("/brussels/nl/sign-in"))
    person = family.person
    browser.post("/brussels/nl/sign-in", data={**given, "login": person.login, "password": person.password})
    for path in MY:
        answer = browser.get(f"/brussels/nl/{path}")
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "no-store"
        judge(answer.text, path)
    for path in ("kiosk/", "kiosk/still-there"):
        judge(browser.get(f"/brussels/nl/{path}").text, path)


def test_no_step_leads_out(house: House, device: Device) -> None:
    walk = start_walk(device(), house)
    walk.base = "/brussels/nl/"
    for step in (
        "language",
        "you",
        "contact",
        "child",
        "start",
        "facilities",
        "work",
        "household",
        "consents",
        "check",
    ):
        passed = Walk(walk.client, base=walk.base, answers=walk.answers, facilities=walk.facilities)
        if step == "language":
            begins(walk.client)
            continue
        passed.onward("you", until=step)
        judge(passed.get(step).text, step)
        bad = passed.post(step, {})
        if bad.status_code == 422:
            judge(bad.text, step)


def test_what_is_hard_to_keep_in_is_kept_in() -> None:
    page = kept_in(
        '<a href="https://x.be" rel="noopener"><b>Here</b> we <i>go</i></a><a class="big tel"\n href="TEL:+32">1</a>'
        '<a href="//x.be">2</a><a href="/brussels/nl/" target="_blank" download>3</a><p>download this target</p>'
        '<form method="post"><input name="a" autocomplete="tel"><textarea name="b"></textarea></form>'
    )
    assert page == (
        '<span><b>Here</b> we <i>go</i></span><span>1</span><span>2</span><a href="/brussels/nl/">3</a>'
        '<p>download this target</p><form autocomplete="off" autocapitalize="off" spellcheck="false" method="post">'
        '<input autocomplete="off" name="a"><textarea autocomplete="off" name="b"></textarea></form>'
    )


@pytest.mark.promise("KL-32", breaks="line:app/web/devices.py#if page.endpoint.partition")
def test_none_of_the_doors_of_workers_opens(app: Flask, house: House, device: Device) -> None:
    browser, asked = device(), 0
    for rule in app.url_map.iter_rules():
        door = rule.endpoint.partition(".")[0]
        if "organisation" not in rule.arguments or door in ("public", "family", "kiosk"):
            continue
        path = re.sub(r"<(?:uuid:)?\w+_id>", "6f1c2a58-0d36-4a0e-9d3c-5a4f4b1a7d11", rule.rule)
        path = path.replace("<organisation>", "brussels").replace("<language>", "nl")
        path = re.sub(r"<\w+>", "x", path)
        assert rule.methods
        method = "GET" if "GET" in rule.methods else "POST"
        answer = browser.open(path, method=method)
        assert answer.status_code == 404, path
        asked += 1
    assert asked > 30
