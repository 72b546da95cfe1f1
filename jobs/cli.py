"""The `flask` commands of the house."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import Engine, MetaData

from app import access_view
from app.core.models import Base
from app.web.doors import House, house_of
from app.web.i18n_cli import translations
from jobs import runner, tasks
from jobs.demo.commands import demo_commands
from jobs.handled import without_end
from jobs.promises import promises
from jobs.restore_cli import restore_commands
from jobs.retention_cli import retention_commands
from jobs.schedule import JOBS
from jobs.staff import staff_commands
from jobs.statement import statement_commands


class MigrationTarget:
    """What Flask-Migrate needs of a database: the maintainer's engine and the tables."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.metadata: MetaData = Base.metadata

    def get_engine(self, bind_key: str | None = None) -> Engine:
        """Return the maintainer's engine."""
        return self.engine


def add_commands(app: Flask) -> None:
    """Add the commands to the application."""
    house = house_of(app)
    if "maintainer" in house.settings.database_urls:
        target = MigrationTarget(house.databases.engine("maintainer"))
        Migrate(
            app, target, directory="migrations", include_schemas=True, compare_type=True, version_table_schema="public"
        )
    app.cli.add_command(db_roles)
    for group in (
        _access(house),
        _check(house),
        _jobs(house),
        _audit(),
        restore_commands(),
        retention_commands(),
        promises,
        translations,
        staff_commands(house),
        statement_commands(house),
        demo_commands(house),
    ):
        app.cli.add_command(group)


@click.command("db-roles")
@click.option("--sql", is_flag=True, required=True, help="Print the SQL for whoever administers the cluster.")
def db_roles(sql: bool) -> None:
    """Print the SQL that makes the database logins."""
    for statement in access_view.role_statements():
        click.echo(f"{statement};")


def _access(house: House) -> click.Group:
    group = click.Group("access", help="The access relation: views, policies, grants.")

    @group.command("apply")
    def apply() -> None:
        """Lay views, policies, grants and functions into the database, in one transaction."""
        with house.databases.engine("maintainer").begin() as connection:
            access_view.apply(connection)
        click.echo("access relation applied")

    return group


def _channels_without_way(house: House) -> list[str]:
    """Name the organisations that offer their families text messages while there is no gateway for them."""
    if house.settings.text_mail_domain:
        return []
    offering = [key for key, one in house.profiles.items() if one.application and "text" in one.application.channels]
    return [f"TEXT_MAIL_DOMAIN is missing: {key} offers text messages, and none could leave." for key in offering]


def _check(house: House) -> click.Group:
    group = click.Group("check", help="Checks of the configuration.")

    @group.command("production")
    def production() -> None:
        """Name each missing or unsafe setting; exit status 1 when there is one."""
        problems = [*house.settings.problems(), *_channels_without_way(house), *without_end(house.profiles.values())]
        for problem in problems:
            click.echo(problem)
        if problems:
            sys.exit(1)
        click.echo("ready for production")

    return group


def _jobs(house: House) -> click.Group:
    group = click.Group("jobs", help="The scheduled jobs.")

    @group.command("list")
    def list_jobs() -> None:
        """Show each job, its rhythm and when it last ended well."""
        for each in JOBS:
            done = runner.last_success(each.name)
            click.echo(f"{each.name:<18} {each.rhythm:<28} {f'{done:%Y-%m-%d %H:%M:%S} UTC' if done else 'never'}")

    @group.command("run")
    @click.argument("name", type=click.Choice([each.name for each in JOBS]))
    def run_job(name: str) -> None:
        """Run a job now, whatever its slot."""
        handled = runner.run(name, house.clock.now().isoformat())
        click.echo(f"{name}: {handled} handled")

    return group


def _audit() -> click.Group:
    group = click.Group("audit", help="The chain of the audit.")

    @group.command("verify")
    def verify() -> None:
        """Compare every sealed segment with its chain and its published head; exit status 1 when one does not hold."""
        broken = tasks.broken_segments()
        for segment, what in broken:
            click.echo(f"segment {segment}: {what}")
        for one in tasks.returns_to_older():
            click.echo(f"restored to segment {one.segment} at {one.at}: up to segment {one.lost} was lost")
        if broken:
            sys.exit(1)
        click.echo("the audit is whole")

    return group
