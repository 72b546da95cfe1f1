"""Bring the database to the present structure, then apply the access relation: one step, as the maintainer."""

from __future__ import annotations

import os
from pathlib import Path

from flask_migrate import upgrade

from app import access_view, create_app
from app.core.settings import Settings
from app.web.doors import house_of
from jobs.cli import add_commands

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def main() -> None:
    """Migrate the database that the environment names."""
    migrate(Settings.from_env(os.environ))


def migrate(settings: Settings) -> None:
    """Upgrade the tables and put the views, policies and grants in place."""
    app = create_app(settings)
    add_commands(app)  # they know where the migrations lie
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
    databases = house_of(app).databases
    with databases.engine("maintainer").begin() as connection:
        access_view.apply(connection)
    databases.dispose()
