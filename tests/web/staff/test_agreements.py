"""The text that stands before a role: who reaches only that page, who checks a signature, what an end does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import Agreement
from app.core.actor import Actor, Kind
from app.core.db import transaction
from app.web.doors import House
from tests.factories import Person, acting, as_maintainer, guard_of, make_helper, make_worker, post_form, signed_in

LEUVEN = "leuven"
DESK = "/leuven/nl/desk"
TEXT = f"{DESK}/agreement"
AGREEMENTS = f"{DESK}/agreements"
Browser = Callable[[], FlaskClient]


@pytest.fixture
def chief(house: House) -> Person:
    return make_worker(house, LEUVEN, role="administrator")


@pytest.fixture
def newcomer(house: House) -> Person:
    """Somebody who may administer once they signed."""
    return make_worker(house, LEUVEN, role="administrator", agrees=False)


def waiting(page: str) -> str:
    """Return the way to the first signature in the list."""
    return page.partition(f'href="{AGREEMENTS}/')[2].partition('"')[0]


@pytest.mark.promise("LEU-24", breaks="app.accounts.policy.roles:agreed", twin="tests.twins:always_in_sql")
def test_an_administrator_reaches_only_the_text_until_somebody_else_checked(
    house: House, client: Browser, chief: Person, newcomer: Person
) -> None:
    new = signed_in(house, client(), newcomer)
    for page in ("", "/todo", "/people", "/agreements", "/parties"):
        assert new.get(DESK + page).headers.get("Location") == TEXT, page
    text = new.get(TEXT).text
    assert "Vertrouwelijkheid van beheerders" in text
    assert "inbox" not in text.lower()
    assert post_form(new, TEXT).status_code == 422
    assert post_form(new, TEXT, accepted="yes").status_code == 303
    assert "wordt nagekeken" in new.get(TEXT).text or "being checked" in new.get(TEXT).text
    assert new.get(DESK).headers.get("Location") == TEXT, "not before the check"
    office = signed_in(house, client(), chief)
    one = waiting(office.get(AGREEMENTS).text)
    assert post_form(office, f"{AGREEMENTS}/{one}", deed="check").status_code == 303
    assert new.get(DESK).status_code == 200
    assert post_form(office, f"{AGREEMENTS}/{one}", deed="check").status_code in (404, 409)
    assert post_form(office, f"{AGREEMENTS}/{one}", deed="withdraw").status_code == 303
    assert new.get(DESK).headers.get("Location") == TEXT, "withdrawn: on the next request"


@pytest.mark.promise("LEU-24", breaks="app.accounts.operations.agreements:_refuse_own")
def test_nobody_checks_or_withdraws_their_own_signature(house: House, client: Browser, chief: Person) -> None:
    office = signed_in(house, client(), chief)
    with as_maintainer(house, LEUVEN) as session:
        own = session.scalars(select(Agreement.id).where(Agreement.account_id == chief.id)).one()
    page = office.get(f"{AGREEMENTS}/{own}").text
    assert 'name="deed"' not in page
    for deed in ("check", "withdraw"):
        answer = office.post(f"{AGREEMENTS}/{own}", data={**guard_of(office.get(f"{DESK}/people")), "deed": deed})
        assert answer.status_code == 409
        assert "eigen handtekening" in answer.text


@pytest.mark.promise("LEU-24", breaks="constraint:agreement.ck_agreement_second_person")
def test_the_database_takes_no_check_of_ones_own(house: House, newcomer: Person) -> None:
    with pytest.raises(DBAPIError), as_maintainer(house, LEUVEN) as session:
        session.add(accepted(house, newcomer, checked_by=newcomer.id, checked_at=house.clock.now()))


@pytest.mark.promise("LEU-24", breaks="policy:agreement.staff.update")
def test_the_database_changes_no_signature_of_ones_own(house: House, chief: Person) -> None:
    with acting(house, chief) as session:
        changed = session.connection().execute(
            update(Agreement).where(Agreement.account_id == chief.id).values(checked_at=house.clock.now())
        )
        assert changed.rowcount == 0


@pytest.mark.promise("BXL-51", breaks="policy:agreement.staff.insert")
def test_nobody_accepts_for_another_nor_changes_what_was_accepted(
    house: House, chief: Person, newcomer: Person
) -> None:
    now = house.clock.now()
    row = {c.name: getattr(accepted(house, newcomer), c.name) for c in Agreement.__table__.columns}
    actor = Actor(Kind.STAFF, chief.id, LEUVEN)
    with pytest.raises(DBAPIError), transaction(house.databases, "staff", actor, now) as session:
        session.execute(insert(Agreement.__table__).inline().values(**row))
    with pytest.raises(DBAPIError), transaction(house.databases, "staff", actor, now) as session:
        session.execute(update(Agreement).where(Agreement.account_id == chief.id).values(version="2027-1"))


def test_an_acceptance_that_ran_out_closes_the_role_on_the_next_request(
    house: House, client: Browser, chief: Person
) -> None:
    office = signed_in(house, client(), chief)
    assert office.get(DESK).status_code == 200
    with as_maintainer(house, LEUVEN) as session:
        session.execute(
            update(Agreement)
            .where(Agreement.account_id == chief.id)
            .values(expires_at=house.clock.now() - timedelta(seconds=1))
        )
    assert office.get(DESK).headers.get("Location") == TEXT


def test_a_text_of_another_version_has_to_be_accepted_again(house: House, client: Browser, chief: Person) -> None:
    with as_maintainer(house, LEUVEN) as session:
        session.execute(update(Agreement).where(Agreement.account_id == chief.id).values(version="2025-9"))
    office = signed_in(house, client(), chief)
    assert office.get(DESK).headers.get("Location") == TEXT
    assert "2026-1" in office.get(TEXT).text


def test_who_has_nothing_to_accept_and_who_does_not_work_here(house: House, client: Browser) -> None:
    desk = signed_in(house, client(), make_worker(house))
    assert desk.get("/brussels/nl/desk/agreement").status_code == 200
    now = house.clock.now()
    gone = signed_in(house, client(), make_worker(house, ends_at=now - timedelta(hours=1)))
    assert gone.get("/brussels/nl/desk/agreement").status_code == 404
    assert gone.get("/brussels/nl/desk").status_code == 404


@pytest.mark.promise("BXL-51", breaks="app.accounts.policy.roles:signed", twin="tests.twins:always_in_sql")
def test_a_helper_whose_organisation_signed_nothing_reads_why_and_nothing_else(house: House, client: Browser) -> None:
    person, _ = make_helper(house, signed=False)
    theirs = signed_in(house, client(), person)
    text = "/brussels/nl/helper/agreement"
    assert theirs.get("/brussels/nl/helper").headers.get("Location") == text
    assert "geen overeenkomst met ons" in theirs.get(text).text


def test_an_administrator_elsewhere_checks_nothing_here(house: House, client: Browser, newcomer: Person) -> None:
    with as_maintainer(house, LEUVEN) as session:
        made = accepted(house, newcomer)
        session.add(made)
    afar = signed_in(house, client(), make_worker(house, role="administrator"))
    address = f"/brussels/nl/desk/agreements/{made.id}"
    assert afar.get(address).status_code == 404
    assert post_form(afar, "/brussels/nl/desk/people", address, deed="check").status_code == 404


def accepted(house: House, person: Person, **given: object) -> Agreement:
    columns = {"accepted_at": house.clock.now(), "language": "nl", "version": "2026-1"} | given
    return Agreement(
        id=uuid4(), organisation=person.organisation, account_id=person.id, kind="confidentiality", **columns
    )
