"""Changing what a family told: the new value counts, the old one is gone, and somebody else's file is out of reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core.crypto import Unreadable, open_json
from app.core.errors import NotFound
from app.core.models import AuditEntry, DataKey
from app.families.models import Applicant, Child, Circumstances, Dossier, HealthAnswer, Partner, ProtectedContact
from app.families.operations import (
    change_applicant,
    change_child,
    change_circumstances,
    change_health,
    change_language,
    change_partner,
    remove_partner,
    touch_dossier,
)
from app.families.queries import health_place, own_family
from app.families.rules import (
    SEALED_CONTACT,
    ApplicantDetails,
    ChildDetails,
    CircumstancesDetails,
    PartnerDetails,
)
from app.web.doors import House
from tests.factories import FamilyMade, acting, as_maintainer, make_facility, make_family

APPLICANT = ApplicantDetails("Ayşe", "Yılmaz", "ukkel", street="Kerkstraat", phone="+32470123456")
PARTNER = PartnerDetails("Mehmet", "Kaya", email="mehmet@example.com")


@pytest.fixture
def family(house: House) -> FamilyMade:
    """A family with a partner and one request."""
    return make_family(house, [make_facility(house)])


def test_the_family_reads_what_it_wrote(house: House, family: FamilyMade) -> None:
    now = house.clock.now() + timedelta(hours=1)
    with acting(house, family.person, now) as session:
        change_applicant(session, family.dossier_id, APPLICANT, now=now)
        change_language(session, family.dossier_id, "fr", now=now)
        change_health(session, family.dossier_id, True, now=now)
        found = own_family(session, family.dossier_id)
    assert (found.applicant, found.language, found.health) == (APPLICANT, "fr", True)
    with as_maintainer(house) as session:
        assert session.get_one(Dossier, family.dossier_id).last_activity_at == now


def test_a_protected_address_is_sealed_and_only_the_family_reads_it_back(house: House, family: FamilyMade) -> None:
    now = house.clock.now()
    protected = replace(APPLICANT, protected=True)
    with acting(house, family.person) as session:
        change_applicant(session, family.dossier_id, protected, now=now)
        assert own_family(session, family.dossier_id).applicant == protected
    with as_maintainer(house) as session:
        row = session.get_one(Applicant, family.dossier_id)
        assert [getattr(row, name) for name in SEALED_CONTACT] == [None] * len(SEALED_CONTACT)
        sealed = session.get_one(ProtectedContact, family.dossier_id).sealed
        assert b"Kerkstraat" not in sealed
    with acting(house, family.person) as session:
        change_applicant(session, family.dossier_id, APPLICANT, now=now)
        assert own_family(session, family.dossier_id).applicant == APPLICANT
    with as_maintainer(house) as session:
        assert session.get(ProtectedContact, family.dossier_id) is None
        assert session.get(DataKey, (family.dossier_id, "address")) is None


@pytest.mark.promise("BXL-06", breaks="line:app/families/operations.py#session.execute(delete(Partner)")
def test_removing_the_partner_deletes_the_row(house: House, family: FamilyMade) -> None:
    now = house.clock.now()
    with acting(house, family.person) as session:
        remove_partner(session, family.dossier_id, now=now)
        assert own_family(session, family.dossier_id).partner is None
    with as_maintainer(house) as session:
        assert not session.scalars(select(Partner)).all()
    with acting(house, family.person) as session:
        change_partner(session, family.dossier_id, PARTNER, now=now)
        assert own_family(session, family.dossier_id).partner == PARTNER
        change_partner(session, family.dossier_id, PartnerDetails("Mehmet", "Kaya"), now=now)
        assert own_family(session, family.dossier_id).partner == PartnerDetails("Mehmet", "Kaya")


@pytest.mark.promise("BXL-07", breaks="app.families.operations:change_child")
def test_a_birth_replaces_the_expectation(house: House, family: FamilyMade) -> None:
    now = house.clock.now()
    born = ChildDetails("Kaya", date(2026, 3, 1), expected=False, given_name="Noor")
    with acting(house, family.person) as session:
        change_child(session, family.dossier_id, family.child_id, born, now=now)
    with as_maintainer(house) as session:
        child = session.scalars(select(Child)).one()
        assert (child.given_name, child.birth_date, child.expected) == ("Noor", date(2026, 3, 1), False)
    dates = [name for name in Child.__table__.columns.keys() if name.endswith("date")]  # noqa: SIM118  no mapping
    assert dates == ["birth_date"]


@pytest.mark.promise("BXL-22", breaks="app.families.operations:_ticked")
def test_the_tick_for_a_proof_keeps_the_day_it_was_set(house: House, family: FamilyMade) -> None:
    first, later = house.clock.now(), house.clock.now() + timedelta(days=9)
    told = CircumstancesDetails(dutch="applicant", dutch_proof=True)
    for now, work in ((first, None), (later, "half_time")):
        with acting(house, family.person, now) as session:
            change_circumstances(
                session,
                family.dossier_id,
                CircumstancesDetails(work=work, dutch=told.dutch, dutch_proof=True),
                now=now,
            )
    with as_maintainer(house) as session:
        kept = session.scalars(select(Circumstances)).one()
        assert (kept.dutch_proof_at, kept.dutch_proof_by, kept.work) == (first, family.person.id, "half_time")
    with acting(house, family.person, later) as session:
        change_circumstances(session, family.dossier_id, CircumstancesDetails(dutch="applicant"), now=later)
    with as_maintainer(house) as session:
        kept = session.scalars(select(Circumstances)).one()
        assert (kept.dutch_proof, kept.dutch_proof_at, kept.dutch_proof_by) == (False, None, None)


@pytest.mark.promise("BXL-25", breaks="line:app/families/operations.py#delete(DataKey)")
def test_a_health_answer_taken_back_is_unreadable_even_in_a_copy(house: House, family: FamilyMade) -> None:
    now = house.clock.now()
    with acting(house, family.person) as session:
        change_health(session, family.dossier_id, True, now=now)
        copy = session.scalars(select(HealthAnswer.sealed)).one()
    assert b"true" not in copy
    with acting(house, family.person) as session:
        change_health(session, family.dossier_id, None, now=now)
    with as_maintainer(house) as session:
        assert not session.scalars(select(HealthAnswer)).all()
        assert not session.scalars(select(DataKey).where(DataKey.key_class == "health")).all()
        place = health_place(family.dossier_id)
        with pytest.raises(Unreadable):
            open_json(session, copy, owner_id=family.dossier_id, key_class="health", place=place)


def test_each_change_is_noted_with_its_groups_and_without_values(house: House, family: FamilyMade) -> None:
    now = house.clock.now()
    with acting(house, family.person) as session:
        change_applicant(session, family.dossier_id, APPLICANT, now=now)
    with as_maintainer(house) as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.event, entry.subjects) == ("applicant_changed", [family.dossier_id])
        assert entry.groups == ["applicant_identity", "applicant_name", "contact"]


def test_somebody_elses_file_does_not_exist(house: House, family: FamilyMade) -> None:
    other = make_family(house, [make_facility(house)])
    now = house.clock.now()
    child = ChildDetails("X", date(2026, 1, 1), expected=False)
    attempts = (
        lambda s: own_family(s, family.dossier_id),
        lambda s: change_applicant(s, family.dossier_id, APPLICANT, now=now),
        lambda s: change_circumstances(s, family.dossier_id, CircumstancesDetails(), now=now),
        lambda s: change_child(s, family.dossier_id, family.child_id, child, now=now),
        lambda s: change_child(s, other.dossier_id, family.child_id, child, now=now),
        lambda s: remove_partner(s, family.dossier_id, now=now),
        lambda s: change_language(s, family.dossier_id, "fr", now=now),
        lambda s: touch_dossier(s, family.dossier_id, "plan_changed", now=now),
    )
    for attempt in attempts:
        with pytest.raises(NotFound), acting(house, other.person) as session:
            attempt(session)
    with as_maintainer(house) as session:
        assert len(session.scalars(select(Partner)).all()) == 2
