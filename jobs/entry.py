"""One image, four commands: `python -m jobs.entry web | worker | scheduler | migrate`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module

from app.core import logs
from app.core.settings import Settings

# The module of each command and what it does; imported only for the command that was asked for.
COMMANDS: Mapping[str, str] = {
    "web": "jobs.web",
    "worker": "jobs.worker",
    "scheduler": "jobs.scheduler",
    "migrate": "jobs.migrate",
}


def main(arguments: list[str]) -> int:
    """Run one command; returns its exit code: 2 for an unknown one, 1 for missing or unsafe production settings."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.stderr.write(f"Say one of: {', '.join(COMMANDS)}.\n")
        return 2
    command = arguments[0]
    # Read by Settings.from_env: it decides which database logins this process may hold.
    os.environ["OPVANGLOKET_PROCESS"] = command
    logs.configure(command, details=os.environ.get("OPVANGLOKET_LOG_DETAILS", "") == "1")
    settings = Settings.from_env(os.environ)
    if settings.production and (problems := settings.problems()):
        sys.stderr.writelines(f"{problem}\n" for problem in problems)
        return 1
    run: Callable[[], int | None] = import_module(COMMANDS[command]).main
    return run() or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
