"""The page of evidence: each promise of the own statement, with a sign that it is kept or a tick by hand."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.models import JobRun
from app.privacy.queries.evidence import COUNTS, OF_KIND, OF_PROMISE, published_promises
from app.web.doors import House
from jobs.schedule import JOBS
from tests.budgets import AS_SENT, BUDGETS
from tests.factories import as_maintainer, make_worker, post_form, signed_in
from tests.web.oversight.test_registers import day_fields, overseer

BASE = "/brussels/nl/oversight/evidence"
EXPIRY = "retention"


def ran(house: House, name: str, at: datetime) -> None:
    """Let a job have run."""
    with as_maintainer(house) as session:
        session.execute(text("delete from job_run where name = :name"), {"name": name})
        session.add(JobRun(id=uuid4(), name=name, slot=at, started_at=at, finished_at=at, outcome="done", handled=0))


def line_of(page: str, promise: str) -> str:
    """The row of one promise."""
    return page.partition(f'<tr id="{promise}">')[2].partition("</tr>")[0]


def colour(page: str, promise: str) -> str:
    """How a promise stands: stop, wait or go."""
    return re.findall(r'<strong class="tag (\w+)"', line_of(page, promise))[0]


def test_every_sign_is_a_job_of_the_house_or_a_count() -> None:
    names = {name for signs in (*OF_KIND.values(), *OF_PROMISE.values()) for name in signs}
    assert names - {job.name for job in JOBS} - {"retention", "deliveries", "rights-reminders"} <= set(COUNTS)


@pytest.mark.promise("KG-40", breaks="app.privacy.rules:job_light", twin="tests.twins:always_green")
def test_an_expiry_job_that_has_not_run_for_two_days_shows_red(app: Flask, house: House) -> None:
    now, browser = house.clock.now(), overseer(app, house, "security")
    for name in OF_KIND["retention"]:
        if name not in COUNTS:
            ran(house, name, now - timedelta(hours=2))
    assert colour(browser.get(BASE).text, "BXL-39") == "go"
    ran(house, EXPIRY, now - timedelta(hours=27))
    assert colour(browser.get(BASE).text, "BXL-39") == "wait"
    ran(house, EXPIRY, now - timedelta(days=2, minutes=1))
    page = browser.get(BASE).text
    assert colour(page, "BXL-39") == "red"
    first = re.findall(r'<tr id="([^"]+)"', page)[0]
    assert colour(page, first) == "red", "what is wrong stands first"


@pytest.mark.promise("KG-40", breaks="app.privacy.rules:due_light", twin="tests.twins:always_green")
def test_what_no_program_sees_is_ticked_by_hand_and_due_again(app: Flask, house: House) -> None:
    browser = overseer(app, house)
    assert colour(browser.get(BASE).text, "BXL-47") == "wait"
    today = house.clock.now().date()
    ticked = post_form(browser, f"{BASE}/BXL-47", result="Staat op de pagina", **day_fields("done_on", today))
    assert ticked.status_code == 303
    page = browser.get(BASE).text
    assert colour(page, "BXL-47") == "go"
    assert "Staat op de pagina" in line_of(page, "BXL-47")
    assert str(today.year + 1) in line_of(page, "BXL-47"), "due again after the term of the profile"
    house.clock.offset += timedelta(days=370)
    assert colour(overseer(app, house).get(BASE).text, "BXL-47") == "red"


def test_a_request_that_is_late_shows_to_both_as_a_number(app: Flask, house: House) -> None:
    now = house.clock.now()
    ran(house, "rights-reminders", now)
    with as_maintainer(house) as session:
        session.execute(
            text(
                "insert into complaint"
                " (id, organisation, reference, about, language, received_at, due_on, sealed, state)"
                " values (:id, 'brussels', 'K7', 'privacy', 'nl', :at, :due, 'x', 'received')"
            ),
            {"id": uuid4(), "at": now - timedelta(days=40), "due": (now - timedelta(days=10)).date()},
        )
    for role in ("dpo", "security"):
        line = line_of(overseer(app, house, role).get(BASE).text, "BXL-68")
        assert "Klachten die te laat zijn: 1" in line
        assert "K7" not in line
    elsewhere = signed_in(house, app.test_client(), make_worker(house, "leuven", role="dpo"))
    assert "Klachten die te laat zijn: 0" in elsewhere.get("/leuven/nl/oversight/evidence").text


def test_each_organisation_sees_its_own_promises_alone(app: Flask, house: House) -> None:
    browser = overseer(app, house)
    page = browser.get(BASE).text
    shown = set(re.findall(r'<tr id="([^"]+)"', page))
    assert shown == {one.id for one in published_promises(house.profiles["brussels"])}
    assert len(shown) == 72
    assert browser.get(f"{BASE}/LEU-01").status_code == 404
    assert {len(published_promises(house.profiles[key])) for key in ("leuven", "kindengezin")} == {59, 44}
    red = browser.get(f"{BASE}?only=stop").text
    assert {colour(red, one) for one in re.findall(r'<tr id="([^"]+)"', red)} == {"red"}


@pytest.mark.parametrize("role", ["helpdesk", "administrator", "policy"])
def test_nobody_else_reads_the_evidence(app: Flask, house: House, role: str) -> None:
    browser = signed_in(house, app.test_client(), make_worker(house, role=role))
    assert browser.get(BASE).status_code == 404
    assert browser.get(f"{BASE}/BXL-47").status_code == 404


def test_the_page_keeps_to_its_budget(app: Flask, house: House) -> None:
    BUDGETS["evidence"].hold(overseer(app, house).get(BASE, headers=AS_SENT))
