"""Every page of the doors in every width, colour scheme and with scripts on and off, looked over and photographed.

With LOOKS=<folder> each page is also kept there as a picture, for people to judge.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app import create_app
from app.core.settings import Settings
from app.web.doors import House
from tests.factories import FamilyMade, make_facility, make_family, make_leader, make_offer
from tests.journeys.conftest import Town, clock, people, town  # noqa: F401  fixtures of the journeys
from tests.journeys.looks import Watch
from tests.journeys.people import NEXT, Someone, enter
from tests.servers.browsing import Visitors
from tests.servers.web import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.trial]
People = Callable[..., Someone]
DEVICES = [
    # Each language meets each width, each scheme, and scripts on and off.
    pytest.param(
        width,
        scheme,
        javascript,
        ("nl", "fr")[(number + number // 6) % 2],
        id=f"{width}-{scheme}-{'js' if javascript else 'plain'}",
    )
    for number, (javascript, scheme, width) in enumerate(product((False, True), ("light", "dark"), (320, 360, 1280)))
]
PUBLIC = (
    "",
    "privacy",
    "cookies",
    "accessibility",
    "contact",
    "sign-in",
    "password/forgotten",
    "password/sent",
    "confirmed",
)
OWN = ("my", "my/details", "my/access", "my/account", "my/account/password", "my/account/email", "my/receipt")
LONG = 55


class Album:
    """Looks a page over and keeps its picture."""

    def __init__(self, device: str) -> None:
        folder = os.environ.get("LOOKS", "")
        self._folder = Path(folder) / device if folder else None
        self.failures: list[str] = []

    def take(self, someone: Someone, name: str, *, status: int = 200) -> None:
        """Look at the page that stands in the browser; what is wrong is told at the end, all at once."""
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            someone.page.screenshot(path=self._folder / f"{name.replace('/', '_')}.png", full_page=True)
        try:
            someone.look(name, status=status)
        except AssertionError as found:
            self.failures.append(str(found).partition("\n")[0])


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Iterator[Album]:
    taken = Album(request.node.name.partition("[")[2].rstrip("]") + "-" + request.node.name.partition("[")[0][5:])
    yield taken
    assert taken.failures == []


@pytest.fixture
def visitor(people: People, request: pytest.FixtureRequest) -> Someone:  # noqa: F811
    """Somebody with the device of the test."""
    width, scheme, javascript, language = request.param
    return people(language, axe=True, width=width, scheme=scheme, javascript=javascript)


def on_every_device(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test once for each device."""
    devices = [pytest.param(param.values, id=param.id) for param in DEVICES]
    return pytest.mark.parametrize("visitor", devices, indirect=True)(test)


@on_every_device
def test_public(visitor: Someone, album: Album) -> None:
    for name in PUBLIC:
        visitor.goes(name)
        album.take(visitor, f"public/{name}")
    for name in ("sign-in", "password/forgotten"):
        visitor.goes(name)
        visitor.page.click(NEXT)
        album.take(visitor, f"public/{name} wrong", status=422)
    visitor.goes("nowhere")
    album.take(visitor, "public/404", status=404)
    visitor.goes("confirm/an-old-link")
    album.take(visitor, "public/confirm", status=visitor.status)
    visitor.goes("password/new/an-old-link")
    album.take(visitor, "public/link spent", status=visitor.status)
    for organisation in ("leuven", "kindengezin", "kinderkeet", "kidslife"):
        visitor.page.goto(f"/{organisation}/nl/")
        replace(visitor, language="nl").look(organisation)


@on_every_device
def test_applying(visitor: Someone, album: Album) -> None:
    def each(step: str) -> None:
        album.take(visitor, f"apply/{step}")
        if step in ("language", "you", "contact", "child", "start", "days", "facilities", "check", "send"):
            visitor.page.locator(NEXT).first.click()
            album.take(visitor, f"apply/{step} wrong", status=422)
            visitor.goes(f"apply/{step}")

    visitor.goes("apply")
    visitor.fills_in(each=each)
    album.take(visitor, "apply/sent")


