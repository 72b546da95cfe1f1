"""The watch finds by itself what counts as a leak, whatever the jobs say of their own work (LEU-56)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.applications.models import Draft
from app.core.audit import note_read
from app.core.crypto import open_json
from app.core.models import JobRun
from app.families.models import Dossier
from app.incidents.models import LeakCase
from app.incidents.rules import FILES_WITHOUT_GROUND, REFUSALS_IN_A_DAY
from app.retention.models import LegalHold
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    acting,
    as_maintainer,
    make_contact,
    make_facility,
    make_family,
    make_leader,
    make_worker,
    signed_in,
)
from tests.incidents.running import watched

YEARS = timedelta(days=5 * 365 + 2)


def found(house: House, organisation: str = "brussels") -> list[tuple[str, str, str, int]]:
    """Return what the watch wrote down: the finding, what it is about, the category, the count."""
    with as_maintainer(house, organisation) as session:
        rows = session.scalars(select(LeakCase).where(LeakCase.organisation == organisation)).all()
        said = [
            open_json(session, row.sealed, owner_id=row.id, key_class="leak", place=f"leak_case:sealed:{row.id}")
            for row in rows
        ]
        assert {row.origin for row in rows} <= {"watch"}
        return sorted(
            (one["found"]["finding"], one["found"]["about"], row.category, one["found"]["count"])
            for one, row in zip(said, rows, strict=True)
        )


def last_active(house: House, family: FamilyMade, at: datetime) -> None:
    """Let nothing have happened in a file since then."""
    with as_maintainer(house) as session:
        session.execute(update(Dossier).where(Dossier.id == family.dossier_id).values(last_activity_at=at))


def read(house: House, who: Person, *families: FamilyMade) -> None:
    """Let somebody have opened files one by one."""
    for family in families:
        with acting(house, who) as session:
            note_read(session, subjects=(family.dossier_id,), groups=("contact",), reasons=("desk",))


@pytest.mark.promise("LEU-56", breaks="line:app/incidents/operations/watch.py#*_over_term(session, profile, now),")
def test_a_file_over_its_term_is_a_case(house: House) -> None:
    now = house.clock.now()
    over, nearly, fresh = (make_family(house) for _ in range(3))
    last_active(house, over, now - YEARS - timedelta(days=3))
    last_active(house, nearly, now - YEARS + timedelta(days=1))
    assert watched(house, now) == 1
    assert found(house) == [("term", "files", "kept", 1)]
    # The next day it is still the same one, and not another.
    assert watched(house, now + timedelta(days=1)) == 0
    with as_maintainer(house) as session:
        case = session.scalars(select(LeakCase)).one()
        assert (case.known_at, case.suspect_id) == (now, None)
        session.execute(
            update(LeakCase).values(
                state="closed", risk="none", sealed_assessment=b"x", closed_at=now, authority_excused_at=now
            )
        )
    assert watched(house, now + timedelta(days=2)) == 1, "it was closed, and is still so"
    assert fresh


def test_a_hold_keeps_a_file_and_the_watch_silent(house: House) -> None:
    now, family = house.clock.now(), make_family(house)
    last_active(house, family, now - YEARS - timedelta(days=9))
    with as_maintainer(house) as session:
        session.add(
            LegalHold(
                id=uuid4(),
                organisation="brussels",
                dossier_id=family.dossier_id,
                sealed=b"x",
                placed_by=uuid4(),
                placed_at=now,
                until=now.date() + timedelta(days=30),
            )
        )
    assert watched(house, now) == 0
    assert watched(house, now + timedelta(days=40)) == 1, "a hold that is over holds nothing"


def test_drafts_that_nobody_deleted(house: House) -> None:
    now = house.clock.now()
    with as_maintainer(house) as session:
        for days in (1, 3):
            session.add(
                Draft(
                    id=uuid4(),
                    organisation="brussels",
                    language="nl",
                    sealed=b"",
                    created_at=now,
                    updated_at=now,
                    expires_at=now - timedelta(days=days),
                )
            )
    watched(house, now)
    assert found(house) == [("term", "drafts", "kept", 1)]


@pytest.mark.promise("LEU-56", breaks="line:app/incidents/operations/watch.py#_series(session, _REFUSED")
@pytest.mark.promise("LEU-56", breaks="guard:note_refusal")
def test_a_series_of_refused_accesses_is_a_case(app: Flask, house: House) -> None:
    facility = make_facility(house)
    prying, honest = make_leader(house, facility), make_leader(house, facility)
    for who, tries in ((prying, REFUSALS_IN_A_DAY), (honest, REFUSALS_IN_A_DAY - 1)):
        client = signed_in(house, app.test_client(), who)
        for _ in range(tries):
            assert client.get(f"{who.base}/facility/requests/{uuid4()}").status_code == 404
    assert watched(house) == 1
    assert watched(house) == 0, "once for each finding"
    assert found(house) == [("refused", str(prying.id), "seen", REFUSALS_IN_A_DAY)]
    with as_maintainer(house) as session:
        assert session.scalars(select(LeakCase.suspect_id)).all() == [prying.id]


@pytest.mark.promise("LEU-56", breaks="line:app/incidents/operations/watch.py#_series(session, _NO_GROUND")
@pytest.mark.promise("KG-38", breaks="line:app/incidents/operations/watch.py#_series(session, _NO_GROUND")
def test_reads_without_a_relation_are_a_case(house: House) -> None:
    families = [make_family(house) for _ in range(FILES_WITHOUT_GROUND)]
    prying, careful, once = (make_worker(house) for _ in range(3))
    for family in families:
        make_contact(house, careful, family)
    read(house, careful, *families)
    read(house, prying, *families)
    read(house, once, families[0], families[0])
    watched(house)
    assert found(house) == [("no_ground", str(prying.id), "seen", FILES_WITHOUT_GROUND)]


def test_a_job_that_stands_still_is_a_case(house: House) -> None:
    now = house.clock.now()

    def ran(name: str, hours: float, outcome: str = "done") -> None:
        at = now - timedelta(hours=hours)
        with as_maintainer(house) as session:
            session.add(JobRun(id=uuid4(), name=name, slot=at, started_at=at, finished_at=at, outcome=outcome))

    for name, hours in (("retention", 30.0), ("erase-ordered", 1.0), ("verify-audit", 20.0)):
        ran(name, hours)
    ran("retention", 6, "failed")
    assert watched(house, now) == 0, "the whole house stood still, and is back"
    ran("send-outbox", 2)
    watched(house, now)
    assert found(house) == [("late", "retention", "kept", 30)]


def test_a_quiet_house_opens_no_case(house: House) -> None:
    make_family(house, [make_facility(house)])
    assert watched(house) == 0
    assert watched(house, organisation="leuven") == 0
