"""A family's own messages: with whom, what is new, until when it is kept, and when writing is closed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.applications.models import Choice
from app.messages.models import Thread
from app.messages.operations.threads import write_note
from app.messages.rules import Side
from app.retention.rules import Term, kept_until
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_leader,
    post_form,
    session_of,
    signed_in,
)
from tests.messages.writing import write
from tests.servers.browsing import Visitors, axe_violations

Client = Callable[[], FlaskClient]
MINE = "/brussels/en/my/messages"


@pytest.fixture
def place(house: House) -> Place:
    return make_facility(house, name="Zonnetje")


@pytest.fixture
def leader(house: House, place: Place) -> Person:
    return make_leader(house, place)


@pytest.fixture
def family(house: House, place: Place) -> FamilyMade:
    return make_family(house, [place, make_facility(house, name="Wolkje")], language="en")


@pytest.fixture
def me(house: House, client: Client, family: FamilyMade) -> FlaskClient:
    return signed_in(house, client(), family.person)


def lose(house: House, family: FamilyMade, place: Place) -> None:
    """Let the facility refuse."""
    with as_maintainer(house) as session:
        session.execute(update(Choice).where(Choice.id == family.choices[place.id]).values(state="refused"))


def test_the_list_names_the_desk_and_each_facility_that_reads_the_file(me: FlaskClient) -> None:
    page = me.get(MINE).text
    assert page.index("The desk") < page.index("Wolkje") < page.index("Zonnetje")
    assert page.count("No messages yet.") == 3


def test_a_message_to_a_facility_goes_there_and_nowhere_else(
    house: House, me: FlaskClient, family: FamilyMade, place: Place, leader: Person, client: Client
) -> None:
    answer = post_form(me, f"{MINE}/{place.id}", words="Hebt u een tuin?")
    assert answer.status_code == 303
    assert "Your message is sent." in me.get(answer.headers["Location"]).text
    browser = signed_in(house, client(), leader)
    request = f"/brussels/nl/facility/requests/{family.choices[place.id]}"
    listed = browser.get("/brussels/nl/facility/messages").text
    assert family.names["child"] in listed
    assert "(1)" in browser.get("/brussels/nl/facility").text
    assert f"{request}/messages" in browser.get(request).text
    assert "Hebt u een tuin?" in browser.get(f"{request}/messages").text
    assert post_form(browser, f"{request}/messages", deed="answer", words="Ja, een grote.").status_code == 303
    assert "Ja, een grote." in me.get(f"{MINE}/{place.id}").text
    assert family.names["child"] not in browser.get("/brussels/nl/facility/messages").text


@pytest.mark.promise("BXL-56", breaks="branch:chosen")
def test_when_a_facility_lost_the_file_its_pages_are_gone_and_the_family_reads_on(
    house: House, me: FlaskClient, family: FamilyMade, place: Place, leader: Person, client: Client
) -> None:
    write(house, leader, family, place.id, Side.FACILITY, "Welkom woensdag.")
    lose(house, family, place)
    browser = signed_in(house, client(), leader)
    address = f"/brussels/nl/facility/requests/{family.choices[place.id]}/messages"
    assert browser.get(address).status_code == 404
    assert "Welkom" not in browser.get("/brussels/nl/facility/messages").text
    page = me.get(f"{MINE}/{place.id}")
    assert page.status_code == 200
    assert "Welkom woensdag." in page.text
    assert "this facility can no longer read your application" in page.text
    assert '<form method="post" novalidate' not in page.text
    assert "can no longer read" in me.get(MINE).text


def test_what_was_typed_while_the_facility_lost_the_file_is_not_lost(
    house: House, me: FlaskClient, family: FamilyMade, place: Place
) -> None:
    post_form(me, f"{MINE}/{place.id}", words="Eerste")
    opened = me.get(f"{MINE}/{place.id}")
    lose(house, family, place)
    with as_maintainer(house) as session:
        before = session.scalars(select(Thread.last_at)).one()
    answer = me.post(f"{MINE}/{place.id}", data={**guard_of(opened), "words": "Mijn lange tekst"})
    assert answer.status_code == 422
    assert "Mijn lange tekst" in answer.text
    assert "can no longer read" in answer.text
    with as_maintainer(house) as session:
        assert session.scalars(select(Thread.last_at)).one() == before


def test_another_family_s_thread_is_as_unknown_as_an_invented_one(
    house: House, me: FlaskClient, client: Client
) -> None:
    elsewhere = make_facility(house, name="Elders")
    other = make_family(house, [elsewhere])
    write(house, other.person, other, elsewhere.id, Side.FAMILY, "Van iemand anders")
    write(house, other.person, other, None, Side.FAMILY, "Ook van iemand anders")
    for address in (elsewhere.id, uuid4()):
        assert me.get(f"{MINE}/{address}").status_code == 404
    for page in (MINE, f"{MINE}/desk", "/brussels/en/my/notes", "/brussels/en/my"):
        shown = me.get(page).text
        assert "iemand anders" not in shown
        assert "Elders" not in shown


@pytest.mark.promise("BXL-42", breaks="app.retention.rules:kept_until", twin="tests.twins:kept_for_ever")
def test_until_when_a_message_is_kept_stands_beside_it(
    house: House, me: FlaskClient, family: FamilyMade, place: Place
) -> None:
    write(house, family.person, family, place.id, Side.FAMILY)
    today = house.clock.today()
    until = kept_until(Term("written", 5), today)
    assert until.year == today.year + 5
    assert f"{until.day} {until:%B} {until.year}" in me.get(f"{MINE}/{place.id}").text


def test_notes_of_a_facility_are_the_family_s_to_read(
    house: House, me: FlaskClient, family: FamilyMade, place: Place, leader: Person
) -> None:
    assert "Nobody wrote a note" in me.get("/brussels/en/my/notes").text
    with acting(house, leader) as session:
        write_note(
            session, family.dossier_id, place.id, side=Side.FACILITY, words="Rustig kind.", now=house.clock.now()
        )
    lose(house, family, place)
    page = me.get("/brussels/en/my/notes").text
    assert "Rustig kind." in page
    assert "Zonnetje" in page


def test_words_of_a_person_are_never_markup(me: FlaskClient, place: Place) -> None:
    post_form(me, f"{MINE}/{place.id}", words="<script>alert(1)</script>\n<b>dik</b> & 'x' \"y\"")
    page = me.get(f"{MINE}/{place.id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>&lt;b&gt;dik&lt;/b&gt; &amp;" in page


def test_the_pages_are_accessible_and_work_without_javascript(
    house: House, visitors: Visitors, family: FamilyMade, place: Place, leader: Person, live_server: str
) -> None:
    write(house, leader, family, place.id, Side.FACILITY, "Tot woensdag?")
    page = visitors.new()
    page.context.add_cookies([{"name": "sid", "value": session_of(house, family.person), "url": live_server}])
    for address in (MINE, f"{MINE}/{place.id}", f"{MINE}/desk", "/brussels/en/my/notes"):
        page.goto(live_server + address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe_violations(page) == []
    page.goto(live_server + f"{MINE}/{place.id}")
    page.get_by_label("Your message").fill("Graag, tot dan.")
    page.get_by_role("button", name="Send").click()
    assert page.get_by_text("Graag, tot dan.").is_visible()
    assert page.get_by_text("Your message is sent.").is_visible()
