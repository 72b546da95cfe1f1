"""The rules that Brussels and Leuven set, day by day."""

from dataclasses import replace
from datetime import date

import pytest

from app.organisations.profile import load_profiles
from app.organisations.terms import PriorityNumbers
from app.priority.queries import Keys, keys_at, keys_of, rules_on
from app.priority.rules import Dutch, Facts, Family, Ground, Rank, Region, Site, Tariff, Work, rank

PROFILES = load_profiles()


@pytest.mark.parametrize("organisation", ["brussels", "leuven"])
@pytest.mark.parametrize(
    ("filed", "tariff", "code"),
    [
        ("2014-03-31", Tariff.INCOME, "none"),
        ("2014-04-01", Tariff.INCOME, "be-2014"),
        ("2024-03-31", Tariff.INCOME, "be-2014"),
        ("2024-04-01", Tariff.INCOME, "be-2024"),
        ("2025-04-29", Tariff.INCOME, "be-2024"),
        ("2025-04-30", Tariff.INCOME, "be-2014"),
        ("2024-09-01", Tariff.PLUS, "be-2014"),
        ("2024-09-01", Tariff.FREE, "none"),
        ("2026-11-21", Tariff.FREE, "none"),
        ("2026-11-21", Tariff.PLUS, "be-2014"),
    ],
)
def test_the_day_of_the_request_and_the_tariff_choose_the_rules(
    organisation: str, filed: str, tariff: Tariff, code: str
) -> None:
    assert rules_on(PROFILES[organisation], date.fromisoformat(filed), tariff).code == code


def test_the_newest_numbers_of_the_day_count() -> None:
    stricter = PriorityNumbers(date(2024, 6, 1), work_percent=90, vulnerable_traits=2, leading_traits=1)
    profile = PROFILES["brussels"]
    profile = replace(profile, priority_numbers=(stricter, *profile.priority_numbers))
    facts = Facts(family=Family.ONE_PARENT, work=Work.FOUR_FIFTHS)
    site = Site(Region.BRUSSELS, Tariff.INCOME)
    before = rules_on(profile, date(2024, 5, 31), site.tariff)
    after = rules_on(profile, date(2024, 6, 1), site.tariff)
    assert rank(facts, before, site) == 0
    assert rank(facts, after, site) == 2


@pytest.mark.promise("BXL-20", breaks="app.facilities.rules:in_brussels_region")
def test_the_same_family_has_the_dutch_ground_in_brussels_and_not_outside_it() -> None:
    facts = Facts(dutch=Dutch.PARTNER, dutch_proof=True)
    today = date(2026, 11, 21)
    jette = keys_at(PROFILES["brussels"], today, facts, postcode="1090", tariff="income")
    assert jette == Keys("be-2014", (Ground.DUTCH,), Rank.PRIORITY)
    outside = keys_at(PROFILES["brussels"], today, facts, postcode="1780", tariff="income")
    assert outside == Keys("be-2014", (), Rank.OTHER)
    free = keys_at(PROFILES["brussels"], today, facts, postcode="1090", tariff="free")
    assert free == Keys("none", (), Rank.OTHER)
    assert keys_of(PROFILES["brussels"], today, facts).grounds == (Ground.DUTCH,)
    assert keys_of(PROFILES["leuven"], today, facts).grounds == ()


def test_a_request_as_a_whole_counts_no_sibling() -> None:
    facts = Facts(family=Family.ONE_PARENT, sibling_here=True)
    assert keys_of(PROFILES["leuven"], date(2026, 11, 21), facts) == Keys(
        "be-2014", (Ground.SINGLE_PARENT,), Rank.PRIORITY
    )
