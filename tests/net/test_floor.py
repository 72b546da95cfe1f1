"""The net by itself: raw SQL through each login, without any query of the house before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.core.actor import Actor, Kind, system
from app.core.db import LOGINS, transaction
from app.core.models import Base
from app.web.doors import House
from tests.net.people import BRUSSELS, LEUVEN, Cast, gather

Figure = Callable[[str], None]
TABLES = sorted(table.fullname for table in Base.metadata.tables.values())
DENIED = "denied"
# What everybody in an organisation may read: no person stands in it.
PUBLIC = {"facility"}

# What one family, and the leader of one facility, hold in their hands: the tables, typed by hand.
FAMILY_SEES = {
    "account", "applicant", "application", "child", "choice", "circumstances", "dossier", "offer", "partner", "web_session",
}  # fmt: skip
LEADER_SEES = {
    "account", "applicant", "application", "child", "choice", "circumstances", "dossier", "facility_member", "offer",
    "partner", "web_session",
}  # fmt: skip
# Which rows a job reads, by its purpose; everything else is empty for it.
PURPOSES: Mapping[str, set[str]] = {
    "outbox": {"outbox", "keys.data_key"},
    "drafts": {"draft", "keys.data_key"},
    "sealer": {"audit_entry", "audit_segment", "audit_seal"},
    "offers": {"offer", "choice", "account", "dossier", "applicant", "facility", "facility_member", "keys.data_key"},
    "digest": {"choice", "account", "facility", "facility_member", "keys.data_key"},
    "scheduler": {"job_run"},
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


@dataclass
class Story:
    """The cast, and one row in each technical table, so that an empty answer means something."""

    cast: Cast
    family: Actor
    leader: Actor


@pytest.fixture
def story(house: House) -> Story:
    """Everybody written down."""
    cast, now = gather(house), house.clock.now()
    with house.databases.engine("maintainer").begin() as connection:
        one = {"o": BRUSSELS, "u": uuid4(), "n": now, "d": cast.target.dossier_id, "a": cast.target.person.id}
        for statement in _TECHNICAL_ROWS:
            connection.execute(text(statement), one)
    leader = next(k for k in cast.knockers if k.role == "chosen")
    with house.databases.engine("maintainer").connect() as connection:
        leader_id = connection.scalar(
            text("select account_id from facility_member where facility_id = :f and ends_at is null and starts_at < :n"),
            {"f": cast.facilities["offering"].id, "n": now},
        )
    assert leader.cookie
    return Story(cast, cast.target.person.actor, Actor(Kind.FACILITY, leader_id, BRUSSELS))


_TECHNICAL_ROWS = (
    "insert into keys.data_key values (:d, 'message', :o, 'x', :n), (:d, 'draft', :o, 'x', :n), (:d, 'health', :o, 'x', :n)",
    "insert into health_answer values (:d, :o, 'x', :n)",
    "insert into consent values (:u, :o, :d, :u, 'lop', true, :n, '1', 'nl', 'web')",
    "insert into outbox (id, organisation, once_key, kind, channel, owner_id, dossier_id, language, sealed, message_id,"
    " state, attempts, due_at, created_at) values (:u, :o, 'k', 'received', 'mail', :d, :d, 'nl', 'x', 'm', 'pending', 0, :n, :n)",
    "insert into audit_segment values (1, '1', 1, :n, :n, 'x', 'x', :n)",
    "insert into audit_seal values (:u, 1, 1, 'x')",
    "insert into job_run values (:u, 'x', :n, :n, :n, 'done', 0)",
    "insert into throttle values (:o, 'x', :n, 1)",
    "insert into account_token (hash, organisation, account_id, purpose, created_at, expires_at)"
    " values ('x', :o, :a, 'reset', :n, :n)",
    "insert into form_use values (:o, 'kkkkkkkkkkkkkkkk', :u, :n, '/')",
)


@contextmanager
def acting(house: House, login: str, actor: Actor) -> Iterator[Connection]:
    """Open a transaction of this actor through a login, and throw it away."""
    with pytest.raises(_Done), transaction(house.databases, login, actor, house.clock.now()) as session:  # noqa: PT012
        yield session.connection()
        raise _Done


class _Done(Exception):
    """Nothing is kept."""


def attempt(connection: Connection, statement: str, **values: Any) -> int | str:
    """Run a statement; return how many rows it touched or found, or that it was denied."""
    point = connection.begin_nested()
    try:
        result = connection.execute(text(statement), values)
        return len(result.all()) if result.returns_rows else result.rowcount
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != "42501":
            raise
        return DENIED
    finally:
        point.rollback()


def readable_columns(connection: Connection, table: str) -> list[str]:
    """Return the columns that the login of this connection may select."""
    schema, _, name = table.rpartition(".")
    rows = connection.execute(
        text(
            "select column_name from information_schema.columns where table_schema = :s and table_name = :t"
            " and has_column_privilege(format('%I.%I', table_schema, table_name), column_name, 'select')"
        ),
        {"s": schema or "public", "t": name},
    )
    return [row.column_name for row in rows]


def rows_seen(connection: Connection, table: str) -> int:
    """Count the rows that a bare SELECT of everything shows."""
    columns = readable_columns(connection, table)
    if not columns:
        assert attempt(connection, f"select count(*) from {table}") == DENIED
        return 0
    return int(connection.scalar(text(f"select count(*) from (select {', '.join(columns)} from {table}) t")) or 0)


def seen(connection: Connection) -> dict[str, int]:
    """Return the tables that show rows, with their number."""
    return {table: number for table in TABLES if (number := rows_seen(connection, table))}


STRANGERS = {
    "no actor at all": None,
    "another organisation": lambda actor: Actor(actor.kind, actor.id, LEUVEN),
    "an organisation that is none": lambda actor: Actor(actor.kind, actor.id, ""),
    "an actor who is nobody": lambda actor: Actor(actor.kind, uuid4(), actor.organisation),
    "a kind that is none": lambda actor: Actor("staff", actor.id, actor.organisation),
    "the other door's kind": lambda actor: Actor(
        Kind.FACILITY if actor.kind == Kind.PARENT else Kind.PARENT, actor.id, actor.organisation
    ),
    "a visitor": lambda actor: Actor(Kind.VISITOR, None, actor.organisation),
}


@pytest.mark.promise("BXL-58", breaks="policy:child.facility.select")
@pytest.mark.promise("BXL-58", breaks="policy:dossier.family.select")
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_sees_no_row(stranger: str, house: House, story: Story) -> None:
    """Without the right setting there are no rows of anybody, whatever the table (security.md 5)."""
    for login, actor in (("family", story.family), ("facility", story.leader)):
        make = STRANGERS[stranger]
        if make is None:
            with house.databases.engine(login).connect() as connection:
                assert seen(connection) == {}, login
            continue
        with acting(house, login, make(actor)) as connection:
            # A kind other than one's own still is oneself: one's account and sessions stay one's own.
            own = {"account", "web_session"} if make(actor).id == actor.id and make(actor).organisation == BRUSSELS else set()
            assert set(seen(connection)) - PUBLIC - own == set(), login


def test_a_reused_connection_remembers_nobody(house: House, story: Story) -> None:
    """What one transaction said about its actor is gone in the next, after a commit, a rollback and a savepoint."""
    for login, actor in (("family", story.family), ("facility", story.leader)):
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
    for login, actor, sees in (("family", story.family, FAMILY_SEES), ("facility", story.leader, LEADER_SEES)):
        with acting(house, login, actor) as connection:
            shown = seen(connection)
            assert set(shown) >= sees, f"{login}: nothing to see where something must be"
            dossiers = own if login == "family" else _dossiers_of(house, cast, "chosen", "offering")
            for table in sorted(set(shown) - PUBLIC):
                column = _owner_column(connection, table)
                if column is None:
                    continue
                for (owner,) in connection.execute(text(f"select {column} from {table}")):
                    total += 1
                    mine = {*dossiers, actor.id, *(p.id for p in cast.facilities.values() if _answers(house, actor, p.id))}
                    foreign += owner not in mine
    with house.databases.engine("maintainer").connect() as connection:
        everything = sum(rows_seen(connection, table) for table in TABLES)
    figure(f"floor: of {everything} rows, {total} shown to one family and one leader, {foreign} foreign")
    assert foreign == 0


def _owner_column(connection: Connection, table: str) -> str | None:
    named = {"account": "id", "dossier": "id", "web_session": "actor_id", "facility_member": "facility_id", "keys.data_key": "owner_id"}
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


@pytest.mark.parametrize("login", [login for login in LOGINS if login not in ("family", "facility", "jobs", "maintainer")])
def test_doors_that_are_not_built_yet_are_bricked_up(login: str, house: House, story: Story) -> None:
    """Logins of later doors, and the one before sign-in, read no table of anybody."""
    allowed = {"audit_entry"} if login == "oversight" else set()
    with house.databases.engine(login).connect() as connection:
        assert {table for table in TABLES if readable_columns(connection, table)} == allowed
        verbs = "insert, update, delete, truncate, references, trigger"
        for table in TABLES:
            if not connection.scalar(text("select has_schema_privilege(:s, 'usage')"), {"s": table.partition(".")[0] if "." in table else "public"}):
                continue
            assert not connection.scalar(text("select has_table_privilege(:t, :v)"), {"t": table, "v": verbs}), table
            columns = text("select has_any_column_privilege(:t, 'insert, update, references')")
            assert not connection.scalar(columns, {"t": table}), table


@pytest.mark.promise("BXL-58", breaks="policy:applicant.jobs.select")
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_job_sees_the_tables_of_its_purpose(purpose: str, house: House, story: Story) -> None:
    with acting(house, "jobs", system(purpose, BRUSSELS)) as connection:
        assert set(seen(connection)) == PURPOSES[purpose]
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


MOVING = ("organisation", "dossier_id", "account_id", "facility_id", "child_id", "application_id", "choice_id", "id", "owner_id")


def test_no_row_moves(house: House, story: Story, figure: Figure) -> None:
    """Who a row belongs to can be changed by nobody; what may be changed is changed in one's own rows only."""
    tried = 0
    for login, actor in (("family", story.family), ("facility", story.leader), ("jobs", system("offers", BRUSSELS))):
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
    for login, actor in (("family", story.family), ("facility", story.leader)):
        with acting(house, login, actor) as connection:
            for table in sorted(Base.metadata.tables.values(), key=lambda t: t.fullname):
                mine = rows_seen(connection, table.fullname)
                statements = [f"delete from {table.fullname}"]
                statements += [f"update {table.fullname} set {c} = {c}" for c, of in table.columns.items() if c not in MOVING and of.identity is None]
                for statement in statements:
                    tried += 1
                    got = attempt(connection, statement)
                    assert got == DENIED or got <= mine, (login, statement, got, mine)  # type: ignore[operator]
                    touched += 0 if got == DENIED else int(got)
    figure(f"changes: {tried} statements without a condition, {touched} own rows touched, 0 foreign")


