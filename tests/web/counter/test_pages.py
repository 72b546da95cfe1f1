"""The counter's pages: found without a word in the address, four groups, a contact before each change, in NL and FR."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.core.models import AuditEntry
from app.families.models import Applicant, Child, FamilyNotice
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_worker,
    post_form,
    queued,
    signed_in,
)

BASE = "/leuven/nl/counter"
KNOWN = {"known": "document", "wish": "change"}


def file_page(family: FamilyMade, language: str = "nl") -> str:
    return f"/leuven/{language}/counter/files/{family.dossier_id}"


def identify(counter: FlaskClient, family: FamilyMade, **said: str) -> None:
    page = file_page(family)
    assert counter.post(f"{page}/contact", data={**guard_of(counter.get(page)), **KNOWN, **said}).status_code == 303


def test_each_role_begins_on_its_own_page(house: House, client: Callable[[], FlaskClient]) -> None:
    for role, agrees, leads in (
        ("counter", True, "/counter/find"),
        ("sick_care", True, "/counter/sick-care"),
        ("sick_care", False, "/counter/agreement"),
    ):
        worker = make_worker(house, "leuven", role=role, area=["leuven"], agrees=agrees)
        answer = signed_in(house, client(), worker).get(BASE)
        assert (answer.status_code, answer.headers["Location"][len("/leuven/nl") :]) == (303, leads)
    gone = make_worker(house, "leuven", role="counter", ends_at=house.clock.now())
    assert signed_in(house, client(), gone).get(BASE).status_code == 404


def test_a_family_is_found_and_read_in_four_groups_and_nothing_more(
    house: House, counter: FlaskClient, family: FamilyMade, worker: Person
) -> None:
    answer = post_form(counter, f"{BASE}/find", words=family.names["child"])
    assert re.fullmatch(r"/leuven/nl/counter/found/[0-9a-f-]{36}", answer.headers["Location"])
    found = counter.get(answer.headers["Location"])
    assert family.names["family_name"] in found.text
    shown = counter.get(file_page(family))
    for there in (
        *(family.names[name] for name in ("given_name", "family_name", "child")),
        *("Kersenlaan", "3000 Leuven", family.email or "", "De Boomgaard", "De Vijver"),
    ):
        assert there in shown.text
    for page in (found, shown):
        for hidden in (
            *("Youssef", "partner", "Tamazight", "1993", "werk", "inkomen", "Wacht op antwoord"),
            str(family.plan.start_date.year + 1),
        ):
            assert hidden.lower() not in page.text.split("<main", 1)[1].split("</main", 1)[0].lower(), hidden
        assert family.names["family_name"] not in page.text.split("</title>", 1)[0]
    with as_maintainer(house, "leuven") as session:
        reads = session.query(AuditEntry).filter_by(actor_id=worker.id, event="read").all()
        assert any(one.subjects == [family.dossier_id] and one.reasons == ["counter"] for one in reads)


def test_what_was_searched_is_nobody_elses_and_nothing_is_found_outside_the_area(
    house: House, counter: FlaskClient, client: Callable[[], FlaskClient], family: FamilyMade
) -> None:
    address = post_form(counter, f"{BASE}/find", words=family.names["family_name"]).headers["Location"]
    colleague = signed_in(house, client(), make_worker(house, "leuven", role="counter", area=["leuven"]))
    assert family.names["family_name"] not in colleague.get(address).text
    diest = signed_in(house, client(), make_worker(house, "leuven", role="counter", area=["tienen"]))
    away = diest.get(post_form(diest, f"{BASE}/find", words=family.names["family_name"]).headers["Location"])
    assert family.names["family_name"] not in away.text
    for page in (file_page(family), f"{file_page(family)}/change/name"):
        assert diest.get(page).status_code == 404
    assert post_form(counter, f"{BASE}/find", words=" ").status_code == 422


def test_a_change_waits_for_a_contact_and_leaves_what_it_does_not_ask(
    house: House, counter: FlaskClient, family: FamilyMade
) -> None:
    page = file_page(family)
    assert "/change/name" not in counter.get(page).text
    assert counter.get(f"{page}/change/name").status_code == 303
    unknown = counter.post(
        f"{page}/change/name", data={**guard_of(counter.get(page)), "given_name": "A", "family_name": "B"}
    )
    assert unknown.status_code == 409
    bare = counter.post(f"{page}/contact", data=guard_of(counter.get(page)))
    assert bare.status_code == 422
    identify(counter, family)
    assert "/change/name" in counter.get(page).text
    fields = {"given_name": "Nieuw", "family_name": "Peeters", "income": "below_limit", "birth_date": "2001-01-01"}
    assert post_form(counter, f"{page}/change/name", **fields).status_code == 303
    with as_maintainer(house, "leuven") as session:
        row = session.get_one(Applicant, family.dossier_id)
        assert (row.given_name, row.birth_date and row.birth_date.year) == ("Nieuw", 1993)
        assert session.query(FamilyNotice).filter_by(dossier_id=family.dossier_id).one().groups == ["applicant_name"]
    (letter,) = queued(house, "changed_by_counter", organisation="leuven")
    assert "Nieuw" not in str(letter.params)
    wrong = post_form(counter, f"{page}/change/contact", phone="12", email="geen adres", channel="letter")
    assert wrong.status_code == 422
    assert "geen adres" in wrong.text, "nothing that was typed is lost"
    # Away from the area: saved, told, and from then on out of sight.
    moved = post_form(counter, f"{page}/change/address", street="Laan", house_number="1", postcode="3290", place="")
    assert moved.headers["Location"].endswith(f"/counter/files/{family.dossier_id}?done=changed"), "a choice lies here"


@pytest.mark.promise("LEU-02", breaks="app.facilities.rules:distance_km", twin="tests.twins:everywhere_alike")
def test_facilities_stand_by_distance_and_one_is_added_and_taken_off(
    house: House, counter: FlaskClient, family: FamilyMade
) -> None:
    near = make_facility(
        house, "leuven", name="Zonnebloem", municipality="leuven", postcode="3000", latitude=50.879, longitude=4.7
    )
    far = make_facility(
        house, "leuven", name="Aardbei", municipality="tienen", postcode="3300", latitude=50.8, longitude=4.94
    )
    identify(counter, family)
    add = f"{file_page(family)}/requests/{family.application_id}/add"
    shown = counter.get(add).text
    assert 0 < shown.index(near.name) < shown.index(far.name)
    assert counter.get(add).text.count("De Boomgaard") == 0, "what stands on the list is not offered again"
    assert post_form(counter, add, facility=str(far.id)).status_code == 303
    assert far.name in counter.get(file_page(family)).text
    assert post_form(counter, add, facility=str(far.id)).status_code == 422
    choice = re.findall(r"/choices/([0-9a-f-]{36})/off", counter.get(file_page(family)).text)[-1]
    assert post_form(counter, f"{file_page(family)}/choices/{choice}/off").status_code == 303
    assert far.name not in counter.get(file_page(family)).text
    assert counter.get(f"{file_page(family)}/choices/{choice}/off").status_code == 404


def test_somebody_who_cannot_show_who_they_are_gets_nothing(
    house: House, counter: FlaskClient, family: FamilyMade
) -> None:
    page = file_page(family)
    answer = counter.post(f"{page}/contact", data={**guard_of(counter.get(page)), "deed": "refuse"})
    assert answer.headers["Location"].endswith("?done=turned_away")
    assert "/change/name" not in counter.get(page).text
    identify(counter, family, wish="information")
    assert "/change/name" not in counter.get(page).text
    counter.post(f"{page}/contact", data={**guard_of(counter.get(page)), "deed": "change"})
    assert "/change/name" in counter.get(page).text
    counter.post(f"{page}/contact", data={**guard_of(counter.get(page)), "deed": "end"})
    assert "/change/name" not in counter.get(page).text
    with as_maintainer(house, "leuven") as session:
        events = {one.event for one in session.query(AuditEntry)}
    assert {"contact_not_identified", "contact_identified", "contact_wish", "contact_ended"} <= events


def test_a_code_lets_a_worker_look_along_until_the_family_ends_it(
    house: House, counter: FlaskClient, parent: FlaskClient, family: FamilyMade
) -> None:
    look = f"/leuven/fr/look/{family.dossier_id}"
    assert counter.get(look).status_code == 404
    made = post_form(parent, "/leuven/nl/my/look", deed="make")
    code = re.search(r'class="ref" dir="ltr">(\d{3} \d{3})<', made.text)
    assert code
    wrong = post_form(counter, f"{BASE}/find", f"{BASE}/look", code="12345")
    assert wrong.status_code == 422
    opened = post_form(counter, f"{BASE}/find", f"{BASE}/look", code=code[1])
    assert opened.headers["Location"].endswith(f"/look/{family.dossier_id}")
    shown = counter.get(look)
    assert shown.status_code == 200
    for there in ("Youssef", "Kersenlaan", "De Boomgaard", family.names["child"]):
        assert there in shown.text
    assert "<form" not in shown.text.split("<main", 1)[1], "to read, and nothing else"
    assert "Kersenlaan" in counter.get(look.replace("/fr/", "/nl/")).text
    assert "/my/look" in parent.get("/leuven/nl/my/access").text
    ended = post_form(parent, "/leuven/nl/my/look", deed="end")
    assert ended.status_code == 303
    assert counter.get(look).status_code == 404


def test_the_square_on_the_receipt_opens_the_file_in_one_step_and_tells_strangers_nothing(
    house: House,
    counter: FlaskClient,
    parent: FlaskClient,
    client: Callable[[], FlaskClient],
    family: FamilyMade,
    facility: Place,
) -> None:
    receipt = parent.get("/leuven/nl/my/receipt").text
    square = receipt.split("<main", 1)[1].split("<svg", 1)[1].split("</svg>", 1)[0]
    # A broad pen, as pictograms have, would run its squares together.
    assert 'stroke="#000" stroke-width="1" stroke-linecap="butt"' in square
    assert family.names["child"] not in receipt
    scan = f"/leuven/ar/scan/{family.dossier_id}"
    assert counter.get(scan).headers["Location"] == f"/leuven/nl/counter/files/{family.dossier_id}"
    assert counter.get(counter.get(scan).headers["Location"]).status_code == 200
    stranger = make_family(house, [], organisation="leuven", applicant={"municipality": "diest", "postcode": "3290"})
    for file_id in (stranger.dossier_id, facility.id):
        assert counter.get(counter.get(f"/leuven/nl/scan/{file_id}").headers["Location"]).status_code == 404
        assert parent.get(f"/leuven/nl/scan/{file_id}").headers["Location"].endswith("/my")
        assert client().get(f"/leuven/nl/scan/{file_id}").headers["Location"].endswith("/sign-in")


@pytest.mark.promise("LEU-33", breaks="branch:sick_care")
def test_the_care_for_sick_children_notes_a_day_and_prints_a_month(
    house: House, client: Callable[[], FlaskClient], counter: FlaskClient, family: FamilyMade
) -> None:
    care = f"{BASE}/sick-care"
    browser = signed_in(house, client(), make_worker(house, "leuven", role="sick_care"))
    today = house.clock.today()
    with as_maintainer(house, "leuven") as session:
        born = session.get_one(Child, family.child_id).birth_date
    said = {
        "deed": "note",
        "reference": family.reference,
        **{f"birth_date-{part}": str(getattr(born, part)) for part in ("day", "month", "year")},
        **{f"used_on-{part}": str(getattr(today, part)) for part in ("day", "month", "year")},
    }
    assert counter.get(care).status_code == 404, "a counter has no such search"
    empty = browser.get(post_form(browser, care, deed="find", words=family.names["family_name"]).headers["Location"])
    assert family.names["family_name"] not in empty.text
    assert post_form(browser, care, **said | {"reference": "CDF346GHJ"}).status_code == 422
    assert post_form(browser, care, **said).headers["Location"].endswith("?done=noted")
    found = browser.get(post_form(browser, care, deed="find", words=family.names["child"]).headers["Location"])
    month = browser.get(f"{care}/month")
    for page in (found, month):
        for there in (family.names["family_name"], family.names["child"], "Kersenlaan", "3000 Leuven"):
            assert there in page.text
        for hidden in (family.email or "", "De Boomgaard", "+32", "Youssef", born.strftime("%Y-%m-%d")):
            assert hidden not in page.text.split("<main", 1)[1].split("</main", 1)[0]
    assert browser.get(f"{BASE}/find").status_code == 404
    assert browser.get(file_page(family)).status_code == 404
