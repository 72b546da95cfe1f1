"""Six figures that open one file to one worker for half an hour, and not to whoever guesses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.core.db import transaction
from app.core.errors import NotFound, Refused
from app.core.models import AuditEntry
from app.mandates.models import LookCode
from app.mandates.operations.look_codes import end_looks, make_look_code, spend_look_code
from app.mandates.queries.looking import looked_file, own_looks, own_looks_now
from app.mandates.rules import (
    LOOK_CODE_TRIES,
    LOOK_CODE_TRIES_OF_ALL,
    LOOK_CODE_WAITS,
    LOOK_LASTS,
    Denied,
    grouped_figures,
    plain_code,
)
from app.web.doors import House
from tests.factories import FamilyMade, Person, acting, as_maintainer, make_facility, make_family, make_worker

LEUVEN = "leuven"


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house, LEUVEN, role="counter", area=["leuven"])


@pytest.fixture
def family(house: House) -> FamilyMade:
    """A family far from the counter: only what it shows itself can open its file there."""
    facility = make_facility(house, LEUVEN, municipality="diest", postcode="3290")
    return make_family(house, [facility], organisation=LEUVEN, applicant={"municipality": "diest", "postcode": "3290"})


def code_of(house: House, family: FamilyMade, now: datetime | None = None) -> str:
    now = now or house.clock.now()
    with acting(house, family.person, now) as session:
        return make_look_code(session, family.dossier_id, now=now)


def spend(house: House, worker: Person, code: str, now: datetime | None = None) -> Denied | None:
    """Type a code as the door does: a wrong one is counted, and the count stands."""
    with acting(house, worker, now) as session:
        try:
            spend_look_code(session, code)
        except Refused as refused:
            return Denied(refused.reason)
    return None


def looks(house: House, worker: Person, family: FamilyMade, now: datetime | None = None) -> bool:
    with transaction(house.databases, "staff", worker.actor, now or house.clock.now()) as session:
        try:
            return looked_file(session, family.dossier_id).family.reference == family.reference
        except NotFound:
            # Bare SQL says the same.
            rows = session.execute(text("select 1 from dossier where id = :d"), {"d": family.dossier_id}).all()
            assert not rows
            return False


@pytest.mark.promise("LEU-26", breaks="branch:looking")
def test_a_code_opens_one_file_to_one_worker_for_half_an_hour(house: House, worker: Person, family: FamilyMade) -> None:
    now = house.clock.now()
    colleague = make_worker(house, LEUVEN, role="counter", area=["leuven"])
    stranger = make_family(house, [], organisation=LEUVEN)
    assert not looks(house, worker, family)
    code = code_of(house, family)
    assert spend(house, worker, code) is None
    assert looks(house, worker, family)
    assert not looks(house, colleague, family)
    assert not looks(house, worker, stranger)
    assert spend(house, colleague, code) is Denied.NO_SUCH_CODE, "once"
    assert looks(house, worker, family, now + LOOK_LASTS - timedelta(seconds=5))
    assert not looks(house, worker, family, now + LOOK_LASTS + timedelta(seconds=5))
    with acting(house, worker) as session:
        assert [one.dossier_id for one in own_looks_now(session)] == [family.dossier_id]
    with as_maintainer(house, LEUVEN) as session:
        events = session.execute(
            text("select event from audit_entry where :d = any(subjects)"), {"d": family.dossier_id}
        ).scalars()
        assert {"look_code_made", "look_begun"} <= set(events)


@pytest.mark.promise("LEU-26", breaks="branch:looking")
def test_the_family_sees_who_looks_and_ends_it_at_once(house: House, worker: Person, family: FamilyMade) -> None:
    now = house.clock.now()
    assert spend(house, worker, code_of(house, family)) is None
    with acting(house, family.person) as session:
        assert [one.used_at for one in own_looks(session, family.dossier_id)] != [None]
        reasons = session.execute(text("select reason from access.readers where actor_id = :w"), {"w": worker.id})
        assert "looking" in set(reasons.scalars())
        end_looks(session, family.dossier_id, now=now)
    assert not looks(house, worker, family)
    with acting(house, family.person) as session:
        assert own_looks(session, family.dossier_id) == ()
        with pytest.raises(NotFound):
            end_looks(session, family.dossier_id, now=now)


def test_a_code_waits_a_quarter_of_an_hour_and_a_new_one_takes_its_place(
    house: House, worker: Person, family: FamilyMade
) -> None:
    now = house.clock.now()
    old = code_of(house, family)
    new = code_of(house, family)
    assert spend(house, worker, old) is Denied.NO_SUCH_CODE
    assert spend(house, worker, new, now + LOOK_CODE_WAITS + timedelta(seconds=1)) is Denied.NO_SUCH_CODE
    assert spend(house, worker, new, now + LOOK_CODE_WAITS - timedelta(seconds=5)) is None


def test_a_code_is_worth_nothing_elsewhere_or_to_who_is_no_counter_worker(
    house: House, worker: Person, family: FamilyMade
) -> None:
    now = house.clock.now()
    code = code_of(house, family)
    brussels = make_worker(house, role="counter", area=["schaarbeek"])
    assert spend(house, brussels, code) is Denied.NO_SUCH_CODE
    past = make_worker(house, LEUVEN, role="counter", area=["leuven"], ends_at=now - timedelta(seconds=1))
    for nobody in (past, make_worker(house, LEUVEN, role="sick_care")):
        with pytest.raises(NotFound), acting(house, nobody) as session:
            spend_look_code(session, code)
    # A role that is taken away ends the look as well.
    assert spend(house, worker, code) is None
    with as_maintainer(house, LEUVEN) as session:
        session.execute(text("update staff_member set ends_at = :n where account_id = :w"), {"n": now, "w": worker.id})
    assert not looks(house, worker, family, now + timedelta(seconds=1))


def test_guessing_ends_after_ten_tries_of_one_and_thirty_of_all(house: House, family: FamilyMade) -> None:
    now = house.clock.now()
    workers = [make_worker(house, LEUVEN, role="counter", area=["leuven"]) for _ in range(4)]
    code = code_of(house, family)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for worker in workers[:3]:
        for _ in range(LOOK_CODE_TRIES):
            assert spend(house, worker, wrong) is Denied.NO_SUCH_CODE
        assert spend(house, worker, code) is Denied.TOO_MANY_TRIES, "the right one comes too late"
    assert 3 * LOOK_CODE_TRIES == LOOK_CODE_TRIES_OF_ALL
    assert spend(house, workers[3], code) is Denied.TOO_MANY_TRIES, "and so it does for a colleague"
    later = now + timedelta(minutes=16)
    assert spend(house, workers[3], code_of(house, family, later), later) is None
    with as_maintainer(house, LEUVEN) as session:
        noted = session.query(AuditEntry).filter_by(event="look_code_wrong").count()
        assert noted == LOOK_CODE_TRIES_OF_ALL + 4
        session.execute(text("delete from throttle"))


def test_two_workers_who_type_one_code_at_once_do_not_both_get_in(house: House, family: FamilyMade) -> None:
    workers = [make_worker(house, LEUVEN, role="counter", area=["leuven"]) for _ in range(4)]
    code = code_of(house, family)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda worker: spend(house, worker, code), workers))
    assert outcomes.count(None) == 1
    assert sum(looks(house, worker, family) for worker in workers) == 1


def test_what_lies_in_the_database_is_no_code_and_shows_nobody_anothers(
    house: House, worker: Person, family: FamilyMade
) -> None:
    other = make_family(house, [], organisation=LEUVEN)
    code = code_of(house, family)
    with as_maintainer(house, LEUVEN) as session:
        row = session.scalars(select(LookCode)).one()
        assert code.encode() not in row.code_token
        assert len(row.code_token) == 32
    with pytest.raises(DBAPIError, match="row-level security"), acting(house, other.person) as session:
        make_look_code(session, family.dossier_id, now=house.clock.now())
    with acting(house, other.person) as session:
        assert session.execute(update(LookCode).values(ended_at=house.clock.now())).rowcount == 0  # type: ignore[attr-defined]
    with pytest.raises(DBAPIError, match="permission denied"), acting(house, worker) as session:
        session.execute(text("select code_token from look_code"))
    with pytest.raises(DBAPIError, match="permission denied"), acting(house, worker) as session:
        session.execute(text("update look_code set used_by = :w"), {"w": worker.id})


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        (" 123-456 ", "123456"),
        ("١٢٣ ٤٥٦", "123456"),
        ("12345", ""),
        ("1234567", ""),
        ("12345x", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str) -> None:
    assert plain_code(typed) == code
    assert plain_code(grouped_figures("012345")) == "012345"