# Rows that would tie two families, two facilities or two organisations together; each ends in a denial.
_CHOICE = (
    "insert into choice (id, organisation, application_id, dossier_id, child_id, facility_id, position, state, priority_rank,"
    " grounds, submitted_at, start_date, half_days, child_birth_date, sibling_here, reply_due_on) values (:new, :org,"
    " :application, :dossier, :child, :facility, 1, 'open', 1, '{}', :now, '2027-09-01', 1, '2026-09-01', false, '2027-09-01')"
)
_APPLICATION = (
    "insert into application (id, organisation, dossier_id, child_id, start_date, half_days, flexible, state, submitted_at,"
    " rule_set, grounds, priority_rank) values (:new, :org, :dossier, :child, '2027-09-01', 1, false, 'cancelled', :now, 'x', '{}', 1)"
)
_OFFER = (
    "insert into offer (id, organisation, choice_id, application_id, dossier_id, facility_id, start_date, half_days, deviating,"
    " expires_at, state, created_at) values (:new, :org, :choice, :application, :dossier, :facility, '2027-09-01', 1, false,"
    " :now, 'declined', :now)"
)
_PLACEMENT = (
    "insert into placement (id, organisation, facility_id, dossier_id, child_id, application_id, offer_id, start_date,"
    " half_days, created_at) values (:new, :org, :facility, :dossier, :child, :application, :offer, '2027-09-01', 1, :now)"
)
_CONSENT = "insert into consent values (:new, :org, :dossier, :application, 'lop', true, :now, '1', 'nl', 'web')"
_CHILD = "insert into child values (:new, :org, :dossier, 'X', 'Y', '2026-09-01', false)"
_KEY = "insert into keys.data_key values (:dossier, 'health', :org, 'x', :now)"
_AUDIT = (
    "insert into audit_entry (id, organisation, at, actor_kind, actor_id, event, reasons, groups, subjects)"
    " values (:new, :org, :now, 'parent', :somebody, 'read', '{}', '{}', '{}')"
)
_SESSION = "insert into web_session values ('x', :org, 'parent', :somebody, :now, :now, :now)"
_MEMBER = "insert into facility_member values (:new, :org, :facility, :somebody, 'leader', :now)"
_ACCOUNT = "insert into account (id, organisation, kind, language, created_at, active) values (:new, :org, 'facility', 'nl', :now, true)"

