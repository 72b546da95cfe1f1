"""A job reads families for a purpose that is named in the statement, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.access_view import GRANTS
from app.core.actor import system
from app.core.db import transaction
from app.web.doors import House
from tests.factories import make_family

# Typed from the statements: sending messages, finding one child twice, answering about rights, ending what is due.
READ_APPLICANTS = {"outbox", "doubles", "rights", "retention"}
OTHER_USES = ("newsletter", "marketing", "", "statistics")


@pytest.mark.promise("LEU-16", breaks="policy:applicant.jobs.select")
@pytest.mark.promise("KG-12", breaks="policy:applicant.jobs.select")
def test_no_job_reads_who_applied_for_another_use(house: House) -> None:
    make_family(house)
    for purpose in OTHER_USES:
        with transaction(house.databases, "jobs", system(purpose, "brussels"), house.clock.now()) as session:
            assert session.scalar(text("select count(dossier_id) from applicant")) == 0, purpose
    with transaction(house.databases, "jobs", system("outbox", "brussels"), house.clock.now()) as session:
        assert session.scalar(text("select count(dossier_id) from applicant")) == 1


def test_the_purposes_that_read_who_applied_are_few_and_known() -> None:
    purposes = {
        grant.purpose for grant in GRANTS if (grant.table, grant.login, grant.verb) == ("applicant", "jobs", "select")
    }
    assert purposes <= READ_APPLICANTS
