"""Gone is gone: whole files, children, groups of a file; nothing early, nothing that is held back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis import Redis
from sqlalchemy import Uuid, text
from sqlalchemy.exc import ProgrammingError

from app import access_view
from app.access_view import qualified
from app.catalogue.groups import GROUPS
from app.core.models import Base
from app.organisations.profile import load_profiles
from app.organisations.rules import groups_held
from app.retention.models import ErasureOrder, LegalHold
from app.retention.operations.erasing import erase_dossiers
from app.retention.operations.journal import erased
from app.retention.policy.groups import APART, STEPS, WITH_ACCOUNT
from app.web.doors import House
from jobs import handled, retention, tasks
from jobs.context import Context
from tests.factories import FamilyMade, as_maintainer, make_facility, make_family, make_worker, queued
from tests.house.rows import fill
from tests.net.canaries import hatch

assert access_view.BRANCHES, "composing the relation loads the tables of every package"
# Whose entries are kept for a term of their own, and say nothing of what was in a file.
KEPT = frozenset({"audit_entry"})


def over(house: House, family: FamilyMade, when: datetime) -> None:
    """Let everything in a file have ended long ago."""
    with as_maintainer(house, family.person.organisation) as session:
        for statement in (
            "update application set state = 'cancelled', closed_at = :at, submitted_at = :at, expires_on = :day"
            " where dossier_id = :id",
            "update choice set state = 'closed' where dossier_id = :id",
            "update placement set start_date = :day, end_date = :day where dossier_id = :id",
            "update dossier set created_at = :at, last_activity_at = :at where id = :id",
        ):
            session.execute(text(statement), {"id": family.dossier_id, "at": when, "day": when.date()})


def there(house: House, table: str, key: UUID, column: str = "id") -> int:
    """Count the rows with an id."""
    with as_maintainer(house) as session:
        counted = session.scalar(text(f"select count(*) from {qualified(table)} where {column} = :key"), {"key": key})
        return int(counted or 0)


def attempt(surroundings: Context, now: datetime, statement: str, **values: Any) -> int:
    """Let a job of the right purpose that is wrong about everything else try to delete."""
    with retention.opened("brussels", now) as session:
        return int(session.connection().execute(text(statement), values).rowcount)


@pytest.fixture
def now(house: House) -> datetime:
    return house.clock.now()


@pytest.mark.promise("KK-40", breaks="app.organisations.rules:groups_held", twin="tests.twins:more_groups")
@pytest.mark.parametrize("organisation", sorted(load_profiles()))
def test_something_ends_every_group_and_every_store(organisation: str) -> None:
    profile = load_profiles()[organisation]
    assert handled.without_end([profile]) == ()
    assert set(handled.handlers(profile)) == groups_held(profile)


def test_every_group_can_be_erased_apart() -> None:
    """KK-33: part of a file goes by the catalogue, whichever part it is."""
    known = {group for step in STEPS for group in step.groups.split()} | APART | WITH_ACCOUNT
    assert known == set(GROUPS)
    touched = {f"{step.table}.{column}" for step in STEPS for column in step.sets}
    touched |= {
        column
        for step in STEPS
        if not step.sets
        for group in step.groups.split()
        for column in GROUPS[group].columns
        if column.startswith(f"{step.table}.")
    }
    accounts = {column for group in WITH_ACCOUNT for column in GROUPS[group].columns}
    left = {
        column
        for key, group in GROUPS.items()
        if key not in APART
        for column in group.columns
        if column not in touched | accounts
        and column.partition(".")[0]
        not in {step.table for step in STEPS if not step.sets and key in step.groups.split()}
    }
    # What stays of erased messages, help and answers is without the words; drafts go with their own term.
    assert {column.partition(".")[0] for column in left} <= {
        "account",
        "draft",
        "thread_message",
        "audit_entry",
        "choice",
        "delivery",
        "recipient_key",
        "leak_case",
        "complaint",
        "restriction",
    }


@pytest.mark.promise(
    "BXL-62", breaks="app.retention.operations.erasing:erase_dossiers", twin="tests.twins:erases_nothing"
)
@pytest.mark.promise(
    "KG-15", breaks="app.retention.operations.erasing:erase_dossiers", twin="tests.twins:erases_nothing"
)
def test_no_row_of_any_table_holds_an_erased_file(house: House, surroundings: Context, now: datetime) -> None:
    """One row of every table that can point at a file, found by walking the tables: a new one is covered or found."""
    file, account, child = uuid4(), uuid4(), uuid4()
    ids = {
        **dict.fromkeys(("dossier.id", "dossier_id", "other_dossier_id", "data_key.owner_id", "outbox.owner_id"), file),
        **dict.fromkeys(("account.id", "account_id", "web_session.actor_id", "form_use.actor_id"), account),
        **dict.fromkeys(("child.id", "child_id"), child),
    }
    with house.databases.engine("maintainer").begin() as connection:
        fill(connection, ids)
    assert {table for table, _ in _pointing(house, [file])} >= {"applicant", "outbox", "data_key", "rights_request"}
    with as_maintainer(house) as session:
        assert erase_dossiers(session, [file]) == 1
    found = [f"{table}.{column}" for table, column in _pointing(house, [file, account, child]) if table not in KEPT]
    assert found == []
    with as_maintainer(house) as session:
        assert erase_dossiers(session, [file]) == 0, "a second time there is nothing"


def _pointing(house: House, ids: list[UUID]) -> Iterator[tuple[str, str]]:
    with as_maintainer(house) as session:
        for table in Base.metadata.tables.values():
            for column in table.columns:
                kind = str(column.type).upper()
                if not isinstance(column.type, Uuid) and "UUID" not in kind:
                    continue
                condition = f"{column.name} && cast(:ids as uuid[])" if "[]" in kind else f"{column.name} = any(:ids)"
                if session.scalar(text(f"select count(*) from {table.fullname} where {condition}"), {"ids": ids}):
                    yield table.name, column.name


@pytest.mark.promise("BXL-39", breaks="policy:dossier.jobs.delete")
@pytest.mark.promise("LEU-41", breaks="policy:child.jobs.delete")
def test_the_database_refuses_what_is_not_due(house: House, surroundings: Context, now: datetime) -> None:
    place = make_facility(house)
    family, old, held = make_family(house, [place]), make_family(house), make_family(house)
    long_ago = now.replace(year=now.year - 5, day=1) - timedelta(days=40)
    over(house, old, long_ago)
    over(house, held, long_ago)
    with as_maintainer(house) as session:
        session.add(_hold(held, now))
    for table, column in (("dossier", "id"), ("child", "dossier_id"), ("consent", "dossier_id")):
        for one in (family, held):
            deed = f"delete from {table} where {column} = :id"
            assert attempt(surroundings, now, deed, id=one.dossier_id) == 0, table
    with pytest.raises(ProgrammingError, match="permission denied"):
        attempt(surroundings, now, "delete from applicant where dossier_id = :id", id=family.dossier_id)
    assert attempt(surroundings, now, "delete from dossier where id = :id", id=old.dossier_id) == 1
    assert there(house, "dossier", family.dossier_id) == there(house, "dossier", held.dossier_id) == 1


def _hold(family: FamilyMade, now: datetime, days: int = 10) -> LegalHold:
    return LegalHold(
        id=uuid4(),
        organisation=family.person.organisation,
        dossier_id=family.dossier_id,
        sealed=b"x",
        placed_by=uuid4(),
        placed_at=now,
        until=now.date() + timedelta(days=days),
    )


def test_a_held_file_stays_until_its_hold_ends(house: House, surroundings: Context, now: datetime) -> None:
    family = make_family(house)
    over(house, family, now.replace(year=now.year - 6, day=1))
    with as_maintainer(house) as session:
        session.add(_hold(family, now))
        session.add(_order(family, now))
    retention.run(now)
    retention.erase_ordered(now)
    assert there(house, "dossier", family.dossier_id) == 1
    retention.run(now + timedelta(days=12))
    assert there(house, "dossier", family.dossier_id) == 0


def _order(family: FamilyMade, now: datetime, *groups: str, due: date | None = None) -> ErasureOrder:
    return ErasureOrder(
        id=uuid4(),
        organisation=family.person.organisation,
        dossier_id=family.dossier_id,
        groups=list(groups),
        due_on=due or now.date(),
        ordered_at=now,
    )


@pytest.mark.promise("KK-33", breaks="app.retention.operations.orders:orders_due", twin="tests.twins:nothing_due")
@pytest.mark.promise("BXL-62", breaks="app.retention.operations.orders:orders_due", twin="tests.twins:nothing_due")
def test_a_granted_erasure_goes_on_its_day_and_nothing_else(house: House, surroundings: Context, now: datetime) -> None:
    family, other = make_family(house, [make_facility(house)]), make_family(house)
    later = now.date() + timedelta(days=40)
    first, rest = _order(family, now, "contact", "work_situation"), _order(family, now, due=later)
    with as_maintainer(house) as session:
        session.add_all([first, rest])
    assert retention.erase_ordered(now) == 1
    with as_maintainer(house) as session:
        row = session.execute(text("select * from applicant where dossier_id = :id"), {"id": family.dossier_id}).one()
        assert (row.phone, row.email, row.street, row.municipality) == (None, None, None, "")
        assert row.family_name == family.names["family_name"]
        work = session.scalar(
            text("select employer from circumstances where dossier_id = :id"), {"id": family.dossier_id}
        )
        assert work is None
        assert session.scalar(text("select phone from applicant where dossier_id = :id"), {"id": other.dossier_id})
    assert retention.erase_ordered(now) == 0
    assert retention.erase_ordered(now + timedelta(days=39)) == 0
    assert retention.erase_ordered(now + timedelta(days=41)) == 1
    assert there(house, "dossier", family.dossier_id) == there(house, "account", family.person.id) == 0
    assert there(house, "dossier", other.dossier_id) == 1
    with as_maintainer(house) as session:
        done = session.execute(text("select dossier_id, done_at from erasure_order")).all()
    assert [row.dossier_id for row in done] == [None, None]
    assert all(row.done_at for row in done)
    kinds = [one.what for one in erased(surroundings.settings.kept_apart) if family.dossier_id in one.ids]
    assert kinds == ["groups", "dossier"]


@pytest.mark.promise("KK-40", breaks="line:app/retention/rules.py#return 0, Outcome.OFF")
def test_at_a_limit_of_nothing_nothing_goes_and_it_says_so(
    house: House, surroundings: Context, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    families = [make_family(house) for _ in range(3)]
    for family in families:
        over(house, family, now.replace(year=now.year - 6, day=1))
    for limit, left, outcome in ((0, 3, "off"), (2, 1, "limited"), (2, 0, "done")):
        object.__setattr__(surroundings.settings, "retention_limit", limit)
        monkeypatch.setattr(retention, "context", lambda: surroundings)
        ran = {(one.organisation, one.rule): one for one in retention.run_all(now)}
        assert ran["brussels", "files"].outcome == outcome
        assert sum(there(house, "dossier", family.dossier_id) for family in families) == left


def test_a_jump_is_held_back_and_overseers_hear_of_it(house: House, surroundings: Context, now: datetime) -> None:
    officer = make_worker(house, role="dpo")
    family = make_family(house)
    over(house, family, now.replace(year=now.year - 6, day=1))
    with as_maintainer(house) as session:
        # Sixty files without anything in them.
        session.execute(
            text(
                "insert into dossier (id, organisation, reference, language, created_at, last_activity_at, state)"
                " select gen_random_uuid(), 'brussels', 'J' || n, 'nl', :at, :at, 'active'"
                " from generate_series(1, 60) n"
            ),
            {"at": now.replace(year=now.year - 6, day=1)},
        )
    ran = {(one.organisation, one.rule): one for one in retention.run_all(now)}
    assert ran["brussels", "files"].outcome == "held_back"
    assert {mail.recipient for mail in queued(house, "retention_held_back")} == {officer.login}
    # It is not let go by being found again night after night.
    assert {
        one.rule: one.outcome for one in retention.run_all(now + timedelta(days=1)) if one.organisation == "brussels"
    }["files"] == "held_back"
    assert retention.let_go("brussels", "files", now + timedelta(days=1))
    assert {
        one.rule: one.handled for one in retention.run_all(now + timedelta(days=2)) if one.organisation == "brussels"
    }["files"] == 61
    assert retention.warn_late(now + timedelta(days=3)) == 0
    assert retention.warn_late(now + timedelta(days=3, hours=3)) >= 1
    assert {mail.recipient for mail in queued(house, "retention_late")} == {officer.login}


@pytest.mark.promise(
    "KK-34", breaks="app.retention.operations.erasing:erase_dossiers", twin="tests.twins:erases_nothing"
)
@pytest.mark.promise(
    "LEU-39", breaks="app.retention.operations.erasing:erase_dossiers", twin="tests.twins:erases_nothing"
)
def test_no_mark_of_an_expired_family_is_left_anywhere(
    house: House, surroundings: Context, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    hatch(house, families=2)
    assert marked(house, surroundings)
    later = now.replace(year=now.year + 13, day=1)
    with caplog.at_level("INFO"):
        retention.run_all(later, let_go=True)
        tasks.expire_drafts(later)
        tasks.housekeeping(later)
    assert marked(house, surroundings) == []
    assert not MARKS.search(caplog.text)


MARKS = re.compile("zqxv|5a717876|7a717876|zqr[bl]|\\+3246", re.IGNORECASE)


def marked(house: House, surroundings: Context) -> list[str]:
    """Name every table, key and file in which a mark stands, as words or as bytes."""
    found = []
    with as_maintainer(house) as session:
        for table in Base.metadata.tables.values():
            rows = session.scalars(text(f"select cast(t as text) from {table.fullname} t"))
            found += [table.name for row in rows if MARKS.search(row)]
    queue = Redis.from_url(surroundings.settings.redis_url)
    for key in queue.keys("*"):
        kind = queue.type(key)
        value = {b"string": queue.get, b"hash": queue.hgetall}.get(kind, lambda k: queue.lrange(k, 0, -1))(key)
        found += [str(key)] if MARKS.search(f"{key!r} {value!r}") else []
    for folder in {surroundings.settings.data_dir, surroundings.settings.kept_apart}:
        for path in folder.rglob("*"):
            found += [path.name] if path.is_file() and MARKS.search(path.read_text("utf-8", "replace")) else []
    return found
