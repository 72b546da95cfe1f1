"""The `flask staff` commands: what an operator does where there are no two administrators."""

from __future__ import annotations

import click

from app.accounts.operations.factor_resets import reset_as_operator
from app.accounts.operations.operator import appoint_as_operator, check_as_operator
from app.core.actor import system
from app.core.db import transaction
from app.core.errors import NotFound, Refused
from app.web.doors import House

_WHY = {
    "role_unknown": "There is no such role in this organisation.",
    "area_missing": "A counter needs --area, with municipalities of this organisation.",
    "here_already": "Somebody with this address has a login here.",
    "not_for_operators": "Another administrator works there: that person checks it, on the page of agreements.",
}


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

    @group.command("invite")
    @click.argument("organisation", type=click.Choice(sorted(house.profiles)))
    @click.argument("email")
    @click.argument("role")
    @click.option("--area", multiple=True, help="A municipality of a counter; say it once for each.")
    def invite(organisation: str, email: str, role: str, area: tuple[str, ...]) -> None:
        """Invite somebody to work in a role, by mail: the first administrator, who then invites all others."""
        profile, now = house.profiles[organisation], house.clock.now()
        language = profile.languages.staff[0] if profile.languages.staff else profile.languages.master
        try:
            with transaction(house.databases, "maintainer", system("operator", organisation), now) as session:
                appoint_as_operator(session, profile, email, role, area, language=language, now=now)
        except Refused as refused:
            raise click.ClickException(_WHY[str(refused.reason)]) from None
        click.echo("invited; the link works once, and for 7 days")

    @group.command("check-agreement")
    @click.argument("organisation", type=click.Choice(sorted(house.profiles)))
    @click.argument("login")
    def check_agreement(organisation: str, login: str) -> None:
        """Note that you checked a first administrator's signature; once there is a colleague, the colleague does."""
        profile, now = house.profiles[organisation], house.clock.now()
        try:
            with transaction(house.databases, "maintainer", system("operator", organisation), now) as session:
                check_as_operator(session, profile, login.strip().lower(), now=now)
        except NotFound:
            raise click.ClickException("No signature of this person waits for a check.") from None
        except Refused as refused:
            raise click.ClickException(_WHY[str(refused.reason)]) from None
        click.echo("checked; the role is open")

    return group
