"""Complaints: of anybody or of a family, read by the officer alone, answered in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.core.clock import today_at
from app.incidents.models import Complaint
from app.web.doors import House
from tests.factories import acting, as_maintainer, make_facility, make_family, make_worker, post_form, queued, signed_in

PAGE = "/brussels/nl/complaint"
WORDS = "De medewerker aan de telefoon las mijn adres luidop voor."
BY_MAIL = {"about": "person", "words": WORDS, "reply": "mail", "email": "an@example.org", "name": "An Peeters"}


def complain(client: FlaskClient, page: str = PAGE, **fields: str) -> TestResponse:
    """Open the page and send a complaint."""
    shown = client.get(page)
    assert shown.status_code == 200
    return client.post(
        page, data={"once": shown.text.split('name="once" value="')[1].split('"')[0], **BY_MAIL, **fields}
    )


@pytest.mark.promise("LEU-57", breaks="constraint:complaint.ck_complaint_answered")
@pytest.mark.promise("KK-57", breaks='line:app/incidents/operations/reports.py#"complaint_receipt", grievance.id')
def test_a_complaint_has_a_receipt_a_state_and_a_day(app: Flask, house: House) -> None:
    client = app.test_client()
    sent = complain(client)
    assert sent.status_code == 303
    assert client.get(sent.headers["Location"]).status_code == 200
    due = today_at(house.clock.now()) + timedelta(days=house.profiles["brussels"].settings.complaint_days)
    with as_maintainer(house) as session:
        made = session.scalars(select(Complaint)).one()
        assert (made.state, made.due_on, made.account_id) == ("received", due, None)
        assert WORDS.encode() not in made.sealed
    receipts = [mail for mail in queued(house) if mail.kind == "complaint_receipt"]
    assert [(mail.recipient, mail.params["due_on"]) for mail in receipts] == [("an@example.org", due.isoformat())]
    with as_maintainer(house) as session, pytest.raises(Exception, match="ck_complaint_answered"):
        session.execute(text("update complaint set state = 'answered'"))


@pytest.mark.promise("KG-13", breaks="app.core.crypto:seal_json_for_others", twin="tests.incidents.doubles:unsealed")
def test_the_data_serve_the_complaint_alone(app: Flask, house: House) -> None:
    """KG-13: no account, no file, no mailing and no figure comes of it."""
    with as_maintainer(house) as session:
        tables = [
            f"{schema}.{name}"
            for schema, name in session.execute(
                text("select schemaname, tablename from pg_tables where schemaname in ('public', 'keys')")
            )
        ]

        def filled() -> set[str]:
            return {t for t in tables if session.scalar(text(f"select exists (select 1 from {t})"))}

        before = filled()
        assert complain(app.test_client()).status_code == 303
        changed = filled() - before
    assert changed == {
        *("public.complaint", "public.outbox", "public.audit_entry", "public.throttle", "keys.data_key"),
    }
    with as_maintainer(house) as session:
        stored = session.scalars(select(Complaint)).one()
        for told in (WORDS, BY_MAIL["email"], BY_MAIL["name"]):
            assert told.encode() not in stored.sealed
        owners = set(session.scalars(text("select owner_id from keys.data_key")))
        assert owners == {session.scalars(select(Complaint.id)).one()}, "under a key of its own"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"reply": "mail", "email": ""}, "email"),
        ({"reply": "letter", "address": ""}, "address"),
        ({"about": "weather"}, "about"),
        ({"words": ""}, "words"),
        ({"website": "x"}, "website"),
    ],
)
def test_what_is_missing_is_asked_and_nothing_is_lost(app: Flask, fields: dict[str, str], wrong: str) -> None:
    answer = complain(app.test_client(), **fields)
    assert answer.status_code == 422
    assert f'href="#{wrong}"' in answer.text
    assert "An Peeters" in answer.text


def test_it_can_be_made_without_a_name(app: Flask) -> None:
    assert complain(app.test_client(), reply="none", email="", name="").status_code == 303


@pytest.mark.promise("LEU-57", breaks="policy:complaint.family.select")
def test_a_family_follows_its_own_complaint_and_nobody_elses(app: Flask, house: House) -> None:
    family, other = make_family(house, [make_facility(house)]), make_family(house)
    client = signed_in(house, app.test_client(), family.person)
    sent = post_form(client, "/brussels/nl/my/complaint", about="person", words=WORDS)
    assert sent.status_code == 303
    assert WORDS in client.get("/brussels/nl/my/complaint").text
    with as_maintainer(house) as session:
        made = session.scalars(select(Complaint)).one()
        assert made.account_id == family.person.id
        # It is not stored in the file that facilities read.
        assert family.dossier_id not in set(
            session.scalars(text("select unnest(subjects) from audit_entry where event = 'complaint_made'"))
        )
    stranger = signed_in(house, app.test_client(), other.person)
    assert WORDS not in stranger.get("/brussels/nl/my/complaint").text
    with acting(house, other.person) as session:
        assert session.execute(text("select id from complaint")).all() == []
    for who in (make_worker(house), make_worker(house, role="administrator")):
        with acting(house, who) as session, pytest.raises(Exception, match="permission denied"):
            session.execute(text("select id from complaint"))


@pytest.mark.promise("KK-57", breaks="line:app/templates/public/privacy.html#shell.home }}complaint")
@pytest.mark.parametrize("organisation", ["brussels", "leuven", "kinderkeet", "kindengezin", "kidslife"])
def test_the_privacy_page_leads_to_it(app: Flask, organisation: str) -> None:
    client = app.test_client()
    assert f'href="/{organisation}/nl/complaint"' in client.get(f"/{organisation}/nl/privacy").text
    assert client.get(f"/{organisation}/nl/complaint").status_code == 200
