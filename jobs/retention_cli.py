"""`flask retention`: what goes when, a run by hand, and which files are held back."""

from __future__ import annotations

import click
from sqlalchemy import select

from app.core.clock import today_at
from app.retention.models import LegalHold
from app.retention.queries import plan
from jobs import retention
from jobs.context import context


def retention_commands() -> click.Group:
    """Return the commands about the end of data."""
    group = click.Group("retention", help="The end of data: what goes when.")
    group.command("plan")(show_plan)
    group.command("run")(run)
    group.command("holds")(holds)
    return group


def show_plan() -> None:
    """Show what goes in the next twelve months, by month, organisation and rule; deletes nothing."""
    surroundings = context()
    now = surroundings.now()
    if not surroundings.settings.retention_limit:
        click.echo("RETENTION_LIMIT is 0: deleting is OFF, and what is due stays")
    for organisation, profile in surroundings.profiles.items():
        click.echo(f"{organisation} ({profile.name})")
        with retention.opened(organisation, now) as session:
            months = plan(session, today_at(now))
        for month in months:
            due = "due now or " if month.month <= today_at(now) else ""
            click.echo(f"  {month.month:%Y-%m}  {month.rule:<18} {month.due:>8}  {due}in this month")
        if not months:
            click.echo("  nothing reaches the end of its term")


@click.option("--dry", is_flag=True, help="Count what is due, and delete nothing.")
@click.option("--release", is_flag=True, help="Take what was held back because it was much more than usual as well.")
def run(dry: bool, release: bool) -> None:
    """Run every rule now; what is due goes, whatever the hour."""
    for ran in retention.run_all(context().now(), dry=dry, let_go=release):
        if ran.due or ran.outcome != "done":
            deed = "would go" if dry else "gone"
            click.echo(
                f"{ran.organisation:<14} {ran.rule:<18} {ran.due:>8} due  {ran.handled:>8} {deed}  {ran.outcome}"
            )
    click.echo("nothing was deleted: this was a dry run" if dry else "ended")


def holds() -> None:
    """Show which files are held back and until when; why is for the officer to read."""
    now = context().now()
    for organisation in context().profiles:
        with retention.opened(organisation, now) as session:
            rows = session.execute(
                select(LegalHold.dossier_id, LegalHold.until)
                .where(
                    LegalHold.organisation == organisation,
                    LegalHold.ended_at.is_(None),
                    LegalHold.until >= today_at(now),
                )
                .order_by(LegalHold.until)
            ).all()
        for row in rows:
            click.echo(f"{organisation:<14} {row.dossier_id}  until {row.until}")
