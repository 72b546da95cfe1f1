"""An older backup comes back: nothing leaves it before it is reconciled, and nobody who was erased comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from redis import Redis
from sqlalchemy import select, text, update

from app.core import heads, sealing
from app.core.actor import system
from app.core.audit import note_change
from app.core.db import transaction
from app.core.outbox import Message, enqueue
from app.core.settings import Settings
from app.families.models import Applicant, Dossier, Restriction
from app.retention.operations.journal import Erased, note_ordered
from app.retention.operations.replay import erase_again
from app.web.bell import Bell
from app.web.doors import House
from jobs import outbox, retention, runner, tasks
from jobs.context import Context, context
from jobs.reconcile import reconcile
from jobs.restore_cli import look, restore_commands
from jobs.restored import behind_published
from tests.core.test_sealing import seal_all
from tests.factories import BRUSSELS, FamilyMade, acting, as_maintainer, make_facility, make_family
from tests.retention.installation import Installation, installed
from tests.servers.mail import Mailbox
from tests.servers.session import Servers

AT_ONCE = timedelta()
CANARY = "Zqxvterug"


@pytest.fixture
def installation(
    servers: Servers,
    settings: Settings,
    worker_number: int,
    mailbox: Mailbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Installation]:
    """An installation with a database of its own."""
    name = f"opvang_restore_{settings.data_dir.parent.name.replace('-', '_')}_{worker_number}".lower()
    with installed(servers, settings, tmp_path, name, monkeypatch) as made:
        yield made


def write_to(house: House, family: FamilyMade, number: int) -> None:
    """Queue a message to a family."""
    now = house.clock.now()
    with transaction(house.databases, "jobs", system("digest", BRUSSELS), now) as session:
        enqueue(
            session,
            Message(
                once_key=f"test:{number}",
                kind="facility_digest",
                recipient=family.email or "",
                language="nl",
                owner_id=family.dossier_id,
                params={"facility": "De Zandbak", "new": 1, "waiting": 2, "due": 0, "unread": 0},
            ),
        )


def act(house: House, family: FamilyMade) -> None:
    """Let a family do something that is noted, and publish the head of the audit."""
    with acting(house, family.person) as session:
        note_change(session, "plan_changed", dossier_id=family.dossier_id)
    heads.publish(house.settings.kept_apart, seal_all(house), house.clock.now())


def past_term(house: House) -> FamilyMade:
    """Make a family whose term is over, recognisable in every part."""
    long_ago = house.clock.now() - timedelta(days=9 * 365)
    names = {"given_name": CANARY, "family_name": CANARY}
    return make_family(
        house,
        [make_facility(house)],
        submitted_at=long_ago,
        start_date=(long_ago + timedelta(days=90)).date(),
        birth_date=(long_ago - timedelta(days=30)).date(),
        application_state="expired",
        applicant={**names, "street": CANARY},
        child=names,
    )


def rows_of(house: House, dossier_id: UUID) -> list[str]:
    """Return the row of a file and of what hangs on it."""
    with as_maintainer(house) as session:
        return [
            str(row)
            for table, key in (("dossier", "id"), ("applicant", "dossier_id"), ("child", "dossier_id"))
            for row in session.execute(text(f"select * from {table} where {key} = :id"), {"id": dossier_id})
        ]


@pytest.mark.promise("KG-37", breaks="app.retention.operations.replay:erase_again")
@pytest.mark.promise("KG-37", breaks="app.core.heads:behind")
@pytest.mark.promise(
    "KK-34", breaks="app.retention.operations.erasing:erase_dossiers", twin="tests.twins:closes_nothing"
)
def test_an_older_backup_brings_nobody_back_and_sends_nothing_twice(
    installation: Installation, mailbox: Mailbox
) -> None:
    house = installation.house
    gone, live = past_term(house), make_family(house, [make_facility(house)])
    for number, family in enumerate((gone, live)):
        write_to(house, family, number)
    act(house, live)
    Bell(Redis.from_url(installation.settings.redis_url)).ring()
    installation.backup()
    # What happens after the backup is lost with it: mails that left, an erasure, a segment of the audit.
    write_to(house, live, 2)
    outbox.drain_with(installation.surroundings, settling=AT_ONCE)
    assert len(mailbox.accepted()) == 3
    now = house.clock.now()
    assert retention.run(now) > 0
    act(house, live)
    assert CANARY not in str(installation.tables())
    assert not [path for path in installation.files() if CANARY.encode() in path.read_bytes()]
    assert CANARY not in installation.queue()
    whole = rows_of(house, live.dossier_id)

    installation.restore()
    assert CANARY in str(installation.tables())
    surroundings = installation.surroundings
    assert behind_published(surroundings) is not None
    assert outbox.drain_with(surroundings, settling=AT_ONCE) == 0
    assert runner.run("retention", now.isoformat()) is None
    assert tasks.seal_audit(now) == 0
    assert len(mailbox.accepted()) == 3
    said = CliRunner().invoke(restore_commands(), ["check"])
    assert said.exit_code == 0
    assert "run `flask restore replay`" in said.output

    found = reconcile(surroundings)
    assert (found.erased, found.unknown, found.doubted) == (1, 0, 1)
    assert CANARY not in str(installation.tables())
    assert str(gone.dossier_id) not in str(installation.tables())
    # The files that live are as they were, and can be opened.
    assert rows_of(house, live.dossier_id) == whole
    counts, unreadable, opened = look(surroundings)
    assert (counts["dossier"], counts["applicant"], unreadable, opened) == (1, 1, 0, 1)
    # The relay knows which mails left; nothing leaves again, also not what is written anew.
    write_to(house, live, 2)
    outbox.drain_with(surroundings, settling=AT_ONCE)
    assert len(mailbox.accepted()) == 3
    with as_maintainer(house) as session:
        assert set(session.scalars(text("select state from outbox"))) == {"sent"}
    # The chain goes on from there, and the cut stays visible.
    act(house, live)
    assert tasks.broken_segments() == []
    assert [(one.segment, one.lost) for one in tasks.returns_to_older()] == [(1, 2)]
    again = reconcile(surroundings)
    assert (again.behind, again.erased) == (None, 0)


@pytest.fixture
def apart(surroundings: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """The jobs of the test, with a folder of their own for what is kept apart."""
    monkeypatch.setenv("ERASURE_JOURNAL", str(tmp_path))
    context.cache_clear()
    yield context()
    context().databases.dispose()


def test_an_empty_database_waits_too_and_says_what_it_is(house: House, apart: Context) -> None:
    heads.publish(apart.settings.kept_apart, sealing.Head(7, 3, "ab" * 32), apart.now())
    behind = behind_published(apart)
    assert behind is not None
    assert (behind.held, behind.published) == (0, 7)
    said = CliRunner().invoke(restore_commands(), ["replay"])
    assert "new or empty" in said.output
    assert behind_published(apart) is None
    with acting(house, make_family(house).person) as session:
        note_change(session, "plan_changed", dossier_id=UUID(int=1))
    heads.publish(apart.settings.kept_apart, seal_all(house), apart.now())
    assert tasks.broken_segments() == []
    assert behind_published(apart) is None


def test_groups_that_were_filled_in_again_go_only_where_their_erasure_is_not_known(house: House) -> None:
    family = make_family(house)
    now = house.clock.now()
    batch = Erased("groups", (family.dossier_id,), BRUSSELS, now, ("contact",))

    def phone_after(known_until: datetime | None) -> str | None:
        with transaction(house.databases, "maintainer", system("retention", BRUSSELS), now) as session:
            erase_again(session, batch, known_until=known_until)
            return session.scalar(select(Applicant.phone).where(Applicant.dossier_id == family.dossier_id))

    assert phone_after(now + timedelta(seconds=1)) is not None
    assert phone_after(now - timedelta(hours=1)) is None
    with as_maintainer(house) as session:
        session.execute(update(Applicant).values(phone="+32470000000"))
    assert phone_after(None) is None


@pytest.mark.promise("KK-33", breaks="app.retention.operations.replay:_order_again", twin="tests.twins:closes_nothing")
def test_the_day_of_an_ordered_erasure_stands_after_a_restore(house: House, apart: Context) -> None:
    """The request was granted after the backup was made: the order comes back, and goes by itself on its day."""
    family, now = make_family(house), house.clock.now()
    due_on = now.date() + timedelta(days=900)
    actor = system("rights", BRUSSELS)
    with transaction(apart.databases, "maintainer", actor, now) as session:
        note_ordered(session, family.dossier_id, uuid4(), (), law="enrolment", due_on=due_on)
    assert [reconcile(apart).erased for _ in range(2)] == [1, 0]

    def stands(day: date) -> bool:
        retention.erase_ordered(datetime.combine(day, time(12), UTC))
        with as_maintainer(house) as session:
            return session.scalar(select(Dossier.id).where(Dossier.id == family.dossier_id)) is not None

    with as_maintainer(house) as session:
        assert session.scalar(select(Restriction.dossier_id)) == family.dossier_id
    assert stands(due_on - timedelta(days=1))
    assert not stands(due_on)
