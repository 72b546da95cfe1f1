"""The registers: processors and their agreements, what people check, and warnings before anything ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.organisations.rules import statement_in_force
from app.organisations.terms import EarlierStatement, Statement
from app.privacy.models import ComplianceCheck, Processor
from app.privacy.operations import warn_of_registers
from app.privacy.queries.processors import has_agreement
from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS
from tests.factories import Person, acting, as_maintainer, make_contact, make_family, make_worker, post_form, signed_in
from tests.people import queued

BASE = "/brussels/nl/oversight/registers"
FIRM = "Wolkenrekken bv"


def day_fields(name: str, day: date) -> dict[str, str]:
    """The three boxes of a date."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def overseer(app: Flask, house: House, role: str = "dpo") -> FlaskClient:
    """A browser of an overseer."""
    return signed_in(house, app.test_client(), make_worker(house, role=role))


def made_processor(house: House, name: str = FIRM, **given: object) -> UUID:
    """A processor with an agreement that holds, unless told otherwise."""
    today = today_at(house.clock.now())
    values: dict[str, object] = {
        "id": uuid4(),
        "organisation": "brussels",
        "name": name,
        "purpose": "host",
        "country": "België",
        "starts_on": today - timedelta(days=90),
        "ends_on": None,
        "agreement_signed_on": today - timedelta(days=90),
        "agreement_until": None,
        "statement_version": statement_in_force(house.profiles["brussels"], today).version,
        "recorded_by": uuid4(),
        "recorded_at": house.clock.now(),
    }
    with as_maintainer(house) as session:
        session.add(Processor(**(values | given)))
    made = (values | given)["id"]
    assert isinstance(made, UUID)
    return made


def made_check(house: House, kind: str, title: str, **given: object) -> None:
    """Something that people check."""
    values: dict[str, object] = {
        "id": uuid4(),
        "organisation": "brussels",
        "kind": kind,
        "title": title,
        "recorded_by": uuid4(),
        "recorded_at": house.clock.now(),
        "done_by": uuid4() if given.get("done_on") else None,
    }
    with as_maintainer(house) as session:
        session.add(ComplianceCheck(**(values | given)))


def states(page: str) -> Mapping[str, str]:
    """How each line of the page stands, by its name."""
    rows = [row for row in page.split("<tr>") if "<strong class=" in row]
    return {
        row.partition("</a>")[0].rpartition(">")[2]: row.partition("<strong class=")[2]
        .partition(">")[2]
        .partition("<")[0]
        for row in rows
    }


def test_a_processor_from_its_entry_to_its_last_day(app: Flask, house: House) -> None:
    browser, today = overseer(app, house), today_at(house.clock.now())
    entered = post_form(
        browser, f"{BASE}/processors/new", name=FIRM, purpose="host", country="België", **day_fields("starts_on", today)
    )
    assert entered.status_code == 303
    page = entered.headers["Location"]
    assert states(browser.get(BASE).text)[FIRM] == "geen overeenkomst"
    late = post_form(browser, page, deed="sign", **day_fields("signed_on", today + timedelta(days=1)))
    assert late.status_code == 422
    assert post_form(browser, page, deed="sign", **day_fields("signed_on", today)).status_code == 303
    assert states(browser.get(BASE).text)[FIRM] == "in orde"
    read = app.test_client().get("/brussels/nl/privacy").text
    assert FIRM in read
    assert "Om de servers te laten werken" in read or "servers" in read
    assert post_form(browser, page, deed="end", **day_fields("ends_on", today)).status_code == 303
    assert FIRM in app.test_client().get("/brussels/nl/privacy").text, "its last day is a day of work"


