"""Keeps the servers of one test session: `python -m tests.servers.keeper STATE OWNER`.

It starts PostgreSQL and Valkey in a throwaway directory, writes down where they listen, and stops them when the process
`OWNER` is gone, however that ended. The kernel ends the servers when the keeper itself is killed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from jobs.local.places import unprivileged_account
from jobs.local.postgres import ADMINISTRATOR, Cluster
from jobs.local.processes import is_alive
from jobs.local.valkey import Queue

FILE = "servers.json"


def main() -> None:
    """Serve the tests until their session is over."""
    state, owner = Path(sys.argv[1]), int(sys.argv[2])
    account = unprivileged_account() if os.geteuid() == 0 else None
    sockets = state / "s"
    sockets.mkdir(mode=0o700)
    if account is not None:
        os.chown(sockets, account.uid, account.gid)
    (state / "valkey").mkdir()
    cluster = Cluster(state / "postgres", sockets, account, throwaway=True)
    queue = Queue(state / "valkey", sockets, throwaway=True)
    cluster.make()
    children = [cluster.child(), queue.child()]
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with (state / "log").open("wb") as log:
        try:
            for child in children:
                child.start(output=log)
            cluster.wait_until_ready(children[0])
            queue.wait_until_ready(children[1])
            found = {"database": cluster.url(ADMINISTRATOR), "queue": f"unix://{queue.socket}"}
            (state / "unfinished").write_text(json.dumps(found), encoding="utf-8")
            (state / "unfinished").rename(state / FILE)
            while is_alive(owner) and all(child.is_running() for child in children):
                time.sleep(0.5)
        finally:
            for child in reversed(children):
                if child.process is not None and child.process.poll() is None:
                    child.process.send_signal(signal.SIGQUIT if child.name == "postgres" else signal.SIGKILL)
                    try:
                        child.process.wait(5)
                    except subprocess.TimeoutExpired:
                        child.process.kill()
            shutil.rmtree(state, ignore_errors=True)
            Path(f"{state}.lock").unlink(missing_ok=True)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
