"""A thread of the desk, from both sides, through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.core.crypto import seal_json
from app.core.models import AuditEntry
from app.families.models import Applicant, ProtectedContact
from app.messages.models import Thread
from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import (
    FamilyMade,
    Person,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_worker,
    post_form,
    queued,
    signed_in,
)
from tests.factors import enrol, signs_in

DESK = "/brussels/nl/desk"
MINE = "/brussels/nl/my/messages"
Client = Callable[[], FlaskClient]


def begin(desk: FlaskClient, family: FamilyMade) -> str:
    """Open the thread of a family by its reference and return its address."""
    answer = post_form(desk, DESK, f"{DESK}/threads", reference=family.reference)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_the_desk_signs_in_and_lands_in_its_inbox(house: House, client: Client) -> None:
    for organisation, role, language in (("brussels", "helpdesk", "fr"), ("leuven", "administrator", "nl")):
        worker = make_worker(house, organisation, role=role, language=language)
        browser = client()
        answer = signs_in(house, browser, worker, enrol(house, worker))
        assert answer.headers["Location"] == f"{worker.base}/desk/start"
        assert browser.get(answer.headers["Location"]).headers["Location"] == f"{worker.base}/desk"
    assert client().get(f"{DESK}").headers["Location"].endswith("/sign-in")


def test_the_desk_writes_and_the_family_reads_and_answers(
    house: House, desk: FlaskClient, parent: FlaskClient, family: FamilyMade
) -> None:
    thread = begin(desk, family)
    assert post_form(desk, thread, deed="answer", words="Klopt uw startdatum?").status_code == 303
    (notice,) = queued(house, "message_waiting")
    assert "startdatum" not in str(notice)
    assert "1 nieuw" in parent.get("/brussels/nl/my").text or "new message" in parent.get("/brussels/en/my").text
    assert "new message" in parent.get("/brussels/en/my/messages").text
    assert "Klopt uw startdatum?" in parent.get(f"{MINE}/desk").text
    assert "new message" not in parent.get("/brussels/en/my/messages").text, "it was read"
    assert post_form(parent, f"{MINE}/desk", words="Ja,\nze klopt.").status_code == 303
    inbox = desk.get(DESK).text
    assert family.names["family_name"] in inbox
    assert "Ja,<br>ze klopt." in desk.get(thread).text
    assert post_form(desk, thread, deed="settle").status_code == 303
    assert family.names["family_name"] not in desk.get(DESK).text


def test_who_it_is_stands_beside_the_thread(house: House, desk: FlaskClient, family: FamilyMade) -> None:
    page = desk.get(begin(desk, family)).text
    for shown in (*family.names.values(), family.email or "", "Kersenlaan", "Schaarbeek"):
        assert shown in page
    for kept in ("Youssef", "Partner", "Geheime Werkgever"):
        assert kept not in page, "more than the desk needs to write"
    with as_maintainer(house) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.event == "read", AuditEntry.actor_kind == "staff")
        ).all()[-1]
    assert entry.subjects == [family.dossier_id]
    assert entry.reasons == ["desk"]
    assert set(entry.groups) <= {"applicant_name", "contact", "language", "child_identity", "messages", "notes"}


def hide_address(house: House, family: FamilyMade) -> None:
    """Give a family a protected address, as its own page would."""
    hidden = {"street": "Geheimweg", "house_number": "9", "postcode": "1030", "phone": "+32470999999", "email": None}
    with as_maintainer(house) as session:
        session.execute(
            update(Applicant)
            .where(Applicant.dossier_id == family.dossier_id)
            .values(protected=True, **dict.fromkeys(hidden))
        )
        sealed = seal_json(
            session,
            hidden,
            owner_id=family.dossier_id,
            key_class="address",
            place=f"protected_contact:sealed:{family.dossier_id}",
        )
        session.add(ProtectedContact(dossier_id=family.dossier_id, organisation="brussels", sealed=sealed))


def test_the_desk_alone_reads_a_protected_address(
    house: House, desk: FlaskClient, client: Client, leader: Person, family: FamilyMade
) -> None:
    hide_address(house, family)
    page = desk.get(begin(desk, family)).text
    assert "Geheimweg 9" in page
    assert "0470 99 99 99" in page
    facility = signed_in(house, client(), leader)
    choice = next(iter(family.choices.values()))
    for tail in ("", "/messages"):
        shown = facility.get(f"/brussels/nl/facility/requests/{choice}{tail}")
        assert shown.status_code == 200
        assert "Geheimweg" not in shown.text


def test_a_mail_that_came_in_elsewhere_stands_with_its_day_and_writer(
    house: House, desk: FlaskClient, parent: FlaskClient, family: FamilyMade
) -> None:
    thread = begin(desk, family)
    day = house.clock.today() - timedelta(days=2)
    parts = {"received-day": str(day.day), "received-month": str(day.month), "received-year": str(day.year)}
    filed = {"deed": "file", "channel": "mail", "writer": "family", "filed": "Kunnen we later starten?", **parts}
    assert post_form(desk, thread, **filed).status_code == 303
    for page in (desk.get(thread).text, parent.get(f"{MINE}/desk").text):
        assert "Kunnen we later starten?" in page
        assert str(day.day) in page
    assert queued(house, "message_waiting") == []
    future = house.clock.today() + timedelta(days=1)
    parts = {"received-day": str(future.day), "received-month": str(future.month), "received-year": str(future.year)}
    wrong = post_form(desk, thread, **{**filed, **parts})
    assert wrong.status_code == 422
    assert "Kunnen we later starten?" in wrong.text, "what was typed stays"


@pytest.mark.parametrize("words", ["", "   \n ", "x" * 4001])
def test_what_cannot_be_sent_comes_back_as_it_was_typed(
    desk: FlaskClient, parent: FlaskClient, family: FamilyMade, words: str
) -> None:
    thread = begin(desk, family)
    for browser, page, fields in (
        (desk, thread, {"deed": "answer", "words": words}),
        (desk, thread, {"deed": "note", "note": words}),
        (parent, f"{MINE}/desk", {"words": words}),
    ):
        answer = post_form(browser, page, **fields)
        assert answer.status_code == 422
        assert words.strip()[:50] in answer.text
    assert post_form(desk, thread, deed="nothing of the kind").status_code == 422


def test_a_note_of_the_desk_is_read_by_its_family(desk: FlaskClient, parent: FlaskClient, family: FamilyMade) -> None:
    thread = begin(desk, family)
    assert post_form(desk, thread, deed="note", note="Belde, komt maandag terug.").status_code == 303
    assert "Belde, komt maandag terug." in desk.get(thread).text
    assert "Belde, komt maandag terug." in parent.get("/brussels/nl/my/notes").text
    assert "Belde, komt maandag terug." not in parent.get(f"{MINE}/desk").text


def test_a_reference_that_is_not_ours_opens_nothing(house: House, desk: FlaskClient, family: FamilyMade) -> None:
    foreign = make_family(house, [make_facility(house, "leuven")], organisation="leuven")
    answers = [
        post_form(desk, DESK, f"{DESK}/threads", reference=reference)
        for reference in (foreign.reference, "ZZZ ZZZ ZZZ")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    pages = [_without_guards(answer.text) for answer in answers]
    assert pages[0].replace(foreign.reference, "") == pages[1].replace("ZZZ ZZZ ZZZ", "")
    assert desk.get(f"{DESK}/threads/{uuid4()}").status_code == 404
    assert post_form(desk, DESK, f"{DESK}/threads", reference="").status_code == 422


def test_a_thread_of_a_facility_is_no_thread_of_the_desk(
    house: House, desk: FlaskClient, parent: FlaskClient, family: FamilyMade
) -> None:
    facility_id = next(iter(family.choices))
    assert post_form(parent, f"{MINE}/{facility_id}", words="Alleen voor u").status_code == 303
    with as_maintainer(house) as session:
        thread_id = session.scalars(select(Thread.id)).one()
    assert desk.get(f"{DESK}/threads/{thread_id}").status_code == 404
    begin(desk, family)
    assert desk.get(f"{DESK}/threads/{thread_id}").status_code == 404, "even where the desk reads the file"


def test_whoever_left_the_desk_is_out_at_the_next_click(house: House, client: Client, family: FamilyMade) -> None:
    now = house.clock.now()
    leaving = make_worker(house, ends_at=now + timedelta(minutes=5))
    browser = signed_in(house, client(), leaving)
    thread = begin(browser, family)
    house.clock.offset += timedelta(minutes=6)
    for page in (DESK, thread, f"{DESK}/todo", f"{DESK}/letters", f"{DESK}/figures"):
        assert browser.get(page).status_code == 404, page


def test_a_second_click_sends_no_second_message(desk: FlaskClient, family: FamilyMade) -> None:
    thread = begin(desk, family)
    form = {**guard_of(desk.get(thread)), "deed": "answer", "words": "Eén keer"}
    for _ in range(2):
        assert desk.post(thread, data=form).status_code == 303
    assert desk.get(thread).text.count("Eén keer") == 1


def test_the_desk_stands_once_among_those_who_see_the_file(
    house: House, desk: FlaskClient, parent: FlaskClient, family: FamilyMade
) -> None:
    make_worker(house)
    before = parent.get("/brussels/en/my/access").text
    assert "Our desk" not in before
    begin(desk, family)
    after = parent.get("/brussels/en/my/access").text
    assert after.count("Our desk: you wrote to each other") == 1


def test_pages_cost_what_they_may(house: House, desk: FlaskClient, parent: FlaskClient, family: FamilyMade) -> None:
    thread = begin(desk, family)
    for number in range(6):
        post_form(parent, f"{MINE}/desk", words=f"Vraag {number}")
    for browser, login, page, budget in (
        (desk, "staff", DESK, "facility_list"),
        (desk, "staff", thread, "facility_request"),
        (desk, "staff", f"{DESK}/todo", "facility_list"),
        (parent, "family", MINE, "parent"),
        (parent, "family", f"{MINE}/desk", "parent"),
        (parent, "family", "/brussels/nl/my/notes", "parent"),
    ):
        with count_sql(house.databases.engine(login), house.databases.engine("signin")) as spent:
            answer = browser.get(page, headers=AS_SENT)
        assert answer.status_code == 200
        BUDGETS[budget].hold(answer, spent)


def _without_guards(page: str) -> str:
    return re.sub(r'name="(csrf_token|once)" value="[^"]*"', "", page)
