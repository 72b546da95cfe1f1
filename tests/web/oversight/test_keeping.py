"""The officer sees what goes when, holds a file back and lets go what waited; the security officer sees counts."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from app.families.rules import grouped_reference
from app.retention.models import RetentionRun
from app.web.doors import House
from tests.budgets import BUDGETS, count_sql
from tests.factories import FamilyMade, as_maintainer, guard_of, make_family, make_worker, post_form, signed_in
from tests.retention.world import noon

BASE = "/brussels/nl/oversight/retention"
WHY = "Zaak 12 bij de rechtbank"


def held(house: House) -> list[bytes]:
    """Return what stands sealed of the holds."""
    with as_maintainer(house) as session:
        return list(session.scalars(text("select sealed from legal_hold where ended_at is null")))


def hold(app: Flask, house: House, family: FamilyMade, until: date, role: str = "dpo", reason: str = WHY) -> int:
    """Hold a file back on the page."""
    client = signed_in(house, app.test_client(), make_worker(house, role=role))
    fields = {"reference": grouped_reference(family.reference), "reason": reason}
    days = {f"until-{part}": str(getattr(until, part)) for part in ("day", "month", "year")}
    return int(post_form(client, BASE, **fields, **days).status_code)


def test_the_officer_holds_a_file_back_and_lets_it_go(app: Flask, house: House) -> None:
    family, until = make_family(house), house.clock.today() + timedelta(days=300)
    assert hold(app, house, family, until) == 303
    (sealed,) = held(house)
    assert WHY.encode() not in sealed
    client = signed_in(house, app.test_client(), make_worker(house, role="dpo"))
    page = client.get(BASE)
    assert WHY in page.text
    assert family.names["family_name"] not in page.text
    deed = page.text.partition(f'action="{BASE}/holds/')[2].partition('"')[0]
    assert client.post(f"{BASE}/holds/{deed}", data=guard_of(page)).status_code == 303
    assert held(house) == []
    assert client.post(f"{BASE}/holds/{uuid4()}", data=guard_of(client.get(BASE))).status_code == 404


def test_a_hold_has_a_reason_a_file_and_an_end(app: Flask, house: House) -> None:
    family, today = make_family(house), house.clock.today()
    assert hold(app, house, family, today - timedelta(days=1)) == 422
    assert hold(app, house, family, today + timedelta(days=5 * 366 + 2)) == 422
    assert hold(app, house, family, today, reason=" ") == 422
    other = make_family(house, organisation="leuven")
    assert hold(app, house, other, today + timedelta(days=9)) == 422, "a file of another organisation is none"
    assert held(house) == []


def test_the_security_officer_reads_counts_and_holds_nothing(app: Flask, house: House) -> None:
    family, until = make_family(house), house.clock.today() + timedelta(days=30)
    assert hold(app, house, family, until) == 303
    client = signed_in(house, app.test_client(), make_worker(house, role="security"))
    page = client.get(BASE)
    assert page.status_code == 200
    assert WHY not in page.text
    assert grouped_reference(family.reference) not in page.text
    assert client.post(BASE, data=guard_of(page)).status_code == 404


@pytest.mark.promise("KK-40", breaks="line:app/retention/rules.py#return 0, Outcome.HELD_BACK")
def test_a_jump_waits_for_the_officer(app: Flask, house: House) -> None:
    now = house.clock.now()
    with as_maintainer(house) as session:
        run = RetentionRun(id=uuid4(), organisation="brussels", rule="files", started_at=now, finished_at=now)
        run.due, run.handled, run.run_limit, run.outcome = 400, 0, 20_000, "held_back"
        session.add(run)
    security = signed_in(house, app.test_client(), make_worker(house, role="security"))
    asked = {**guard_of(security.get(BASE)), "rule": "files"}
    assert security.post(f"{BASE}/release", data=asked).status_code == 404
    officer = signed_in(house, app.test_client(), make_worker(house, role="dpo"))
    page = officer.get(BASE)
    assert "tegengehouden" in page.text
    assert officer.post(f"{BASE}/release", data={**guard_of(page), "rule": "files"}).status_code == 303
    assert "tegengehouden" not in officer.get(BASE).text
    assert officer.post(f"{BASE}/release", data={**guard_of(page), "once": "x" * 30, "rule": "audit"}).status_code in (
        400,
        404,
    )
    with as_maintainer(house) as session:
        assert session.scalar(text("select released_by is not null from retention_run"))


def test_the_calendar_counts_what_goes_and_costs_little(app: Flask, house: House) -> None:
    old = noon(date(house.clock.today().year - 5, 6, 1))
    for number in range(3):
        family = make_family(house)
        with as_maintainer(house) as session:
            session.execute(
                text(
                    "update application set state = 'cancelled', closed_at = :old, submitted_at = :old"
                    " where dossier_id = :id"
                ),
                {"old": old, "id": family.dossier_id},
            )
            session.execute(
                text("update dossier set last_activity_at = :old, created_at = :old where id = :id"),
                {"old": old + timedelta(days=400 * (number == 2)), "id": family.dossier_id},
            )
    officer = signed_in(house, app.test_client(), make_worker(house, role="dpo"))
    with count_sql(house.databases.engine("oversight"), house.databases.engine("signin")) as counted:
        page = officer.get(BASE, headers={"Accept-Encoding": "br"})
    BUDGETS["desk_file"].hold(page, counted)
    text_of = officer.get(BASE).text
    assert "<td>Dossiers van gezinnen</td><td>2</td>" in text_of
    assert "<td>Dossiers van gezinnen</td><td>1</td>" in text_of