TIES: Mapping[str, tuple[str, str, set[str]]] = {
    # what: (login, statement, which of its values are somebody else's)
    "a choice of another family": ("family", _CHOICE, {"application", "dossier", "child"}),
    "an own choice on another's request": ("family", _CHOICE, {"application"}),
    "an own choice for another's child": ("family", _CHOICE, {"child"}),
    "an own choice on another's request and child": ("family", _CHOICE, {"application", "child"}),
    "a choice in another organisation": ("family", _CHOICE, {"org"}),
    "a request of another family": ("family", _APPLICATION, {"dossier", "child"}),
    "an own request for another's child": ("family", _APPLICATION, {"child"}),
    "another's request for an own child": ("family", _APPLICATION, {"dossier"}),
    "a child in another family": ("family", _CHILD, {"dossier"}),
    "a consent of another family": ("family", _CONSENT, {"dossier"}),
    "an own consent on another's request": ("family", _CONSENT, {"application"}),
    "a key of another family": ("family", _KEY, {"dossier"}),
    "a place for another's child": ("family", _PLACEMENT, {"dossier", "child", "application"}),
    "an own place for another's child": ("family", _PLACEMENT, {"child"}),
    "a place that nobody offered": ("family", _PLACEMENT, set()),
    "an offer by a family": ("family", _OFFER, set()),
    "an audit entry in another's name": ("family", _AUDIT, {"somebody"}),
    "a session": ("family", _SESSION, set()),
    "an account of a leader": ("family", _ACCOUNT, set()),
    "a membership": ("family", _MEMBER, set()),
    "an offer on a request of another facility": ("facility", _OFFER, {"choice", "application", "dossier", "facility"}),
    "an own offer to another family": ("facility", _OFFER, {"dossier"}),
    "an own offer on another's request": ("facility", _OFFER, {"application"}),
    "an own offer to another family's request": ("facility", _OFFER, {"dossier", "application"}),
    "an own offer in another facility's name": ("facility", _OFFER, {"facility"}),
    "a placement by a facility": ("facility", _PLACEMENT, set()),
    "a membership of oneself": ("facility", _MEMBER, {"facility"}),
    "a choice by a facility": ("facility", _CHOICE, set()),
    "a consent by a facility": ("facility", _CONSENT, set()),
    "an entry in another leader's name": ("facility", _AUDIT, {"somebody"}),
    "a session of a leader": ("facility", _SESSION, set()),
}


