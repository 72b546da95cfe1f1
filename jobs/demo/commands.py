"""The `flask demo` commands."""

from __future__ import annotations

import click

from app.core.clock import Clock
from app.web.doors import House
from jobs.demo.bulk import bulk


def demo_commands(house: House) -> click.Group:
    """Return the commands of the demo; a production installation refuses them."""
    group = click.Group("demo", help="Invented data.")

    @group.command("seed")
    @click.option("--dossiers", type=click.IntRange(min=1), required=True, help="How many dossiers to add.")
    @click.option("--organisation", default="brussels", show_default=True, help="Whose dossiers.")
    def seed(dossiers: int, organisation: str) -> None:
        """Add invented dossiers, each with a request and five choices."""
        if not house.settings.demo or house.settings.production:
            raise click.ClickException("Invented data belong in a demo only. Set OPVANGLOKET_DEMO=1 for one.")
        profile = house.profiles.get(organisation)
        if profile is None or profile.application is None:
            raise click.ClickException(f"{organisation} takes no applications.")
        stopwatch = Clock()
        began = stopwatch.now()
        bulk(house.databases, profile, dossiers, house.clock.now())
        seconds = (stopwatch.now() - began).total_seconds()
        click.echo(f"{dossiers} dossiers in {seconds:.0f} seconds")

    return group
