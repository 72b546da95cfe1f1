"""The care for sick children at home: it finds who used it, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts.models import Agreement
from app.core.audit import note_read
from app.core.errors import NotFound, Refused
from app.families.models import Child
from app.mandates.models import ServiceUse
from app.mandates.operations.service_use import note_use
from app.mandates.queries.service_use import find_used, require_sick_care, used_by, used_in
from app.mandates.rules import SERVICE_USE_TRIES, Denied, UseNoted
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_worker,
)

LEUVEN = "leuven"
HOME: Mapping[str, Any] = {"municipality": "leuven", "postcode": "3000"}


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house, LEUVEN, role="sick_care")


@pytest.fixture
def family(house: House) -> FamilyMade:
    return make_family(house, [make_facility(house, LEUVEN, **HOME)], organisation=LEUVEN, applicant=HOME)


def born(house: House, family: FamilyMade) -> date:
    with as_maintainer(house, LEUVEN) as session:
        return session.get_one(Child, family.child_id).birth_date


def use(house: House, worker: Person, family: FamilyMade, **given: Any) -> UseNoted:
    said = {
        "reference": family.reference.lower(),
        "birth_date": given.pop("birth_date", None) or born(house, family),
        "given_name": "",
        "used_on": house.clock.today(),
    } | given
    with acting(house, worker) as session:
        return note_use(session, house.profiles[worker.organisation], now=house.clock.now(), **said)


def finds(house: House, worker: Person, family: FamilyMade) -> bool:
    with acting(house, worker) as session:
        found = find_used(session, family.names["family_name"])
        records = used_by(session, (family.child_id,))
        rows = session.execute(text("select 1 from child where id = :c"), {"c": family.child_id}).all()
        note_read(session, subjects=(), groups=(), reasons=())
    assert bool(found) == bool(records) == bool(rows)
    return bool(found)


@pytest.mark.promise("LEU-33", breaks="branch:sick_care")
def test_only_a_child_that_used_the_service_is_found_and_only_for_an_invoice(
    house: House, worker: Person, family: FamilyMade
) -> None:
    never = make_family(house, [], organisation=LEUVEN)
    assert not finds(house, worker, family)
    assert use(house, worker, family) is UseNoted.NOTED
    assert use(house, worker, family) is UseNoted.KNOWN_BEFORE
    assert finds(house, worker, family)
    assert not finds(house, worker, never)
    with acting(house, worker) as session:
        (record,) = used_in(session, house.clock.today(), house.clock.today())
        note_read(session, subjects=(record.subject,), groups=("service_use",), reasons=("sick_care",))
    assert record.child_name.startswith(family.names["child"])
    assert (record.address.postcode, record.service_use) == ("3000", (house.clock.today(),))
    assert not hasattr(record, "contact")
    # Past the term of an invoice it is as if it had never been.
    with as_maintainer(house, LEUVEN) as session:
        session.execute(text("update service_use set used_on = :d"), {"d": house.clock.today() - timedelta(days=366)})
    assert not finds(house, worker, family)


@pytest.mark.promise("LEU-33", breaks="branch:in_sick_care")
def test_what_cannot_be_found_all_reads_the_same(house: House, worker: Person, family: FamilyMade) -> None:
    brussels = make_family(house, [])
    day = born(house, family)
    nothing = UseNoted.NOTHING_FOUND
    assert use(house, worker, family, reference="CDF346GHJ") is nothing
    assert use(house, worker, family, birth_date=day - timedelta(days=1)) is nothing
    assert use(house, worker, family, given_name="Iemand") is nothing
    assert use(house, worker, family, reference=brussels.reference, birth_date=day) is nothing
    for elsewhere in (
        make_worker(house, role="sick_care"),
        make_worker(house, LEUVEN, role="counter", area=["leuven"]),
    ):
        with pytest.raises(NotFound):
            use(house, elsewhere, family)
        with acting(house, elsewhere) as session:
            said = {"r": family.reference, "b": day, "d": house.clock.today()}
            verdict = text("select verdict from access.note_service_use(gen_random_uuid(), :r, :b, '', :d)")
            assert session.scalar(verdict, said) == nothing
    with as_maintainer(house, LEUVEN) as session:
        assert session.query(ServiceUse).count() == 0


def test_guessing_at_birth_dates_ends(house: House, worker: Person, family: FamilyMade) -> None:
    day = born(house, family)
    for tried in range(SERVICE_USE_TRIES):
        assert use(house, worker, family, birth_date=day - timedelta(days=1 + tried)) is UseNoted.NOTHING_FOUND
    assert use(house, worker, family) is UseNoted.TOO_MANY_TRIES


def test_twins_are_told_apart_by_their_name_and_no_day_to_come_is_noted(
    house: House, worker: Person, family: FamilyMade
) -> None:
    twin = make_family(house, [], organisation=LEUVEN, of=family, birth_date=born(house, family))
    assert use(house, worker, family) is UseNoted.SEVERAL
    assert use(house, worker, family, given_name=twin.names["child"].upper()) is UseNoted.NOTED
    with as_maintainer(house, LEUVEN) as session:
        assert [one.child_id for one in session.query(ServiceUse)] == [twin.child_id]
    for day in (house.clock.today() + timedelta(days=1), house.clock.today() - timedelta(days=366)):
        with pytest.raises(Refused) as refused:
            use(house, worker, family, used_on=day)
        assert refused.value.reason is Denied.NO_DAY_OF_USE


@pytest.mark.promise("LEU-34", breaks="branch:in_sick_care")
@pytest.mark.parametrize("lacks", ["nothing signed", "nobody checked", "run out", "withdrawn"])
def test_without_a_checked_agreement_with_the_service_nothing_opens(
    house: House, family: FamilyMade, worker: Person, lacks: str
) -> None:
    assert use(house, worker, family) is UseNoted.NOTED
    now = house.clock.now()
    with as_maintainer(house, LEUVEN) as session:
        agreement = session.query(Agreement).filter_by(account_id=worker.id).one()
        assert agreement.counterparty == "vzw Kinderopvang Leuven"
        if lacks == "nothing signed":
            session.delete(agreement)
        elif lacks == "nobody checked":
            agreement.checked_at = agreement.checked_by = None
        elif lacks == "run out":
            agreement.expires_at = now
        else:
            agreement.ended_at = now
    assert not finds(house, worker, family)
    with pytest.raises(NotFound):
        use(house, worker, family)
    with pytest.raises(NotFound), acting(house, worker) as session:
        require_sick_care(session, house.profiles[LEUVEN])


@pytest.mark.promise("LEU-33", breaks="policy:applicant.counter.update")
def test_the_service_writes_nothing_but_its_days_and_reads_nothing_of_the_file(
    house: House, worker: Person, family: FamilyMade
) -> None:
    assert use(house, worker, family) is UseNoted.NOTED
    with acting(house, worker) as session:
        assert not session.execute(text("select id from choice")).all()
        moved = session.execute(text("update applicant set family_name = 'X'"))
        assert moved.rowcount == 0  # type: ignore[attr-defined]
    for statement in (
        "insert into service_use (id) values (gen_random_uuid())",
        "update service_use set used_on = app.today()",
        "delete from service_use",
        "select income from circumstances",
        "select birth_date from child",
        "select start_date from application",
        "select 1 from thread",
    ):
        with pytest.raises(DBAPIError, match="permission denied"), acting(house, worker) as session:
            session.execute(text(statement))
