"""The net by itself: raw SQL through each login, without any query of the house before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

from app.core.actor import Actor, Kind, system
from app.core.db import transaction
from app.core.models import Base
from app.core.settings import LOGINS
from app.web.doors import House
from tests.net.people import BRUSSELS, LEUVEN, Cast
from tests.net.raw import DENIED, TABLES, Story, acting, attempt, readable_columns, rows_seen, seen, tell

Figure = Callable[[str], None]
# What everybody in an organisation may read: no person stands in it.
PUBLIC = {"facility"}

# What one family, and the leader of one facility, hold in their hands: the tables, typed by hand.
FAMILY_SEES = {
    "account", "applicant", "application", "child", "choice", "circumstances", "dossier", "offer", "partner",
    "staff_note", "thread", "thread_message", "web_session",
}  # fmt: skip
LEADER_SEES = {
    "account", "applicant", "application", "child", "choice", "circumstances", "dossier", "facility_member", "offer",
    "partner", "staff_note", "thread", "thread_message", "web_session",
}  # fmt: skip
DESK_SEES = {
    "account", "applicant", "application", "child", "dossier", "outbox", "possible_double", "staff_member",
    "staff_note", "thread", "thread_message", "web_session",
}  # fmt: skip
# Which rows a job reads, by its purpose; everything else is empty for it.
PURPOSES: Mapping[str, set[str]] = {
    "outbox": {"outbox", "applicant", "keys.data_key"},
    "drafts": {"draft", "keys.data_key"},
    # And whom it tells that the chain no longer holds.
    "sealer": {"audit_entry", "audit_segment", "audit_seal", "account", "keys.data_key"},
    "offers": {"offer", "choice", "account", "dossier", "outbox", "facility", "facility_member", "keys.data_key"},
    "digest": {"choice", "account", "facility", "facility_member", "placement", "thread", "keys.data_key"},
    "scheduler": {"job_run"},
    "counters": {"page_count"},
    # Whose acceptance ends, and which organisation's agreement; nothing of a family.
    "agreements": {
        *("account", "agreement", "staff_member", "helper_member"),
        *("party_agreement", "helper_organisation", "facility", "keys.data_key"),
    },
    "housekeeping": {"web_session", "account_token", "throttle", "form_use", "job_run"},
    "anything": set(),
}
# What no facility may select, whoever asks and for which row (BXL-55).
NEVER_FOR_A_FACILITY = {
    "applicant": ("birth_date", "sex"),
    "partner": ("phone", "email", "work"),
    "circumstances": ("family_situation", "work", "employer", "income", "education", "foster", "dutch_proof_by"),
    "health_answer": ("dossier_id", "sealed", "consented_at"),
    "consent": ("recipient", "given", "at", "dossier_id"),
    "draft": ("id", "sealed"),
    "application": ("grounds", "priority_rank", "rule_set", "closed_at"),
    "dossier": ("account_id", "created_at", "last_activity_at"),
    "account": ("password_hash",),
    "audit_entry": ("id", "subjects", "actor_id"),
    "outbox": ("id", "sealed", "dossier_id"),
    "throttle": ("key",),
    "account_token": ("hash",),
}


@pytest.fixture
def story(house: House) -> Story:
    """Everybody, written down afresh."""
    return tell(house)


STRANGERS = {
    "no actor at all": None,
    "another organisation": lambda actor: Actor(actor.kind, actor.id, LEUVEN),
    "an organisation that is none": lambda actor: Actor(actor.kind, actor.id, ""),
    "an actor who is nobody": lambda actor: Actor(actor.kind, uuid4(), actor.organisation),
    "a kind that is none": lambda actor: Actor("helper", actor.id, actor.organisation),
    "the other door's kind": lambda actor: Actor(
        Kind.FACILITY if actor.kind == Kind.PARENT else Kind.PARENT, actor.id, actor.organisation
    ),
    "a visitor": lambda actor: Actor(Kind.VISITOR, None, actor.organisation),
}


@pytest.mark.promise("BXL-58", breaks="policy:child.facility.select")
@pytest.mark.promise("BXL-58", breaks="policy:dossier.family.select")
def test_a_stranger_sees_no_row(house: House, story: Story) -> None:
    """Without the right setting there are no rows of anybody, whatever the table (security.md 5)."""
    actors = (("family", story.family), ("facility", story.leader), ("staff", story.worker))
    for stranger, (login, actor) in product(STRANGERS, actors):
        make = STRANGERS[stranger]
        if make is None:
            with house.databases.engine(login).connect() as connection:
                assert seen(connection) == {}, login
            continue
        with acting(house, login, make(actor)) as connection:
            # A kind other than one's own still is oneself: one's account, job and sessions stay one's own.
            own = (
                {"account", "staff_member", "web_session"}
                if make(actor).id == actor.id and make(actor).organisation == BRUSSELS
                else set()
            )
            assert set(seen(connection)) - PUBLIC - own == set(), (stranger, login)


def test_a_reused_connection_remembers_nobody(house: House, story: Story) -> None:
    """What one transaction said about its actor is gone in the next, after a commit, a rollback and a savepoint."""
    for login, actor in (("family", story.family), ("facility", story.leader), ("staff", story.worker)):
        with transaction(house.databases, login, actor, house.clock.now()) as session:
            process = session.scalar(text("select pg_backend_pid()"))
            with session.begin_nested():
                assert rows_seen(session.connection(), "child") >= 1
        with house.databases.engine(login).connect() as connection:
            assert connection.scalar(text("select pg_backend_pid()")) == process, "the pool gave another connection"
            assert seen(connection) == {}
        with acting(house, login, actor) as connection:
            assert rows_seen(connection, "child") >= 1
        with house.databases.engine(login).connect() as connection:
            assert connection.scalar(text("select pg_backend_pid()")) == process
            assert seen(connection) == {}


def test_everybody_sees_their_own_and_nothing_else(house: House, story: Story, figure: Figure) -> None:
    """A bare SELECT of each table shows the rows of the story that belong to its reader, and not one more."""
    target, cast = story.cast.target, story.cast
    own = (target.dossier_id,)
    total = foreign = 0
    for login, actor, sees in (
        ("family", story.family, FAMILY_SEES),
        ("facility", story.leader, LEADER_SEES),
        ("staff", story.worker, DESK_SEES),
    ):
        with acting(house, login, actor) as connection:
            shown = seen(connection)
            assert set(shown) >= sees, f"{login}: nothing to see where something must be"
            dossiers = {
                "family": set(own),
                "facility": _dossiers_of(house, cast, "chosen", "offering"),
                # Two files are to be compared.
                "staff": {target.dossier_id, cast.other.dossier_id},
            }[login]
            for table in sorted(set(shown) - PUBLIC):
                column = _owner_column(connection, table)
                if column is None:
                    continue
                for (owner,) in connection.execute(text(f"select {column} from {table}")):
                    total += 1
                    mine = {
                        *dossiers,
                        actor.id,
                        *(p.id for p in cast.facilities.values() if _answers(house, actor, p.id)),
                    }
                    foreign += owner not in mine
    with house.databases.engine("maintainer").connect() as connection:
        everything = sum(rows_seen(connection, table) for table in TABLES)
    figure(f"floor: of {everything} rows, {total} shown to one family, one leader and the desk, {foreign} foreign")
    assert foreign == 0


def _owner_column(connection: Connection, table: str) -> str | None:
    named = {
        "account": "id",
        "dossier": "id",
        "web_session": "actor_id",
        "facility_member": "facility_id",
        "keys.data_key": "owner_id",
    }
    if table in named:
        return named[table]
    return "dossier_id" if "dossier_id" in readable_columns(connection, table) else None


def _dossiers_of(house: House, cast: Cast, *facilities: str) -> set[UUID]:
    """Return whose request is open with these facilities, from the rows themselves."""
    with house.databases.engine("maintainer").connect() as connection:
        return set(
            connection.scalars(
                text(
                    "select dossier_id from choice where facility_id = any(:f)"
                    " and state in ('open', 'considering', 'not_now', 'offered')"
                ),
                {"f": [cast.facilities[name].id for name in facilities]},
            )
        )


def _answers(house: House, actor: Actor, facility_id: UUID) -> bool:
    with house.databases.engine("maintainer").connect() as connection:
        return bool(
            connection.scalar(
                text("select 1 from facility_member where account_id = :a and facility_id = :f and ends_at is null"),
                {"a": actor.id, "f": facility_id},
            )
        )


@pytest.mark.parametrize("login", [login for login in LOGINS if login in ("kiosk", "signin")])
def test_doors_that_are_not_built_yet_are_bricked_up(login: str, house: House, story: Story) -> None:
    """Logins of later doors, and the one before sign-in, read no table of anybody."""
    with house.databases.engine(login).connect() as connection:
        assert {table for table in TABLES if readable_columns(connection, table)} == set()
        verbs = "insert, update, delete, truncate, references, trigger"
        for table in TABLES:
            if not connection.scalar(
                text("select has_schema_privilege(:s, 'usage')"),
                {"s": table.partition(".")[0] if "." in table else "public"},
            ):
                continue
            assert not connection.scalar(text("select has_table_privilege(:t, :v)"), {"t": table, "v": verbs}), table
            columns = text("select has_any_column_privilege(:t, 'insert, update, references')")
            assert not connection.scalar(columns, {"t": table}), table


@pytest.mark.promise("BXL-58", breaks="policy:applicant.jobs.select")
def test_a_job_sees_the_tables_of_its_purpose(house: House, story: Story) -> None:
    for purpose, sees in PURPOSES.items():
        with acting(house, "jobs", system(purpose, BRUSSELS)) as connection:
            assert set(seen(connection)) == sees, purpose
    with acting(house, "jobs", Actor(Kind.PARENT, story.family.id, BRUSSELS)) as connection:
        assert seen(connection) == {}, "without a purpose"


@pytest.mark.promise("BXL-55", breaks="grant:applicant.facility.select")
@pytest.mark.promise("BXL-55", breaks="grant:circumstances.facility.select")
@pytest.mark.promise("BXL-55", breaks="grant:partner.facility.select")
def test_what_a_facility_can_never_select(house: House, story: Story, figure: Figure) -> None:
    """No column of what a chosen facility does not need can be named by it, not even in a condition."""
    tried = 0
    with acting(house, "facility", story.leader) as connection:
        for table, columns in NEVER_FOR_A_FACILITY.items():
            for column in columns:
                for statement in (
                    f"select {column} from {table}",
                    f"select 1 from {table} where {column} is not null",
                    f"select 1 from {table} order by {column}",
                    f"select * from {table}",
                ):
                    tried += 1
                    assert attempt(connection, statement) == DENIED, statement
    figure(f"columns: {tried} ways to name what a facility may not read, all denied")


MOVING = (
    "organisation",
    "dossier_id",
    "account_id",
    "facility_id",
    "child_id",
    "application_id",
    "choice_id",
    "id",
    "owner_id",
)


def test_no_row_moves(house: House, story: Story, figure: Figure) -> None:
    """Who a row belongs to can be changed by nobody; what may be changed is changed in one's own rows only."""
    tried = 0
    for login, actor in (
        ("family", story.family),
        ("facility", story.leader),
        ("staff", story.worker),
        ("jobs", system("offers", BRUSSELS)),
    ):
        with acting(house, login, actor) as connection:
            for table in Base.metadata.tables.values():
                for column in set(MOVING) & set(table.columns.keys()):
                    tried += 1
                    statement = f"update {table.fullname} set {column} = {column}"
                    assert attempt(connection, statement) == DENIED, (login, statement)
    figure(f"moving: {tried} ways to move a row to another owner, all denied")


def test_changes_stay_within_reach(house: House, story: Story, figure: Figure) -> None:
    """An UPDATE or DELETE without a condition touches no more rows than the reader owns."""
    touched = tried = 0
    for login, actor in (("family", story.family), ("facility", story.leader), ("staff", story.worker)):
        with acting(house, login, actor) as connection:
            for table in sorted(Base.metadata.tables.values(), key=lambda t: t.fullname):
                mine = rows_seen(connection, table.fullname)
                statements = [f"delete from {table.fullname}"]
                statements += [
                    f"update {table.fullname} set {c} = {c}"
                    for c, of in table.columns.items()
                    if c not in MOVING and of.identity is None
                ]
                for statement in statements:
                    tried += 1
                    got = attempt(connection, statement)
                    assert got == DENIED or got <= mine, (login, statement, got, mine)  # type: ignore[operator]
                    touched += 0 if got == DENIED else int(got)
    figure(f"changes: {tried} statements without a condition, {touched} own rows touched, 0 foreign")