@on_every_device
def test_own_file(house: House, town: Town, visitor: Someone, album: Album) -> None:  # noqa: F811
    three = [town.first, town.second, town.other]
    family = make_family(house, three, language=visitor.language, states={town.other.id: "refused"})
    offer = make_offer(house, family, town.first, start_date=date(2027, 9, 15), half_days=15)
    enter(house, visitor, family.person)
    for name in (
        *OWN,
        f"my/offers/{offer}",
        f"my/offers/{offer}/accept",
        f"my/offers/{offer}/decline",
        f"my/choices/{family.choices[town.second.id]}/withdraw",
        f"my/requests/{family.application_id}/add",
        f"my/requests/{family.application_id}/cancel",
        f"my/requests/{family.application_id}/days",
    ):
        visitor.goes(name)
        album.take(visitor, "my/" + name.rpartition("/")[2].replace(str(offer), "offer"))
    for name in ("my/account/password", "my/account/email"):
        visitor.goes(name)
        visitor.page.click(NEXT)
        album.take(visitor, f"{name} wrong", status=422)
    visitor.goes(f"my/offers/{offer}/accept")
    visitor.page.locator("main form button").first.click()
    album.take(visitor, "my/enrolled")


@on_every_device
def test_facility(house: House, town: Town, visitor: Someone, people: People, album: Album) -> None:  # noqa: F811
    several = make_facility(house, name="Het Regenboogkasteel van de Lange Molenstraat")
    leader = make_leader(house, town.first, several, language=visitor.language)
    families = [
        make_family(
            house,
            [town.first, several] if number % 3 else [several],
            submitted_at=house.clock.now() - timedelta(days=number),
            expected=number % 4 == 0,
            siblings=[several] if number % 5 == 0 else [],
        )
        for number in range(LONG)
    ]
    enter(house, visitor, leader)
    visitor.goes("facility")
    album.take(visitor, "facility/list")
    visitor.goes("facility?start=2030-01&day=1")
    album.take(visitor, "facility/list without a match")
    wanted = f"facility/requests/{families[1].choices[town.first.id]}"
    for name in (wanted, f"{wanted}/offer", f"{wanted}/refuse"):
        visitor.goes(name)
        album.take(visitor, f"facility/{name.rpartition('/')[2] if name != wanted else 'request'}")
        if name != wanted:
            if name.endswith("offer"):
                visitor.page.fill("#start_date-day", "99")
            visitor.press("Continue")
            album.take(visitor, f"facility/{name.rpartition('/')[2]} wrong", status=422)
    visitor.page.check("input[value=no_place]")
    visitor.press("Continue")
    album.take(visitor, "facility/refuse asked again")
    someone_was_first(house, visitor, album, families[1], town)


def someone_was_first(house: House, visitor: Someone, album: Album, family: FamilyMade, town: Town) -> None:  # noqa: F811
    """Refuse what a colleague has just offered, and take the offer back."""
    make_offer(house, family, town.first)
    visitor.press("Refuse the request")
    album.take(visitor, "facility/second", status=409)
    visitor.goes(f"facility/requests/{family.choices[town.first.id]}/withdraw")
    album.take(visitor, "facility/withdraw")
    visitor.goes(f"facility/requests/{family.application_id}")
    album.take(visitor, "facility/gone", status=404)


@on_every_device
def test_demo(settings: Settings, visitors: Visitors, visitor: Someone, album: Album) -> None:
    server = LiveServer()
    server.serve(create_app(replace(settings, demo=True, base_url=server.url)))
    try:
        page = visitor.page.context.new_page()
        someone = Someone(page, Watch(page, server.url), "nl", axe=True)
        for path in ("/", "/demo/mail"):
            answer = page.goto(server.url + path)
            if answer is None or answer.status != 200:
                continue
            someone.language = page.locator("html").get_attribute("lang") or ""
            album.take(someone, f"demo{urlsplit(path).path}")
    finally:
        server.close()
