"""Versions of the statement: a draft is nobody's to read, the newest counts, the older ones stay as they were."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup

from app.core.clock import today_at
from app.core.errors import NotFound
from app.organisations.profile import Profile, load_profiles
from app.organisations.rules import statement_in_force
from app.organisations.terms import EarlierStatement, Statement
from app.privacy.queries import (
    FROZEN,
    LISTS,
    STATEMENTS,
    ProcessorRow,
    older_statement,
    privacy_statement,
    statement_of_day,
    versions_of,
)
from app.privacy.rules import Light, due_light, finding_light, job_light, months_later, review_due, warned_at, worst
from app.web.doors import House
from app.web.i18n import texts
from app.web.public.derived_lists import Source, rows_of
from tests.factories import make_facility, make_family

PROFILES = load_profiles()
BRUSSELS = PROFILES["brussels"]
TODAY = date(2026, 11, 22)
NAMED = [(key, one.version) for key, profile in PROFILES.items() for one in profile.statement.earlier]
Client = Callable[[], FlaskClient]


def with_draft(profile: Profile, day: date) -> Profile:
    """The organisation with a next version, published on a day."""
    kept = profile.statement
    now = EarlierStatement(kept.version, kept.published)
    return replace(profile, statement=Statement("2027-1", day, kept.agreement, (now, *kept.earlier)))


@pytest.mark.promise("LEU-53", breaks="app.organisations.rules:statements_published", twin="tests.twins:all_versions")
def test_a_draft_is_nobodys_to_read_until_its_day(tmp_path: Path) -> None:
    shutil.copytree(STATEMENTS / "leuven", tmp_path / "leuven")
    shutil.copytree(STATEMENTS / "leuven", tmp_path / "leuven" / "2026-2", ignore=shutil.ignore_patterns("20*"))
    for path in (tmp_path / "leuven").glob("*.toml"):
        path.write_text(path.read_text("utf-8").replace('version = "2026-2"', 'version = "2027-1"'), "utf-8")
    day = date(2027, 1, 1)
    newer = with_draft(PROFILES["leuven"], day)
    before = statement_of_day(newer, "nl", day - timedelta(days=1), tmp_path)
    assert (before.version, before.published, before.frozen) == ("2026-2", date(2026, 11, 22), None)
    assert [one.version for one in versions_of(newer, day - timedelta(days=1))] == ["2026-2", "2019-12-06"]
    with pytest.raises(NotFound):
        older_statement(newer, "nl", "2027-1", day - timedelta(days=1), tmp_path)
    assert statement_of_day(newer, "nl", day, tmp_path).version == "2027-1"
    assert older_statement(newer, "nl", "2026-2", day, tmp_path).published == date(2026, 11, 22)


@pytest.mark.promise("KG-42", breaks="app.organisations.rules:statement_in_force", twin="tests.twins:oldest_version")
def test_the_newest_is_shown_and_the_older_ones_stay_readable(client: Client) -> None:
    for organisation, old, new in (("brussels", "2026-1", "2026-2"), ("leuven", "2019-12-06", "2026-2")):
        browser = client()
        page = browser.get(f"/{organisation}/nl/privacy").text
        assert f"Versie {new}, 22 november 2026" in page
        assert "Wat is er veranderd sinds de vorige versie?" in page
        listed = browser.get(f"/{organisation}/nl/privacy/versions").text
        assert listed.index(new) < listed.index(f"/privacy/versions/{old}")
        older = browser.get(f"/{organisation}/nl/privacy/versions/{old}").text
        assert f"Versie {old}" in older
        assert "Dit is een oude versie" in older
        assert browser.get(f"/{organisation}/nl/privacy/versions/2099-1").status_code == 404
    assert "1 november 2026" in client().get("/brussels/nl/privacy/versions/2026-1").text
    assert "6 december 2019" in client().get("/leuven/nl/privacy/versions/2019-12-06").text


@pytest.mark.parametrize(("organisation", "version"), NAMED)
def test_an_older_version_keeps_its_words_and_its_lists(organisation: str, version: str) -> None:
    profile = PROFILES[organisation]
    for language in ("nl", "fr"):
        older = older_statement(profile, language, version, TODAY)
        assert older.version == version
        assert older.frozen is not None
        assert {name for name in FROZEN if older.frozen[name]} >= {"asked", "purposes", "readers", "keeping", "cookies"}
        written = tomllib.loads(
            (STATEMENTS / organisation / version / LISTS / f"{older.language}.toml").read_text("utf-8")
        )
        assert [list(row) for row in older.frozen["readers"]] == written["readers"]


def test_what_changed_is_said_in_each_language_of_a_newer_version() -> None:
    for profile in PROFILES.values():
        for language in profile.languages.family if profile.statement.earlier else ():
            changed = privacy_statement(profile, language).changed
            assert len([item for block in changed for item in block.items]) >= 5


def test_the_law_keeps_its_words_in_every_version() -> None:
    new = {s.key: s for s in privacy_statement(BRUSSELS, "nl").sections}
    old = {s.key: s for s in older_statement(BRUSSELS, "nl", "2026-1", TODAY).sections}
    assert new["rights"] == old["rights"]
    assert new["who"] == old["who"]


def rendered(profile: Profile, language: str = "nl", processors: tuple[ProcessorRow, ...] = ()) -> str:
    """Every derived list of a statement, as one text."""
    source = Source(profile, texts(language), TODAY, https=True, processors=processors)
    return json.dumps({name: [[str(part) for part in row] for row in rows_of(name, source)] for name in FROZEN})


def changed_profiles() -> dict[str, Profile]:
    """Brussels with one thing changed at a time."""
    rule = BRUSSELS.retention["messages"]
    reader, lop = BRUSSELS.access["chosen"], BRUSSELS.recipients["lop"]
    field, cookie = BRUSSELS.fields["health.situation"], BRUSSELS.cookies[0]
    return {
        "a term": replace(BRUSSELS, retention={**BRUSSELS.retention, "messages": replace(rule, years=rule.years + 1)}),
        "a reader": replace(
            BRUSSELS, access={**BRUSSELS.access, "chosen": replace(reader, read=reader.read | {"income_situation"})}
        ),
        "a writer": replace(
            BRUSSELS, access={**BRUSSELS.access, "chosen": replace(reader, write=reader.write | {"care_plan"})}
        ),
        "a column": replace(
            BRUSSELS,
            recipients={**BRUSSELS.recipients, "lop": replace(lop, columns=(*lop.columns, "child.given_name"))},
        ),
        "a recipient": replace(BRUSSELS, recipients={"lop": lop}),
        "a question": replace(BRUSSELS, fields={**BRUSSELS.fields, "health.situation": replace(field, required=True)}),
        "a cookie": replace(BRUSSELS, cookies=(*BRUSSELS.cookies, replace(cookie, name="more"))),
    }


@pytest.mark.parametrize("what", sorted(changed_profiles()))
def test_each_change_of_a_setting_changes_the_page(what: str) -> None:
    for language in ("nl", "fr"):
        assert rendered(changed_profiles()[what], language) != rendered(BRUSSELS, language)


def test_a_processor_of_the_register_stands_among_the_recipients() -> None:
    assert "Firma X" in rendered(BRUSSELS, processors=(ProcessorRow("Firma X", "To keep the servers running", "BE"),))


def test_the_way_to_complain_and_to_report_works_where_it_is_named(client: Client, house: House) -> None:
    for endpoint, page in (("public.leak", "leak"), ("public.complaint", "complaint")):
        if endpoint in house.pages:
            for organisation in ("brussels", "leuven"):
                html = client().get(f"/{organisation}/nl/privacy").text
                assert f'href="/{organisation}/nl/{page}"' in html
                assert client().get(f"/{organisation}/nl/{page}").status_code == 200


@pytest.mark.promise("KK-57", breaks="line:app/privacy/statements/kinderkeet/nl.toml#@complain")
def test_the_kinderkeet_leads_to_its_complaints_procedure(client: Client) -> None:
    html = client().get("/kinderkeet/nl/privacy").text
    link = re.search(r'href="(/kinderkeet/nl/complaint)"', html)
    assert link is not None
    assert "via de reguliere klachtenprocedure" in html
    assert client().get(link[1]).status_code == 200


@pytest.mark.promise("KG-01", breaks="line:app/web/public/register.py#visit.profile.legal_form")
def test_the_controller_stands_in_the_register_of_its_own_organisation_alone(client: Client) -> None:
    facts = ("Kind en Gezin", "(IVA)", "Hallepoortlaan 27, 1060 Brussel")
    html = Markup(client().get("/kindengezin/nl/privacy/register").text)
    assert all(fact in html for fact in facts)
    for other in ("leuven", "kinderkeet", "kidslife"):
        for page in ("privacy", "privacy/register"):
            html = Markup(client().get(f"/{other}/nl/{page}").text)
            assert not [fact for fact in facts if fact in html and fact != "Kind en Gezin"], other


def test_an_agreement_is_noted_under_the_version_in_force(house: House) -> None:
    profile = house.profiles["leuven"]
    assert statement_in_force(profile, today_at(house.clock.now())).version == "2026-2"
    assert statement_in_force(profile, date(2026, 11, 21)).version == "2019-12-06"
    assert statement_in_force(profile, date(2000, 1, 1)).version == "2019-12-06"
    assert make_family(house, [make_facility(house, organisation="leuven")], organisation="leuven").dossier_id


def test_dates_that_turn_red() -> None:
    day = date(2026, 11, 22)
    assert [due_light(due, None, day) for due in (None, day, day - timedelta(days=1))] == [
        Light.WAIT, Light.WAIT, Light.STOP,
    ]  # fmt: skip
    assert due_light(day - timedelta(days=1), day - timedelta(days=400), day) is Light.STOP
    assert finding_light(day - timedelta(days=1), day, day) is Light.GO
    assert worst(()) is Light.WAIT
    assert worst((Light.GO, Light.STOP, Light.WAIT)) is Light.STOP
    assert months_later(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert months_later(date(2026, 11, 22), 14) == date(2028, 1, 22)
    assert months_later(date(2026, 12, 31), 12) == date(2027, 12, 31)
    assert review_due(date(2026, 1, 1), None, 12) == date(2027, 1, 1)
    assert review_due(date(2026, 1, 1), date(2026, 6, 1), 12) == date(2027, 6, 1)
    assert [warned_at(day + timedelta(days=left), day) for left in (31, 30, 8, 7, 0, -1)] == [
        None, 30, 30, 7, 7, None,
    ]  # fmt: skip


def test_a_job_is_late_after_26_hours_and_red_after_two_days(house: House) -> None:
    now = house.clock.now()
    ran = {hours: job_light(now - timedelta(hours=hours), now) for hours in (1, 26, 27, 47, 48)}
    assert list(ran.values()) == [Light.GO, Light.GO, Light.WAIT, Light.WAIT, Light.STOP]
    assert job_light(None, now) is Light.STOP
