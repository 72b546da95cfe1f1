"""Real servers for every test that asks for them: PostgreSQL, Valkey, a mail relay, the application, a browser."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

# A test of pure rules must not need the whole application: what is heavy is imported by the fixture that uses it.
if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page, Playwright

    from app.core.settings import Settings
    from app.web.doors import House
    from tests.servers.browsing import Visitors
    from tests.servers.mail import Mailbox
    from tests.servers.session import Servers
    from tests.servers.sweeping import Sweeper
    from tests.servers.web import LiveServer

pytest_plugins = ["tests.plugins.promise", "tests.plugins.figures", "tests.plugins.order"]


def _owner() -> int:
    """Return the process that leads the session: with several test processes, the one that hands out the work."""
    return os.getppid() if os.environ.get("PYTEST_XDIST_WORKER") else os.getpid()


@pytest.fixture(scope="session")
def worker_number() -> int:
    """The number of this test process, from 1."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1


@pytest.fixture(scope="session")
def servers() -> Servers:
    """PostgreSQL and Valkey, one of each for the whole session."""
    from tests.servers.session import servers_of_session

    return servers_of_session(_owner())


@pytest.fixture(scope="session")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    """A mail relay with a journal, one for each test process."""
    from tests.servers.mail import Mailbox

    box = Mailbox(tmp_path_factory.mktemp("mail"))
    yield box
    box.close()


@pytest.fixture(scope="session")
def listener() -> Iterator[LiveServer]:
    """A port of our own; the application's base URL."""
    from tests.servers.web import LiveServer

    server = LiveServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def settings(
    servers: Servers,
    mailbox: Mailbox,
    listener: LiveServer,
    worker_number: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Settings]:
    """The settings of this test process: its own copy of a migrated database, its own queue and mailbox."""
    from app.core.settings import Settings
    from app.web.i18n import compile_catalogues
    from jobs.migrate import migrate
    from tests.servers.session import template_name

    compile_catalogues()
    template = template_name()
    database = f"opvang_test_{_owner()}_{worker_number}"

    def of(name: str) -> Settings:
        return Settings(
            database_urls=servers.urls(name),
            redis_url=servers.queue_url_of(worker_number),
            smtp_url=mailbox.url,
            relay_journal=mailbox.journal,
            secret_key=secrets.token_hex(32),
            master_key=secrets.token_bytes(32),
            index_key=secrets.token_bytes(32),
            data_dir=tmp_path_factory.mktemp("data"),
            demo=False,
            production=False,
            base_url=listener.url,
        )

    with servers.locked():
        ready = servers.has_database(template)
        if not ready:
            servers.make_template(f"{template}_unfinished")
            migrate(of(f"{template}_unfinished"))
            servers.rename_database(f"{template}_unfinished", template)
        servers.copy_database(template, database)
    yield of(database)
    servers.drop_database(database)


@pytest.fixture(scope="session")
def sweeper(servers: Servers, settings: Settings) -> Iterator[Sweeper]:
    """What empties the database and the queue of this test process."""
    from tests.servers.sweeping import Sweeper

    name = urlsplit(settings.database_urls["maintainer"]).path.removeprefix("/")
    made = Sweeper(servers.administrator_url(name), settings.redis_url)
    yield made
    made.close()


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    """The application with these settings, its database migrated and the access relation in place, empty of data."""
    from app import create_app
    from app.web.doors import house_of
    from tests.servers.cookie_watch import CookieWatch

    made = create_app(settings)
    made.wsgi_app = made.extensions["cookie_watch"] = CookieWatch(made.wsgi_app, house_of(made).profiles)  # type: ignore[method-assign]
    return made


@pytest.fixture(scope="session")
def house(app: Flask) -> House:
    """What the application is made of: settings, clock, databases, profiles."""
    from app.web.doors import house_of

    return house_of(app)


@pytest.fixture
def client(app: Flask) -> Callable[[], FlaskClient]:
    """Makes clients without a browser; each has cookies of its own."""
    return app.test_client


@pytest.fixture(scope="session")
def live_server(app: Flask, listener: LiveServer) -> str:
    """The URL at which the application answers."""
    listener.serve(app)
    return listener.url


@pytest.fixture(scope="session")
def browsers() -> Iterator[Playwright]:
    """What starts browsers."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(browsers: Playwright) -> Iterator[Browser]:
    """One Chromium for this test process."""
    from tests.servers.browsing import launch

    chromium = launch(browsers)
    yield chromium
    chromium.close()


@pytest.fixture
def visitors(browser: Browser, live_server: str) -> Iterator[Visitors]:
    """Makes visitors with a device of their own: `visitors.new(javascript=True, width=1280)`."""
    from tests.servers.browsing import Visitors

    made = Visitors(browser, live_server)
    yield made
    made.close()


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """A phone of 360 px with JavaScript off."""
    return visitors.new()


@pytest.fixture
def page_js(visitors: Visitors) -> Page:
    """A phone of 360 px with JavaScript on."""
    return visitors.new(javascript=True)


@pytest.fixture(autouse=True)
def _leave_nothing_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the database, the queue and the mailbox after a test that could have used them; set the clock right."""
    names = request.fixturenames
    used: Settings | None = request.getfixturevalue("settings") if "settings" in names else None
    box: Mailbox | None = request.getfixturevalue("mailbox") if "mailbox" in names else None
    house: House | None = request.getfixturevalue("house") if "app" in names else None
    sweeper: Sweeper | None = request.getfixturevalue("sweeper") if used is not None else None
    yield
    if box is not None:
        box.clear()
    if sweeper is not None:
        sweeper.sweep()
    if used is not None and house is not None:
        house.clock.offset = used.clock_offset


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[1]
