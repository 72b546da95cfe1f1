"""Anybody reports a leak: without a name, without a cookie, and read by two people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.core.crypto import open_json
from app.incidents.models import LeakCase
from app.incidents.rules import REPORTS_PER_ADDRESS, Category
from app.web.doors import House
from tests.factories import acting, as_maintainer, make_family, make_worker, queued, signed_in
from tests.incidents.running import mails

PAGE = "/brussels/nl/leak"
WORDS = "Een blad met namen lag op straat, bij de Zavel."


def report(client: FlaskClient, **fields: str) -> TestResponse:
    """Open the page and send a report."""
    shown = client.get(PAGE)
    assert shown.status_code == 200
    once = shown.text.split('name="once" value="')[1].split('"')[0]
    return client.post(PAGE, data={"once": once, "category": "seen", "words": WORDS, **fields})


@pytest.mark.promise("LEU-55", breaks="line:app/incidents/operations/telling.py#told += _tell_of_leaks")
def test_anybody_reports_and_the_overseers_hear_of_it_at_once(app: Flask, house: House) -> None:
    officer, security = make_worker(house, role="dpo"), make_worker(house, role="security")
    make_worker(house, role="administrator")
    client = app.test_client()
    sent = report(client, email="melder@example.org")
    assert sent.status_code == 303
    receipt = client.get(sent.headers["Location"])
    assert receipt.status_code == 200
    assert not any("sid=" in value for value in receipt.headers.getlist("Set-Cookie")), "no cookie for a report"
    with as_maintainer(house) as session:
        case = session.scalars(select(LeakCase)).one()
        told = open_json(session, case.sealed, owner_id=case.id, key_class="leak", place=f"leak_case:sealed:{case.id}")
        assert WORDS.encode() not in case.sealed
    assert told["words"] == WORDS
    assert case.known_at == case.reported_at
    assert abs(case.known_at - house.clock.now()) < timedelta(minutes=1)
    assert mails(house) == 2
    assert mails(house) == 0, "each once"
    sent_mails = queued(house)
    assert sorted(mail.recipient for mail in sent_mails if mail.kind == "staff_leak_reported") == sorted(
        [officer.login, security.login]
    ), "each once, and nobody else"
    assert all(not mail.params for mail in sent_mails if mail.kind == "staff_leak_reported"), "nothing of what was said"
    assert [(mail.recipient, set(mail.params)) for mail in sent_mails if mail.kind == "leak_receipt"] == [
        ("melder@example.org", {"reference"})
    ]


@pytest.mark.promise("LEU-55", breaks="policy:leak_case.oversight.select")
def test_two_roles_read_it_and_no_other_login(app: Flask, house: House) -> None:
    report(app.test_client())
    with as_maintainer(house) as session:
        case_id = session.scalars(select(LeakCase.id)).one()
    for role in ("dpo", "security"):
        client = signed_in(house, app.test_client(), make_worker(house, role=role))
        assert WORDS in client.get(f"/brussels/nl/oversight/leaks/{case_id}").text
    # A role that ended, through the very login that has the right to the table.
    past = make_worker(house, role="dpo", ends_at=house.clock.now() - timedelta(days=1))
    with acting(house, past) as session:
        assert session.execute(text("select id from leak_case")).all() == []
    for who in (make_worker(house), make_family(house).person):
        with acting(house, who) as session, pytest.raises(Exception, match="permission denied"):
            session.execute(text("select id from leak_case"))


def test_every_category_and_nothing_else(app: Flask, house: House) -> None:
    client = app.test_client()
    assert [report(client, category=one).status_code for one in Category] == [303] * 4
    wrong = report(client, category="other")
    assert wrong.status_code == 422
    assert WORDS in wrong.text, "nothing that was typed is lost"


def test_the_same_form_twice_is_one_report(app: Flask, house: House) -> None:
    client = app.test_client()
    once = client.get(PAGE).text.split('name="once" value="')[1].split('"')[0]
    fields = {"once": once, "category": "lost", "words": WORDS, "email": "melder@example.org"}
    first, second = client.post(PAGE, data=fields), client.post(PAGE, data=fields)
    assert first.headers["Location"] == second.headers["Location"]
    with as_maintainer(house) as session:
        assert len(session.scalars(select(LeakCase.id)).all()) == 1


def test_a_machine_is_stopped_and_a_person_never_locked_out(app: Flask, house: House) -> None:
    client = app.test_client()
    trapped = report(client, website="https://example.org")
    assert trapped.status_code == 422
    answers = [report(client) for _ in range(REPORTS_PER_ADDRESS + 1)]
    assert [answer.status_code for answer in answers] == [303] * REPORTS_PER_ADDRESS + [429]
    assert WORDS in answers[-1].text
    assert client.get(PAGE).status_code == 200


def test_a_form_from_elsewhere_opens_no_case(app: Flask, house: House) -> None:
    data = {"once": "a" * 22, "category": "seen", "words": WORDS}
    answer = app.test_client().post(PAGE, data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    with as_maintainer(house) as session:
        assert session.scalars(select(LeakCase.id)).all() == []


@pytest.mark.parametrize("organisation", ["kinderkeet", "kindengezin", "kidslife"])
def test_where_no_officer_reads_here_the_page_says_where_to_turn(app: Flask, organisation: str) -> None:
    client = app.test_client()
    for page in ("leak", "complaint"):
        assert client.get(f"/{organisation}/nl/{page}").status_code == 200
        assert client.post(f"/{organisation}/nl/{page}", data={}).status_code == 404
