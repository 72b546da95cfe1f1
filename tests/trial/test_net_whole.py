"""The net at full length: every method for everybody, every foreign id for every reader, a server that goes away."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.core.settings import Settings
from app.web.doors import PARENT, Door, House, Visit, house_of
from tests.net.calls import cookie, routes
from tests.net.canaries import hatch
from tests.net.expected import METHODS
from tests.net.people import gather
from tests.net.test_canaries import read
from tests.net.test_routes import play
from tests.servers.session import Servers

Figure = Callable[[str], None]
pytestmark = pytest.mark.trial
ENOUGH = 20_000


def test_whole_matrix(app: Flask, house: House, figure: Figure) -> None:
    """Every route × person × method, none left out."""
    cast = gather(house)
    asked, wrong = play(app, house, cast, whole=True)
    figure(f"trial, matrix: {asked} answers, {len(wrong)} unexpected")
    assert asked == len(routes(app)) * len(cast.knockers) * len(METHODS)
    assert not wrong, "\n".join(wrong)


def test_every_foreign_id(app: Flask, house: House, figure: Figure) -> None:
    """Every reader asks for everything of every family of both organisations."""
    seed = random.SystemRandom().randrange(10**6)
    tally = read(app, house, hatch(house), foreign=100, seed=seed)
    figure(f"trial, canaries: {tally.reads} reads, {len(tally.leaks)} leaks (seed {seed})")
    assert not tally.leaks, "\n".join(tally.leaks[:50])
    assert tally.reads >= ENOUGH


def test_the_server_goes_away_in_the_middle(settings: Settings, servers: Servers, house: House, figure: Figure) -> None:
    """A page whose statement is cut off, and a post cut off before its commit: a clear page, nothing half done."""
    cast = gather(house)
    app = create_app(settings)
    own = house_of(app)
    door = Door("slow", login="family", module="application")
    begun = threading.Event()

    def slow(visit: Visit) -> str:
        visit.session.execute(
            text("update application set state = 'cancelled', closed_at = app.now() where state = 'open'")
        )
        begun.set()
        visit.session.execute(text("select pg_sleep(10)"))
        return cast.target.names["child"]

    door.page("/slow", who=PARENT)(slow)
    app.register_blueprint(door)
    own.pages.update((page.endpoint, page) for page in door.pages)
    session, answers = cast.who("owner").cookie, []

    def ask() -> None:
        answers.append(app.test_client(use_cookies=False).get("/brussels/nl/slow", headers=cookie(session)))

    rounds = 20
    for _ in range(rounds):
        begun.clear()
        asking = threading.Thread(target=ask)
        asking.start()
        assert begun.wait(10)
        time.sleep(random.uniform(0, 0.05))
        with psycopg.connect(servers.administrator_url("postgres"), autocommit=True) as administrator:
            administrator.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'opvang_family' and datname = %s and query like '%%pg_sleep%%'",
                [settings.database_urls["family"].split("/")[-1].partition("?")[0]],
            )
        asking.join(20)
        assert answers[-1].status_code == 503
        assert "Retry-After" in answers[-1].headers
        assert cast.target.names["child"] not in answers[-1].text
        again = app.test_client(use_cookies=False).get("/brussels/nl/my", headers=cookie(session))
        assert again.status_code == 200, "the pool recovers at once"
    with house.databases.engine("maintainer").connect() as connection:
        state = connection.scalar(
            text("select state from application where id = :a"), {"a": cast.target.application_id}
        )
    figure(
        f"trial, server cut {rounds} times in the middle: {rounds} clear pages, {rounds} recoveries, nothing half done"
    )
    assert state == "open"
    own.databases.dispose()
