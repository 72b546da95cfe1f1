"""`python -m jobs.local`: what `make run` starts."""

from __future__ import annotations

import os
import sys

from jobs.local.places import CannotStart, lock, prepare_places
from jobs.local.processes import stop_with_parent
from jobs.local.supervisor import Supervisor, data_directory, say


def main() -> int:
    """Run everything until asked to stop."""
    with_parent = "--with-parent" in sys.argv
    if with_parent:
        # `make` is our parent; when it is killed, nobody is left who could stop us.
        stop_with_parent()
    environ = {name: value for name, value in os.environ.items() if value}
    port = environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        say("PORT is a number from 1 to 65535.")
        return 2
    try:
        places = prepare_places(data_directory(environ))
        with lock(places.data):
            parent = os.getppid() if with_parent else 0
            host = environ.get("HOST", "127.0.0.1")
            return Supervisor(places, environ, host=host, port=int(port), parent=parent).run()
    except CannotStart as problem:
        say(str(problem))
        return 1


if __name__ == "__main__":
    sys.exit(main())
