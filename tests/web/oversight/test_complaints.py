"""A complaint at the officer's: read by nobody else, answered in time, each in its own way."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from app.core.clock import today_at
from app.incidents.models import Complaint
from app.web.doors import House
from tests.factories import acting, as_maintainer, make_facility, make_family, make_worker, post_form, queued, signed_in
from tests.incidents.running import mails
from tests.web.public.test_complaint import WORDS, complain

BASE = "/brussels/nl/oversight/complaints"
ANSWER = "Wij spraken met onze medewerker."


@pytest.fixture
def officer(app: Flask, house: House) -> FlaskClient:
    """The data protection officer's browser."""
    return signed_in(house, app.test_client(), make_worker(house, role="dpo"))


def made(house: House) -> UUID:
    """Return the only complaint."""
    with as_maintainer(house) as session:
        return session.scalars(select(Complaint.id)).one()


@pytest.mark.promise("BXL-68", breaks="policy:complaint.oversight.select")
@pytest.mark.promise("BXL-68", breaks="app.privacy.queries.oversight:require_officer")
def test_only_the_officer_reads_it(app: Flask, house: House, officer: FlaskClient) -> None:
    complain(app.test_client())
    page = f"{BASE}/{made(house)}"
    assert WORDS in officer.get(page).text
    security = make_worker(house, role="security")
    for person in (security, make_worker(house), make_worker(house, role="administrator")):
        client = signed_in(house, app.test_client(), person)
        assert client.get(BASE).status_code == 404
        assert client.get(page).status_code == 404
    with acting(house, security) as session:
        assert session.execute(text("select id from complaint")).all() == []
        assert session.execute(text("select owner_id from keys.data_key where key_class = 'complaint'")).all() == []


@pytest.mark.promise("BXL-68", breaks="line:app/incidents/operations/complaints.py#answered_at=now")
def test_it_has_a_state_and_a_closing_date(app: Flask, house: House, officer: FlaskClient) -> None:
    complain(app.test_client())
    page = f"{BASE}/{made(house)}"
    assert post_form(officer, page, deed="take").status_code == 303
    assert post_form(officer, page, words="").status_code == 422
    assert post_form(officer, page, words=ANSWER).status_code == 303
    with as_maintainer(house) as session:
        found = session.get_one(Complaint, made(house))
        assert (found.state, found.answered_at is not None) == ("answered", True)
        assert ANSWER.encode() not in (found.sealed_answer or b"")
    answers = [mail for mail in queued(house) if mail.kind == "complaint_answer"]
    assert [(mail.recipient, mail.params["words"]) for mail in answers] == [("an@example.org", ANSWER)]
    mails(house)
    assert not any(mail.kind == "answer_ready" for mail in queued(house))


def test_a_letter_is_printed_by_whoever_answers(app: Flask, house: House, officer: FlaskClient) -> None:
    complain(app.test_client(), reply="letter", address="Zavel 1, 1000 Brussel")
    page = f"{BASE}/{made(house)}"
    post_form(officer, page, words=ANSWER)
    assert "Zavel 1" in officer.get(page).text
    assert not any(mail.kind == "complaint_answer" for mail in queued(house)), "nobody at the desk prints it"


def test_a_family_is_told_of_an_answer_and_reads_it_on_its_page(app: Flask, house: House, officer: FlaskClient) -> None:
    family = make_family(house, [make_facility(house)])
    client = signed_in(house, app.test_client(), family.person)
    post_form(client, "/brussels/nl/my/complaint", about="service", words=WORDS)
    post_form(officer, f"{BASE}/{made(house)}", words=ANSWER)
    assert (mails(house) >= 1, mails(house)) == (True, 0)
    told = [mail for mail in queued(house) if mail.kind == "answer_ready"]
    assert [(mail.recipient, mail.params) for mail in told] == [(family.person.login, {})], "a link, and no word of it"
    assert ANSWER in client.get("/brussels/nl/my/complaint").text


def test_the_officer_hears_of_it_and_is_reminded(app: Flask, house: House) -> None:
    officer, security = make_worker(house, role="dpo"), make_worker(house, role="security")
    complain(app.test_client())
    mails(house)
    with as_maintainer(house) as session:
        due = session.scalars(select(Complaint.due_on)).one()
        session.execute(update(Complaint).values(received_at=house.clock.now() - timedelta(days=20)))
    start = house.clock.now()
    for left in (8, 7, 6, 2, 1, -3):
        mails(house, start + (due - today_at(start) - timedelta(days=left)))
    sent = [(mail.kind, mail.recipient) for mail in queued(house) if mail.recipient in (officer.login, security.login)]
    assert sent == [("staff_complaint_reported", officer.login)] + [("staff_complaint_due", officer.login)] * 2


def test_what_is_overdue_is_red(app: Flask, house: House, officer: FlaskClient) -> None:
    complain(app.test_client())
    assert 'class="tag red"' not in officer.get(BASE).text
    with as_maintainer(house) as session:
        session.execute(update(Complaint).values(due_on=today_at(house.clock.now()) - timedelta(days=1)))
    assert 'class="tag red"' in officer.get(BASE).text
