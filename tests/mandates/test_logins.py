"""A changed address at the desk: both channels hear of it, and who signs in changes only with proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import Account, LoginChange
from app.applications.operations.changes import Told
from app.core.db import transaction
from app.families.models import Dossier
from app.families.queries import own_family
from app.families.rules import ApplicantDetails
from app.mandates.operations.changes import change_file
from app.mandates.operations.logins import see_document
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    acting,
    as_maintainer,
    make_contact,
    make_facility,
    make_family,
    make_leader,
    make_worker,
    post_form,
    queued,
)

NEW = "nieuw.adres@example.org"


@pytest.fixture
def family(house: House) -> FamilyMade:
    return make_family(house, [make_facility(house)])


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house)


def rewrite(house: House, worker: Person, family: FamilyMade, login: str = "", **changed: Any) -> None:
    """Write another contact detail for the family, as this worker or facility."""
    with transaction(house.databases, login or worker.kind, worker.actor, house.clock.now()) as session:
        known = own_family(session, family.dossier_id)
        applicant: ApplicantDetails = replace(known.applicant, **changed)
        child = known.children[family.child_id]
        told = Told(known.language, applicant, known.partner, family.child_id, child, known.circumstances, known.health)
        change_file(session, house.profiles["brussels"], family.dossier_id, told, now=house.clock.now())


def login_of(house: House, family: FamilyMade) -> str | None:
    with as_maintainer(house) as session:
        return session.get_one(Account, family.person.id).login


def link(house: House, kind: str) -> str:
    (mail,) = queued(house, kind)
    return f"/brussels/nl/login-change/{mail.params['token']}"


def sign_in(browser: FlaskClient, login: str, password: str) -> bool:
    answer = post_form(browser, "/brussels/nl/sign-in", login=login, password=password)
    return answer.status_code == 303


def test_both_addresses_hear_of_it_and_the_old_one_signs_in_until_both_agree(
    house: House, client: Callable[[], FlaskClient], worker: Person, family: FamilyMade
) -> None:
    make_contact(house, worker, family)
    rewrite(house, worker, family, email=NEW)
    assert {(mail.kind, mail.recipient) for mail in queued(house)} == {
        ("login_change_old", family.email),
        ("login_change_new", NEW),
        ("changed_by_helpdesk", NEW),
    }
    old, new = link(house, "login_change_old"), link(house, "login_change_new")
    browser = client()
    # Mail programs open links: that spends nothing.
    assert browser.get(new).status_code == 200
    assert post_form(browser, new).status_code == 303
    assert login_of(house, family) == family.email
    assert browser.get(new).status_code == 410
    assert post_form(browser, old).headers["Location"].endswith("done=yes")
    assert login_of(house, family) == NEW
    assert [browser.get(page).status_code for page in (old, new)] == [410, 410]
    assert sign_in(client(), NEW, family.person.password)


@pytest.mark.promise(
    "BXL-49",
    breaks="line:app/mandates/policy/login_functions.py#and (c.old_confirmed_at is not null or",
)
def test_three_right_answers_on_the_phone_take_no_file_over(
    house: House, client: Callable[[], FlaskClient], worker: Person, family: FamilyMade
) -> None:
    """Somebody who knows the birth date, the street and the child's name calls, and asks for another address."""
    make_contact(house, worker, family, identified_how="questions")
    rewrite(house, worker, family, email=NEW, phone="+32470999999")
    thief = client()
    assert post_form(thief, link(house, "login_change_new")).status_code == 303
    # The way back to a lost password leads to the mailbox that was there before.
    for name in (NEW, family.email, family.reference):
        post_form(thief, "/brussels/nl/password/forgotten", login=name)
    assert {mail.recipient for mail in queued(house, "password_reset")} <= {family.email}
    assert login_of(house, family) == family.email
    assert not sign_in(thief, NEW, family.person.password)
    # On the phone nobody showed a document, whatever the worker presses.
    with acting(house, worker) as session:
        assert see_document(session, family.dossier_id) is False
    assert login_of(house, family) == family.email
    # The family itself hears of it at its own address and its own number, and goes on as before.
    assert family.email in {mail.recipient for mail in queued(house, "login_change_old")}
    former = queued(house, "contact_changed_former")
    assert [mail.channel for mail in former] == ["text"]
    assert sign_in(client(), family.email or "", family.person.password)


def test_a_document_at_a_counter_stands_for_a_mailbox_that_was_lost(
    house: House, client: Callable[[], FlaskClient], worker: Person, family: FamilyMade
) -> None:
    make_contact(house, worker, family, channel="counter", identified_how="document")
    rewrite(house, worker, family, email=NEW)
    with acting(house, worker) as session:
        assert see_document(session, family.dossier_id) is True
    assert login_of(house, family) == family.email
    post_form(client(), link(house, "login_change_new"))
    assert login_of(house, family) == NEW


def test_the_links_last_seven_days_and_the_last_change_counts(
    house: House, client: Callable[[], FlaskClient], worker: Person, family: FamilyMade
) -> None:
    make_contact(house, worker, family)
    rewrite(house, worker, family, email="eerst@example.org")
    first = link(house, "login_change_new")
    with as_maintainer(house) as session:
        session.execute(text("delete from outbox"))
        # What was written to meanwhile is what signs in no longer: only the sign-in itself can be changed.
        session.execute(
            text("update applicant set email = :old where dossier_id = :id"),
            {"old": family.email, "id": family.dossier_id},
        )
    rewrite(house, worker, family, email=NEW)
    assert client().get(first).status_code == 410
    page = link(house, "login_change_old")
    with as_maintainer(house) as session:
        session.execute(update(LoginChange).values(expires_at=house.clock.now() - timedelta(seconds=1)))
    assert client().get(page).status_code == 410
    assert login_of(house, family) == family.email


def test_an_address_that_signs_somebody_else_in_is_refused(
    house: House, client: Callable[[], FlaskClient], worker: Person, family: FamilyMade
) -> None:
    other = make_family(house, [make_facility(house)])
    make_contact(house, worker, family)
    rewrite(house, worker, family, email=other.email)
    browser = client()
    post_form(browser, link(house, "login_change_old"))
    assert post_form(browser, link(house, "login_change_new")).status_code == 409
    assert login_of(house, family) == family.email


def test_a_registrar_changes_an_address_and_never_a_sign_in(house: House, family: FamilyMade) -> None:
    place = make_facility(house)
    leader = make_leader(house, place)
    with as_maintainer(house) as session:
        session.execute(update(Dossier).where(Dossier.id == family.dossier_id).values(registrar_facility_id=place.id))
    rewrite(house, leader, family, login="helper", email=NEW)
    assert {(mail.kind, mail.recipient) for mail in queued(house)} == {
        ("contact_changed_former", family.email),
        ("contact_changed_new", NEW),
        ("changed_by_registrar", NEW),
    }
    with as_maintainer(house) as session:
        assert session.scalars(select(LoginChange.id)).all() == []


def test_no_worker_reads_the_links_or_writes_a_sign_in(house: House, worker: Person, family: FamilyMade) -> None:
    make_contact(house, worker, family)
    rewrite(house, worker, family, email=NEW)
    for statement in (
        "select new_hash from login_change",
        "update login_change set old_confirmed_at = app.now()",
        "update account set login = 'x@example.org'",
        "select signin.finish_login_change(gen_random_uuid(), app.now())",
    ):
        with pytest.raises(DBAPIError, match="permission denied"), acting(house, worker) as session:
            session.execute(text(statement))
