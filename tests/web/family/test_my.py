"""The parent's own page: what each facility answered, what happens next, and whose file it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.web.doors import House
from tests.factories import FamilyMade, Place, make_facility, make_family, signed_in

Client = Callable[[], FlaskClient]


@pytest.fixture
def places(house: House) -> list[Place]:
    return [make_facility(house, name=name) for name in ("Zonnetje", "Regenboog", "Wolkje")]


@pytest.fixture
def mine(house: House, places: list[Place]) -> FamilyMade:
    return make_family(house, places, language="en")


@pytest.fixture
def me(house: House, client: Client, mine: FamilyMade) -> FlaskClient:
    return signed_in(house, client(), mine.person)


def pages(base: str, mine: FamilyMade, places: list[Place]) -> list[str]:
    choice, request = mine.choices[places[0].id], mine.application_id
    steps = (
        "language", "you", "contact", "partner", "partner-details", "child", "start", "days", "dutch", "work",
        "household", "education", "health", "consents",
    )  # fmt: skip
    return [
        f"{base}/my",
        f"{base}/my/receipt",
        f"{base}/my/details",
        f"{base}/my/access",
        f"{base}/my/account",
        f"{base}/my/account/password",
        f"{base}/my/account/email",
        f"{base}/my/requests/{request}/add",
        f"{base}/my/requests/{request}/cancel",
        f"{base}/my/choices/{choice}/withdraw",
        *(f"{base}/my/requests/{request}/{step}" for step in steps),
    ]


def test_every_page_of_the_file_opens_for_its_family(me: FlaskClient, mine: FamilyMade, places: list[Place]) -> None:
    for url in pages(mine.person.base, mine, places):
        page = me.get(url)
        assert page.status_code == 200, url
        assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.promise(
    "BXL-46",
    breaks=(
        "line:app/web/doors.py#if actor.kind not in page.who:",
        "line:app/web/doors.py#return _turn_away(page, actor)",
    ),
)
def test_without_a_session_every_page_leads_to_signing_in(
    client: Client, mine: FamilyMade, places: list[Place]
) -> None:
    for url in pages(mine.person.base, mine, places):
        page = client().get(url)
        assert (page.status_code, page.headers["Location"]) == (303, f"{mine.person.base}/sign-in"), url
        assert mine.names["family_name"] not in page.text
        fragment = client().get(url, headers={"HX-Request": "true"})
        assert (fragment.status_code, fragment.data) == (401, b"")


def test_each_choice_is_told_in_plain_words(house: House, client: Client, places: list[Place]) -> None:
    states = {places[0].id: "considering", places[1].id: "refused"}
    family = make_family(house, places, language="en", states=states)
    page = signed_in(house, client(), family.person).get("/brussels/en/my").text
    assert "They are looking at it" in page
    assert "You can choose another facility" in page
    assert "You get an answer by" in page
    assert all(place.name in page for place in places)
    assert family.reference[:3] in page
