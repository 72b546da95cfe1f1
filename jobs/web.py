"""The web process: granian in front of the application, two workers by default."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from app.core import logs
from jobs.local.processes import stop_with_parent

# Objects made before the collector looks at the young ones; a page makes some thousands, and keeps none.
YOUNG = 20_000


def main() -> None:
    """Serve until asked to stop."""
    # Loaded once, before the workers are forked: they share its memory and start at once.
    import_module("wsgi")
    server = Granian(
        "wsgi:app",
        address=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("WEB_WORKERS", "2")),
        blocking_threads=int(os.environ.get("WEB_THREADS", "4")),
        backlog=1024,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
        log_dictconfig=dict(logs.granian_config()),
        log_access=False,
    )
    server.serve(target_loader=_load)


def _load(target: str) -> Callable[..., Any]:
    """Return the application inside a worker, which must not outlive the process that forked it."""
    stop_with_parent()
    module, _, name = target.partition(":")
    application: Callable[..., Any] = getattr(import_module(module), name)
    spare_the_collector()
    return application


def spare_the_collector() -> None:
    """Keep what is loaded out of the collector's way, and call it once in some pages, not several times in each."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)


if __name__ == "__main__":
    main()
