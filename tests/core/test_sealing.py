"""The audit's chain: nothing is left out, and five ways of tampering are all found."""

from __future__ import annotations

from threading import Event, Thread
from time import monotonic, sleep
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.core import sealing
from app.core.actor import Actor, system
from app.core.audit import note_change
from app.core.db import transaction
from app.web.doors import House

SEALER = system("sealer")


def write_entries(house: House, count: int) -> None:
    """Write entries, each in a transaction of its own."""
    for _ in range(count):
        with transaction(house.databases, "family", Actor("parent", uuid4(), "brussels"), house.clock.now()) as session:
            note_change(session, "plan_changed", dossier_id=uuid4(), groups=("care_plan",))


def seal_all(house: House) -> sealing.Head:
    """Seal what was written; a test in the same cluster may run a transaction that keeps the sealer waiting."""
    with house.databases.engine("maintainer").connect() as connection:
        written = connection.scalar(text("select pg_current_xact_id()::text::bigint"))
        connection.rollback()
        deadline = monotonic() + 30
        oldest = text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        while connection.scalar(oldest) < written and monotonic() < deadline:
            connection.rollback()
            sleep(0.05)
    head = seal(house)
    assert head is not None
    return head


def seal(house: House) -> sealing.Head | None:
    """Seal once."""
    with transaction(house.databases, "jobs", SEALER, house.clock.now()) as session:
        return sealing.seal(session, house.clock.now())


def broken(house: House, published: dict[int, str]) -> list[tuple[int, str]]:
    """Verify the whole chain."""
    with transaction(house.databases, "jobs", SEALER, house.clock.now()) as session:
        return sealing.broken_segments(session, published)


def test_each_entry_is_sealed_once(house: House) -> None:
    write_entries(house, 3)
    first = seal_all(house)
    assert first.entries == 3
    assert seal(house) is None
    write_entries(house, 2)
    second = seal_all(house)
    assert (second.number, second.entries) == (2, 2)
    assert broken(house, {1: first.head, 2: second.head}) == []


def test_an_entry_of_a_slow_transaction_is_not_skipped(house: House) -> None:
    """The slow one takes its place in the order first and commits last: it waits for a later segment."""
    noted, sealed = Event(), Event()

    def slow() -> None:
        with transaction(house.databases, "family", Actor("parent", uuid4(), "brussels"), house.clock.now()) as session:
            session.execute(text("select pg_current_xact_id()"))
            note_change(session, "plan_changed", dossier_id=uuid4())
            noted.set()
            sealed.wait(10)

    thread = Thread(target=slow)
    thread.start()
    noted.wait(10)
    write_entries(house, 2)
    assert seal(house) is None
    sealed.set()
    thread.join()
    assert seal_all(house).entries == 3


@pytest.mark.promise("KL-36", breaks="app.core.sealing:broken_segments")
@pytest.mark.parametrize(
    ("tampering", "statement"),
    [
        (
            "alter",
            "update audit_entry set event = 'nothing_changed' where sequence = (select min(sequence) from audit_entry)",
        ),
        (
            "say that another typed",
            "update audit_entry set typed_by = gen_random_uuid()"
            " where sequence = (select max(sequence) from audit_entry)",
        ),
        ("delete", "delete from audit_entry where sequence = (select min(sequence) + 1 from audit_entry)"),
        (
            "insert",
            "with e as (insert into audit_entry (id, organisation, at, actor_kind, event, reasons, groups, subjects)"
            " values (gen_random_uuid(), 'brussels', '2026-01-01', 'parent', 'read', '{}', '{}', '{}') returning id)"
            " insert into audit_seal select id, 1, 99, '\\x00' from e",
        ),
        (
            "swap",
            "update audit_seal s set hash = o.hash from audit_seal o where s.segment = 1 and o.segment = 1"
            " and s.position + o.position = 1",
        ),
        (
            "cut the tail",
            "with gone as (delete from audit_segment where number = 2) delete from audit_seal where segment = 2",
        ),
    ],
)
def test_tampering_is_found(house: House, tampering: str, statement: str) -> None:
    write_entries(house, 3)
    first = seal_all(house)
    write_entries(house, 2)
    second = seal_all(house)
    with house.databases.engine("maintainer").begin() as connection:
        connection.exec_driver_sql(statement)
    assert broken(house, {1: first.head, 2: second.head}), tampering


def test_a_chain_that_was_rewritten_as_a_whole_is_found_by_its_published_head(house: House) -> None:
    write_entries(house, 2)
    head = seal_all(house)
    with house.databases.engine("maintainer").begin() as connection:
        connection.exec_driver_sql("update audit_entry set event = 'read'")
        connection.exec_driver_sql("delete from audit_seal")
        connection.exec_driver_sql("delete from audit_segment")
    seal_all(house)
    assert broken(house, {}) == []
    assert broken(house, {1: head.head}) == [(1, "differs from the published head")]


@pytest.mark.parametrize(
    "statement", ["update audit_entry set event = 'x'", "delete from audit_entry", "truncate audit_entry"]
)
def test_no_door_changes_the_audit(house: House, statement: str) -> None:
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction(house.databases, "family", Actor("parent", uuid4(), "brussels"), house.clock.now()) as session,
    ):
        session.execute(text(statement))
