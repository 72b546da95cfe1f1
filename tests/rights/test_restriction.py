"""A file that is kept and not used is in nobody's reach but its family's; the officer, who set it, ends it (BXL-63)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from app import access_view
from app.core.actor import system
from app.core.clock import today_at
from app.core.db import transaction
from app.core.policy import USING_JOBS
from app.families.models import Dossier
from app.retention.models import LegalHold
from app.rights.operations.answering import lift, send
from app.rights.queries.requests import is_restricted
from app.web.doors import House
from tests.factories import (
    BRUSSELS,
    Person,
    acting,
    as_maintainer,
    make_contact,
    make_facility,
    make_family,
    make_helper,
    make_leader,
    make_mandate,
    make_worker,
    queued,
)
from tests.rights.asked import asked_by, settled, worked


@pytest.fixture
def officer(house: House) -> Person:
    return make_worker(house, role="dpo")


@pytest.mark.promise("BXL-63", breaks="policy:choice.facility.select")
def test_a_restricted_file_is_in_no_list_search_or_job_and_still_there(house: House, officer: Person) -> None:
    chosen, near = make_facility(house), make_facility(house)
    start = today_at(house.clock.now()) + timedelta(days=20)
    family, beside = (make_family(house, [chosen], start_date=start, birth_date=date(2026, 6, 1)) for _ in range(2))
    leader, neighbour, desk = make_leader(house, chosen), make_leader(house, near), make_worker(house)
    helper, home = make_helper(house)
    make_mandate(house, helper, home, family)
    make_contact(house, desk, family)
    ids = {"ids": [family.dossier_id, beside.dossier_id]}
    reads = {
        "chosen": (leader, text("select distinct dossier_id from choice where dossier_id = any(:ids)")),
        "urgent": (neighbour, text("select dossier_id from access.urgent_requests(null, null, null, 50)")),
        "helper": (helper, text("select id from dossier where id = any(:ids)")),
        "helpdesk": (desk, text("select dossier_id from applicant where dossier_id = any(:ids)")),
        "find": (desk, text("select dossier_id from access.found_files(:ids)")),
        "family": (family.person, text("select id from dossier")),
    }

    def found() -> dict[str, bool]:
        seen = {}
        for name, (person, statement) in reads.items():
            with acting(house, person) as session:
                values = ids if ":ids" in str(statement) else {}
                seen[name] = family.dossier_id in session.scalars(statement, values).all()
        return seen

    def by_jobs() -> set[str]:
        seen = set()
        for purpose in USING_JOBS:
            with transaction(house.databases, "jobs", system(purpose, BRUSSELS), house.clock.now()) as session:
                for table in ("dossier", "application", "choice"):
                    may = text("select has_any_column_privilege(:t, 'select')")
                    column = "id" if table == "dossier" else "dossier_id"
                    if session.scalar(may, {"t": table}) and session.scalar(
                        text(f"select count(*) from {table} where {column} = :id"),
                        {"id": family.dossier_id},
                    ):
                        seen.add(f"{purpose} {table}")
        return seen

    assert found() == dict.fromkeys(reads, True)
    assert by_jobs()
    request_id = asked_by(house, family, "restrict")
    worked(house)
    settled(house, officer, request_id)
    assert found() == dict.fromkeys(reads, False) | {"family": True}
    assert by_jobs() == set()
    # What is not restricted stays where it was.
    with acting(house, leader) as session:
        assert session.scalars(text("select distinct dossier_id from choice")).all() == [beside.dossier_id]
    with acting(house, officer) as session:
        assert is_restricted(session, family.dossier_id)
        send(session, request_id, "page", None, now=house.clock.now())
        lift(session, request_id, now=house.clock.now())
    worked(house)
    assert found() == dict.fromkeys(reads, True)
    assert [mail.kind for mail in queued(house, "rights_lifted")] == ["rights_lifted"]


@pytest.mark.promise("BXL-63", breaks="line:app/access_view.py#and {used(branch)}")
def test_no_ground_of_reach_but_the_familys_own_holds_for_a_restricted_file(house: House) -> None:
    family = make_family(house, [make_facility(house)])
    with as_maintainer(house) as session:
        session.execute(
            text(
                "insert into restriction (id, organisation, dossier_id, since) select gen_random_uuid(), organisation,"
                " id, created_at from dossier where id = :id"
            ),
            {"id": family.dossier_id},
        )
        reasons = {
            branch.reason
            for branch in access_view.BRANCHES
            if access_view.NOT_RESTRICTED not in access_view.branch_view(branch)
        }
        assert session.scalar(select(func.count()).select_from(Dossier)) == 1
    assert reasons == {"owner", "co_parent"}


def test_a_claim_keeps_a_restricted_file_from_the_job_that_ends_files(house: House, officer: Person) -> None:
    family = make_family(house, [make_facility(house)])
    now = house.clock.now()
    with as_maintainer(house) as session:
        session.add(
            LegalHold(
                id=uuid4(),
                organisation=BRUSSELS,
                dossier_id=family.dossier_id,
                sealed=b"-",
                placed_by=officer.id,
                placed_at=now,
                until=today_at(now) + timedelta(days=365),
            )
        )
        held = session.scalar(text("select access.ordered(:id, '{}')"), {"id": family.dossier_id})
    assert not held