@pytest.mark.promise("KG-08", breaks="line:app/privacy/queries/processors.py#Processor.ends_on >= day")
def test_the_statement_lists_who_works_for_us_today(app: Flask, house: House) -> None:
    today = today_at(house.clock.now())
    made_processor(house, "Serverhuis nv")
    made_processor(house, "Postkoets bv", purpose="deliver_post")
    made_processor(house, "Weg sinds gisteren bv", ends_on=today - timedelta(days=1))
    made_processor(house, "Begint morgen bv", starts_on=today + timedelta(days=1))
    for page in ("privacy", "privacy/register"):
        html = app.test_client().get(f"/brussels/nl/{page}").text
        assert "Serverhuis nv" in html
        assert "Postkoets bv" in html
        assert "brieven" in html.partition("Postkoets bv")[2][:300], "with its task"
        assert "Weg sinds gisteren" not in html
        assert "Begint morgen" not in html
    assert "Serverhuis" not in app.test_client().get("/leuven/nl/privacy").text


@pytest.mark.promise("KG-07", breaks="app.privacy.rules:standing_of", twin="tests.twins:always_holds")
def test_a_new_statement_makes_agreements_to_be_renewed(app: Flask, house: House) -> None:
    made_processor(house)
    browser = overseer(app, house)
    assert states(browser.get(BASE).text)[FIRM] == "in orde"
    kept = house.profiles["brussels"]
    today = today_at(house.clock.now())
    before = EarlierStatement(kept.statement.version, today - timedelta(days=1))
    newer = replace(kept, statement=Statement("2027-1", today, earlier=(before,)))
    with acting(house, make_worker(house, role="dpo")) as session:
        assert has_agreement(session, kept, FIRM, today)
        assert not has_agreement(session, newer, FIRM, today), "an agreement about an older statement gives no data"
        assert not has_agreement(session, kept, "Iemand anders", today)


def test_an_agreement_that_is_over_is_none(house: House) -> None:
    today = today_at(house.clock.now())
    made_processor(house, agreement_until=today - timedelta(days=1))
    made_processor(house, "Tot vandaag bv", agreement_until=today)
    made_processor(house, "Nooit getekend bv", agreement_signed_on=None)
    profile = house.profiles["brussels"]
    with acting(house, make_worker(house, role="security")) as session:
        for name, holds in ((FIRM, False), ("Tot vandaag bv", True), ("Nooit getekend bv", False)):
            assert has_agreement(session, profile, name, today) == holds, name


@pytest.mark.promise("LEU-54", breaks="app.privacy.rules:due_light", twin="tests.twins:always_green")
def test_a_finding_past_its_date_is_red_until_its_measure_is_taken(app: Flask, house: House) -> None:
    today = today_at(house.clock.now())
    made_check(house, "audit", "Jaarlijkse audit", done_on=today, due_on=today + timedelta(days=365))
    made_check(house, "finding", "Een poort stond open", due_on=today - timedelta(days=1))
    made_check(house, "finding", "Een oude bibliotheek", due_on=today)
    browser = overseer(app, house, "security")
    assert states(browser.get(BASE).text) == {
        "Een poort stond open": "over tijd", "Een oude bibliotheek": "te doen", "Jaarlijkse audit": "in orde",
    }  # fmt: skip
    page = browser.get(BASE).text.partition("Een poort stond open")[0].rpartition('href="')[2].partition('"')[0]
    done = post_form(browser, page, result="Poort dicht, regel toegevoegd", **day_fields("done_on", today))
    assert done.status_code == 303
    assert states(browser.get(BASE).text)["Een poort stond open"] == "in orde"
    assert "Poort dicht" in browser.get(page).text


@pytest.mark.promise("KG-39", breaks="app.privacy.rules:due_light", twin="tests.twins:always_green")
def test_a_yearly_check_that_is_late_shows_and_opens_no_file(app: Flask, house: House) -> None:
    today = today_at(house.clock.now())
    made_check(
        house,
        "declaration",
        "Verklaring aan de overheid",
        done_on=today - timedelta(days=400),
        due_on=today - timedelta(days=35),
    )
    browser = overseer(app, house, "security")
    assert states(browser.get(BASE).text) == {"Verklaring aan de overheid": "over tijd"}
    assert browser.get("/brussels/nl/desk").status_code in (302, 303, 404)
    assert browser.get("/brussels/nl/facility/requests").status_code == 404


