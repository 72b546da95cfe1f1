"""Entry point of the web server, and of the `flask` command."""

import click

from app import create_app
from jobs.cli import add_commands

# A command must run beside an unsafe configuration, if only to say what is unsafe in it.
app = create_app(serving=click.get_current_context(silent=True) is None)
add_commands(app)
