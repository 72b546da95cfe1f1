"""Overseers ask the audit who looked, and read nothing of what is in a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.core.audit import note_read
from app.families.models import Dossier
from app.families.rules import grouped_reference
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    acting,
    as_maintainer,
    make_contact,
    make_facility,
    make_family,
    make_helper,
    make_mandate,
    make_worker,
    post_form,
    signed_in,
)

BASE = "/brussels/nl/oversight"


def read(house: House, who: Person, family: FamilyMade, at: datetime | None = None, reason: str = "desk") -> None:
    """Let somebody have read a file."""
    with acting(house, who, at) as session:
        note_read(session, subjects=(family.dossier_id,), groups=("contact",), reasons=(reason,))


def answer(app: Flask, house: House, question: str, role: str = "dpo") -> str:
    """Ask as an overseer and return the page."""
    client = signed_in(house, app.test_client(), make_worker(house, role=role))
    shown = client.get(f"{BASE}/ask/{question}")
    assert shown.status_code == 200
    return str(shown.text)


def in_brussels(house: House, hour: int, weekday: int = 1) -> datetime:
    """Return a moment of last week at this hour in UTC, on this weekday (0 is Monday)."""
    day = house.clock.now().astimezone(UTC)
    day -= timedelta(days=7 + (day.weekday() - weekday) % 7)
    return day.replace(hour=hour, minute=30)


@pytest.mark.promise("KL-36", breaks="line:app/privacy/queries/oversight.py#Question.FILE")
def test_who_read_this_file(app: Flask, house: House) -> None:
    family, other = make_family(house), make_family(house)
    worker, stranger = make_worker(house), make_worker(house)
    read(house, worker, family)
    read(house, stranger, other)
    client = signed_in(house, app.test_client(), make_worker(house, role="dpo"))
    found = post_form(client, BASE, reference=grouped_reference(family.reference))
    assert found.status_code == 303
    assert family.reference not in found.headers["Location"], "no reference in an address"
    page = client.get(found.headers["Location"]).text
    assert worker.login in page
    assert stranger.login not in page
    assert family.names["family_name"] not in page, "a file is known by its reference alone"
    assert family.person.login not in page


@pytest.mark.promise("KG-36", breaks="line:app/mandates/queries/grounds.py#c.opened_at <= e.at")
def test_who_opened_a_file_without_a_visit(app: Flask, house: House) -> None:
    family = make_family(house)
    with_contact, without, late = (make_worker(house) for _ in range(3))
    make_contact(house, with_contact, family)
    make_contact(house, late, family)
    helper, home = make_helper(house)
    make_mandate(house, helper, home, family)
    for who in (with_contact, without, helper):
        read(house, who, family)
    read(house, late, family, house.clock.now() + timedelta(hours=2))
    page = answer(app, house, "no-visit")
    assert without.login in page
    assert late.login in page, "a contact that was over is none"
    assert with_contact.login not in page
    assert helper.login not in page


def test_who_looked_far_back(app: Flask, house: House) -> None:
    old, fresh = make_family(house), make_family(house)
    back, here = make_worker(house), make_worker(house)
    with as_maintainer(house) as session:
        session.execute(
            update(Dossier)
            .where(Dossier.id == old.dossier_id)
            .values(last_activity_at=house.clock.now() - timedelta(days=400))
        )
    read(house, back, old)
    read(house, here, fresh)
    page = answer(app, house, "far-back", role="security")
    assert back.login in page
    assert here.login not in page


@pytest.mark.parametrize(("hour", "weekday", "odd"), [(1, 1, True), (11, 1, False), (21, 3, True), (11, 6, True)])
def test_who_looked_at_odd_hours(app: Flask, house: House, hour: int, weekday: int, odd: bool) -> None:
    family, worker = make_family(house), make_worker(house)
    read(house, worker, family, in_brussels(house, hour, weekday))
    assert (worker.login in answer(app, house, "odd-hours")) == odd


@pytest.mark.promise("KG-02", breaks="branch:overseer")
@pytest.mark.parametrize(
    "who",
    [
        make_worker,
        lambda house: make_worker(house, role="administrator"),
        lambda house: make_worker(house, role="policy"),
        lambda house: make_worker(house, role="dpo", ends_at=house.clock.now() - timedelta(days=1)),
        lambda house: make_family(house, [make_facility(house)]).person,
    ],
)
def test_nobody_else_asks(app: Flask, house: House, who: Callable[[House], Person]) -> None:
    client = signed_in(house, app.test_client(), who(house))
    for path in (BASE, f"{BASE}/ask/no-visit", f"{BASE}/files/{make_family(house).dossier_id}"):
        assert client.get(path).status_code == 404


def test_a_file_of_another_organisation_is_not_found(app: Flask, house: House) -> None:
    elsewhere = make_family(house, organisation="leuven")
    read(house, make_worker(house, "leuven"), elsewhere)
    client = signed_in(house, app.test_client(), make_worker(house, role="dpo"))
    assert post_form(client, BASE, reference=elsewhere.reference).status_code == 422
    assert client.get(f"{BASE}/files/{elsewhere.dossier_id}").status_code == 404


def test_asking_is_noted_as_well(app: Flask, house: House) -> None:
    family, worker = make_family(house), make_worker(house)
    read(house, worker, family)
    asking = make_worker(house, role="dpo")
    client = signed_in(house, app.test_client(), asking)
    client.get(f"{BASE}/files/{family.dossier_id}")
    assert asking.login in client.get(f"{BASE}/files/{family.dossier_id}").text


@pytest.mark.promise("KG-38", breaks="line:app/privacy/queries/oversight.py#{OPENED} and {WITHOUT_GROUND}")
def test_the_security_officer_sees_how_many_were_opened_without_a_visit(app: Flask, house: House) -> None:
    family, other = make_family(house), make_family(house)
    prying, careful = make_worker(house), make_worker(house)
    make_contact(house, careful, family)
    read(house, careful, family)
    read(house, prying, other)
    read(house, prying, other, house.clock.now() - timedelta(days=2))
    client = signed_in(house, app.test_client(), make_worker(house, role="security"))
    assert "24 uur: 1<" in client.get(BASE).text
