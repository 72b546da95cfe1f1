"""The desk changes a file for a family that asked for it: each part, told to the family, and refused without a contact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.applications.models import Application, Choice, Offer
from app.consents.models import Consent
from app.core.clock import today_at
from app.core.models import AuditEntry
from app.families.models import Applicant, Child, Dossier, FamilyNotice, Partner
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    as_maintainer,
    guard_of,
    make_contact,
    make_facility,
    make_offer,
    make_worker,
    queued,
    signed_in,
)


@pytest.fixture
def base(family: FamilyMade) -> str:
    return f"/brussels/nl/desk/files/{family.dossier_id}"


def day(name: str, value: Any) -> dict[str, str]:
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}


def post(desk: FlaskClient, page: str, **fields: Any) -> Any:
    shown = desk.get(page)
    assert shown.status_code == 200, (page, shown.status_code)
    return desk.post(page, data={**guard_of(shown), **fields})


def parts_of(house: House, family: FamilyMade) -> dict[str, dict[str, Any]]:
    """Return what is typed on the page of each part: one thing differs on each."""
    start = today_at(house.clock.now()) + timedelta(days=120)
    born = today_at(house.clock.now()) - timedelta(days=100)
    contact = {"street": "Lindestraat", "house_number": "3", "postcode": "1030", "municipality": "schaarbeek"}
    return {
        "applicant": {"given_name": "Nieuw", "family_name": "Peeters", "sex": "female", **day("birth_date", born)},
        "contact": {**contact, "phone": "0470 12 34 56", "email": family.email, "channel": "mail"},
        "language": {"language": "fr"},
        "partner": {"has_partner": "yes", "given_name": "Ander", "family_name": "Peeters"},
        "child": {"born": "yes", "given_name": "Noor", "family_name": "Anders", **day("birth_date", born)},
        "plan": {"half_days": ["0", "1"], "flexible": "no", **day("start_date", start)},
        "circumstances": {"family_situation": "two_parents", "work": "not_working"},
    }


@pytest.mark.promise("BXL-49", breaks="policy:applicant.staff.update")
@pytest.mark.promise("BXL-48", breaks="branch:helping")
def test_each_part_is_changed_and_the_family_told_of_each(
    house: House, desk: FlaskClient, worker: Person, family: FamilyMade, base: str
) -> None:
    make_contact(house, worker, family)
    before = priority(house, family)
    for part, fields in parts_of(house, family).items():
        sent = len(queued(house))
        answer = post(desk, f"{base}/change/{part}", **fields)
        assert answer.status_code == 303, (part, answer.text)
        assert [mail.kind for mail in queued(house, "changed_by_helpdesk")][sent:] or part == "contact"
    mails = queued(house, "changed_by_helpdesk")
    assert len(mails) == len(parts_of(house, family))
    assert {group for mail in mails for group in mail.params["parts"]} >= {
        "applicant_name",
        "contact",
        "language",
        "partner_name",
        "child_identity",
        "care_plan",
        "family_situation",
        "work_situation",
    }
    # The mail names parts, and carries none of what was typed.
    assert not any("Lindestraat" in str(mail.params) or "Nieuw" in str(mail.params) for mail in mails)
    with as_maintainer(house) as session:
        assert session.get_one(Applicant, family.dossier_id).given_name == "Nieuw"
        assert session.get_one(Dossier, family.dossier_id).language == "fr"
        assert session.get_one(Partner, family.dossier_id).given_name == "Ander"
        assert session.get_one(Child, family.child_id).family_name == "Anders"
        notices = session.scalars(select(FamilyNotice)).all()
        assert {notice.reason for notice in notices} == {"helpdesk"}
        assert all(notice.contact_id for notice in notices)
        events = session.scalars(select(AuditEntry.event).where(AuditEntry.reasons == ["helping"])).all()
        assert {"applicant_changed", "partner_changed", "child_changed", "plan_changed"} <= set(events)
    assert priority(house, family) != before


def priority(house: House, family: FamilyMade) -> list[tuple[int, list[str]]]:
    with as_maintainer(house) as session:
        rows = session.execute(
            select(Choice.priority_rank, Choice.grounds)
            .where(Choice.application_id == family.application_id)
            .order_by(Choice.position)
        )
        return [(row.priority_rank, list(row.grounds)) for row in rows]


@pytest.mark.promise("KL-33", breaks="app.mandates.rules:change_problem")
@pytest.mark.promise("BXL-49", breaks="app.mandates.rules:change_problem")
def test_without_knowing_who_asks_and_what_they_want_nothing_opens(
    house: House, client: Callable[[], FlaskClient], desk: FlaskClient, worker: Person, family: FamilyMade, base: str
) -> None:
    pages = [f"{base}/change", f"{base}/change/contact", f"{base}/cancel", f"{base}/consents"]
    assert [desk.get(page).status_code for page in pages] == [404] * len(pages)
    make_contact(house, worker, family, known=False)
    assert [desk.get(page).status_code for page in pages] == [409] * len(pages)
    for page in pages[1:]:
        guard = guard_of(desk.get("/brussels/nl/desk/to-do"))
        answer = desk.post(
            page, data={**guard, "why": "family_asked", "recipient": "x", **parts_of(house, family)["contact"]}
        )
        assert answer.status_code == 409, page
    colleague = signed_in(house, client(), make_worker(house))
    assert [colleague.get(page).status_code for page in pages] == [404] * len(pages)
    assert queued(house) == []


def test_bad_answers_come_back_whole(
    house: House, desk: FlaskClient, worker: Person, family: FamilyMade, base: str
) -> None:
    make_contact(house, worker, family)
    answer = post(desk, f"{base}/change/child", born="yes", given_name="", family_name="Zonderling")
    assert answer.status_code == 422
    assert "Zonderling" in answer.text
    early = today_at(house.clock.now()) - timedelta(days=30)
    assert (
        post(desk, f"{base}/change/plan", half_days=["0"], flexible="no", **day("start_date", early)).status_code == 422
    )
    same = {"language": "nl"}
    assert post(desk, f"{base}/change/language", **same).headers["Location"].endswith("done=same")
    assert queued(house) == []


def test_choices_are_added_ordered_and_taken_back(
    house: House, desk: FlaskClient, worker: Person, family: FamilyMade, base: str
) -> None:
    make_contact(house, worker, family)
    third = make_facility(house, name="De Derde")
    page = f"{base}/change/choices"
    assert post(desk, page, facility=str(third.id)).status_code == 303
    with as_maintainer(house) as session:
        added = session.scalars(select(Choice.id).where(Choice.facility_id == third.id)).one()
    assert post(desk, page, up=str(added)).status_code == 303
    first = family.choices[next(iter(family.choices))]
    assert post(desk, page, withdraw=str(first)).status_code == 303
    with as_maintainer(house) as session:
        rows = session.execute(
            select(Choice.facility_id, Choice.state)
            .where(Choice.dossier_id == family.dossier_id)
            .order_by(Choice.position)
        ).all()
        events = session.scalars(select(FamilyNotice.event).order_by(FamilyNotice.event)).all()
    assert [row.state for row in rows if row.facility_id in family.choices] == ["withdrawn", "open"]
    assert [row.facility_id for row in rows].index(third.id) == 1
    assert list(events) == ["choice_added", "choice_withdrawn", "choices_ordered"]
    assert len(queued(house, "changed_by_helpdesk")) == 3
    assert post(desk, page, withdraw=str(first)).status_code == 404


@pytest.mark.promise("BXL-17", breaks="trigger:application_moved_family_is_told")
def test_a_request_is_cancelled_with_a_reason_and_one_mail(
    house: House, desk: FlaskClient, worker: Person, family: FamilyMade, facility: Place, base: str
) -> None:
    make_contact(house, worker, family)
    make_offer(house, family, facility)
    page = f"{base}/cancel?request={family.application_id}"
    assert post(desk, page).status_code == 422
    assert post(desk, page, why="place_elsewhere").status_code == 303
    (mail,) = [mail for mail in queued(house) if not mail.kind.startswith("facility")]
    assert (mail.kind, mail.recipient, mail.params["why"]) == ("cancelled_by_desk", family.email, "place_elsewhere")
    assert [mail.kind for mail in queued(house) if mail.kind.startswith("facility")] == ["facility_offer_declined"]
    with as_maintainer(house) as session:
        assert session.get_one(Application, family.application_id).state == "cancelled"
        assert set(session.scalars(select(Choice.state))) == {"closed"}
        assert set(session.scalars(select(Offer.state))) == {"withdrawn"}
        assert session.scalars(select(FamilyNotice.event)).all() == ["cancelled_place_elsewhere"]


def test_the_parent_s_own_cancelling_sends_no_such_mail(house: House, parent: FlaskClient, family: FamilyMade) -> None:
    post(parent, f"/brussels/nl/my/requests/{family.application_id}/cancel")
    assert [mail.kind for mail in queued(house)] == ["cancelled"]


@pytest.mark.promise("LEU-20", breaks="policy:consent.staff.insert")
@pytest.mark.promise("LEU-23", breaks="branch:administrator")
def test_a_consent_is_taken_back_at_the_desk_and_never_given(house: House, client: Callable[[], FlaskClient]) -> None:
    from tests.factories import make_family

    place = {"postcode": "3000", "municipality": "leuven"}
    family = make_family(house, [make_facility(house, "leuven", **place)], organisation="leuven", applicant=place)
    worker = make_worker(house, "leuven", role="administrator")
    make_contact(house, worker, family)
    recipient = house.profiles["leuven"].consents[0].recipient
    desk = signed_in(house, client(), worker)
    page = f"/leuven/nl/desk/files/{family.dossier_id}/consents"
    assert post(desk, page, recipient=recipient).status_code == 303
    (mail,) = queued(house, organisation="leuven")
    assert (mail.kind, mail.recipient) == ("consent_withdrawn", family.email)
    with as_maintainer(house, "leuven") as session:
        (row,) = session.scalars(select(Consent)).all()
        assert (row.recipient, row.given, row.channel) == (recipient, False, "call")
    assert post(desk, page, recipient="nobody").status_code == 404
