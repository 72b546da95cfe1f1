"""Rules about roles and registered agreements, told apart without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.accounts.rules import KIND_OF_ROLE, AppointDenied, PartyDenied, may_appoint, may_record
from app.organisations.profile import load_profiles
from app.organisations.rules import roles_of, texts_of_role

PROFILES = load_profiles()
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("role", "area", "denied"),
    [
        ("helpdesk", (), None),
        ("owner", (), AppointDenied.ROLE_UNKNOWN),
        ("", (), AppointDenied.ROLE_UNKNOWN),
        ("counter", (), AppointDenied.AREA_MISSING),
        ("counter", ("gent",), AppointDenied.AREA_MISSING),
        ("counter", ("leuven", "gent"), AppointDenied.AREA_MISSING),
        ("counter", ("leuven",), None),
    ],
)
def test_a_role_is_one_of_the_organisation_and_a_counter_has_an_area(
    role: str, area: tuple[str, ...], denied: AppointDenied | None
) -> None:
    offered = ("helpdesk", "counter", "administrator")
    assert may_appoint(role, area, offered=offered, municipalities=("leuven", "diest")) == denied


@pytest.mark.parametrize(
    ("signed", "ends", "denied"),
    [
        (0, None, None),
        (0, 0, None),
        (1, None, PartyDenied.SIGNED_LATER),
        (0, -1, PartyDenied.ENDS_BEFORE),
        (-900, 400, None),
    ],
)
def test_an_agreement_is_signed_before_it_is_on_record(
    signed: int, ends: int | None, denied: PartyDenied | None
) -> None:
    last = None if ends is None else TODAY + timedelta(days=ends)
    assert may_record(TODAY + timedelta(days=signed), last, TODAY) == denied


def test_each_organisation_offers_the_roles_that_its_profile_gives_something_to_do() -> None:
    others = {"administrator", "policy", "developer", "dpo", "security"}
    assert set(roles_of(PROFILES["brussels"])) == {"helpdesk", *others}
    assert set(roles_of(PROFILES["leuven"])) == {"counter", "sick_care", *others}
    assert {role for profile in PROFILES.values() for role in roles_of(profile)} < set(KIND_OF_ROLE)


def test_which_text_stands_before_which_role() -> None:
    found = {
        (key, role): tuple(text.key for text in texts_of_role(profile, role))
        for key, profile in PROFILES.items()
        for role in KIND_OF_ROLE
        if texts_of_role(profile, role)
    }
    assert found == {
        ("brussels", "helper"): ("code_of_conduct",),
        ("leuven", "administrator"): ("confidentiality",),
        ("leuven", "helper"): ("code_of_conduct",),
        ("leuven", "sick_care"): ("sick_care_confidentiality",),
    }
