"""The officer's board and one request, from the letter to the answer, on the pages themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import today_at
from app.families.rules import grouped_reference
from app.rights.models import RightsRequest
from app.web.doors import House
from tests.factories import (
    Person,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_worker,
    post_form,
    queued,
    signed_in,
)
from tests.rights.asked import REASON, asked_by, enrolled, worked, write

BOARD = "/brussels/nl/oversight/requests"


@pytest.fixture
def officer(house: House) -> Person:
    return make_worker(house, role="dpo")


def test_the_board_puts_the_nearest_last_day_first_and_says_what_is_too_late(
    app: Flask, house: House, officer: Person
) -> None:
    today, desk = today_at(house.clock.now()), make_worker(house)
    references = {}
    for ago in (3, 40, 25):
        with acting(house, desk) as session:
            references[ago] = grouped_reference(write(house, session, received_on=today - timedelta(days=ago)))
    client = signed_in(house, app.test_client(), officer)
    page = client.get(BOARD).text
    places = [page.index(references[ago]) for ago in (40, 25, 3)]
    assert places == sorted(places)
    assert "12 dagen te laat" in page or "12 days too late" in page
    # Nobody else's: the security officer has no such page, and the desk does not come in.
    for other in (make_worker(house, role="security"), desk):
        assert signed_in(house, app.test_client(), other).get(BOARD).status_code == 404


@pytest.mark.promise("KG-33", breaks="app.rights.rules:decision_problem")
def test_a_letter_from_the_post_to_the_printed_answer(app: Flask, house: House, officer: Person) -> None:
    family, today = make_family(house, [make_facility(house)]), today_at(house.clock.now())
    desk = signed_in(house, app.test_client(), make_worker(house))
    asked = {
        "kind": "access",
        "subject": "applicant",
        "channel": "letter",
        "received_on-day": str(today.day),
        "received_on-month": str(today.month),
        "received_on-year": str(today.year),
        "says": "Stuur mij al mijn gegevens.",
        "name": "Amina Peeters",
        "file": family.reference,
    }
    form = "/brussels/nl/desk/data-request"
    bad = post_form(desk, form, **asked)
    assert bad.status_code == 422
    assert "Stuur mij al mijn gegevens." in bad.text
    taken = post_form(desk, form, **asked, address="Kersenlaan 12\n1030 Schaarbeek")
    assert taken.status_code == 303
    with as_maintainer(house) as session:
        request_id = session.scalars(select(RightsRequest.id)).one()
    client, page = signed_in(house, app.test_client(), officer), f"{BOARD}/{request_id}"
    assert "Stuur mij al mijn gegevens." in client.get(page).text
    assert post_form(client, page, deed="settle", outcome="granted", weighed="nobody").status_code == 422
    assert post_form(client, page, deed="link", file="QQQQQQQQQ").status_code == 422
    assert post_form(client, page, deed="link", file=family.reference).status_code == 303
    assert post_form(client, page, deed="seen", seen="document").status_code == 303
    worked(house)
    shown = client.get(page).text
    assert family.names["child"] in shown
    blank = post_form(client, page, deed="settle", outcome="refused", ground="not_held", reason="neen")
    assert blank.status_code == 422
    assert client.get(f"{page}/letter").status_code == 404
    assert post_form(client, page, deed="settle", outcome="granted", weighed="nobody", says="Beste").status_code == 303
    letter = client.get(f"{page}/letter").text
    for words in ("Kersenlaan", family.names["child"], "Beste", "Gegevensbeschermingsautoriteit"):
        assert words in letter
    assert post_form(client, page, deed="send", how="letter").status_code == 422
    day = {"sent_on-day": str(today.day), "sent_on-month": str(today.month), "sent_on-year": str(today.year)}
    assert post_form(client, page, deed="send", how="letter", **day).status_code == 303
    with as_maintainer(house) as session:
        row = session.get_one(RightsRequest, request_id)
        assert (row.state, row.sent_how, row.identity_how) == ("answered", "letter", "document")
    assert client.get(f"{BOARD}?show=answered").text.count("<tr>") == 2


@pytest.mark.promise("KK-36", breaks="app.web.rights_words:_complain")
def test_a_parent_reads_the_answer_with_its_reason_and_where_to_complain(
    app: Flask, house: House, officer: Person
) -> None:
    facility = make_facility(house)
    family, other = (make_family(house, [facility]) for _ in range(2))
    enrolled(house, family, facility)
    request_id = asked_by(house, family, "erase")
    worked(house)
    client, page = signed_in(house, app.test_client(), officer), f"{BOARD}/{request_id}"
    settled = {"deed": "settle", "outcome": "partly", "ground": "legal_term", "reason": REASON, "warned": "yes"}
    assert post_form(client, page, **settled).status_code == 303
    worked(house)
    with as_maintainer(house) as session:
        session.connection().exec_driver_sql("update erasure_order set done_at = ordered_at where law is null")
    assert post_form(client, page, deed="send", how="page").status_code == 303
    worked(house)
    (mail,) = queued(house, "rights_answer")
    assert "enrolment" not in str(mail.params)
    parent = signed_in(house, app.test_client(), family.person)
    read = parent.get(f"/brussels/nl/my/rights-answer/{request_id}").text
    for words in (REASON, "Gegevensbeschermingsautoriteit", "2012"):
        assert words in read
    # The page says plainly that the rest is not used any more.
    assert 'class="note"' in parent.get("/brussels/nl/my").text
    stranger = signed_in(house, app.test_client(), other.person)
    assert stranger.get(f"/brussels/nl/my/rights-answer/{request_id}").status_code == 404
    with as_maintainer(house) as session:
        assert session.get_one(RightsRequest, request_id).outcome == "partly"
