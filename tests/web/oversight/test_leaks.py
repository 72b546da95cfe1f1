"""A case from its first hour to its end: the clock, who was affected, who was told, and no end without decisions."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from app.core.audit import note_read
from app.core.clock import today_at
from app.families.models import Dossier
from app.incidents.models import LeakCase, LeakPerson
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_worker,
    post_form,
    queued,
    signed_in,
)
from tests.incidents.running import mails

BASE = "/brussels/nl/oversight/leaks"
JUDGED = {"reasons": "Namen en adressen", "measures": "De toegang is weg"}


@pytest.fixture
def officer(app: Flask, house: House) -> FlaskClient:
    """The data protection officer's browser."""
    return signed_in(house, app.test_client(), make_worker(house, role="dpo"))


def new_case(officer: FlaskClient, **fields: str) -> UUID:
    """Write down what somebody told, and return the case."""
    sent = post_form(officer, f"{BASE}/new", category="seen", words="Een collega keek mee.", **fields)
    assert sent.status_code == 303
    return UUID(sent.headers["Location"].rpartition("/")[2])


def step(officer: FlaskClient, case_id: UUID, name: str, **fields: str) -> TestResponse:
    """Do one step of a case."""
    return post_form(officer, f"{BASE}/{case_id}/steps/{name}", **fields)


def close(officer: FlaskClient, case_id: UUID) -> TestResponse:
    """Try to end a case: the button is there only once it can end."""
    return post_form(officer, f"{BASE}/{case_id}/steps/assess", f"{BASE}/{case_id}/close")


def day(name: str, moment: datetime) -> dict[str, str]:
    """Return the three boxes of a day."""
    on = today_at(moment)
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def read(house: House, who: Person, *families: FamilyMade, at: datetime | None = None) -> None:
    """Let somebody have looked at files."""
    with acting(house, who, at) as session:
        note_read(session, subjects=[f.dossier_id for f in families], groups=("contact",), reasons=("desk",))


def case_of(house: House, case_id: UUID) -> LeakCase:
    """Return the row of a case."""
    with as_maintainer(house) as session:
        return session.get_one(LeakCase, case_id)


def test_the_clock_runs_from_when_a_worker_knew(officer: FlaskClient, house: House) -> None:
    knew = house.clock.now() - timedelta(days=2)
    case_id = new_case(officer, **day("known", knew), hour="8:15")
    found = case_of(house, case_id)
    assert (found.origin, today_at(found.known_at)) == ("worker", today_at(knew))
    assert found.known_at < found.reported_at
    with as_maintainer(house) as session:
        session.execute(update(LeakCase).values(known_at=house.clock.now() - timedelta(hours=70)))
    pressing = officer.get(BASE).text
    assert 'class="tag red"' in pressing, "less than twelve hours are left"
    tomorrow = house.clock.now() + timedelta(days=2)
    assert post_form(officer, f"{BASE}/new", category="seen", words="x", **day("known", tomorrow)).status_code == 422


def test_who_was_affected_comes_from_the_audit(officer: FlaskClient, house: House) -> None:
    worker, colleague = make_worker(house), make_worker(house)
    seen, listed, later, others = (make_family(house) for _ in range(4))
    now = house.clock.now()
    read(house, worker, seen, listed, at=now - timedelta(days=3))
    read(house, worker, later, at=now - timedelta(days=30))
    read(house, colleague, others, at=now - timedelta(days=3))
    case_id = new_case(officer)
    span = {**day("since", now - timedelta(days=4)), **day("until", now)}
    assert step(officer, case_id, "affected", login="niemand@example.org", **span).status_code == 422
    assert step(officer, case_id, "affected", login=worker.login, **span).status_code == 303

    def affected() -> set[UUID]:
        with as_maintainer(house) as session:
            return set(session.scalars(select(LeakPerson.dossier_id)))

    assert affected() == {seen.dossier_id, listed.dossier_id}
    page = officer.get(f"{BASE}/{case_id}").text
    assert seen.names["family_name"] not in page
    assert seen.reference not in page
    step(officer, case_id, "file", reference=later.reference)
    assert affected() == {seen.dossier_id, listed.dossier_id, later.dossier_id}
    step(officer, case_id, "affected", **span)
    assert affected() == {f.dossier_id for f in (seen, listed, later, others)}, "without a login: whoever looked"


