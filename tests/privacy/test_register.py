"""The register of article 30: what it says is what the program does, on the page and in the file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from app.catalogue.activities import ACTIVITIES
from app.catalogue.groups import GROUPS
from app.organisations.fields import FIELDS
from app.organisations.profile import Profile, load_profiles
from app.organisations.rules import groups_held
from app.privacy.queries import register_rows
from app.web.i18n import texts

PROFILES = load_profiles()
TODAY = date(2026, 11, 22)
Client = Callable[[], FlaskClient]


def said(profile: Profile) -> set[str]:
    """The groups that the register of an organisation names."""
    return {label for row in register_rows(profile, TODAY) for label in row.groups}


@pytest.mark.promise("KG-14", breaks="app.privacy.queries.derived:purposes_of", twin="tests.twins:first_purpose")
@pytest.mark.parametrize("organisation", sorted(PROFILES))
def test_every_group_that_a_form_asks_stands_in_the_register(organisation: str) -> None:
    profile = PROFILES[organisation]
    asked = {GROUPS[FIELDS[key]].label for key, rule in profile.fields.items() if rule.asked}
    assert asked <= said(profile)
    # Also what no form asks: every group that is held for a purpose of its own.
    held = {GROUPS[key].label for key in groups_held(profile)}
    assert said(profile) <= held


def test_the_groups_of_an_organisation_with_applications_are_all_there() -> None:
    for organisation in ("brussels", "leuven"):
        profile = PROFILES[organisation]
        missing = {GROUPS[key].label for key in groups_held(profile)} - said(profile)
        assert missing == set(), organisation


@pytest.mark.promise("KG-14", breaks="line:app/privacy/queries/register.py#may_receive(profile, key, day)")
def test_the_register_says_what_the_settings_say() -> None:
    profile = PROFILES["brussels"]
    rows = {row.key: row for row in register_rows(profile, TODAY)}
    assert rows["share_lop"].recipients == ("LOP Brussel",)
    assert rows["application"].recipients == ()
    assert {kept.years for kept in rows["messages"].keeping} == {profile.retention["messages"].years}
    left = replace(profile.recipients["lop"], until=date(2026, 11, 1))
    without = replace(profile, recipients={**profile.recipients, "lop": left})
    assert {row.key: row for row in register_rows(without, TODAY)}["share_lop"].recipients == ()
    longer = replace(profile.retention["health"], years=9)
    kept = replace(profile, retention={**profile.retention, "health": longer})
    rows = {row.key: row for row in register_rows(kept, TODAY)}
    assert {one.years for one in rows["health_priority"].keeping} == {9}


@pytest.mark.parametrize("organisation", sorted(PROFILES))
def test_page_and_file_say_the_same_in_each_language(client: Client, organisation: str) -> None:
    profile = PROFILES[organisation]
    for language in profile.languages.family:
        bound, browser = texts(language), client()
        page = browser.get(f"/{organisation}/{language}/privacy/register")
        file = browser.get(f"/{organisation}/{language}/privacy/register.csv")
        assert (page.status_code, file.status_code) == (200, 200)
        assert file.headers["Content-Type"].startswith("text/csv")
        assert organisation in file.headers["Content-Disposition"]
        lines = list(csv.reader(StringIO(file.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))
        rows = register_rows(profile, TODAY)
        assert len(lines) == len(rows) + 1
        assert {len(line) for line in lines} == {12}
        for row, line in zip(rows, lines[1:], strict=True):
            assert line[0] == bound.gettext(row.label)
            assert line[4] == "; ".join(bound.gettext(label) for label in row.groups)
            for cell in line[:4] + line[6:7]:
                assert cell
            for said_here in (line[0], line[1], line[2], line[4]):
                assert str(escape(said_here)) in page.text
        assert profile.name in lines[1]
        assert "Set-Cookie" not in page.headers


def test_every_purpose_has_one_ground_and_something_to_hold() -> None:
    for activity in ACTIVITIES.values():
        assert activity.groups
        assert len({activity.basis}) == 1
