"""Permissions: each by itself, one tap each way, both moments kept, confirmed, and nothing else moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.applications.models import Application, Choice
from app.consents.models import Consent
from app.consents.operations import record_consents
from app.surveys.rules import may_ask
from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import (
    BRUSSELS,
    FamilyMade,
    acting,
    as_maintainer,
    make_contact,
    make_facility,
    make_family,
    make_worker,
    post_form,
    queued,
    signed_in,
)

Client = Callable[[], FlaskClient]
PAGE = "/brussels/en/my/permissions"


@pytest.fixture
def family(house: House) -> FamilyMade:
    return make_family(house, [make_facility(house, name="Zonnetje")], language="en")


@pytest.fixture
def me(house: House, client: Client, family: FamilyMade) -> FlaskClient:
    return signed_in(house, client(), family.person)


def said(house: House, recipient: str = "lop") -> list[tuple[bool, str, str]]:
    """Return every answer about one recipient, the first one first."""
    with as_maintainer(house) as session:
        rows = session.execute(
            select(Consent.given, Consent.text_version, Consent.channel)
            .where(Consent.recipient == recipient)
            .order_by(Consent.at, Consent.given.desc())
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def state_of(house: House) -> list[tuple[object, ...]]:
    with as_maintainer(house) as session:
        columns = (Application.state, Application.priority_rank, Application.expires_on, Choice.state, Choice.position)
        return [tuple(row) for row in session.execute(select(*columns).join(Choice))]


@pytest.mark.promise("BXL-66", breaks="app.mandates.operations.consents:answer_consent")
def test_taking_back_is_one_tap_as_giving_is_and_both_moments_stay(
    house: House, me: FlaskClient, family: FamilyMade
) -> None:
    before = state_of(house)
    page = me.get(PAGE).text
    assert "checked" not in page, "nothing is ticked beforehand"
    assert page.count("Yes, I agree") == 2, "each permission has a button of its own"
    # One post from one page, each way: neither asks a second time.
    for deed in ("give", "take_back", "give", "take_back"):
        answer = post_form(me, PAGE, recipient="lop", deed=deed)
        assert answer.status_code == 303 and answer.location.endswith(f"done={deed}")
    assert [given for given, _, _ in said(house)].count(True) == 2
    assert len(said(house)) == 4 and {version for _, version, _ in said(house)} == {"2026-1"}
    assert state_of(house) == before
    shown = me.get(PAGE).text
    assert "Text of version 2026-1" in shown and shown.count("<li>") >= 4
    assert said(house, "kind_en_gezin") == [], "the other one was not asked along"


@pytest.mark.promise("LEU-20", breaks="line:app/mandates/operations/consents.py#tell_family(session")
def test_each_taking_back_is_confirmed_and_a_second_tap_changes_nothing(house: House, me: FlaskClient) -> None:
    post_form(me, PAGE, recipient="lop", deed="take_back")
    assert said(house) == [] and queued(house) == [], "there was nothing to take back"
    for deed in ("give", "give", "take_back", "take_back"):
        post_form(me, PAGE, recipient="lop", deed=deed)
    assert [given for given, _, _ in said(house)] == [True, False]
    (mail,) = queued(house, "consent_withdrawn")
    assert mail.params["recipient"] == "LOP Brussel"
    assert post_form(me, PAGE, recipient="police", deed="give").status_code == 404
    assert post_form(me, PAGE, recipient="lop", deed="x").status_code == 404


@pytest.mark.promise("BXL-65", breaks="app.consents.rules:stands")
def test_an_objection_to_surveys_holds_at_once_and_outlives_a_second_child(
    house: House, me: FlaskClient, family: FamilyMade
) -> None:
    profile, now = house.profiles[BRUSSELS], house.clock.now()
    assert "No, I do not want this" in me.get(PAGE).text, "who said nothing may still say no"
    post_form(me, PAGE, recipient="service_survey", deed="take_back")
    assert [mail.kind for mail in queued(house)] == ["surveys_stopped"]
    make_family(house, [make_facility(house)], of=family)
    with acting(house, family.person, now + timedelta(days=1)) as session:
        record_consents(
            session, profile, family.dossier_id, family.application_id, {}, language="en", now=now + timedelta(days=1)
        )
    assert said(house, "service_survey") == [(False, "2026-1", "web")]
    assert not may_ask("opt_out", said(house, "service_survey")[-1][0])
    page = me.get(PAGE).text
    assert "No, I do not want this" not in page
    post_form(me, PAGE, recipient="service_survey", deed="give")
    assert may_ask("opt_out", True) and len(said(house, "service_survey")) == 2


def test_the_desk_takes_back_the_permission_of_a_use_and_confirms_it(
    house: House, client: Client, family: FamilyMade
) -> None:
    worker = make_worker(house)
    desk = signed_in(house, client(), worker)
    make_contact(house, worker, family)
    page = f"{worker.base}/desk/files/{family.dossier_id}/consents"
    assert post_form(desk, page, recipient="service_survey").status_code == 303
    assert said(house, "service_survey") == [(False, "2026-1", "call")]
    assert [mail.kind for mail in queued(house)] == ["surveys_stopped"]


def test_the_page_stays_small_and_permissions_stand_nowhere_else(
    house: House, me: FlaskClient, family: FamilyMade
) -> None:
    me.get(PAGE)
    with count_sql(house.databases.engine("family")) as spent:
        shown = me.get(PAGE, headers=AS_SENT)
    BUDGETS["parent"].hold(shown, spent)
    assert f'href="{PAGE}"' in me.get("/brussels/en/my/details").text
    assert me.get(f"/brussels/en/my/requests/{family.application_id}/consents").status_code == 404
