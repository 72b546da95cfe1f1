"""Until when each group is kept; dates typed by hand from the statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from app.catalogue.groups import GROUPS
from app.organisations.profile import Profile, load_profiles
from app.organisations.rules import groups_held
from app.organisations.terms import Action
from app.retention.policy import group_term
from app.retention.rules import kept_until

PROFILES = load_profiles()
LAST_ACTIVITY = {"last_activity": date(2021, 3, 10)}

BRUSSELS_FIVE_YEARS = (
    "applicant_name", "applicant_identity", "contact", "language", "partner_name", "partner_contact",
    "partner_situation", "child_identity", "care_plan", "choices", "own_choice", "family_situation",
    "work_situation", "income_situation", "education", "dutch_knowledge", "priority_result", "health", "consents",
    "answers", "placement", "account",
)  # fmt: skip
LEUVEN_ANONYMISED = (
    "applicant_name", "contact", "language", "partner_name", "partner_contact", "partner_situation",
    "child_identity", "national_number", "care_plan", "choices", "own_choice", "family_situation", "work_situation",
    "income_situation", "education", "leuven_background", "priority_result", "consents", "answers", "placement",
)  # fmt: skip


def keep_until(profile: Profile, group: str, anchors: Mapping[str, date]) -> date | None:
    """Return the last day of a group whose term counts from one of these events."""
    term = group_term(profile, group)
    return None if term is None or term.anchor not in anchors else kept_until(term, anchors[term.anchor])


def is_kept(profile: Profile, group: str, anchors: Mapping[str, date], today: date) -> bool:
    """Say whether a group may still be there."""
    until = keep_until(profile, group, anchors)
    return until is None or today <= until


@pytest.mark.parametrize("group", BRUSSELS_FIVE_YEARS)
def test_brussels_keeps_five_years_after_the_last_activity(group: str) -> None:
    brussels = PROFILES["brussels"]
    assert keep_until(brussels, group, LAST_ACTIVITY) == date(2026, 3, 10)
    assert is_kept(brussels, group, LAST_ACTIVITY, date(2026, 3, 10))
    assert not is_kept(brussels, group, LAST_ACTIVITY, date(2026, 3, 11))
    assert brussels.retention[group].action is Action.DELETE


def test_a_term_from_a_leap_day_ends_on_the_first_of_march() -> None:
    assert keep_until(PROFILES["brussels"], "contact", {"last_activity": date(2024, 2, 29)}) == date(2029, 3, 1)
    assert keep_until(PROFILES["kinderkeet"], "contact", {"end_of_contract": date(2021, 2, 28)}) == date(2028, 2, 28)


def test_brussels_keeps_a_message_five_years_from_the_message() -> None:
    written = {"written": date(2020, 7, 1), "last_activity": date(2024, 1, 1)}
    assert is_kept(PROFILES["brussels"], "messages", written, date(2025, 7, 1))
    assert not is_kept(PROFILES["brussels"], "messages", written, date(2025, 7, 2))


def test_a_draft_goes_after_thirty_days() -> None:
    saved = {"last_saved": date(2026, 1, 15)}
    assert keep_until(PROFILES["brussels"], "draft", saved) == date(2026, 2, 14)
    assert keep_until(PROFILES["leuven"], "draft", saved) == date(2026, 2, 14)


@pytest.mark.parametrize("group", LEUVEN_ANONYMISED)
def test_leuven_anonymises_five_years_after_the_end_of_the_care(group: str) -> None:
    leuven = PROFILES["leuven"]
    ended = {"end_of_care": date(2021, 6, 30), "last_activity": date(2025, 12, 1)}
    assert is_kept(leuven, group, ended, date(2026, 6, 30))
    assert not is_kept(leuven, group, ended, date(2026, 7, 1))
    assert leuven.retention[group].action is Action.ANONYMISE


def test_the_kinderkeet_keeps_contract_data_seven_years_and_permissions_not_a_day_longer() -> None:
    kinderkeet = PROFILES["kinderkeet"]
    ended = {"end_of_contract": date(2019, 5, 31)}
    for group in ("applicant_name", "contact", "child_identity", "care_plan"):
        assert is_kept(kinderkeet, group, ended, date(2026, 5, 31))
        assert not is_kept(kinderkeet, group, ended, date(2026, 6, 1))
    assert not is_kept(kinderkeet, "consents", ended, date(2019, 6, 1))


@pytest.mark.parametrize("organisation", ["kindengezin", "kidslife"])
def test_terms_that_no_statement_gives_are_marked_as_ours(organisation: str) -> None:
    profile = PROFILES[organisation]
    assert all(profile.retention[group].proposed for group in groups_held(profile))


@pytest.mark.parametrize("organisation", sorted(PROFILES))
def test_every_group_has_a_rule(organisation: str) -> None:
    assert set(PROFILES[organisation].retention) == set(GROUPS)


def test_while_the_care_goes_on_there_is_no_end() -> None:
    leuven = PROFILES["leuven"]
    assert keep_until(leuven, "contact", {"last_activity": date(2001, 1, 1)}) is None
    assert is_kept(leuven, "contact", {}, date(2090, 1, 1))


def test_what_is_not_held_has_no_term() -> None:
    for organisation, group in (
        ("brussels", "national_number"),
        ("brussels", "leuven_background"),
        ("leuven", "health"),
        ("leuven", "applicant_identity"),
        ("leuven", "dutch_knowledge"),
        ("kinderkeet", "national_number"),
    ):
        assert group not in groups_held(PROFILES[organisation])
        assert keep_until(PROFILES[organisation], group, LAST_ACTIVITY) is None
