"""Bring the database to the present structure, then apply the access relation: one step, as the maintainer."""

from __future__ import annotations

import os
from pathlib import Path

from flask_migrate import upgrade

from app import access_view, create_app
from app.core.settings import Settings

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def main() -> None:
    """Migrate the database that the environment names."""
    migrate(Settings.from_env(os.environ))


def migrate(settings: Settings) -> None:
    """Upgrade the tables and put the views, policies and grants in place."""
    app = create_app(settings)
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
    databases = app.extensions["opvangloket"].databases
    with databases.engine("maintainer").begin() as connection:
        access_view.apply(connection)
    databases.dispose()
