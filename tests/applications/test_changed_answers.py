"""A family changes what it told about itself; the order of requests follows at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.applications.models import Choice
from app.applications.rules import Denied
from app.core.clock import today_at
from app.core.errors import Refused
from app.families.queries import own_family
from app.families.rules import PartnerDetails
from app.priority.rules import Rank
from app.web.doors import House
from tests.applications.changing import change, events
from tests.factories import (
    OTHER,
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
)


@pytest.fixture
def places(house: House) -> list[Place]:
    return [make_facility(house) for _ in range(4)]


@pytest.fixture
def leaders(house: House, places: list[Place]) -> list[Person]:
    return [make_leader(house, place) for place in places]


@pytest.fixture
def family(house: House, places: list[Place]) -> FamilyMade:
    return make_family(house, places[:3])


@pytest.mark.promise(
    "BXL-29", breaks="line:app/applications/operations/changes.py#rekey_choices(session, profile, dossier_id, now=now)"
)
def test_an_answer_about_work_changes_the_priority_at_once(house: House, places: list[Place]) -> None:
    family = make_family(house, places[:2], facts=OTHER)
    change(house, family, circumstances=lambda known: replace(known.circumstances, work="full_time"))
    with as_maintainer(house) as session:
        ranks = set(session.scalars(select(Choice.priority_rank)))
    assert ranks == {int(Rank.ABSOLUTE)}
    assert {"circumstances_changed", "priority_computed"} <= set(events(house))


@pytest.mark.promise("BXL-06", breaks="app.families.operations:remove_partner")
def test_removing_the_partner_deletes_the_data(house: House, family: FamilyMade) -> None:
    change(house, family, partner=lambda known: None)
    with as_maintainer(house) as session:
        assert session.scalar(text("select count(*) from partner")) == 0
    change(house, family, partner=lambda known: PartnerDetails("Ada", "Nieuw"))
    with acting(house, family.person) as session:
        assert own_family(session, family.dossier_id).partner == PartnerDetails("Ada", "Nieuw")


@pytest.mark.promise("BXL-07", breaks="app.families.operations:change_child")
def test_a_birth_replaces_the_expectation_everywhere(house: House, places: list[Place], leaders: list[Person]) -> None:
    family = make_family(house, places[:1], expected=True)
    born = today_at(house.clock.now()) - timedelta(days=2)
    change(
        house,
        family,
        child=lambda known: replace(known.children[family.child_id], birth_date=born, expected=False, given_name="Lou"),
    )
    with acting(house, leaders[0]) as session:
        assert session.scalar(select(Choice.child_birth_date)) == born
    with as_maintainer(house) as session:
        row = session.execute(text("select given_name, birth_date, expected from child")).one()
    assert tuple(row) == ("Lou", born, False)


def test_a_birth_date_after_the_start_is_refused(house: House, family: FamilyMade) -> None:
    late = today_at(house.clock.now()) + timedelta(days=290)
    with pytest.raises(Refused) as refused:
        change(
            house,
            family,
            child=lambda known: replace(known.children[family.child_id], birth_date=late, expected=True),
        )
    assert refused.value.reason is Denied.START_BEFORE_BIRTH


def test_telling_the_same_again_changes_nothing(house: House, family: FamilyMade) -> None:
    before = events(house)
    change(house, family)
    assert set(events(house)) - set(before) <= {"priority_computed"}
