"""Who is kept out of a thread: other families, other facilities, and who does not work at this desk now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core.db import transaction
from app.core.errors import NotFound
from app.messages.models import Thread, ThreadMessage
from app.messages.operations.threads import (
    open_desk_thread,
    send_message,
)
from app.messages.queries.desk import dossier_of_reference
from app.messages.queries.waiting import count_unread, waiting
from app.messages.rules import Side
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_leader,
    make_worker,
)
from tests.messages.writing import write

DAY = timedelta(days=1)


Reach = Callable[[House, FamilyMade, Place], Person]
STRANGERS: dict[str, Reach] = {
    "a facility that was not chosen": lambda house, family, place: make_leader(house, make_facility(house)),
    "the other chosen facility": lambda house, family, place: make_leader(
        house, next(_place(house, one) for one in family.choices if one != place.id)
    ),
    "a leader until yesterday": lambda house, family, place: make_leader(house, place, ends_at=house.clock.now() - DAY),
    "another family of the facility": lambda house, family, place: make_family(house, [place]).person,
    "the desk": lambda house, family, place: make_worker(house),
    "the desk of another organisation": lambda house, family, place: make_worker(house, "leuven"),
}


def _place(house: House, facility_id: UUID) -> Place:
    return Place(facility_id, "brussels", "", None, "nl", "1030", "income", None)


@pytest.mark.promise("BXL-58", breaks="policy:thread_message.facility.select")
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_reads_no_thread_of_a_facility(
    stranger: str, house: House, family: FamilyMade, place: Place
) -> None:
    write(house, family.person, family, place.id, Side.FAMILY)
    person = STRANGERS[stranger](house, family, place)
    with acting(house, person) as session:
        for model in (Thread, ThreadMessage):
            assert session.execute(select(model.id)).all() == []
    side = {"facility": Side.FACILITY, "staff": Side.DESK}.get(person.kind, Side.FAMILY)
    with pytest.raises(NotFound):
        write(house, person, family, place.id, side)


WORKERS: dict[str, dict[str, Any]] = {
    "of another organisation": {"organisation": "leuven"},
    "until yesterday": {"ends_at": -DAY},
    "from tomorrow": {"starts_at": DAY},
}


@pytest.mark.promise("BXL-58", breaks="branch:desk")
@pytest.mark.parametrize("worker", WORKERS)
def test_who_does_not_work_at_this_desk_now_reads_nothing(worker: str, house: House, family: FamilyMade) -> None:
    write(house, family.person, family, None, Side.FAMILY)
    given = {
        name: house.clock.now() + value if isinstance(value, timedelta) else value
        for name, value in WORKERS[worker].items()
    }
    person = make_worker(house, **given)
    with acting(house, person) as session:
        for table in ("thread", "thread_message", "staff_note", "applicant", "child"):
            assert session.execute(text(f"select dossier_id from {table}")).all() == []
        assert session.execute(text("select id from dossier")).all() == []
        assert count_unread(session, "desk") == 0
        assert waiting(session, "desk").rows == ()
        with pytest.raises(NotFound):
            dossier_of_reference(session, family.reference)
        with pytest.raises(NotFound):
            send_message(session, family.dossier_id, None, side=Side.DESK, words="x", now=house.clock.now())
        with pytest.raises(NotFound):
            open_desk_thread(session, family.dossier_id, now=house.clock.now())


def test_a_reference_of_another_organisation_is_none(house: House, worker: Person) -> None:
    foreign = make_family(house, [make_facility(house, "leuven")], organisation="leuven")
    with acting(house, worker) as session:
        for reference in (foreign.reference, "NIETBEKEND", "", "x" * 500, "'; drop table dossier; --"):
            with pytest.raises(NotFound):
                dossier_of_reference(session, reference)


@pytest.mark.promise("BXL-58", breaks="policy:thread_message.staff.insert")
@pytest.mark.parametrize("what", ["in the family's name", "in a colleague's name", "in a facility's thread"])
def test_nobody_writes_in_another_s_name(
    what: str, house: House, family: FamilyMade, place: Place, worker: Person
) -> None:
    """The floor itself refuses a row that no operation of ours would write."""
    write(house, family.person, family, None, Side.FAMILY)
    write(house, family.person, family, place.id, Side.FAMILY)
    at = place.id if what == "in a facility's thread" else None
    with as_maintainer(house) as session:
        query = select(Thread.id).where(Thread.facility_id.is_not_distinct_from(at))
        thread_id = session.scalars(query).one()
    now = house.clock.now()
    row = {
        "id": uuid4(),
        "organisation": "brussels",
        "thread_id": thread_id,
        "dossier_id": family.dossier_id,
        "facility_id": at,
        "sender": "family" if what == "in the family's name" else "desk",
        "author_id": uuid4() if what == "in a colleague's name" else worker.id,
        "channel": "portal",
        "sealed": b"x",
        "received_at": now,
        "created_at": now,
    }
    columns = ", ".join(row)
    statement = f"insert into thread_message ({columns}) values ({', '.join(f':{name}' for name in row)})"
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        transaction(house.databases, "staff", worker.actor, now) as session,
    ):
        session.execute(text(statement), row)


@pytest.mark.promise("BXL-14", breaks="policy:thread.family.insert")
def test_a_family_opens_no_thread_with_a_facility_that_it_did_not_choose(house: House, family: FamilyMade) -> None:
    stranger = make_facility(house)
    now = house.clock.now()
    with pytest.raises(NotFound):
        write(house, family.person, family, stranger.id, Side.FAMILY)
    values = {"i": uuid4(), "d": family.dossier_id, "f": stranger.id, "n": now}
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        transaction(house.databases, "family", family.person.actor, now) as session,
    ):
        session.execute(
            text(
                "insert into thread (id, organisation, dossier_id, facility_id, created_at, last_at, last_sender)"
                " values (:i, 'brussels', :d, :f, :n, :n, 'family')"
            ),
            values,
        )
