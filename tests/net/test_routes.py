"""Every route, for everybody, with every method: the outcome is the one that was typed by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from app import create_app
from app.core.settings import Settings
from app.web.doors import House, house_of
from tests.net.calls import Snapshot, ask, cookie, outcome, path_of, routes
from tests.net.expected import COLUMNS, EXCEPTIONS, METHODS, SIGN_IN, expected
from tests.net.people import Cast, gather

Figure = Callable[[str], None]
OPTIONAL_STEPS = ("you", "dutch", "work", "household", "education", "consents")
FEW = frozenset({"visitor", "owner", "chosen"})


@pytest.fixture
def cast(house: House) -> Cast:
    """Everybody, written down afresh."""
    return gather(house)


def typed_for(app: Flask) -> None:
    """Fail for a route or method that nobody typed an outcome for."""
    table = expected()
    missing = [
        f"{route.endpoint} {method}"
        for route in routes(app)
        for method in METHODS
        if (route.endpoint, method) not in table
    ]
    assert missing == [], "add these to tests/net/expected.py"


def test_every_route_stands_in_the_table(app: Flask, settings: Settings) -> None:
    typed_for(app)
    typed_for(create_app(replace(settings, demo=True)))


def test_the_table_names_no_route_that_is_gone(settings: Settings) -> None:
    known = {route.endpoint for route in routes(create_app(replace(settings, demo=True)))}
    assert {endpoint for endpoint, _ in expected()} <= known


def test_the_cast_fills_every_column(cast: Cast) -> None:
    assert {knocker.column for knocker in cast.knockers} == set(COLUMNS)


@pytest.mark.promise("BXL-58", breaks="app.web.visit:PARENT", twin="tests.net.doubles:EVERYBODY")
@pytest.mark.promise("BXL-58", breaks="app.web.visit:FACILITY", twin="tests.net.doubles:EVERYBODY")
def test_matrix(app: Flask, house: House, cast: Cast, figure: Figure) -> None:
    asked, wrong = play(app, house, cast)
    figure(
        f"matrix: {len(routes(app))} routes × {len(cast.knockers)} people × {len(METHODS)} methods"
        f" = {asked} answers, {len(wrong)} unexpected, 0 undeclared"
    )
    assert not wrong, "\n".join(wrong)


def test_pages_of_the_demo(settings: Settings, house: House, cast: Cast, figure: Figure) -> None:
    """The demo's own pages answer everybody alike; without the demo they are not there at all."""
    demo = create_app(replace(settings, demo=True))
    asked, wrong = play(demo, house_of(demo), cast, among="demo_")
    figure(f"matrix, pages of the demo: {asked} answers, {len(wrong)} unexpected")
    assert not wrong, "\n".join(wrong)
    client = create_app(settings).test_client()
    for route in routes(demo):
        if route.endpoint.startswith("demo_"):
            assert client.get(route.rule, follow_redirects=True).status_code == 404, route.rule


@pytest.mark.promise("BXL-58", breaks="guard:read_head")
def test_reading_changes_no_file(app: Flask, house: House, cast: Cast, figure: Figure) -> None:
    """A link that is only looked at, or looked at without its body, does nothing."""
    with house.databases.engine("maintainer").begin() as connection:
        before = Snapshot(connection)
    asked = 0
    for role in ("draft", "owner", "chosen", "refused", "enrolled", "desk"):
        for route in routes(app):
            knocker = cast.who(role)
            # Among the wizard's pages are some that may be sent empty: there a HEAD read as a post would be taken.
            steps = ({"step": step} for step in OPTIONAL_STEPS) if route.endpoint == "family.apply_step" else ({},)
            for words in steps:
                for method in ("GET", "HEAD"):
                    ask(app, house, knocker, route, method, path_of(app, route, knocker, **words))
                    asked += 1
    with house.databases.engine("maintainer").begin() as connection:
        # When somebody was last there, or read a thread, is noted; nothing else changes by looking.
        changed = before.differs(connection, beside=frozenset({"web_session", "account", "thread"}))
    figure(f"reading: {asked} pages looked at, {len(changed)} tables changed")
    assert changed == set()


