"""What follows a file: changed values and removals reach who got them, and nobody learns anything new by it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app.core.actor import system
from app.core.db import transaction
from app.families.models import Applicant, Dossier
from app.retention.models import ErasureOrder
from app.transfers.models import Delivery, RecipientKey
from app.transfers.operations.corrections import correct
from app.transfers.operations.terms import clear_files, warn_of_keys
from app.transfers.queries.given import recipients_to_tell
from app.web.doors import House
from jobs import retention
from jobs.context import Context
from tests.factories import FamilyMade, acting, as_maintainer, make_family, make_worker, queued
from tests.jobs.conftest import surroundings
from tests.transfers.leaving import agreed, consent, delivered, disclosures, give_key, make, read

__all__ = ["surroundings"]


def run(house: House) -> int:
    """Run the job's step in the present."""
    now = house.clock.now()
    with transaction(house.databases, "jobs", system("deliveries", "brussels"), now) as session:
        return correct(session, house.profiles["brussels"], now=now)


def corrections(house: House) -> list[UUID]:
    """Return the files of corrections, the first one first."""
    with as_maintainer(house) as session:
        query = select(Delivery.id).where(Delivery.kind == "correction").order_by(Delivery.made_at)
        return list(session.scalars(query))


def change(house: House, family: FamilyMade, **values: object) -> None:
    """Change what a family told of itself."""
    with as_maintainer(house) as session:
        session.execute(update(Applicant).where(Applicant.dossier_id == family.dossier_id).values(**values))


@pytest.mark.promise("BXL-61", breaks="app.transfers.rules:unchanged", twin="tests.twins:all_the_same")
def test_a_changed_value_follows(house: House) -> None:
    """The next file of corrections has the new value, once, for the recipient that got the old one."""
    give_key(house, "kind_en_gezin")
    give_key(house, "lop")
    family, quiet = make_family(house), make_family(house)
    for one in (family, quiet):
        consent(house, one, "kind_en_gezin")
    delivered(house, "kind_en_gezin")
    assert run(house) == 0
    change(house, family, birth_date=None, phone="+32470111222")
    assert run(house) == 1
    [only] = corrections(house)
    file = read(house, only)
    assert (file["kind"], file["recipient"], file["remove"]) == ("correction", "kind_en_gezin", [])
    [record] = file["changed"]
    assert "+32470111222" in record
    assert [m.recipient for m in queued(house) if m.kind == "correction_ready"] == ["privacyoffice@kindengezin.be"]
    assert run(house) == 0
    change(house, family, phone="+32470111333")
    assert run(house) == 0, "one file a day"
    house.clock.offset += timedelta(days=1)
    assert run(house) == 1
    with acting(house, make_worker(house, role="dpo")) as session:
        assert [one.recipient for one in recipients_to_tell(session, family.dossier_id)] == ["kind_en_gezin"]


def test_a_withdrawal_is_passed_on(house: House) -> None:
    """Who withdrew is named by what the recipient has already, and by nothing that changed since."""
    give_key(house, "lop")
    family = make_family(house)
    consent(house, family, "lop", at=house.clock.now() - timedelta(days=1))
    [[_, partner, born]] = delivered(house, "lop")["records"]
    change(house, family, email="nieuw.adres@example.org")
    consent(house, family, "lop", given=False)
    assert run(house) == 1
    [only] = corrections(house)
    file = read(house, only)
    assert (file["changed"], file["remove"]) == ([], [["", partner, born]])
    house.clock.offset += timedelta(days=2)
    assert run(house) == 0
    assert recipients_of(house, family) == []


@pytest.mark.promise("BXL-62", breaks="app.transfers.queries.waiting:to_erase", twin="tests.twins:no_files")
def test_an_erasure_is_told_before_it_happens(house: House, surroundings: Context) -> None:
    give_key(house, "lop")
    family = make_family(house)
    consent(house, family, "lop")
    [given] = delivered(house, "lop")["records"]
    assert recipients_of(house, family) == ["lop"]
    with as_maintainer(house) as session:
        session.add(
            ErasureOrder(
                id=uuid4(),
                organisation="brussels",
                dossier_id=family.dossier_id,
                groups=[],
                due_on=house.clock.now().date(),
                ordered_at=house.clock.now(),
            )
        )
    for _ in range(2):
        retention.erase_ordered(surroundings.now())
    with as_maintainer(house) as session:
        assert session.get(Dossier, family.dossier_id) is None
    made = corrections(house)
    assert len(made) == 1
    assert read(house, made[0])["remove"] == [given]
    assert disclosures(house, family.dossier_id) == []


def test_without_a_key_people_are_told(house: House) -> None:
    """Corrections wait for a key and are found again; the overseers hear of it once a day."""
    officer = make_worker(house, role="dpo")
    key = give_key(house, "lop")
    family = make_family(house)
    consent(house, family, "lop")
    delivered(house, "lop")
    change(house, family, email="nieuw.adres@example.org")
    with as_maintainer(house) as session:
        from_now = house.clock.now()
        session.execute(update(RecipientKey).where(RecipientKey.id == key).values(ended_at=from_now))
    assert [run(house), run(house)] == [0, 0]
    assert [m.kind for m in queued(house) if m.recipient == officer.login] == ["correction_waits"]
    assert corrections(house) == []
    give_key(house, "lop")
    assert run(house) == 1


def test_a_file_goes_and_its_record_stays(house: House) -> None:
    """After seven days the file is dropped; what the ledger says of it stays. A key that ends is announced once."""
    give_key(house, "lop")
    consent(house, make_family(house), "lop")
    delivery_id = agreed(house, "lop")
    make(house, delivery_id)
    officer = make_worker(house, role="dpo")
    now = house.clock.now()
    with as_maintainer(house) as session:
        session.execute(update(RecipientKey).values(expires_on=now.date() + timedelta(days=20)))
    for after, cleared in ((6, 0), (7, 1)):
        later = house.clock.now() + timedelta(days=after)
        with transaction(house.databases, "jobs", system("deliveries", "brussels"), later) as session:
            assert clear_files(session, now=later) == cleared
            assert warn_of_keys(session, house.profiles["brussels"], now=later) == 1
    with as_maintainer(house) as session:
        row = session.get_one(Delivery, delivery_id)
        assert (row.file, row.record_count, row.state) == (None, 1, "made")
    assert [m.kind for m in queued(house) if m.recipient == officer.login] == ["recipient_key_ends"]


def recipients_of(house: House, family: FamilyMade) -> list[str]:
    """Return whom the officer would tell about this file."""
    with acting(house, make_worker(house, role="dpo")) as session:
        return [one.recipient for one in recipients_to_tell(session, family.dossier_id)]