def test_what_was_checked_is_due_again_after_the_term_of_the_profile(app: Flask, house: House) -> None:
    browser, today = overseer(app, house), today_at(house.clock.now())
    added = post_form(
        browser,
        f"{BASE}/checks/new",
        kind="training",
        title="Opleiding",
        result="Iedereen",
        **day_fields("done_on", today),
    )
    assert added.status_code == 303
    again = f"{today:%d}".lstrip("0")
    assert f"{again} " in browser.get(added.headers["Location"]).text
    assert str(today.year + 1) in browser.get(added.headers["Location"]).text
    undated = post_form(browser, f"{BASE}/checks/new", kind="finding", title="Zonder dag")
    assert undated.status_code == 422


@pytest.mark.promise("LEU-53", breaks="app.privacy.rules:review_due", twin="tests.twins:never_due")
def test_a_review_of_the_statement_that_is_late_shows(app: Flask, house: House) -> None:
    browser = overseer(app, house)
    assert "note stop" not in browser.get(BASE).text
    house.clock.offset += timedelta(days=366)
    later = overseer(app, house)
    assert "note stop" in later.get(BASE).text
    made_check(house, "review", "Nazicht", done_on=today_at(house.clock.now()))
    assert "note stop" not in later.get(BASE).text


def test_who_keeps_the_registers_hears_a_month_and_a_week_before(house: House) -> None:
    today = today_at(house.clock.now())
    made_processor(house, agreement_until=today + timedelta(days=30))
    made_check(house, "training", "Opleiding", due_on=today + timedelta(days=60))
    make_worker(house, role="dpo")
    now = house.clock.now()
    told = {later: warned(house, now + timedelta(days=later)) for later in (-1, 0, 1, 23, 24, 31, 40, 53, 60, 61)}
    assert told == {-1: 0, 0: 1, 1: 0, 23: 1, 24: 0, 31: 1, 40: 0, 53: 1, 60: 0, 61: 0}


def warned(house: House, at: datetime) -> int:
    """How many messages the job adds on a day."""
    before = len(queued(house, "register_due"))
    with transaction(house.databases, "jobs", system("registers", "brussels"), at) as session:
        warn_of_registers(session, house.profiles["brussels"], now=at)
    return len(queued(house, "register_due")) - before


@pytest.mark.parametrize("role", ["helpdesk", "administrator", "policy"])
def test_nobody_else_reads_or_writes_the_registers(app: Flask, house: House, role: str) -> None:
    worker: Person = make_worker(house, role=role)
    browser = signed_in(house, app.test_client(), worker)
    made = made_processor(house)
    for page in ("", f"/processors/{made}", "/processors/new", "/checks/new"):
        assert browser.get(BASE + page).status_code == 404
    elsewhere = signed_in(house, app.test_client(), make_worker(house, "leuven", role="dpo"))
    assert elsewhere.get(f"/leuven/nl/oversight/registers/processors/{made}").status_code == 404


def test_the_page_stays_light(app: Flask, house: House) -> None:
    for number in range(12):
        made_processor(house, f"Firma {number} bv")
    BUDGETS["facility_list"].hold(overseer(app, house).get(BASE, headers=AS_SENT))


@pytest.mark.promise("KG-07", breaks="app.privacy.queries.processors:may_work")
def test_a_developer_of_a_firm_without_an_agreement_is_not_let_in(app: Flask, house: House) -> None:
    developer, worker, family = make_worker(house, role="developer"), make_worker(house), make_family(house)
    make_contact(house, worker, family)
    page = f"/brussels/nl/desk/files/{family.dossier_id}/grant"
    asked = {"developer": str(developer.id), "reason": "De rangorde klopt niet", "hours": "1"}
    desk = signed_in(house, app.test_client(), worker)
    firm = made_processor(house, purpose="build_and_run", statement_version="2026-1")
    refused = post_form(desk, page, **asked)
    assert refused.status_code == 422
    assert "De overeenkomst met het bedrijf van de ontwikkelaar geldt niet" in refused.text
    officer, today = overseer(app, house), today_at(house.clock.now())
    signed = post_form(officer, f"{BASE}/processors/{firm}", deed="sign", **day_fields("signed_on", today))
    assert signed.status_code == 303
    assert post_form(desk, page, **asked).status_code == 303
