"""The desk changes a file for a family that asked for it: part by part, told to the family, never without a contact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from app.applications.models import Application, Choice, Offer
from app.consents.models import Consent
from app.consents.queries import own_consents
from app.core.clock import today_at
from app.core.models import AuditEntry
from app.families.models import Applicant, Child, Dossier, FamilyNotice, Partner
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    guard_of,
    make_contact,
    make_facility,
    make_family,
    make_offer,
    make_worker,
    queued,
    session_of,
    signed_in,
)
from tests.servers.browsing import Visitors, axe_violations


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


def test_each_part_is_changed_and_the_family_told_of_each(
    house: House, desk: FlaskClient, worker: Person, family: FamilyMade, base: str
) -> None:
    make_contact(house, worker, family)
    before = priority(house, family)
    for part, fields in parts_of(house, family).items():
        sent = len(queued(house, "changed_by_helpdesk"))
        answer = post(desk, f"{base}/change/{part}", **fields)
        assert answer.status_code == 303, (part, answer.text)
        assert len(queued(house, "changed_by_helpdesk")) == sent + 1, part
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
        guard = guard_of(desk.get("/brussels/nl/desk"))
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
def test_a_consent_is_taken_back_at_the_desk_and_never_given(
    house: House, desk: FlaskClient, worker: Person, family: FamilyMade, base: str
) -> None:
    recipient = house.profiles["brussels"].consents[0].recipient
    given = {"id": uuid4(), "organisation": "brussels", "dossier_id": family.dossier_id, "recipient": recipient}
    with as_maintainer(house) as session:
        session.add(
            Consent(
                **given,
                application_id=family.application_id,
                given=True,
                at=house.clock.now() - timedelta(days=1),
                text_version="1",
                language="nl",
                channel="web",
            )
        )
    make_contact(house, worker, family)
    assert post(desk, f"{base}/consents", recipient=recipient).status_code == 303
    (mail,) = queued(house)
    assert (mail.kind, mail.recipient) == ("consent_withdrawn", family.email)
    with acting(house, family.person) as session:
        (now,) = own_consents(session, family.dossier_id)
        assert (now.recipient, now.given) == (recipient, False)
    with as_maintainer(house) as session:
        assert "call" in session.scalars(select(Consent.channel)).all()
    assert post(desk, f"{base}/consents", recipient="nobody").status_code == 404
    give = {**given, "id": uuid4(), "application_id": family.application_id, "given": True, "text_version": "1"}
    with pytest.raises(DBAPIError, match="row-level security"), acting(house, worker) as session:
        session.execute(insert(Consent).values(**give, at=house.clock.now(), language="nl", channel="call"))


@pytest.mark.promise("LEU-23", breaks="branch:administrator")
def test_an_administrator_reads_and_changes_and_never_sees_a_national_number(
    house: House, client: Callable[[], FlaskClient]
) -> None:
    place = {"postcode": "3000", "municipality": "leuven"}
    family = make_family(house, [make_facility(house, "leuven", **place)], organisation="leuven", applicant=place)
    worker = make_worker(house, "leuven", role="administrator")
    desk = signed_in(house, client(), worker)
    page = f"/leuven/nl/desk/files/{family.dossier_id}/change"
    assert desk.get(page).status_code == 404
    make_contact(house, worker, family)
    assert post(desk, f"{page}/language", language="fr").status_code == 303
    assert [mail.kind for mail in queued(house, organisation="leuven")] == ["changed_by_administrator"]
    with pytest.raises(DBAPIError, match="permission denied"), acting(house, worker) as session:
        session.execute(text("select number_token from applicant"))
    elsewhere = signed_in(house, client(), make_worker(house, "brussels", role="administrator"))
    assert elsewhere.get(page).status_code in (302, 303)
    assert elsewhere.get(page.replace("leuven", "brussels")).status_code == 404


@pytest.mark.trial
def test_the_pages_of_a_change_fit_a_phone_and_are_heard(
    house: House, visitors: Visitors, live_server: str, worker: Person, family: FamilyMade, base: str
) -> None:
    make_contact(house, worker, family)
    page = visitors.new(width=360)
    page.context.add_cookies([{"name": "sid", "value": session_of(house, worker), "url": live_server}])
    parts = [f"change/{part}" for part in (*parts_of(house, family), "choices")]
    for address in ("change", "cancel", "consents", *parts):
        page.goto(f"{live_server}{base}/{address}")
        assert axe_violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    parent = visitors.new(width=360)
    parent.context.add_cookies([{"name": "sid", "value": session_of(house, family.person), "url": live_server}])
    parent.goto(f"{live_server}/brussels/nl/my/changes")
    assert axe_violations(parent) == []
