"""What is somebody else's and what is not there at all look the same: status, headers, body, time."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.web.doors import House
from tests.net.calls import LANGUAGE, Route, ask, routes
from tests.net.expected import ASKED_INSTEAD, WORDS, expected
from tests.net.people import Cast, Knocker, gather

Figure = Callable[[str], None]
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GUARD = re.compile(r'(name="(?:csrf_token|once)" value=")[^"]*')
# Who reaches the family in the middle by nothing at all.
STRANGERS = ("other parent", "twin", "unchosen", "former", "future", "taken back", "elsewhere", "past worker", "afar")
ODD = (
    "0", "-1", "x", "%00", "%2e%2e%2f", "'%20or%201=1--", "{7f}", "%F0%9F%91%B6", "null", "1" * 300,
    "11111111111141118111111111111111", "11111111-1111-4111-8111-11111111111g", "%0d%0aSet-Cookie:%20x=1",
)  # fmt: skip
SLACK = 3.0


@pytest.fixture
def cast(house: House) -> Cast:
    """Everybody, written down afresh."""
    return gather(house)


def plain(answer: TestResponse) -> tuple[int, str, str]:
    """Return an answer without what differs in every answer: form guards, and the id that was asked for."""
    headers = "\n".join(
        f"{name}: {_UUID.sub('*', value)}" for name, value in answer.headers.items() if name != "Set-Cookie"
    )
    return answer.status_code, headers, _UUID.sub("*", _GUARD.sub(r"\1*", answer.get_data(as_text=True)))


def with_ids(app: Flask) -> list[Route]:
    """Return the routes whose address holds an id."""
    return [route for route in routes(app) if route.ids]


def absent(knocker: Knocker) -> Knocker:
    """Return the same person asking for ids that nobody has; as long as real ones."""
    return replace(knocker, ids={name: uuid4() for name in knocker.ids})


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
@pytest.mark.promise("LEU-01", breaks="branch:chosen")
def test_foreign_and_absent_look_the_same(app: Flask, house: House, cast: Cast, figure: Figure) -> None:
    pairs, wrong = 0, []
    for route in with_ids(app):
        for method in ("GET", "POST"):
            if set(expected()[route.endpoint, method].values()) == {"405"}:
                continue
            for role in STRANGERS:
                knocker = cast.who(role)
                foreign = plain(ask(app, house, knocker, route, method))
                missing = plain(ask(app, house, absent(knocker), route, method))
                pairs += 1
                if foreign != missing:
                    wrong.append(f"{route.endpoint} {method} {role}: {foreign[0]} and {missing[0]}")
                if foreign[0] not in {303, 404}:
                    wrong.append(f"{route.endpoint} {method} {role}: {foreign[0]}")
    figure(f"absent or foreign: {pairs} pairs of answers, {len(wrong)} differ")
    assert not wrong, "\n".join(wrong)


def test_they_take_the_same_time(app: Flask, house: House, cast: Cast, figure: Figure) -> None:
    """Medians of one run, taken turn about; the machine is shared, so only a difference of kind counts."""
    said = []
    for role, endpoint in (("other parent", "family.my_offer"), ("unchosen", "facility.request_page")):
        route = next(r for r in routes(app) if r.endpoint == endpoint)
        times: dict[str, list[float]] = {"foreign": [], "absent": []}
        for _ in range(40):
            for name, knocker in (("foreign", cast.who(role)), ("absent", absent(cast.who(role)))):
                began = time.perf_counter()
                assert ask(app, house, knocker, route, "GET").status_code == 404
                times[name].append(time.perf_counter() - began)
        ratio = statistics.median(times["foreign"]) / statistics.median(times["absent"])
        said.append(f"{endpoint} {ratio:.2f}")
        assert 1 / SLACK < ratio < SLACK, f"{endpoint}: {ratio:.2f}"
    figure(f"absent or foreign, ratio of median times: {', '.join(said)}")


def test_a_malformed_id_is_no_page_and_no_failure(app: Flask, house: House, cast: Cast, figure: Figure) -> None:
    tried, wrong = 0, []
    for route in with_ids(app):
        for role in ("owner", "chosen", "visitor"):
            knocker = cast.who(role)
            for odd in ODD:
                ids = dict.fromkeys((*route.ids, *ASKED_INSTEAD.get(route.endpoint, {}).values()), odd)
                path = route.path(knocker.organisation, {**knocker.ids, **WORDS.get(route.endpoint, {}), **ids})
                status = ask(app, house, knocker, route, "GET", path).status_code
                tried += 1
                if status != 404:
                    wrong.append(f"{path} {role}: {status}")
    for token in ODD:
        for endpoint, page in (("confirm", "confirm"), ("new_password", "password/new")):
            status = ask(
                app, house, cast.who("visitor"), Route(endpoint, ""), "GET", f"/brussels/{LANGUAGE}/{page}/{token}"
            ).status_code
            tried += 1
            if status not in {404, 410}:
                wrong.append(f"{page}/{token}: {status}")
    figure(f"malformed ids: {tried} asked, {len(wrong)} answered otherwise than with 404 or 410")
    assert not wrong, "\n".join(wrong)
