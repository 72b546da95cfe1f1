"""A second parent: invited, with a login of their own, and each kept from what the other does not want to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import Account
from app.applications.operations.second_parents import copy_for_second_parent
from app.core.actor import system
from app.core.db import transaction
from app.core.delivery import Envelope
from app.core.models import AuditEntry
from app.families.models import Applicant, DossierParty, Partner
from app.web.doors import House
from tests.factories import (
    PASSWORD,
    FamilyMade,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_offer,
    post_form,
    queued,
    signed_in,
)

Client = Callable[[], FlaskClient]
MY = "/brussels/en/my"
OTHER = "the.other.parent@example.com"


@pytest.fixture
def place(house: House) -> Place:
    found = make_facility(house, name="Zonnetje")
    make_leader(house, found)
    return found


@pytest.fixture
def mine(house: House, place: Place) -> FamilyMade:
    return make_family(house, [place], language="en", partner=True)


@pytest.fixture
def me(house: House, client: Client, mine: FamilyMade) -> FlaskClient:
    return signed_in(house, client(), mine.person)


def invite(me: FlaskClient, house: House, address: str = OTHER) -> str:
    """Invite the other parent and return the page that the mail leads to."""
    answer = post_form(me, f"{MY}/second-parent", email=address, language="en")
    assert answer.status_code == 303, answer.text
    sent = [message for message in queued(house) if message.kind == "invite_second_parent"]
    return f"/brussels/en/invited/{sent[-1].params['token']}"


@pytest.fixture
def other(me: FlaskClient, house: House, client: Client) -> FlaskClient:
    """A browser in which the second parent has just joined."""
    browser = client()
    answer = post_form(browser, invite(me, house), password=PASSWORD)
    assert answer.status_code == 303, answer.text
    assert answer.location.endswith("/my/own-details")
    return browser


def test_the_second_parent_sees_the_request_and_nothing_of_the_first(
    house: House, other: FlaskClient, mine: FamilyMade
) -> None:
    with as_maintainer(house) as session:
        first = session.get_one(Applicant, mine.dossier_id)
        secrets = [first.family_name, first.street, first.phone, first.email]
    for page in ("", "/access", "/account", "/own-details"):
        text = other.get(MY + page).text
        assert not [word for word in secrets if word and word in text], page
    assert "Zonnetje" in other.get(MY).text


@pytest.mark.parametrize("page", ["details", "account/email", "second-parent"])
def test_pages_of_the_first_parent_do_not_exist_for_the_second(other: FlaskClient, page: str) -> None:
    assert other.get(f"{MY}/{page}").status_code == 404


def test_the_second_parent_changes_nothing_that_was_asked(other: FlaskClient, mine: FamilyMade) -> None:
    choice = next(iter(mine.choices.values()))
    for page in (f"choices/{choice}/withdraw", f"requests/{mine.application_id}/cancel"):
        assert other.get(f"{MY}/{page}").status_code == 404
        assert post_form(other, f"{MY}/own-details", f"{MY}/{page}").status_code == 404


@pytest.mark.promise("BXL-46", breaks="policy:partner.family.select")
def test_the_first_parent_cannot_read_who_keeps_apart(
    house: House, other: FlaskClient, me: FlaskClient, mine: FamilyMade
) -> None:
    told = {"given_name": "Ilse", "family_name": "Verborgen", "phone": "+32470998877", "email": OTHER}
    assert post_form(other, f"{MY}/own-details", **told).status_code == 303
    assert "Verborgen" in me.get(f"{MY}/details").text
    assert post_form(other, f"{MY}/own-details", **told, apart="yes").status_code == 303
    assert "Verborgen" not in me.get(f"{MY}/details").text
    with acting(house, mine.person) as session:
        assert session.scalar(select(func.count()).select_from(Partner)) == 0
    assert "Verborgen" in other.get(f"{MY}/own-details").text


@pytest.mark.promise("BXL-46", breaks="branch:co_parent")
def test_a_login_that_was_ended_opens_nothing_from_the_next_request_on(other: FlaskClient, me: FlaskClient) -> None:
    assert other.get(MY).status_code == 200
    assert post_form(me, f"{MY}/second-parent", end="yes").status_code == 303
    assert other.get(MY).status_code == 404


def test_the_second_parent_can_leave(house: House, other: FlaskClient, me: FlaskClient) -> None:
    assert post_form(other, f"{MY}/own-details", leave="yes").status_code == 303
    with as_maintainer(house) as session:
        assert session.scalars(select(DossierParty.ended_at)).one() is not None


def test_both_stand_on_the_page_of_who_can_see_the_file(other: FlaskClient, me: FlaskClient) -> None:
    for browser in (me, other):
        assert "The other parent" in browser.get(f"{MY}/access").text


def test_an_invitation_works_once_and_for_two_weeks(house: House, me: FlaskClient, client: Client) -> None:
    page = invite(me, house)
    newer = invite(me, house)
    assert client().get(page).status_code == 410, "a new invitation replaces the old one"
    assert client().get(newer).status_code == 200, "opening it spends nothing"
    assert client().get(newer).status_code == 200
    assert post_form(client(), newer, password=PASSWORD).status_code == 303
    assert client().get(newer).status_code == 410
    with as_maintainer(house) as session:
        session.scalars(select(DossierParty).where(DossierParty.joined_at.is_not(None))).one()


def test_joining_is_noted(house: House, other: FlaskClient) -> None:
    with as_maintainer(house) as session:
        joined = select(AuditEntry.actor_id).where(AuditEntry.event == "second_parent_joined")
        assert session.scalars(joined).all() == session.scalars(select(DossierParty.account_id)).all()


def test_an_old_invitation_is_void(house: House, me: FlaskClient, client: Client) -> None:
    page = invite(me, house)
    with as_maintainer(house) as session:
        party = session.scalars(select(DossierParty)).one()
        party.invitation_expires_at = house.clock.now() - timedelta(seconds=1)
    assert client().get(page).status_code == 410


def test_an_address_that_signs_in_elsewhere_is_not_taken_over(
    house: House, me: FlaskClient, client: Client, place: Place
) -> None:
    somebody = make_family(house, [place], language="en")
    with as_maintainer(house) as session:
        held = session.get_one(Account, somebody.person.id)
        held.login, held.login_confirmed_at = OTHER, house.clock.now()
    answer = post_form(client(), invite(me, house), password=PASSWORD)
    assert answer.status_code == 409
    with as_maintainer(house) as session:
        assert session.scalars(select(DossierParty.joined_at)).all() == [None]


def test_either_parent_answers_an_offer(house: House, other: FlaskClient, mine: FamilyMade, place: Place) -> None:
    offer = make_offer(house, mine, place)
    page = f"{MY}/offers/{offer}/accept"
    assert "Zonnetje" in other.get(page).text
    assert post_form(other, page).status_code == 303
    assert "You accepted the place" in other.get(f"{MY}?done=accepted").text


def test_both_parents_are_told_what_a_facility_answers_and_a_parent_who_left_is_not(
    house: House, other: FlaskClient, mine: FamilyMade, place: Place
) -> None:
    envelope = Envelope(
        id=uuid4(), organisation="brussels", kind="answer_refused", channel="family", language="en",
        message_id="<x>", recipient="", params={"facility": "Zonnetje", "reference": "CDF346GHJ"},
        once_key="answer:1", owner_id=mine.dossier_id, dossier_id=mine.dossier_id, to_family=True,
    )  # fmt: skip
    now, actor = house.clock.now(), system("outbox", "brussels")
    for _ in range(2):
        with transaction(house.databases, "jobs", actor, now) as session:
            copy_for_second_parent(session, envelope)
    copies = [message for message in queued(house) if message.kind == "answer_refused"]
    assert [(copy.recipient, copy.params) for copy in copies] == [(OTHER, {"facility": "Zonnetje"})]
    assert post_form(other, f"{MY}/own-details", leave="yes").status_code == 303
    with transaction(house.databases, "jobs", actor, now) as session:
        copy_for_second_parent(session, replace(envelope, once_key="answer:2"))
    assert len([message for message in queued(house) if message.kind == "answer_refused"]) == 1
