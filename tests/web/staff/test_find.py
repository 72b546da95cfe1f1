"""Finding and opening a file through the pages: what stands in addresses and lists, and where a search stops."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.models import AuditEntry
from app.web.doors import House
from app.web.staff.find import SEARCHES
from tests.factories import (
    FamilyMade,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_worker,
    post_form,
    signed_in,
)

DESK = "/brussels/nl/desk"
Client = Callable[[], FlaskClient]


def searched(desk: FlaskClient, typed: str) -> str:
    """Look for something and return the address of what was found."""
    token = guard_of(desk.get(f"{DESK}/find"))
    answer = desk.post(f"{DESK}/find", data={**token, "sought": typed})
    assert answer.status_code == 303, answer.status_code
    return str(answer.headers["Location"])


def test_a_name_leads_to_the_file_and_the_log_says_who_looked(
    house: House, desk: FlaskClient, family: FamilyMade
) -> None:
    other = make_family(house, [make_facility(house)])
    where = searched(desk, family.names["family_name"].upper())
    for value in (*family.names.values(), family.email or "", family.reference):
        assert value not in where, "an address names nobody"
    page = desk.get(where).text
    assert family.names["given_name"] in page
    assert f"{family.names['child']} (2026)" in page
    for kept in (other.names["family_name"], "Kersenlaan", family.email or "", "+3247000"):
        assert kept not in page
    contact = f"{DESK}/files/{family.dossier_id}/contact"
    assert contact in page
    assert post_form(desk, contact, channel="call").headers["Location"] == f"{DESK}/files/{family.dossier_id}"
    with as_maintainer(house) as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.actor_kind == "staff").order_by(AuditEntry.at)
        ).all()
    assert "file_search" in [entry.event for entry in entries]
    listed = next(entry for entry in entries if entry.reasons == ["found"])
    assert listed.subjects == [family.dossier_id]
    opened = next(entry for entry in entries if entry.event == "contact_opened")
    assert (opened.subjects, opened.reasons) == ([family.dossier_id], ["helpdesk"])


def test_what_was_found_is_for_the_one_who_looked_and_for_a_while(
    house: House, desk: FlaskClient, client: Client, family: FamilyMade
) -> None:
    where = searched(desk, family.names["family_name"])
    colleague = signed_in(house, client(), make_worker(house))
    for address in (where, f"{DESK}/find/{'x' * 22}", f"{DESK}/find/..%2F"):
        answer = colleague.get(address)
        assert family.names["family_name"] not in answer.text
        assert answer.status_code in (303, 404)
    assert family.names["family_name"] in desk.get(where).text


@pytest.mark.parametrize("typed", ["", "ab", "%%%%", "_", "x" * 10_000, "09/03/2025"])
def test_a_search_for_nearly_nothing_shows_nobody(desk: FlaskClient, family: FamilyMade, typed: str) -> None:
    answer = desk.post(f"{DESK}/find", data={**guard_of(desk.get(f"{DESK}/find")), "sought": typed})
    assert answer.status_code == 422
    assert family.names["family_name"] not in answer.text


@pytest.mark.promise("KG-36", breaks="app.accounts.rules:tries_allowed")
def test_who_asks_all_day_long_is_stopped(house: House, desk: FlaskClient, family: FamilyMade) -> None:
    token = guard_of(desk.get(f"{DESK}/find"))
    answers = [desk.post(f"{DESK}/find", data={**token, "sought": "a"}).status_code for _ in range(SEARCHES)]
    assert set(answers) == {422}
    stopped = desk.post(f"{DESK}/find", data={**token, "sought": family.names["family_name"]})
    assert stopped.status_code == 429
    assert family.names["given_name"] not in stopped.text


@pytest.mark.parametrize("role", ["policy", "developer"])
def test_a_role_for_another_purpose_opens_no_page_of_files(
    house: House, client: Client, family: FamilyMade, role: str
) -> None:
    browser = signed_in(house, client(), make_worker(house, role=role))
    for address in (
        "",
        "/find",
        "/todo",
        "/letters",
        f"/files/{family.dossier_id}",
        f"/files/{family.dossier_id}/contact",
    ):
        answer = browser.get(DESK + address)
        assert answer.status_code == 404, address
        for value in family.names.values():
            assert value not in answer.text
    figures = browser.get(f"{DESK}/figures")
    assert figures.status_code == (200 if role == "policy" else 404)
    if role == "policy":
        assert f"{DESK}/todo" not in figures.text, "not even how much there is to do"
        assert browser.get(f"{DESK}/start").headers["Location"] == f"{DESK}/figures"


def test_the_file_of_another_organisation_is_not_there(house: House, desk: FlaskClient) -> None:
    there = make_family(house, [make_facility(house, "leuven")], organisation="leuven")
    for tail in ("", "/contact"):
        assert desk.get(f"{DESK}/files/{there.dossier_id}{tail}").status_code == 404
    token = guard_of(desk.get(f"{DESK}/find"))
    posted = desk.post(f"{DESK}/files/{there.dossier_id}/contact", data={**token, "once": "x" * 22, "channel": "call"})
    assert posted.status_code == 404
    written = desk.post(f"{DESK}/files/{there.dossier_id}/thread", data={**token, "once": "y" * 22})
    assert written.status_code == 404
