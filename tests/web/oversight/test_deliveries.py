"""Overseers let data leave in two steps, by two people, and read no content on the way."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.families.rules import grouped_reference
from app.transfers.models import Delivery, RecipientKey
from app.web.doors import House
from jobs import deliveries as job
from jobs.context import Context
from tests.factories import as_maintainer, guard_of, make_family, make_worker, post_form, signed_in
from tests.jobs.conftest import surroundings
from tests.transfers.leaving import consent, give_key, officers, receiver

__all__ = ["surroundings"]

BASE = "/brussels/nl/oversight"


def test_from_asking_to_fetching(app: Flask, house: House, surroundings: Context) -> None:
    """The officer asks, a second person agrees, the job makes it, the officer fetches what only the recipient opens."""
    give_key(house, "kind_en_gezin")
    family, hidden = make_family(house), make_family(house, applicant={"protected": True})
    for one in (family, hidden):
        consent(house, one, "kind_en_gezin")
    officer, colleague = officers(house)
    asks, agrees = (signed_in(house, app.test_client(), one) for one in (officer, colleague))
    form = asks.get(f"{BASE}/deliveries/new").text
    assert "<b>1</b>" in form
    assert grouped_reference(hidden.reference) in form
    assert family.names["family_name"] not in form
    asked = post_form(asks, f"{BASE}/deliveries/new", recipient="kind_en_gezin", written_as="json")
    page = asked.headers["Location"].partition("?")[0]
    assert post_form(asks, page, deed="agree").status_code == 422
    assert job.deliveries(surroundings.now()) == 0
    assert post_form(agrees, page, deed="agree").status_code == 303
    assert job.deliveries(surroundings.now()) == 1
    ledger = asks.get(f"{BASE}/deliveries").text
    assert "Kind en Gezin" in ledger
    assert house.profiles["brussels"].statement.version in ledger
    assert agrees.post(f"{page}/file", data=_token(agrees, page)).status_code == 404
    fetched = asks.post(f"{page}/file", data=_token(asks, page))
    name = fetched.headers["Content-Disposition"]
    assert family.reference not in name
    assert family.names["given_name"].encode() not in fetched.data
    assert family.names["given_name"].encode() in receiver().opened(fetched.data)
    house.clock.offset += timedelta(hours=2)
    asks = signed_in(house, app.test_client(), officer)
    assert asks.post(f"{page}/file", data=_token(asks, page)).status_code == 404


@pytest.mark.promise("LEU-37", breaks="app.privacy.queries.oversight:require_officer")
def test_an_order_is_prepared_and_read_by_the_officer(app: Flask, house: House) -> None:
    family = make_family(house)
    asks, agrees = (signed_in(house, app.test_client(), one) for one in officers(house))
    assert agrees.get(f"{BASE}/orders/new").status_code == 404
    posted = {
        "reference": family.reference,
        "authority": "justice",
        "who": "Investigating judge",
        "number": "OR-77",
        "ground": "law",
        "law": "Article 39bis",
        "columns": ["applicant.email"],
        "notice": "forbidden",
        "written_as": "json",
    }
    wrong = post_form(asks, f"{BASE}/orders/new", **posted)
    assert (wrong.status_code, "OR-77" in wrong.text) == (422, True)
    ban = house.clock.now().date() + timedelta(days=40)
    until = {"until-day": ban.day, "until-month": ban.month, "until-year": ban.year}
    made = post_form(asks, f"{BASE}/orders/new", **posted, **until)
    assert made.status_code == 303
    page = made.headers["Location"].partition("?")[0]
    assert "OR-77" in asks.get(page).text
    shown = agrees.get(page)
    assert (shown.status_code, "OR-77" in shown.text, "Article 39bis" in shown.text) == (200, False, False)
    assert family.reference not in asks.get(f"{BASE}/orders").text
    assert post_form(agrees, page, deed="agree").status_code == 303
    with as_maintainer(house) as session:
        row = session.scalars(select(Delivery)).one()
        assert (row.state, row.hidden_until, row.dossier_id) == ("approved", ban, family.dossier_id)
    unknown = post_form(asks, f"{BASE}/orders/new", **(posted | {"reference": "T00000000"}), **until)
    assert unknown.status_code == 422


@pytest.mark.promise("BXL-38", breaks="constraint:recipient_key.ck_recipient_key_second_person")
def test_a_certificate_is_compared_by_somebody_else(app: Flask, house: House) -> None:
    first, second = officers(house)
    adds, compares = (signed_in(house, app.test_client(), one) for one in (first, second))
    page = f"{BASE}/recipients"
    assert post_form(adds, page, recipient="lop", certificate="no certificate").status_code == 422
    weak = receiver(1024).pem
    assert post_form(adds, page, recipient="lop", certificate=weak).status_code == 422
    assert post_form(adds, page, recipient="lop", certificate=receiver(2048, 2).pem).status_code == 422
    assert post_form(adds, page, recipient="lop", certificate=receiver().pem).status_code == 303
    key = _only_key(house)
    digest = " ".join(receiver_digest()[place : place + 4] for place in range(0, 64, 4))
    assert digest in compares.get(page).text
    assert adds.post(f"{page}/{key}", data={**_token(adds, page), "deed": "check"}).status_code == 409
    assert compares.post(f"{page}/{key}", data={**_token(compares, page), "deed": "check"}).status_code == 303
    with as_maintainer(house) as session:
        assert session.get_one(RecipientKey, key).checked_by == second.id
    assert adds.post(f"{page}/{key}", data={**_token(adds, page), "deed": "end"}).status_code == 303
    with as_maintainer(house) as session:
        row = session.get_one(RecipientKey, key)
        row.checked_by = row.added_by
        taken = True
        try:
            session.flush()
        except DBAPIError:
            session.rollback()
            taken = False
    assert not taken


def test_nobody_else_has_these_pages(app: Flask, house: House) -> None:
    for who in (make_worker(house), make_worker(house, role="administrator"), make_family(house).person):
        client = signed_in(house, app.test_client(), who)
        for path in ("deliveries", "orders", "deliveries/new", "orders/new", "recipients"):
            assert client.get(f"{BASE}/{path}").status_code == 404


def receiver_digest() -> str:
    """Return the digest as the recipient would read it out."""
    return receiver().certificate.fingerprint(SHA256()).hex()


def _only_key(house: House) -> UUID:
    with as_maintainer(house) as session:
        return session.scalars(select(RecipientKey.id)).one()


def _token(client: FlaskClient, page: str) -> dict[str, str]:
    """Return the guards of a form on a page."""
    return guard_of(client.get(page))