@pytest.mark.promise("BXL-58", breaks="policy:choice.family.insert")
@pytest.mark.promise("BXL-58", breaks="policy:offer.facility.insert")
@pytest.mark.parametrize("tie", TIES)
def test_no_row_ties_strangers_together(tie: str, house: House, story: Story) -> None:
    login, statement, foreign = TIES[tie]
    cast, target, other = story.cast, story.cast.target, story.cast.other
    actor = story.family if login == "family" else story.leader
    own = {
        "org": BRUSSELS,
        "dossier": target.dossier_id,
        "application": target.application_id,
        "child": target.child_id,
        "choice": target.choices[cast.facilities["chosen"].id],
        "facility": cast.facilities["chosen" if login == "facility" else "enrolling"].id,
        "offer": cast.offer_id,
        "somebody": actor.id,
    }
    theirs = {
        "org": LEUVEN,
        "dossier": other.dossier_id,
        "application": other.application_id,
        "child": other.child_id,
        "choice": other.choices[cast.facilities["unchosen"].id],
        "facility": cast.facilities["unchosen"].id,
        "somebody": other.person.id,
    }
    values = {**own, **{name: theirs[name] for name in foreign}, "new": uuid4(), "now": house.clock.now()}
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    with acting(house, login, actor) as connection:
        assert attempt(connection, statement, **used) == DENIED


OWN_ROWS = {"an own choice": ("family", _CHOICE), "an own consent": ("family", _CONSENT), "an own child": ("family", _CHILD),
            "an own request": ("family", _APPLICATION), "an own offer": ("facility", _OFFER)}  # fmt: skip


@pytest.mark.parametrize("row", OWN_ROWS)
def test_what_is_one_s_own_goes_in(row: str, house: House, story: Story) -> None:
    """The statements above are good ones: with nothing foreign in them they are taken."""
    login, statement = OWN_ROWS[row]
    cast, target = story.cast, story.cast.target
    values = {
        "org": BRUSSELS,
        "dossier": target.dossier_id,
        "application": target.application_id,
        "child": target.child_id,
        "choice": target.choices[cast.facilities["chosen"].id],
        "facility": cast.facilities["chosen" if login == "facility" else "unchosen"].id,
        "new": uuid4(),
        "now": house.clock.now(),
    }
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    with acting(house, login, story.family if login == "family" else story.leader) as connection:
        assert attempt(connection, statement, **used) == 1
