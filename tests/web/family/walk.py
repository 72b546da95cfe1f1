"""A family that fills in the application through the door, page by page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from app.core.actor import Actor
from app.core.db import transaction
from app.facilities.models import Facility
from app.web.doors import House

PASSWORD = "vier woorden en een regenjas"
# The answers below lie ahead of this day, whatever day the machine has.
TODAY = datetime(2027, 1, 15, 9, tzinfo=UTC)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ONCE = re.compile(r'name="once" value="([^"]+)"')

ANSWERS: dict[str, dict[str, Any]] = {
    "language": {"language": "nl", "municipality": "schaarbeek"},
    "you": {
        "given_name": "Ayşe",
        "family_name": "Yılmaz",
        "birth_date-day": "3",
        "birth_date-month": "maart",
        "birth_date-year": "1994",
        "sex": "female",
    },
    "contact": {
        "phone": "0470 12 34 56",
        "email": "Ayse.Yilmaz@example.com",
        "street": "Rozenstraat",
        "house_number": "12 bus 3",
        "postcode": "1030",
    },
    "partner": {"has_partner": "yes"},
    "partner-details": {"given_name": "Mehmet", "family_name": "Kaya", "email": "mehmet@example.com"},
    "child": {
        "born": "no",
        "family_name": "Kaya",
        "birth_date-day": "10",
        "birth_date-month": "4",
        "birth_date-year": "2027",
    },
    "start": {"start_date-day": "1", "start_date-month": "9", "start_date-year": "2027", "flexible": "yes"},
    "days": {"half_days": ["0", "1", "2"]},
    "order": {},
    "dutch": {"level": "applicant"},
    "dutch-proof": {"proof": "yes"},
    "work": {"regime": "half_time", "employer": "Bakkerij Bloem", "partner_regime": "full_time"},
    "household": {"situation": "two_parents", "foster": "no", "income": "below_limit"},
    "education": {"level": "secondary"},
    "health": {"situation": "yes", "agree": "yes"},
    "consents": {"agree": ["lop"]},
    "check": {"correct": "yes"},
    "send": {"password": PASSWORD},
}


@dataclass
class Walk:
    """One browser without a screen, on its way through the application."""

    client: FlaskClient
    base: str = "/brussels/en/"
    answers: dict[str, dict[str, Any]] = field(default_factory=lambda: {k: dict(v) for k, v in ANSWERS.items()})
    facilities: list[UUID] = field(default_factory=list)
    _token: tuple[str, dict[str, str]] = ("", {})

    def get(self, step: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(f"{self.base}apply/{step}", **options)

    def form(self, step: str) -> dict[str, str]:
        """Open a page and return the hidden inputs of its form."""
        return hidden(self.client.get(f"{self.base}apply/{step}").get_data(as_text=True))

    def post(self, step: str, answers: Mapping[str, Any] | None = None, **changed: Any) -> TestResponse:
        """Fill in a page and send it."""
        data = {**(self.answers[step] if answers is None else answers), **changed}
        sid = self.client.get_cookie("sid")
        if sid is None or self._token[0] != sid.value:
            token = self.form("language")  # any page of this session carries a token that holds for all
            sid = self.client.get_cookie("sid")
            self._token = (sid.value if sid else "", token)
        return self.client.post(f"{self.base}apply/{step}", data={**self._token[1], **data})

    def through(self, until: str = "sent") -> TestResponse:
        """Fill in every page from the first to the one before `until`, as the redirects lead."""
        return self.onward("language", until)

    def onward(self, step: str, until: str = "sent") -> TestResponse:
        """Fill in every page from this one to the one before `until`."""
        for _ in range(40):
            if step == until:
                return self.get(step)
            answer = self.post(step)
            assert answer.status_code == 303, f"{step}: {answer.status_code} {shown_errors(answer)}"
            step = step_of(answer)
        raise AssertionError("the pages go round in circles")


def hidden(page: str) -> dict[str, str]:
    """Return the hidden inputs of the page's form."""
    token, once = TOKEN.search(page), ONCE.search(page)
    assert token and once, page[:400]
    return {"csrf_token": token[1], "once": once[1]}


def step_of(answer: TestResponse) -> str:
    """Return the page that a redirect leads to."""
    return answer.headers.get("Location", "").partition("/apply/")[2].partition("?")[0]


def shown_errors(answer: TestResponse) -> list[str]:
    """Return the errors of the summary."""
    return re.findall(r'<li><a href="#[^"]*">([^<]*)', answer.get_data(as_text=True))


def set_clock(house: House) -> None:
    """Set the clock to a day before all the answers."""
    house.clock.offset = TODAY - datetime.now(UTC)


def start_walk(client: FlaskClient, house: House) -> Walk:
    """Return a family at its first page, with facilities to choose from, on a day before all its answers."""
    set_clock(house)
    walk = Walk(client)
    walk.facilities = make_facilities(house)
    walk.answers["facilities"] = {"facilities": [key.hex for key in walk.facilities[:3]]}
    return walk


def nothing(*_: object) -> None:
    """Judge nothing: the twin of a judgement that only objects."""


def make_facilities(house: House, count: int = 12, organisation: str = "brussels") -> list[UUID]:
    """Make some facilities in Schaarbeek."""
    ids = [uuid4() for _ in range(count)]
    now = house.clock.now()
    with transaction(house.databases, "maintainer", Actor("system:test", None, organisation), now) as session:
        session.execute(
            insert(Facility),
            [
                {
                    "id": key,
                    "organisation": organisation,
                    "name": f"De Wolkenfiets {number}",
                    "kind": "group",
                    "street": "Lindenlaan 14",
                    "postcode": "1030",
                    "municipality": "schaarbeek",
                    "latitude": 50.868 + number / 1000,
                    "longitude": 4.374,
                    "phone": None,
                    "email": f"f{number}@example.com",
                    "language": "nl",
                    "tariff": "income",
                    "reply_days": None,
                    "active": True,
                }
                for number, key in enumerate(ids)
            ],
        )
    return ids
