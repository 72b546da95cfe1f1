"""Those who help, at the floor: raw SQL through their logins shows the files of their grounds, and nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

from app.core.models import Base
from app.web.doors import House
from tests.factories import (
    Person,
    as_maintainer,
    make_family,
    make_worker,
)
from tests.net.grounds import GROUNDS, at_a_counter
from tests.net.raw import DENIED, acting, attempt, readable_columns
from tests.net.test_floor import MOVING

Figure = Callable[[str], None]
REPEATS = 5


def _files(connection: Connection) -> dict[str, set[UUID]]:
    """Return whose rows show in each table that says whose they are."""
    found = {}
    for table in Base.metadata.tables.values():
        column = "id" if table.name == "dossier" else "dossier_id"
        if column in readable_columns(connection, table.fullname):
            rows = connection.execute(text(f"select {column} from {table.fullname} where {column} is not null"))
            found[table.name] = set(rows.scalars())
    return found


@pytest.mark.promise("BXL-48", breaks="branch:helpdesk")
@pytest.mark.promise("LEU-23", breaks="branch:administrator")
@pytest.mark.promise("LEU-25", breaks="branch:support")
@pytest.mark.promise("LEU-27", breaks="branch:counter")
@pytest.mark.promise("LEU-33", breaks="branch:sick_care")
def test_each_ground_opens_one_file_and_no_other(house: House, figure: Figure) -> None:
    """A bare SELECT of every table shows the file of the ground and not the one beside it."""
    rows = foreign = 0
    for name, make in GROUNDS.items():
        ground = make(house)
        with acting(house, ground.login, ground.actor) as connection:
            for table, dossiers in _files(connection).items():
                rows += len(dossiers)
                foreign += len(dossiers - {ground.family.dossier_id})
                assert dossiers <= {ground.family.dossier_id}, (name, table)
            assert _files(connection)[ground.shows] == {ground.family.dossier_id}, name
    figure(f"grounds: {len(GROUNDS)} kinds, {rows} files shown in tables, {foreign} foreign")


@pytest.mark.promise("BXL-52", breaks="branch:helper")
@pytest.mark.promise("LEU-24", breaks="branch:administrator")
@pytest.mark.promise("BXL-59", breaks="branch:support")
@pytest.mark.promise("LEU-14", breaks="branch:helper")
@pytest.mark.promise("BXL-54", breaks="branch:registrar")
def test_each_ground_ends_at_once(house: House, figure: Figure) -> None:
    """Whatever ends a ground, the very next transaction shows nothing of the file."""
    ended = shown = 0
    for make in GROUNDS.values():
        for end in make(house).ends:
            for _ in range(REPEATS if ended < 100 else 1):
                ground = make(house)
                with as_maintainer(house, ground.actor.organisation) as session:
                    session.execute(text(ground.ends[end]), {"key": ground.key} if ":key" in ground.ends[end] else {})
                with acting(house, ground.login, ground.actor) as connection:
                    files = _files(connection)
                ended += 1
                shown += ground.family.dossier_id in files[ground.shows]
                assert ground.family.dossier_id not in files[ground.shows], end
    figure(f"grounds that end: {ended} of {ended} effective at the next transaction, {shown} still open")
    assert ended >= 100


def test_no_row_of_those_who_help_moves(house: House, figure: Figure) -> None:
    """Who a row belongs to is changed by no login of those who help."""
    tried = 0
    for make in GROUNDS.values():
        ground = make(house)
        with acting(house, ground.login, ground.actor) as connection:
            for table in Base.metadata.tables.values():
                for column in set(MOVING) & set(table.columns.keys()):
                    tried += 1
                    assert attempt(connection, f"update {table.fullname} set {column} = {column}") == DENIED, column
    figure(f"moving, those who help: {tried} ways, all denied")


_TIES: Mapping[str, str] = {
    "a contact with a stranger's file": (
        "insert into desk_contact (id, organisation, dossier_id, worker_id, channel, purpose, opened_at, until)"
        " values (:new, :o, :d, :other, 'call', 'x', :n, :n)"
    ),
    "a notice on a stranger's file": (
        "insert into family_notice (id, organisation, dossier_id, at, actor_kind, actor_id, reason, event, groups,"
        " contact_id, message_key) values (:new, :o, :d, :n, :kind, :me, 'registrar', 'x', '{}', :new, 'x')"
    ),
    "a mandate that nobody gave": (
        "insert into mandate (id, organisation, helper_organisation_id, helper_id, dossier_id, label, started_at,"
        " consent_how, consent_at, last_joint_at, tells_deadlines)"
        " values (:new, :o, :new, :me, :d, 'x', :n, 'paper', :n, :n, true)"
    ),
    "a joint session on a stranger's file": (
        "insert into joint_session (id, organisation, mandate_id, dossier_id, asked_at, expires_at, tries, proof,"
        " confirmed_at, until) values (:new, :o, :new, :d, :n, :n, 0, 'paper', :n, :n)"
    ),
    "a grant to oneself": (
        "insert into support_grant (id, organisation, account_id, dossier_id, reason, given_by, given_at, until)"
        " values (:new, :o, :me, :d, 'x', :other, :n, :n + interval '1 hour')"
    ),
    "a look-along code": (
        "insert into look_code (id, organisation, dossier_id, code_token, created_at, expires_at, used_by, used_at,"
        " until) values (:new, :o, :d, 'x', :n, :n, :me, :n, :n)"
    ),
    "a use of the service": (
        "insert into service_use (id, organisation, dossier_id, child_id, used_on, recorded_by, recorded_at)"
        " values (:new, :o, :d, :c, '2026-01-01', :me, :n)"
    ),
    "a role": (
        "insert into staff_member (id, organisation, account_id, role, area, granted_by, starts_at)"
        " values (:new, :o, :me, 'administrator', '{}', :other, :n)"
    ),
    "an accepted text of somebody else": (
        "insert into agreement (id, organisation, account_id, kind, version, language, accepted_at)"
        " values (:new, :o, :other, 'confidentiality', '2026-1', 'nl', :n)"
    ),
    "a check of one's own signature": "update agreement set checked_at = :n where account_id = :me",
    "a consent for a stranger": (
        "insert into consent (id, organisation, dossier_id, application_id, recipient, given, at, text_version,"
        " language, channel) values (:new, :o, :d, :a, 'lop', true, :n, '1', 'nl', 'call')"
    ),
    "a second factor": (
        "insert into second_factor (id, organisation, account_id, kind, secret, created_at)"
        " values (:new, :o, :me, 'totp', 'x', :n)"
    ),
    "a session that fills in": "update web_session set assisting_kind = 'parent', assisting_id = :other",
}


def test_nobody_gives_themselves_a_ground(house: House) -> None:
    """Rows that would open a file are refused to whoever would profit from them."""
    for name, make in GROUNDS.items():
        ground = make(house)
        values = {
            "new": uuid4(),
            "other": uuid4(),
            "o": ground.actor.organisation,
            "d": ground.stranger.dossier_id,
            "c": ground.stranger.child_id,
            "a": ground.stranger.application_id,
            "me": ground.actor.id,
            "kind": ground.actor.kind,
            "n": house.clock.now(),
        }
        for tie, statement in _TIES.items():
            with acting(house, ground.login, ground.actor) as connection:
                got = attempt(connection, statement, **{k: v for k, v in values.items() if f":{k}" in statement})
            assert got in (DENIED, 0), (name, tie, got)


@pytest.mark.promise("LEU-26", breaks="grant:child.counter.select")
@pytest.mark.parametrize(
    "column",
    [
        "child.birth_date",
        "applicant.nationality",
        "applicant.home_language",
        "applicant.relation",
        "applicant.birth_date",
        "circumstances.income",
        "circumstances.work",
        "circumstances.education",
        "circumstances.family_situation",
        "application.start_date",
        "choice.priority_rank",
        "choice.refusal_reason",
        "partner.given_name",
        "thread_message.sealed",
        "offer.state",
        "consent.given",
        "placement.start_date",
        "protected_contact.sealed",
        "health_answer.sealed",
        "audit_entry.event",
    ],
)
def test_the_counter_cannot_even_name_what_is_not_of_its_four_groups(house: House, column: str) -> None:
    ground = at_a_counter(house)
    table, _, name = column.partition(".")
    with acting(house, "counter", ground.actor) as connection:
        for statement in (f"select {name} from {table}", f"select 1 from {table} where {name} is not null"):
            assert attempt(connection, statement) == DENIED, statement


def test_overseers_read_no_name(house: House) -> None:
    """The logs, and a file's reference: no table with what families told."""
    family = make_family(house)
    officer: Person = make_worker(house, role="dpo")
    told = ("applicant", "partner", "child", "circumstances", "health_answer", "thread_message", "choice", "draft")
    with acting(house, "oversight", officer.actor) as connection:
        for table in told:
            assert readable_columns(connection, table) == [], table
        assert family.person.login not in set(connection.execute(text("select login from account")).scalars())
