"""`flask restore`: what whoever restores a backup has to run."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access_view import qualified, tables
from app.catalogue.groups import GROUPS
from app.core import heads
from app.core.actor import system
from app.core.audit import note_event
from app.core.db import transaction
from app.rights.queries.copy_rows import account_of_copy, held_rows
from jobs.context import Context, context
from jobs.reconcile import reconcile
from jobs.restored import behind_published

SAMPLE = 20
RESTORE = system("restore")


def restore_commands() -> click.Group:
    """Return the commands for after a backup was restored."""
    group = click.Group("restore", help="After a backup was restored.")

    @group.command("replay")
    def replay() -> None:
        """Erase again what was erased since the backup; then mails and jobs go on."""
        found = reconcile(context())
        click.echo(f"journal of erasures: {found.batches} batches, {found.erased} files or rows erased again")
        if found.unknown:
            click.echo(f"{found.unknown} batches are of a kind that this version does not know")
        if found.behind is None:
            click.echo("this database is not older than what was published of it")
        else:
            click.echo(_stood(found.behind))
            click.echo(f"{found.doubted} messages wait for the relay's journal to tell whether they left before")
            click.echo(f"{found.letters} letters stand on the desk's list; some may have been printed before")
            click.echo(f"{found.signed_out} sessions ended: everybody signs in again")
            click.echo("mails and jobs go on")
        sys.exit(1 if found.unknown else 0)

    @group.command("check")
    @click.option("--save", type=click.Path(path_type=Path), help="Write the counts to a file, beside the backup.")
    @click.option("--against", type=click.Path(path_type=Path, exists=True), help="Compare with such a file.")
    def check(save: Path | None, against: Path | None) -> None:
        """Count the rows of every table and open a sample of files; exit status 1 when something is wrong."""
        surroundings = context()
        behind = behind_published(surroundings)
        counts, unreadable, opened = look(surroundings)
        for table, number in counts.items():
            click.echo(f"{table:<24} {number:>10}")
        expected = json.loads(against.read_text(encoding="utf-8")) if against else counts
        wrong = [
            f"{table}: {counts.get(table, 0)} rows and not {number}"
            for table, number in expected.items()
            if counts.get(table, 0) != number
        ]
        wrong += [f"{unreadable} of {opened} files cannot be opened"] if unreadable else []
        click.echo(f"{opened} files opened as a sample")
        if behind is not None:
            click.echo(f"{_stood(behind)}: run `flask restore replay`; until then no mail leaves and no job runs")
        for one in heads.returns(surroundings.settings.kept_apart):
            click.echo(f"restored to segment {one.segment} at {one.at}: up to segment {one.lost} was lost")
        for one_wrong in wrong:
            click.echo(one_wrong)
        if save:
            # The backup that is made next holds the note of this check as well.
            save.write_text(json.dumps({**counts, "audit_entry": counts["audit_entry"] + 1}), encoding="utf-8")
        sys.exit(1 if wrong else 0)

    return group


def look(surroundings: Context) -> tuple[Mapping[str, int], int, int]:
    """Return the rows of each table, how many files of a sample hold what no key opens, and how many there were."""
    with transaction(surroundings.databases, "maintainer", RESTORE, surroundings.now()) as session:
        # Names of our own tables.
        counts = {
            table: int(session.scalar(text(f"select count(*) from {qualified(table)}")) or 0)  # noqa: S608
            for table in sorted(tables())
        }
        sample = session.scalars(text("select id from dossier order by md5(id::text) limit :n"), {"n": SAMPLE}).all()
        unreadable = sum(not _opens(session, dossier_id) for dossier_id in sample)
        # Nothing of a file is shown to anybody, and that it was done is noted.
        note_event(session, "restore_checked")
    return counts, unreadable, len(sample)


def _stood(behind: heads.Behind) -> str:
    if not behind.held:
        return f"this database is new or empty: nothing is sealed in it, and segment {behind.published} was published"
    return f"this database stands at segment {behind.held}, and segment {behind.published} was published"


def _opens(session: Session, dossier_id: UUID) -> bool:
    account_id = account_of_copy(session, dossier_id)
    held = held_rows(session, dossier_id, account_id, frozenset(GROUPS), "applicant")
    return all(row["sealed"] is not None for rows in held.rows.values() for row in rows if "sealed" in row)