@pytest.mark.promise("BXL-46", breaks="guard:check_form")
def test_no_post_without_its_token(app: Flask, house: House, cast: Cast, figure: Figure) -> None:
    """A post that did not begin on a page of ours does nothing, whoever it is done to."""
    with house.databases.engine("maintainer").begin() as connection:
        before = Snapshot(connection)
    owner, leader = cast.who("owner"), cast.who("chosen")
    tokens = {"none": "", "somebody else's": cast.who("other parent").token(house), "broken": "x" * 43}
    wrong, asked = [], 0
    posts = [route for route in routes(app) if expected()[route.endpoint, "POST"]["owner"] != "405"]
    for route in posts:
        for knocker in (owner, leader):
            typed = expected()[route.endpoint, "POST"][knocker.column]
            for name, token in tokens.items():
                got = outcome(app, ask(app, house, knocker, route, "POST", csrf_token=token))
                asked += 1
                # The wizard's pages do nothing for a parent: they lead on to what was sent. An open form asks for no
                # session, and so for no token of one (LEU-55): here it gets nothing that it could take.
                as_typed = typed == ">family.apply_sent" or house.pages[route.endpoint].tokenless
                if got not in {"400", "404" if typed == "404" else "", typed if as_typed else ""}:
                    wrong.append(f"{route.endpoint} {knocker.role} token {name}: {got}")
    with house.databases.engine("maintainer").begin() as connection:
        changed = before.differs(connection, beside=frozenset({"web_session"}))
    figure(f"form tokens: {asked} posts without a good one, {len(wrong)} taken")
    assert not wrong, "\n".join(wrong)
    assert changed == set()


@pytest.mark.promise("BXL-46", breaks="app.web.visit:PARENT", twin="tests.net.doubles:EVERYBODY")
def test_a_fragment_of_a_page_asks_for_sign_in_too(app: Flask, house: House, cast: Cast, figure: Figure) -> None:
    """A page of a person, asked for by a script whose session is over, answers without a byte of content."""
    client, asked = app.test_client(use_cookies=False), 0
    for route in routes(app):
        if expected()[route.endpoint, "GET"]["visitor"] != SIGN_IN:
            continue
        for knocker in cast.knockers:
            if knocker.column not in {"visitor", "gone"}:
                continue
            path = path_of(app, route, knocker)
            answer = client.get(path, headers={"HX-Request": "true", **cookie(knocker.cookie)})
            asked += 1
            assert (answer.status_code, answer.data) == (401, b""), (path, knocker.role)
            assert answer.headers["HX-Redirect"].endswith("/sign-in")
    figure(f"fragments: {asked} asked for without a session, 0 bytes of content")


def play(app: Flask, house: House, cast: Cast, *, whole: bool = False, among: str = "") -> tuple[int, list[str]]:
    """Ask everything of everybody; return how often was asked, and what came out otherwise than typed.

    A method that a page never answers is refused before anybody is looked at: three people stand for all there, and
    where only the body is left out, unless `whole`.
    """
    table, asked, wrong = expected(), 0, []
    engine = house.databases.engine("maintainer")
    with engine.begin() as connection:
        before = Snapshot(connection)
    for route in (one for one in routes(app) if one.endpoint.startswith(among)):
        for method in METHODS:
            row = table[route.endpoint, method]
            # A HEAD is turned into a GET before anybody is looked at.
            few = not whole and (set(row.values()) == {"405"} or method == "HEAD")
            for knocker in cast.knockers:
                if few and knocker.role not in FEW:
                    continue
                answer = ask(app, house, knocker, route, method)
                got = outcome(app, answer)
                want = EXCEPTIONS.get((route.endpoint, method, knocker.role), row[knocker.column])
                asked += 1
                if got != want:
                    wrong.append(f"{route.endpoint} {method} {knocker.role}: {got}, typed {want}")
                if method == "HEAD" and answer.data:
                    wrong.append(f"{route.endpoint} HEAD {knocker.role}: a body")
                if method == "POST" and got.startswith(">") and got != SIGN_IN:
                    with engine.begin() as connection:
                        before.restore(connection)
    return asked, wrong
