"""What a page costs, as a ratio to a bare Flask page on the same server in the same run; net, audit and compression on.

make bench                                with 10,000 dossiers
BENCH_DOSSIERS=1000000 make bench         the facility list among a million
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import brotli
import pytest
from flask import Flask
from sqlalchemy import select, text

from app.applications.models import OPEN_CHOICE
from app.core.settings import Settings
from app.facilities.models import Facility
from app.web.doors import House
from jobs.demo.bulk import bulk
from tests.bench.served import BARE, Answer, Browser, Server, cpu_per_request, serve
from tests.factories import Person, Place, as_maintainer, make_facility, make_family, make_leader, make_offer, signed_in
from tests.web.family.walk import ANSWERS

pytestmark = pytest.mark.bench
DOSSIERS = int(os.environ.get("BENCH_DOSSIERS", "10000"))
ROUNDS, EACH = 80, 4
AIMS = {"step GET": 8, "step POST": 10, "parent's page": 9, "facility list": 15}
HIDDEN = re.compile(r'name="(csrf_token|once)" value="([^"]+)"')


@dataclass
class Bench:
    """A server with data behind it."""

    server: Server
    house: House


@pytest.fixture
def bench(settings: Settings, house: House) -> Iterator[Bench]:
    """Seed, and serve."""
    bulk(house.databases, house.profiles["brussels"], DOSSIERS, house.clock.now())
    server = serve(settings)
    yield Bench(server, house)
    server.stop()


def busiest_facility(house: House) -> Place:
    """Return the facility with the most open requests."""
    with as_maintainer(house) as session:
        facility: UUID | None = session.scalar(
            text(
                f"select facility_id from choice where {OPEN_CHOICE}"
                " group by facility_id order by count(*) desc limit 1"
            )
        )
        row = session.scalars(select(Facility).where(Facility.id == facility)).one()
        return Place(row.id, "brussels", row.name, row.email, row.language, row.postcode, row.tariff, row.reply_days)


def test_pages_against_a_bare_page(bench: Bench, app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    house, server = bench.house, bench.server
    own = make_facility(house)
    family = make_family(house, [own, make_facility(house), make_facility(house)])
    make_offer(house, family, own)
    leader = make_leader(house, busiest_facility(house))
    parent_browser = Browser(server, _cookie(house, app, family.person))
    leader_browser = Browser(server, _cookie(house, app, leader))
    applicant = Browser(server)
    you = _open_draft(applicant)

    def post_step() -> Answer:
        return applicant.post("/brussels/nl/apply/you", you)

    spent = cpu_per_request(
        server,
        {
            "bare": lambda: applicant.get(BARE),
            "step GET": lambda: applicant.get("/brussels/nl/apply/you"),
            "step POST": post_step,
            "parent's page": lambda: parent_browser.get("/brussels/nl/my"),
            "facility list": lambda: leader_browser.get("/brussels/nl/facility"),
        },
        rounds=ROUNDS,
        each=EACH,
    )
    with capsys.disabled():
        print(f"\n{DOSSIERS} dossiers; CPU of the server's processes per request, and its ratio to a bare page")
        print(f"  {'':<14} {'undisturbed turns':>24} {'median turn':>22}")
        bare = spent["bare"]
        for name, cost in spent.items():
            aim = f"  (aim {AIMS[name]})" if name in AIMS else ""
            print(
                f"  {name:<14} {cost.quiet:9.3f} ms {cost.quiet / bare.quiet:8.1f} ×"
                f" {cost.median:9.3f} ms {cost.median / bare.median:6.1f} ×{aim}"
            )


def _cookie(house: House, app: Flask, person: Person) -> str:
    client = app.test_client()
    signed_in(house, client, person)
    cookie = client.get_cookie("sid")
    assert cookie is not None
    return str(cookie.value)


def _open_draft(browser: Browser) -> list[tuple[str, str]]:
    page = browser.get("/brussels/nl/apply/language")
    assert page.status == 200
    answer = browser.post("/brussels/nl/apply/language", [*_hidden(browser, "language"), *ANSWERS["language"].items()])
    assert answer.status == 303, answer.body[:300]
    return [*_hidden(browser, "you"), *ANSWERS["you"].items()]


def _hidden(browser: Browser, step: str) -> list[tuple[str, str]]:
    page = browser.get(f"/brussels/nl/apply/{step}")
    body = (
        brotli.decompress(page.body)
        if page.headers.get("content-encoding", page.headers.get("Content-Encoding")) == "br"
        else page.body
    )
    return HIDDEN.findall(body.decode())