@pytest.mark.promise("KL-35", breaks="app.incidents.rules:why_not_close")
def test_no_case_ends_without_its_decisions(officer: FlaskClient, house: House) -> None:
    family, worker = make_family(house), make_worker(house)
    read(house, worker, family)
    case_id = new_case(officer)
    assert close(officer, case_id).status_code == 409, "not assessed"
    step(officer, case_id, "assess", risk="high", **JUDGED)
    assert close(officer, case_id).status_code == 409, "nobody was told"
    span = {**day("since", house.clock.now()), **day("until", house.clock.now())}
    step(officer, case_id, "affected", login=worker.login, **span)
    told = {**day("told", house.clock.now() - timedelta(days=1)), "hour": "9:00", "reference": "GBA-1"}
    assert step(officer, case_id, "authority", **told).status_code == 303
    assert close(officer, case_id).status_code == 409, "the families were not told"
    assert step(officer, case_id, "notice", nl="Iemand zag uw adres.", fr="Quelqu'un a vu.").status_code == 303
    assert close(officer, case_id).status_code == 409, "nor were they before the mail was written"
    mails(house)
    assert close(officer, case_id).status_code == 303
    assert case_of(house, case_id).state == "closed"


@pytest.mark.promise("KL-35", breaks="constraint:leak_case.ck_leak_case_decided")
def test_the_database_holds_the_decisions_too(officer: FlaskClient, house: House) -> None:
    case_id = new_case(officer)
    step(officer, case_id, "assess", risk="risk", **JUDGED)
    with as_maintainer(house) as session, pytest.raises(Exception, match="ck_leak_case_decided"):
        session.execute(text("update leak_case set state = 'closed'"))


def test_a_reason_written_down_is_a_decision(officer: FlaskClient, house: House) -> None:
    case_id = new_case(officer)
    step(officer, case_id, "assess", risk="high", why_not_authority="Versleuteld", why_not_persons="Bekend", **JUDGED)
    assert close(officer, case_id).status_code == 303
    shown = officer.get(f"{BASE}/{case_id}").text
    assert "Versleuteld" in shown
    assert officer.get(f"{BASE}/{case_id}/steps/assess").status_code == 409, "closed is closed"


def test_nobody_ends_a_case_about_themselves(app: Flask, house: House) -> None:
    person = make_worker(house, role="security")
    client = signed_in(house, app.test_client(), person)
    case_id = new_case(client)
    step(client, case_id, "assess", risk="none", **JUDGED)
    with as_maintainer(house) as session:
        session.execute(update(LeakCase).values(suspect_id=person.id))
    assert close(client, case_id).status_code == 409


def test_each_family_is_told_in_its_language_by_its_own_way(officer: FlaskClient, house: House) -> None:
    facility = make_facility(house)
    dutch, french = make_family(house, [facility]), make_family(house, [facility], language="fr")
    with as_maintainer(house) as session:
        session.execute(update(Dossier).where(Dossier.id == french.dossier_id).values(language="fr"))
    case_id = new_case(officer)
    for family in (dutch, french):
        step(officer, case_id, "file", reference=family.reference)
    step(officer, case_id, "notice", nl="Iemand zag uw adres.", fr="Quelqu'un a vu votre adresse.")
    mails(house)
    mails(house)
    told = {mail.recipient: mail.params["words"] for mail in queued(house) if mail.kind == "leak_notice"}
    assert told == {dutch.email: "Iemand zag uw adres.", french.email: "Quelqu'un a vu votre adresse."}
    found = case_of(house, case_id)
    assert found.persons_told_at is not None
    late = make_family(house, [facility])
    step(officer, case_id, "file", reference=late.reference)
    assert case_of(house, case_id).persons_told_at is None, "whoever is found later has not been told"
    mails(house)
    assert sum(mail.kind == "leak_notice" for mail in queued(house)) == 3


def test_the_summary_for_the_authority_names_nobody(officer: FlaskClient, house: House) -> None:
    family, worker = make_family(house), make_worker(house)
    read(house, worker, family)
    case_id = new_case(officer)
    span = {**day("since", house.clock.now()), **day("until", house.clock.now())}
    step(officer, case_id, "affected", login=worker.login, **span)
    step(officer, case_id, "assess", risk="risk", **JUDGED)
    page = officer.get(f"{BASE}/{case_id}/summary").text
    for said in JUDGED.values():
        assert said in page
    for secret in (family.names["family_name"], family.reference, worker.login):
        assert secret not in page


def test_opening_a_case_is_noted(officer: FlaskClient, house: House) -> None:
    case_id = new_case(officer)
    officer.get(f"{BASE}/{case_id}")
    with as_maintainer(house) as session:
        noted = session.execute(
            text("select count(*) from audit_entry where event = 'read' and subjects @> array[cast(:id as uuid)]"),
            {"id": case_id},
        )
        assert noted.scalar() >= 1  # type: ignore[operator]
