"""Who may read and write what, typed by hand from the access matrix of the statements; never from the profiles."""

from __future__ import annotations

import pytest

from app.organisations.profile import load_profiles
from app.organisations.rules import readable_groups, writable_groups

PROFILES = load_profiles()

# A row: group, then the cells owner, draft, chosen, enrolled. R read, W write, - nothing.
BRUSSELS = """
applicant_name      RW RW R  R
applicant_identity  RW RW -  R
contact             RW RW R  R
language            RW RW R  R
partner_name        RW RW R  R
partner_contact     RW RW -  -
partner_situation   RW RW -  -
child_identity      RW RW R  R
national_number     -  -  -  -
care_plan           RW RW R  R
choices             RW RW -  -
own_choice          R  -  RW R
family_situation    RW RW -  -
work_situation      RW RW -  -
income_situation    RW RW -  -
education           RW RW -  -
dutch_knowledge     RW RW R  R
priority_result     R  -  R  R
health              RW RW -  -
leuven_background   -  -  -  -
consents            RW RW -  -
answers             R  -  RW RW
placement           R  -  -  RW
messages            RW -  RW RW
notes               R  -  RW RW
doubles             -  -  -  -
draft               -  RW -  -
account             RW -  -  -
access_log          R  -  -  -
change_log          R  -  -  -
"""

LEUVEN = """
applicant_name      RW RW RW RW
applicant_identity  -  -  -  -
contact             RW RW RW RW
language            RW RW R  R
partner_name        RW RW R  R
partner_contact     RW RW -  -
partner_situation   RW RW -  -
child_identity      RW RW RW RW
national_number     W  W  -  -
care_plan           RW RW RW RW
choices             RW RW -  -
own_choice          R  -  RW R
family_situation    RW RW R  R
work_situation      RW RW R  R
income_situation    RW RW R  R
education           RW RW R  R
dutch_knowledge     -  -  -  -
priority_result     R  -  R  R
health              -  -  -  -
leuven_background   RW RW -  R
consents            RW RW -  -
answers             R  -  RW RW
placement           R  -  -  RW
messages            RW -  RW RW
notes               R  -  RW RW
doubles             -  -  -  -
draft               -  RW -  -
account             RW -  -  -
access_log          R  -  -  -
change_log          R  -  -  -
"""

CELLS = [
    (organisation, group, reason, cell)
    for organisation, matrix in (("brussels", BRUSSELS), ("leuven", LEUVEN))
    for group, *cells in (line.split() for line in matrix.split("\n") if line)
    for reason, cell in zip(("owner", "draft", "chosen", "enrolled"), cells, strict=True)
]


@pytest.mark.parametrize(("organisation", "group", "reason", "cell"), CELLS)
def test_a_cell_of_the_matrix(organisation: str, group: str, reason: str, cell: str) -> None:
    profile = PROFILES[organisation]
    assert (group in readable_groups(profile, [reason])) == ("R" in cell)
    assert (group in writable_groups(profile, [reason])) == ("W" in cell)


@pytest.mark.promise("BXL-55", breaks="app.organisations.rules:readable_groups", twin="tests.twins:every_group")
def test_a_chosen_facility_in_brussels_reads_this_and_nothing_else() -> None:
    assert readable_groups(PROFILES["brussels"], ["chosen"]) == {
        "applicant_name", "contact", "language", "partner_name", "child_identity", "care_plan", "own_choice",
        "dutch_knowledge", "priority_result", "answers", "messages", "notes",
    }  # fmt: skip


def test_reasons_add_up_and_unknown_ones_open_nothing() -> None:
    brussels = PROFILES["brussels"]
    assert "placement" in readable_groups(brussels, ["chosen", "enrolled"])
    assert readable_groups(brussels, ["administrator", "counter", "nobody", ""]) == frozenset()
    assert readable_groups(brussels, []) == writable_groups(brussels, []) == frozenset()


def test_nobody_anywhere_reads_a_national_number() -> None:
    for profile in PROFILES.values():
        assert "national_number" not in readable_groups(profile, profile.access)


@pytest.mark.parametrize("organisation", ["kindengezin", "kinderkeet", "kidslife"])
def test_where_there_are_no_applications_no_facility_reads_anything(organisation: str) -> None:
    assert readable_groups(PROFILES[organisation], ["chosen", "enrolled", "draft"]) == frozenset()
