"""The `flask staff` commands: what an operator does where there are no two administrators."""

from __future__ import annotations

import click

from app.accounts.operations.factor_resets import reset_as_operator
from app.core.actor import system
from app.core.db import transaction
from app.core.errors import NotFound
from app.web.doors import House


def staff_commands(house: House) -> click.Group:
    """Return the commands about those who work for an organisation."""
    group = click.Group("staff", help="Those who work for an organisation.")

    @group.command("reset-factor")
    @click.argument("organisation", type=click.Choice(sorted(house.profiles)))
    @click.argument("login")
    def reset_factor(organisation: str, login: str) -> None:
        """End every second factor and session of somebody; they set up a new factor at the next sign-in."""
        now = house.clock.now()
        try:
            with transaction(house.databases, "maintainer", system("operator", organisation), now) as session:
                reset_as_operator(session, login.strip().lower(), now)
        except NotFound:
            raise click.ClickException("Nobody works there with this address.") from None
        click.echo("done; the owner is told by mail")

    return group
