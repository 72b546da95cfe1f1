"""The whole drill: forty marked families, half of them erased, an older backup, the keys of another one (test 16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.catalogue.groups import GROUPS
from app.core import heads
from app.core.settings import Settings
from app.retention.models import ErasureOrder
from app.rights.queries.copy_rows import held_rows
from jobs import outbox, retention
from jobs.reconcile import reconcile
from jobs.restore_cli import restore_commands
from tests.core.test_sealing import seal_all, write_entries
from tests.factories import as_maintainer
from tests.net.canaries import Marked, found_in, hatch
from tests.retention.installation import Installation, installed
from tests.servers.mail import Mailbox
from tests.servers.session import Servers

pytestmark = pytest.mark.trial
AT_ONCE = timedelta()


@pytest.fixture
def installation(
    servers: Servers, settings: Settings, worker_number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """An installation with a database of its own."""
    with installed(servers, settings, tmp_path, f"opvang_drill_{worker_number}_{uuid4().hex[:8]}", monkeypatch) as made:
        yield made


def marks(installation: Installation) -> set[str]:
    """Return the families of which any mark stands anywhere in the database."""
    return {key for table in installation.tables().values() for key, _ in found_in(table)}


def sealed_values(installation: Installation, families: list[Marked]) -> list[bool]:
    """Tell of each sealed value of some files whether it can be opened."""
    found = []
    for marked in families:
        with as_maintainer(installation.house, marked.organisation) as session:
            held = held_rows(session, marked.family.dossier_id, None, frozenset(GROUPS), "applicant")
        found += [row["sealed"] is not None for rows in held.rows.values() for row in rows if "sealed" in row]
    return found


def publish(installation: Installation) -> None:
    """Let something happen, and publish the head of the audit."""
    write_entries(installation.house, 1)
    heads.publish(installation.settings.kept_apart, seal_all(installation.house), installation.house.clock.now())


def order(installation: Installation, marked: Marked) -> None:
    """Order the erasure of a whole file for today."""
    now = installation.house.clock.now()
    with as_maintainer(installation.house, marked.organisation) as session:
        session.add(
            ErasureOrder(
                id=uuid4(),
                organisation=marked.organisation,
                dossier_id=marked.family.dossier_id,
                groups=[],
                due_on=now.date(),
                ordered_at=now,
            )
        )


def test_the_drill(installation: Installation, mailbox: Mailbox, tmp_path: Path) -> None:
    house = installation.house
    families = hatch(house, families=20).families
    gone, live = families[::2], families[1::2]
    publish(installation)
    counts = tmp_path / "counts.json"
    cli, commands = CliRunner(), restore_commands()
    assert cli.invoke(commands, ["check", "--save", str(counts)]).exit_code == 0
    installation.backup()

    now = house.clock.now()
    for marked in gone:
        order(installation, marked)
    assert retention.erase_ordered(now) == len(gone)
    outbox.drain_with(installation.surroundings, settling=AT_ONCE)
    publish(installation)
    left = marks(installation)
    assert not left & {marked.key for marked in gone}
    whole = {marked.key: sealed_values(installation, [marked]) for marked in live}
    mails = len(mailbox.accepted())
    installation.backup("later")

    # The main backup and the keys have backups of their own: the keys that come back are younger.
    installation.restore()
    said = cli.invoke(commands, ["check", "--against", str(counts)])
    assert said.exit_code == 0, said.output
    installation.take_keys_of("later")
    assert {marked.key for marked in gone} <= marks(installation)
    opened = sealed_values(installation, gone)
    assert opened
    assert not any(opened)
    assert outbox.drain_with(installation.surroundings, settling=AT_ONCE) == 0
    assert len(mailbox.accepted()) == mails

    # And with the old keys beside it, everything of them could be read: the journal alone stands between.
    installation.restore()
    assert all(sealed_values(installation, gone))
    found = reconcile(installation.surroundings)
    assert found.erased == len(gone)
    assert not marks(installation) & {marked.key for marked in gone}
    with as_maintainer(house) as session:
        held = set(session.scalars(text("select owner_id from keys.data_key")))
        assert not held & {_id(marked) for marked in gone}
    assert {marked.key: sealed_values(installation, [marked]) for marked in live} == whole
    assert all(all(values) for values in whole.values())
    assert left == marks(installation)
    outbox.drain_with(installation.surroundings, settling=AT_ONCE)
    assert len(mailbox.accepted()) == mails


def _id(marked: Marked) -> UUID:
    return marked.family.dossier_id
