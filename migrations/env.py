"""Alembic's environment: the maintainer's engine and our tables, as Flask-Migrate hands them over."""

from alembic import context
from flask import current_app

config = context.config
target = current_app.extensions["migrate"].db


def include_name(name: str | None, type_: str, parent_names: dict[str, str | None]) -> bool:
    """Compare the house's schemas only: `app`, `access` and `signin` belong to `flask access apply`."""
    return name in (None, "keys") if type_ == "schema" else True


def run_online() -> None:
    """Run the migrations in one transaction: all of an upgrade, or nothing of it."""
    with target.get_engine().connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target.metadata,
            include_name=include_name,
            include_schemas=True,
            compare_type=True,
        )
        with context.begin_transaction():
            # An upgrade that cannot get its lock gives up, so that visitors do not queue up behind it.
            connection.exec_driver_sql("set local lock_timeout = '10s'")
            context.run_migrations()


run_online()
