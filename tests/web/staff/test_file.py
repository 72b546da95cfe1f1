"""A call on one screen: nothing before somebody is known, all of it after, and nothing once it is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.core.models import AuditEntry
from app.families.models import Applicant
from app.mandates.models import DeskContact
from app.messages.rules import Side
from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    as_maintainer,
    guard_of,
    make_contact,
    make_facility,
    make_family,
    make_offer,
    make_worker,
    post_form,
    signed_in,
)
from tests.messages.writing import write

DESK = "/brussels/nl/desk"
ALL = ["born", "street", "facility"]
Client = Callable[[], FlaskClient]


def opened(desk: FlaskClient, family: FamilyMade, channel: str = "call", **fields: str) -> str:
    """Open a contact and return the address of the file."""
    address = f"{DESK}/files/{family.dossier_id}"
    assert post_form(desk, f"{address}/contact", channel=channel, **fields).status_code == 303
    return address


def events(house: House, family: FamilyMade) -> list[str]:
    with as_maintainer(house) as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.at))
        return [one.event for one in entries if family.dossier_id in one.subjects and one.event != "read"]


@pytest.mark.promise("KL-33", breaks="app.mandates.rules:may_tell")
def test_before_somebody_is_known_the_page_holds_what_asking_takes_and_no_more(
    desk: FlaskClient, family: FamilyMade
) -> None:
    page = desk.get(opened(desk, family)).text
    for needed in (family.names["family_name"], "Kersenlaan", "De Zandbak"):
        assert needed in page
    for kept in (family.email or "", "+3247", "0470", "Youssef", "Geheime Werkgever", "1030", family.names["child"]):
        assert kept not in page, kept
    assert "/change" not in page


@pytest.mark.promise("KL-33", breaks="app.mandates.rules:answers_show_who")
def test_one_wrong_answer_opens_nothing(house: House, desk: FlaskClient, family: FamilyMade) -> None:
    file = opened(desk, family)
    for right in ([], ["born"], ["born", "street"], ["born", "born", "street", "other"]):
        answer = post_form(desk, file, deed="identify", how="questions", right=right)
        assert answer.status_code == 422
        assert "Geheime Werkgever" not in answer.text
    assert post_form(desk, file, deed="identify", how="document").status_code == 422, "nobody shows a card by phone"
    assert post_form(desk, file, deed="wish", wish="change").status_code == 409
    answer = post_form(desk, file, deed="stop")
    assert answer.headers["Location"].startswith(f"{DESK}/find")
    assert desk.get(file).status_code == 404
    assert "contact_not_identified" in events(house, family)


def test_once_somebody_is_known_the_whole_file_stands_on_one_page(
    house: House, desk: FlaskClient, worker: Person, family: FamilyMade, facility: Place
) -> None:
    write(house, family.person, family, None, Side.FAMILY, "Mogen wij later starten?")
    make_offer(house, family, facility)
    file = opened(desk, family)
    assert post_form(desk, file, deed="identify", how="questions", right=ALL).status_code == 303
    assert post_form(desk, file, deed="wish", wish="change").status_code == 303
    with count_sql(house.databases.engine("staff")) as spent:
        answer = desk.get(file, headers=AS_SENT)
    BUDGETS["desk_file"].hold(answer, spent)
    page = desk.get(file).text
    shown = (*family.names.values(), family.email or "", "Kersenlaan", "Youssef", "Geheime Werkgever", "De Zandbak")
    for value in (*shown, "De Regenton", "Mogen wij later starten?", "/cancel?request="):
        assert value in page, value
    for never in ("argon2", family.person.password, "national"):
        assert never not in page
    with as_maintainer(house) as session:
        read = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.event == "read", AuditEntry.actor_id == worker.id)
            .order_by(AuditEntry.at)
        ).all()[-1]
    assert read.subjects == [family.dossier_id]
    assert read.reasons == ["helpdesk"]
    assert "health" not in read.groups


def test_a_contact_opens_a_file_to_one_worker_for_one_hour(
    house: House, desk: FlaskClient, client: Client, worker: Person, family: FamilyMade
) -> None:
    file = f"{DESK}/files/{family.dossier_id}"
    assert desk.get(file).status_code == 404, "no contact yet"
    contact_id = make_contact(house, worker, family)
    assert desk.get(file).status_code == 200
    colleague = signed_in(house, client(), make_worker(house))
    assert colleague.get(file).status_code == 404
    token = guard_of(desk.get(file))
    with as_maintainer(house) as session:
        past = house.clock.now() - timedelta(seconds=1)
        session.execute(update(DeskContact).where(DeskContact.id == contact_id).values(until=past))
    for answer in (desk.get(file), desk.post(file, data={**token, "deed": "wish", "wish": "change"})):
        assert answer.status_code == 404
        assert family.names["family_name"] not in answer.text
    make_contact(house, worker, family)
    assert post_form(desk, file, deed="end").status_code == 303
    assert desk.get(file).status_code == 404
    assert "contact_ended" in events(house, family)


def test_the_next_family_closes_the_one_before(house: House, desk: FlaskClient, family: FamilyMade) -> None:
    other = make_family(house, [make_facility(house)])
    first = opened(desk, family)
    opened(desk, other)
    assert desk.get(first).status_code == 404


def test_work_on_a_file_shows_it_and_changes_nothing(desk: FlaskClient, family: FamilyMade) -> None:
    contact = f"{DESK}/files/{family.dossier_id}/contact"
    assert post_form(desk, contact, channel="file_work").status_code == 422, "it needs a purpose"
    page = desk.get(opened(desk, family, "file_work", purpose="check")).text
    assert "Geheime Werkgever" in page
    assert f"{DESK}/files/{family.dossier_id}/change" not in page
    file = f"{DESK}/files/{family.dossier_id}"
    assert post_form(desk, file, deed="identify", how="questions", right=ALL).status_code == 422
    assert post_form(desk, file, deed="wish", wish="change").status_code == 409


def test_a_protected_address_is_no_question(house: House, desk: FlaskClient, family: FamilyMade) -> None:
    with as_maintainer(house) as session:
        session.execute(update(Applicant).where(Applicant.dossier_id == family.dossier_id).values(protected=True))
    page = desk.get(opened(desk, family)).text
    assert "Kersenlaan" not in page
    assert 'value="parent"' in page


def test_what_the_parent_sees_is_shown_without_its_buttons_and_noted(
    house: House, desk: FlaskClient, parent: FlaskClient, worker: Person, family: FamilyMade, facility: Place
) -> None:
    make_offer(house, family, facility)
    address = f"{DESK}/files/{family.dossier_id}/parent"
    assert desk.get(address).status_code == 404
    make_contact(house, worker, family, known=False)
    assert desk.get(address).status_code == 303, "nobody is known yet"
    make_contact(house, worker, family)
    shown, own = desk.get(address).text, parent.get("/brussels/nl/my").text
    for line in ("De Zandbak", "De Regenton", family.names["child"]):
        assert line in shown
        assert line in own
    assert "<form" not in shown.partition("<main")[2].partition("</main>")[0]
    assert "/brussels/nl/my" not in shown, "no way into the parent's own pages"
    assert "shown_as_parent" in events(house, family)


def test_an_administrator_reads_a_file_of_leuven_but_no_national_number(house: House, client: Client) -> None:
    family = make_family(house, [make_facility(house, "leuven")], organisation="leuven")
    worker = make_worker(house, "leuven", role="administrator")
    make_contact(house, worker, family)
    page = signed_in(house, client(), worker).get(f"/leuven/nl/desk/files/{family.dossier_id}")
    assert page.status_code == 200
    assert family.names["family_name"] in page.text
    assert "Rijksregisternummer" not in page.text
    unsigned = make_worker(house, "leuven", role="administrator", agrees=False)
    make_contact(house, unsigned, family)
    answer = signed_in(house, client(), unsigned).get(f"/leuven/nl/desk/files/{family.dossier_id}")
    assert answer.headers["Location"].endswith("/desk/agreement")
