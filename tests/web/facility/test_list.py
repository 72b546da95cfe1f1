"""The list of requests: whose, in which order, narrowed how, and at what cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import brotli
import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import event, select, text
from werkzeug.test import TestResponse

from app.applications.queries.records import Filters
from app.applications.queries.requests import open_requests
from app.core.models import AuditEntry
from app.web.doors import House
from app.web.i18n import texts
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import (
    ABSOLUTE,
    MONDAY,
    OTHER,
    PRIORITY,
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_member,
    signed_in,
)

DAY = timedelta(days=1)
ROW = re.compile(r'href="/brussels/\w\w/facility/requests/([0-9a-f-]{36})[^"]*">([^<]*)<')
# The groups of the access matrix that a leader reads in the list; typed by hand from the matrix of the promises.
LIST_GROUPS = ["care_plan", "child_identity", "own_choice", "priority_result"]


def listed(page: TestResponse) -> list[str]:
    """Return the ids of the requests in the list, from top to bottom."""
    assert page.status_code == 200
    return [found[0] for found in ROW.findall(page.text)]


def choice(family: FamilyMade, facility: Place) -> str:
    return str(family.choices[facility.id])


# The list is driven by membership and confined by the net: both must give way before a stranger's request shows.
@pytest.mark.promise(
    "BXL-09",
    "BXL-53",
    breaks=(
        "branch:member",
        "policy:choice.facility.select",
        "policy:child.facility.select",
        "policy:application.facility.select",
    ),
)
def test_each_chosen_facility_sees_the_request_and_no_other(house: House, client: Callable[[], FlaskClient]) -> None:
    chosen = [make_facility(house) for _ in range(3)]
    fourth = make_facility(house)
    family = make_family(house, chosen)
    second_child = make_family(house, [fourth], of=family)
    for facility in (*chosen, fourth):
        leader = make_leader(house, facility)
        page = signed_in(house, client(), leader).get(f"{leader.base}/facility")
        expected = second_child if facility is fourth else family
        assert listed(page) == [choice(expected, facility)]


@pytest.mark.promise(
    "BXL-53",
    breaks=(
        "branch:member",
        "policy:choice.facility.select",
        "policy:child.facility.select",
        "policy:application.facility.select",
    ),
)
def test_a_leader_of_two_places_sees_both_and_loses_one_the_day_that_it_ends(
    house: House, client: Callable[[], FlaskClient], facility: Place, leader: Person
) -> None:
    other = make_facility(house, name="Het Zonnetje")
    here, there = make_family(house, [facility]), make_family(house, [other])
    make_member(house, leader, other, ends_at=house.clock.now() + DAY)
    desk = signed_in(house, client(), leader)
    page = desk.get("/brussels/nl/facility")
    assert set(listed(page)) == {choice(here, facility), choice(there, other)}
    assert "Het Zonnetje" in page.text
    house.clock.offset += DAY
    assert listed(signed_in(house, client(), leader).get("/brussels/nl/facility")) == [choice(here, facility)]


def test_a_membership_twice_over_lists_a_request_once(
    house: House, desk: FlaskClient, facility: Place, leader: Person
) -> None:
    make_member(house, leader, facility)
    family = make_family(house, [facility])
    assert listed(desk.get("/brussels/nl/facility")) == [choice(family, facility)]


def test_priority_comes_first_and_then_who_asked_first(house: House, desk: FlaskClient, facility: Place) -> None:
    now = house.clock.now()
    made = [
        make_family(house, [facility], facts=facts, submitted_at=now - days * DAY)
        for facts, days in ((OTHER, 40), (PRIORITY, 20), (ABSOLUTE, 1), (PRIORITY, 30), (ABSOLUTE, 2))
    ]
    order = [made[4], made[2], made[3], made[1], made[0]]
    assert listed(desk.get("/brussels/nl/facility")) == [choice(family, facility) for family in order]


@pytest.mark.parametrize("state", ["refused", "withdrawn", "closed", "enrolled"])
def test_what_is_no_longer_open_is_not_listed(house: House, desk: FlaskClient, facility: Place, state: str) -> None:
    make_family(house, [facility], states={facility.id: state})
    assert listed(desk.get("/brussels/nl/facility")) == []


def test_pages_of_fifty_lead_on_and_back(house: House, desk: FlaskClient, facility: Place) -> None:
    now = house.clock.now()
    order = [
        choice(make_family(house, [facility], submitted_at=now - (200 - number) * timedelta(hours=1)), facility)
        for number in range(102)
    ]
    seen, url = [], "/brussels/nl/facility"
    while url:
        page = desk.get(url)
        seen.append(listed(page))
        url = link(page, "next")
    assert [len(rows) for rows in seen] == [50, 50, 2]
    assert [row for rows in seen for row in rows] == order
    back = [listed(page)]
    while url := link(page, "prev"):
        page = desk.get(url)
        back.insert(0, listed(page))
    assert back == seen
    assert link(page, "next")
    assert not [name for name in ("Amina", "Peeters", "Noor") if name in url]


def link(page: TestResponse, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page.text)
    return found[1].replace("&amp;", "&") if found else ""


def test_filters_narrow_by_care_and_never_by_who_the_family_is(
    house: House, desk: FlaskClient, facility: Place
) -> None:
    year = house.clock.today().year + 1
    autumn = make_family(house, [facility], start_date=date(year, 9, 30), birth_date=date(year, 4, 1))
    winter = make_family(house, [facility], start_date=date(year, 10, 1), birth_date=date(year - 2, 9, 30))
    monday = make_family(
        house,
        [facility],
        start_date=date(year, 11, 2),
        half_days=MONDAY,
        birth_date=date(year - 1, 11, 2),
        language="fr",
    )
    sibling = make_family(
        house,
        [facility],
        start_date=date(year, 12, 1),
        half_days=0b1100,
        birth_date=date(year, 6, 1),
        siblings=[facility],
    )
    expected = {
        f"start={year}-09": [autumn],
        f"start={year}-10": [winter],
        "age=two_and_over": [winter],
        "age=one": [monday],
        "age=under_one&start=" + f"{year}-09": [autumn],
        "sibling=1": [sibling],
        "day=0": [autumn, winter, monday],
        "day=1&day=2": [autumn, winter, sibling],
        "state=considering": [],
    }
    for query, families in expected.items():
        page = desk.get(f"/brussels/nl/facility?{query}")
        assert set(listed(page)) == {choice(family, facility) for family in families}, query
    page = desk.get("/brussels/nl/facility").text
    form = page[page.index('class="filters"') : page.index("</form>", page.index('class="filters"'))]
    assert set(re.findall(r'name="(\w+)"', form)) == {"start", "age", "state", "day", "sibling"}
    for personal in ("language", "nationality", "income"):
        assert listed(desk.get(f"/brussels/nl/facility?{personal}=fr")) == listed(desk.get("/brussels/nl/facility"))


def test_new_is_what_came_in_since_the_last_visit_and_stays_new_during_this_one(
    house: House, client: Callable[[], FlaskClient], facility: Place, leader: Person
) -> None:
    old = make_family(house, [facility])
    first = signed_in(house, client(), leader)
    assert listed(first.get("/brussels/nl/facility?new=1")) == [choice(old, facility)], "at first all is new"
    house.clock.offset += 2 * DAY
    fresh = make_family(house, [facility])
    house.clock.offset += DAY
    second = signed_in(house, client(), leader)
    for _ in range(3):
        assert listed(second.get("/brussels/nl/facility?new=1")) == [choice(fresh, facility)]
        assert set(listed(second.get("/brussels/nl/facility"))) == {choice(old, facility), choice(fresh, facility)}
        house.clock.offset += timedelta(minutes=11)
    house.clock.offset += DAY
    assert listed(signed_in(house, client(), leader).get("/brussels/nl/facility?new=1")) == []


def test_a_visit_is_written_down_sparingly(house: House, desk: FlaskClient) -> None:
    written = []
    for minutes in (0, 1, 8, 1, 1):
        house.clock.offset += timedelta(minutes=minutes)
        with count_sql(house.databases.engine("facility")) as spent:
            desk.get("/brussels/nl/facility")
        written.append(sum(statement.startswith("UPDATE account") for statement in spent.statements))
    assert written == [1, 0, 0, 1, 0]


def test_reply_due_is_what_must_be_answered_within_a_week(house: House, desk: FlaskClient, facility: Place) -> None:
    now = house.clock.now()
    soon = {"start_date": house.clock.today() + 60 * DAY}
    late = make_family(house, [facility], submitted_at=now - 20 * DAY, **soon)
    week = make_family(house, [facility], submitted_at=now - 7 * DAY, **soon)
    make_family(house, [facility], submitted_at=now - 6 * DAY, **soon)
    make_family(house, [facility], submitted_at=now - 20 * DAY, states={facility.id: "considering"}, **soon)
    page = desk.get("/brussels/nl/facility?due=1")
    assert listed(page) == [choice(late, facility), choice(week, facility)]
    assert page.text.count('class="late"') == 1


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "No open requests"),
        ("?start=2031-01", "No request fits these filters"),
        ("?new=1", "Nothing new since your last visit"),
        ("?due=1", "No reply is due this week"),
    ],
)
def test_an_empty_list_says_what_to_do(desk: FlaskClient, query: str, says: str) -> None:
    page = desk.get(f"/brussels/nl/facility{query}")
    assert escape(texts("nl").gettext(says)) in page.text


@pytest.mark.parametrize(
    "query",
    [
        "start=2027", "start=2027-13", "start=x", "age=old", "state=refused", "day=7", "day=-1", "day=01",
        "sibling=yes", "new=2", "due=x", "page=zz", "page=AAAA", "page=%00", "page=" + "A" * 36, "start=%F0%9F%98%80",
    ],
)  # fmt: skip
def test_an_address_that_no_page_made_is_a_clear_page(desk: FlaskClient, query: str) -> None:
    assert desk.get(f"/brussels/nl/facility?{query}").status_code in (200, 400)
    if not query.startswith("page=A"):
        assert desk.get(f"/brussels/nl/facility?{query}").status_code == 400


def test_the_list_reads_in_french(house: House, client: Callable[[], FlaskClient], facility: Place) -> None:
    leader = make_leader(house, facility, language="fr")
    make_family(house, [facility], half_days=MONDAY)
    page = signed_in(house, client(), leader).get(f"{leader.base}/facility")
    assert page.headers["Content-Language"] == "fr"
    assert "lun." in page.text
    assert signed_in(house, client(), leader).get("/brussels/en/facility").status_code == 404


def test_a_look_at_the_list_is_one_note_with_every_file(
    house: House, desk: FlaskClient, facility: Place, leader: Person
) -> None:
    families = [make_family(house, [facility]) for _ in range(3)]
    desk.get("/brussels/nl/facility")
    with as_maintainer(house) as session:
        (note,) = session.scalars(select(AuditEntry)).all()
    assert (note.event, note.actor_id, note.reasons) == ("read", leader.id, ["chosen"])
    assert note.groups == LIST_GROUPS
    assert set(note.subjects) == {family.dossier_id for family in families}


@pytest.mark.promise("KL-36")
def test_a_poll_that_shows_nothing_new_writes_nothing(house: House, desk: FlaskClient, facility: Place) -> None:
    make_family(house, [facility])
    page = desk.get("/brussels/nl/facility")
    url = re.search(r'data-hx-get="([^"]+)"', page.text)[1]  # type: ignore[index]
    quiet = desk.get(url)
    assert (quiet.status_code, quiet.data) == (204, b"")
    house.clock.offset += timedelta(minutes=2)
    family = make_family(house, [facility])
    loud = desk.get(url)
    assert loud.status_code == 200
    assert "1" in loud.text
    assert not [name for name in family.names.values() if name in loud.text]
    with as_maintainer(house) as session:
        assert len(session.scalars(select(AuditEntry)).all()) == 1, "only the list itself was noted"
    for odd in ("", "x", "-1", "9" * 12, "9" * 30, "%C2%B2"):
        assert desk.get(f"/brussels/nl/facility/news?since={odd}").status_code in (204, 400)


def test_fifty_rows_cost_no_more_statements_than_one(house: House, desk: FlaskClient, facility: Place) -> None:
    engines = [house.databases.engine(login) for login in ("facility", "signin")]
    costs = []
    for number in (1, 50):
        while number > len(listed(desk.get("/brussels/nl/facility"))):
            for _ in range(number - len(listed(desk.get("/brussels/nl/facility")))):
                make_family(house, [facility])
        with count_sql(*engines) as spent:
            page = desk.get("/brussels/nl/facility", headers=AS_SENT)
        costs.append(len(spent))
        BUDGETS["facility_list"].hold(page, spent)
    assert len(listed_compressed(page)) == 50
    assert costs[0] == costs[1]


def listed_compressed(page: TestResponse) -> list[str]:
    return ROW.findall(brotli.decompress(page.data).decode())


def test_the_list_walks_the_ranked_index_and_sorts_no_more_than_a_page(
    house: House, facility: Place, leader: Person
) -> None:
    for _ in range(3):
        make_family(house, [facility])
    engine = house.databases.engine("facility")
    asked: list[tuple[str, object]] = []

    def note(connection: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        if "LATERAL" in statement:
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with acting(house, leader) as session:
            open_requests(session, Filters())
            # A table of three rows is read faster whole: the plan of a large one is what counts.
            session.execute(text("set local enable_seqscan = off"))
            statement, parameters = asked[0]
            connection = session.connection().connection
            with connection.cursor() as cursor:
                cursor.execute("explain " + statement, parameters)
                plan = "\n".join(row[0] for row in cursor.fetchall())
    finally:
        event.remove(engine, "before_cursor_execute", note)
    walk = re.search(r"Limit [^\n]*\n *-> *Index Scan using ix_choice_facility_ranked on choice [^\n]*\n *(.*)", plan)
    assert walk, plan
    assert walk[1] == "Index Cond: (facility_id = m.facility_id)"
