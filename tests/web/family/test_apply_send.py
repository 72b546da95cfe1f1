"""Sending: once, whatever is clicked, replayed or mailed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app.accounts.models import Account, AccountToken, WebSession
from app.applications.models import Draft
from app.applications.operations.draft_terms import expire_drafts
from app.core.actor import system
from app.core.db import transaction
from app.core.models import DataKey, OutboxMessage
from app.facilities.models import Facility
from app.families.models import Applicant, Dossier
from app.web.doors import House
from tests.factories import as_maintainer
from tests.web.family.walk import PASSWORD, Walk, hidden, shown_errors, start_walk, step_of

Client = Callable[[], FlaskClient]


@pytest.fixture
def walk(client: Client, house: House) -> Walk:
    """A family that has filled in everything but the password."""
    made = start_walk(client(), house)
    made.through(until="send")
    return made


def dossiers(house: House) -> int:
    """Count the dossiers."""
    with as_maintainer(house) as session:
        return session.scalar(select(func.count()).select_from(Dossier)) or 0


@pytest.mark.promise(
    "BXL-27",
    breaks=("constraint:account.pk_account", "line:app/applications/queries/drafts.py#_TO_CHANGE = _TO_CHANGE.with"),
)
def test_two_clicks_at_once_make_one_dossier(walk: Walk, house: House, app: Flask) -> None:
    form = {**walk.form("send"), "password": PASSWORD}
    cookie = walk.client.get_cookie("sid")
    assert cookie is not None
    barrier = Barrier(4)

    def click(_: int) -> TestResponse:
        other = app.test_client()
        other.set_cookie("sid", cookie.value)
        barrier.wait()
        return other.post("/brussels/en/apply/send", data=form)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(click, range(4)))
    assert {(answer.status_code, step_of(answer)) for answer in answers} == {(303, "sent")}
    assert dossiers(house) == 1


def test_a_late_second_click_of_a_browser_that_missed_the_answer_finds_the_receipt(
    walk: Walk, house: House, app: Flask
) -> None:
    form = {**walk.form("send"), "password": PASSWORD}
    cookie = walk.client.get_cookie("sid")
    assert cookie is not None
    assert step_of(walk.client.post("/brussels/en/apply/send", data=form)) == "sent"
    slow = app.test_client()
    slow.set_cookie("sid", cookie.value)
    again = slow.post("/brussels/en/apply/send", data=form)
    assert step_of(again) == "sent"
    assert slow.get("/brussels/en/apply/sent").status_code == 200
    assert dossiers(house) == 1


def test_back_and_send_again_leads_to_the_receipt(walk: Walk, house: House) -> None:
    form = {**walk.form("send"), "password": PASSWORD}
    walk.client.post("/brussels/en/apply/send", data=form)
    for step in ("send", "check", "you", "language", "facilities"):
        assert step_of(walk.get(step)) == "sent", step
        assert step_of(walk.client.post(f"/brussels/en/apply/{step}", data=form)) == "sent", step
    assert step_of(walk.client.get("/brussels/en/apply")) == "sent"
    assert dossiers(house) == 1


def test_the_session_changes_and_the_old_one_ends_once_the_new_one_arrived(
    walk: Walk, house: House, app: Flask
) -> None:
    before = walk.client.get_cookie("sid")
    assert before is not None
    walk.post("send")
    after = walk.client.get_cookie("sid")
    assert after is not None
    assert after.value != before.value
    walk.get("sent")
    old = app.test_client()
    old.set_cookie("sid", before.value)
    assert old.get("/brussels/en/apply/sent").status_code == 303  # to the sign-in page
    with as_maintainer(house) as session:
        kinds = session.execute(select(WebSession.actor_kind, WebSession.ended_at.is_(None))).all()
    assert ("parent", True) in kinds
    assert ("draft", True) not in kinds


def test_a_link_proves_the_address_and_is_kept_only_as_a_hash(walk: Walk, house: House) -> None:
    walk.post("send")
    with as_maintainer(house) as session:
        account = session.scalars(select(Account)).one()
        kinds = set(session.scalars(select(OutboxMessage.kind)))
        token = session.scalars(select(AccountToken)).one()
        # The receipt goes as the family wishes on the day that it leaves; a link can only be mailed.
        assert {message.channel for message in session.scalars(select(OutboxMessage))} == {"family", "mail"}
    assert (account.login, account.login_confirmed_at) == ("ayse.yilmaz@example.com", None)
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$")
    assert kinds == {"received", "confirm_address"}
    assert (token.purpose, token.account_id, len(token.hash)) == ("confirm", account.id, 32)


def test_without_an_address_the_reference_is_the_login_and_a_letter_goes_out(client: Client, house: House) -> None:
    walk = start_walk(client(), house)
    del walk.answers["contact"]["email"]
    walk.through(until="send")
    assert "You gave no e-mail address" in walk.get("send").get_data(as_text=True)
    walk.post("send")
    page = unescape(walk.get("sent").get_data(as_text=True))
    assert "You also get a letter" in page
    with as_maintainer(house) as session:
        message = session.scalars(select(OutboxMessage)).one()
        assert (message.kind, message.channel) == ("received", "family")
        assert session.scalars(select(Applicant.channel)).one() == "letter"
        assert session.scalars(select(Account)).one().login is None


def test_an_address_that_another_account_has_changes_nothing_to_see(walk: Walk, client: Client, house: House) -> None:
    walk.post("send")
    with as_maintainer(house) as session:
        session.execute(update(Account).values(login_confirmed_at=house.clock.now()))
    other = start_walk(client(), house)
    other.through(until="send")
    answer = other.post("send")
    assert step_of(answer) == "sent"
    first, second = (unescape(w.get("sent").get_data(as_text=True)) for w in (walk, other))
    assert len(first) == len(second)
    assert dossiers(house) == 2


def test_an_easy_password_is_refused_with_a_reason(walk: Walk, house: House) -> None:
    for password, words in (
        ("", "Choose a password"),
        ("kort", "too short"),
        ("aaaaaaaaaaaaaaaaaaaa", "easy to guess"),
        ("ayse yilmaz 1994", "your name or town"),
        ("x" * 300, "at most"),
    ):
        refused = walk.post("send", {"password": password})
        assert refused.status_code == 422, password
        assert words in unescape(shown_errors(refused)[0])
        assert password == "" or password not in refused.get_data(as_text=True)
    assert dossiers(house) == 0


@pytest.mark.promise("BXL-47", breaks="line:app/templates/family/apply/send.html#Tell nobody your password")
def test_the_advice_not_to_share_the_password_stands_beside_it(walk: Walk) -> None:
    page = unescape(walk.get("send").get_data(as_text=True))
    assert "Tell nobody your password, not even us" in page
    assert 'autocomplete="new-password"' in page


def test_a_facility_that_closed_meanwhile_is_asked_again(walk: Walk, house: House) -> None:
    with as_maintainer(house) as session:
        session.execute(update(Facility).where(Facility.id == walk.facilities[0]).values(active=False))
    assert step_of(walk.post("send")) == "facilities"
    page = walk.client.get("/brussels/en/apply/facilities?from=check")
    assert page.status_code == 200
    assert dossiers(house) == 0


def test_a_start_that_passed_meanwhile_is_asked_again(walk: Walk, house: House) -> None:
    house.clock.offset += timedelta(minutes=50)
    walk.get("send")
    with as_maintainer(house) as session:
        session.execute(update(WebSession).values(expires_at=house.clock.now() + timedelta(days=900)))
        session.execute(update(Draft).values(expires_at=house.clock.now() + timedelta(days=900)))
        session.execute(update(WebSession).values(last_seen_at=house.clock.now() + timedelta(days=300)))
    house.clock.offset += timedelta(days=300)
    form = {**walk.form("send"), "password": PASSWORD}
    answer = walk.client.post("/brussels/en/apply/send", data=form)
    assert step_of(answer) == "child", shown_errors(answer)  # expected long ago by now
    assert shown_errors(walk.get("child?from=check"))
    assert dossiers(house) == 0


@pytest.mark.promise("BXL-27", breaks="line:app/applications/operations/draft_terms.py#delete(Draft)")
def test_an_abandoned_draft_goes_with_its_key_and_leaves_no_dossier(walk: Walk, house: House) -> None:
    late = house.clock.now() + timedelta(days=31)
    with transaction(house.databases, "jobs", system("drafts"), late) as session:
        assert expire_drafts(session, now=late, limit=10) == 1
    with as_maintainer(house) as session:
        assert not session.scalars(select(Draft)).all()
        assert not session.scalars(select(DataKey)).all()
        assert not session.scalars(select(Account)).all()
    assert dossiers(house) == 0


def test_a_page_left_open_after_the_visit_ran_out_says_so(walk: Walk, house: House) -> None:
    form = hidden(walk.get("send").get_data(as_text=True))
    house.clock.offset += timedelta(hours=25)
    late = walk.client.post("/brussels/en/apply/send", data={**form, "password": PASSWORD})
    assert late.status_code == 409
    assert "You were away for too long" in late.get_data(as_text=True)
    assert step_of(walk.get("check")) == "language"
