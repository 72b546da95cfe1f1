"""Many dossiers at once: each as complete and as correctly ranked as one that was sent at the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import func, select

from app.applications.models import Application, Choice
from app.applications.operations.keys import rekey_choices
from app.consents.models import Consent
from app.core.actor import Actor, Kind, system
from app.core.db import transaction
from app.core.models import AuditEntry, DataKey
from app.facilities.models import Facility
from app.families.models import Applicant, Circumstances, Dossier, HealthAnswer
from app.families.queries import own_family
from app.families.rules import REFERENCE_ALPHABET, REFERENCE_LENGTH
from app.organisations.profile import load_profiles
from app.web.doors import House
from jobs.cli import add_commands
from jobs.demo.bulk import bulk
from jobs.demo.draw import Dice
from jobs.demo.facilities import ENOUGH, spots_of
from jobs.demo.families import Ids, reference_of, series_of
from tests.factories import Person, Place, as_maintainer, make_leader, signed_in

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
BRUSSELS = load_profiles()["brussels"]
KEYS = ("priority_rank", "grounds", "reply_due_on", "child_birth_date", "start_date", "half_days")


@pytest.fixture
def filled(house: House) -> House:
    bulk(house.databases, BRUSSELS, 300, NOW)
    return house


def test_every_dossier_is_complete(filled: House) -> None:
    with transaction(filled.databases, "maintainer", system("seed"), NOW) as session:

        def count(table: type) -> int:
            return session.scalar(select(func.count()).select_from(table)) or 0

        assert count(Dossier) == count(Applicant) == count(Circumstances) == count(Application) == 300
        assert count(Choice) == 1500
        assert count(Facility) == ENOUGH
        assert count(Consent) == 600
        assert count(AuditEntry) == 600
        assert count(DataKey) == 300 + count(HealthAnswer)
        five = select(Choice.application_id).group_by(Choice.application_id).having(func.count() != 5)
        assert session.scalars(five).all() == []
        used = session.scalar(select(func.count(Choice.facility_id.distinct())))
        assert used is not None
        assert used > 0.95 * ENOUGH


def test_a_second_seed_adds_others(filled: House) -> None:
    bulk(filled.databases, BRUSSELS, 20, NOW)
    with transaction(filled.databases, "maintainer", system("seed"), NOW) as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 320
        assert session.scalar(select(func.count(Dossier.reference.distinct()))) == 320


def test_a_sample_is_opened_by_its_own_family_and_ranked_as_the_door_would(filled: House) -> None:
    """The keys are computed anew by the operation that a changed answer sets off: nothing may move (BXL-29)."""
    with transaction(filled.databases, "maintainer", system("seed"), NOW) as session:
        rows = session.execute(
            select(Dossier.id, Dossier.account_id, Dossier.reference, HealthAnswer.dossier_id.label("health"))
            .join(Application, Application.dossier_id == Dossier.id)
            .outerjoin(HealthAnswer, HealthAnswer.dossier_id == Dossier.id)
            .where(Application.state == "open")
        ).all()
    sample = Random(1).sample(rows, 25) + [row for row in rows if row.health][:5]
    assert any(row.health for row in sample)
    for row in sample:
        actor = Actor(Kind.PARENT, row.account_id, "brussels")
        with transaction(filled.databases, "family", actor, NOW) as session:
            family = own_family(session, row.id)
            assert family.reference == row.reference
            assert (family.health is not None) is (row.health is not None)
            before = keys(session, row.id)
            rekey_choices(session, BRUSSELS, row.id, now=NOW)
            session.flush()
            assert keys(session, row.id) == before


def test_a_sample_is_shown_through_both_doors(filled: House, client: Callable[[], FlaskClient]) -> None:
    with as_maintainer(filled) as session:
        rows = session.execute(
            select(
                Dossier.account_id,
                Dossier.language,
                Applicant.family_name,
                Choice.id.label("choice"),
                Choice.facility_id,
                Facility.name.label("facility"),
            )
            .join(Applicant, Applicant.dossier_id == Dossier.id)
            .join(Choice, Choice.dossier_id == Dossier.id)
            .join(Facility, Facility.id == Choice.facility_id)
            .where(Choice.state == "open")
        ).all()
    for row in Random(2).sample(rows, 4):
        family = Person(row.account_id, Kind.PARENT, "brussels", "", "", row.language)
        page = signed_in(filled, client(), family).get(f"{family.base}/my")
        assert page.status_code == 200
        assert row.facility in page.text
        place = Place(row.facility_id, "brussels", row.facility, None, "nl", "", "", None)
        leader = make_leader(filled, place)
        door = signed_in(filled, client(), leader)
        assert door.get(f"{leader.base}/facility").status_code == 200
        request = door.get(f"{leader.base}/facility/requests/{row.choice}")
        assert request.status_code == 200
        assert str(escape(row.family_name)) in request.text


def test_the_same_number_is_the_same_family(house: House) -> None:
    bulk(house.databases, BRUSSELS, 1, NOW)
    with transaction(house.databases, "maintainer", system("seed", "brussels"), NOW) as session:
        spots = spots_of(session, "brussels")
        ids = Ids(series_of("brussels", 1), 0)
        drawn = Dice(BRUSSELS, spots, NOW).family(ids)
        assert drawn == Dice(BRUSSELS, spots, NOW).family(ids)
        assert session.scalar(select(Dossier.reference)) == drawn.reference
        assert session.scalar(select(Applicant.family_name)) == drawn.applicant.family_name


def test_references_differ_and_look_like_those_of_the_door() -> None:
    numbers = range(20_000)
    made = {reference_of(Ids(series_of("brussels", kind), number)) for kind in (0, 1) for number in numbers}
    assert len(made) == 40_000
    assert all(len(text) == REFERENCE_LENGTH and set(text) <= set(REFERENCE_ALPHABET) for text in made)


def test_a_production_installation_refuses_to_be_seeded(app: Flask) -> None:
    answer = app.test_cli_runner()
    if "demo" not in app.cli.commands:
        add_commands(app)
    result = answer.invoke(args=["demo", "seed", "--dossiers", "1"])
    assert result.exit_code == 1
    assert "in a demo only" in result.output


def keys(session: object, dossier_id: UUID) -> list[tuple[object, ...]]:
    columns = [getattr(Choice, name) for name in KEYS]
    query = select(*columns).where(Choice.dossier_id == dossier_id).order_by(Choice.position)
    whole = select(Application.priority_rank, Application.grounds, Application.rule_set)
    whole = whole.where(Application.dossier_id == dossier_id)
    return [tuple(row) for statement in (whole, query) for row in session.execute(statement)]
