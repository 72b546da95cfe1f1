"""What is to be done at the desk, through the pages: letters, lost messages, doubles, figures."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from app.applications.models import PossibleDouble
from app.core.models import OutboxMessage
from app.statistics.models import PageCount
from app.web.doors import House
from tests.factories import FamilyMade, as_maintainer, guard_of, make_facility, make_family, post_form
from tests.messages.test_tasks import pair, put

DESK = "/brussels/nl/desk"


def test_letters_are_printed_one_a_page_and_then_gone(house: House, desk: FlaskClient, family: FamilyMade) -> None:
    put(house, family, "to_print")
    later = put(house, family, "to_print", at=house.clock.now() + timedelta(seconds=1))
    assert "2 " in desk.get(f"{DESK}/todo").text
    page = desk.get(f"{DESK}/letters").text
    assert page.count('<article class="sheet"') == 2
    assert "Amina Peeters<br>Kersenlaan 12<br>1030 Schaarbeek" in page
    assert "Zonnetje" in page
    answer = desk.post(f"{DESK}/letters", data={**guard_of(desk.get(f"{DESK}/letters")), "letter": str(later)})
    assert answer.status_code == 303
    assert desk.get(f"{DESK}/letters").text.count('<article class="sheet"') == 1, "only what was ticked is gone"
    with as_maintainer(house) as session:
        assert session.get_one(OutboxMessage, later).sealed is None


def test_a_lost_message_is_dealt_with_or_leads_to_the_file(house: House, desk: FlaskClient, family: FamilyMade) -> None:
    lost = put(house, family, "dead")
    page = desk.get(f"{DESK}/todo").text
    assert family.names["family_name"] in page
    address = f"{DESK}/undelivered/{lost}"
    assert "/desk/threads/" in post_form(desk, f"{DESK}/todo", address, deed="write").headers["Location"]
    assert post_form(desk, f"{DESK}/todo", address).status_code == 303
    assert family.names["family_name"] not in desk.get(f"{DESK}/todo").text
    assert post_form(desk, f"{DESK}/todo", address).status_code == 409


def test_two_files_stand_side_by_side_with_no_more_than_it_takes(
    house: House, desk: FlaskClient, family: FamilyMade
) -> None:
    other = make_family(house, [make_facility(house)])
    made = pair(house, family, other)
    page = desk.get(f"{DESK}/doubles/{made}").text
    for one in (family, other):
        for name in ("family_name", "given_name", "child"):
            assert one.names[name] in page
        for kept in (one.email or "", "Kersenlaan"):
            assert kept not in page
    answer = post_form(desk, f"{DESK}/doubles/{made}", decision="joined")
    assert answer.status_code == 303
    assert post_form(desk, f"{DESK}/doubles/{made}", f"{DESK}/doubles/{made}", decision="kept").status_code == 409
    with as_maintainer(house) as session:
        assert session.scalars(select(PossibleDouble.state)).one() == "joined"


def test_a_word_that_is_no_decision_decides_nothing(house: House, desk: FlaskClient, family: FamilyMade) -> None:
    made = pair(house, family)
    assert post_form(desk, f"{DESK}/doubles/{made}", decision="erased").status_code == 400
    assert "K7Q2" in desk.get(f"{DESK}/todo").text


def test_a_number_in_use_shows_its_code(house: House, desk: FlaskClient) -> None:
    made = pair(house, kind="number")
    assert "K7Q2" in desk.get(f"{DESK}/todo").text
    assert "K7Q2" in desk.get(f"{DESK}/doubles/{made}").text


def test_visits_are_added_up_per_page_and_source(house: House, desk: FlaskClient) -> None:
    today = house.clock.today()
    rows = [
        ("brussels", today, "home", "direct", 3),
        ("brussels", today - timedelta(days=29), "home", "direct", 4),
        ("brussels", today - timedelta(days=30), "home", "direct", 100),
        ("brussels", today, "search", "link", 2),
        ("leuven", today, "home", "direct", 55),
    ]
    with as_maintainer(house) as session:
        for organisation, day, page, source, views in rows:
            session.add(PageCount(organisation=organisation, day=day, page=page, source=source, views=views))
    page = desk.get(f"{DESK}/figures").text
    assert '<td class="num">7</td>' in page
    assert '<td class="num">2</td>' in page
    assert page.count('<td class="num">') == 2, "what is older, and of others, is left out"
    assert page.index(">home<") < page.index(">search<")
