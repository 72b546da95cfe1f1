"""The parent of `make run`: starts every part in order, watches them, restarts what falls, stops all together."""

from __future__ import annotations

import gc
import http.client
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING
from zoneinfo import ZoneInfo

from jobs.local.places import (
    ENVIRONMENT_FILE,
    STAMP,
    CannotStart,
    Places,
    fingerprint,
    free_port,
    key_file,
    port_is_free,
)
from jobs.local.postgres import Cluster
from jobs.local.processes import Child, catches
from jobs.local.valkey import Queue

if TYPE_CHECKING:
    from types import ModuleType

# What a command typed beside the running demo needs to reach it; database URLs come on top.
_SHARED = (
    "OPVANGLOKET_DEMO",
    "OPVANGLOKET_CLOCK_OFFSET",
    "DATA_DIR",
    "BASE_URL",
    "SECRET_KEY",
    "MASTER_KEY_FILE",
    "INDEX_KEY_FILE",
    "REDIS_URL",
    "SMTP_URL",
    "RELAY_JOURNAL",
)
BRUSSELS = ZoneInfo("Europe/Brussels")
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  asked for by whoever sets HOST
RELAY_HOST = "127.0.0.1"
_LONGEST_PAUSE = 30.0
_STEADY_AFTER = 20.0
_FALLS_BEFORE_READY = 3
_READY_WITHIN = 120.0


class Stopped(Exception):
    """Somebody asked for the end while a start was still going on."""


class Supervisor:
    """Holds the children of one `make run`. One thread, one loop; children are bound to its life by the kernel."""

    def __init__(self, places: Places, environ: Mapping[str, str], *, host: str, port: int, parent: int = 0) -> None:
        self._places = places
        self._given = environ
        self._host = host
        self._port = port
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._rests: dict[int, bytes] = {}
        self._stopping = False
        # An interrupt that reaches `make` alone makes it wait for us without a word; all that shows from outside is
        # that it no longer catches the signal.
        self._parent = parent if parent and catches(parent, signal.SIGINT) else 0
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._selector.register(self._wake_read, selectors.EVENT_READ)

    def run(self) -> int:
        """Start everything, say that it is ready, and serve until asked to stop; returns the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        began = time.monotonic()
        try:
            self._start()
            say(f"ready http://localhost:{self._port}/", out=sys.stdout)
            say(f"(after {time.monotonic() - began:.1f} seconds; Ctrl-C stops everything)")
            if self._host in _EVERYWHERE:
                say(f"(on a phone in the same network: {self._own_url()}/)")
            while True:
                self._tick(1.0)
        except Stopped:
            return 0
        except CannotStart as problem:
            say(str(problem))
            return 1
        finally:
            self._stop()

    def _start(self) -> None:
        if not port_is_free(self._host, self._port):
            raise CannotStart(f"Port {self._port} is taken. Choose another one: make run PORT=8001")
        environ = self._environment()
        administrator, wait_for_servers = self._start_servers(environ)
        self._write_environment(environ)
        house = load_house()  # takes longer than the servers need
        wait_for_servers()
        if administrator is None or self._stamp() != fingerprint():
            extra = {"OPVANGLOKET_ADMINISTRATOR_URL": administrator} if administrator else {}
            self._run_once(Child("prepare", {**environ, **extra}, run=house.prepare))
        else:
            house.translate()
        for name, run in house.processes(environ, self._places.journal):
            self._add(Child(name, environ, run=run))
        self._wait_for_web()

    def _environment(self) -> dict[str, str]:
        """Return what every process of the house finds in its environment."""
        keys = self._places.keys
        return {
            **{name: value for name, value in self._given.items() if not name.startswith("MAKE")},
            "PYTHONUNBUFFERED": "1",
            "OPVANGLOKET_DEMO": "1",
            "OPVANGLOKET_CLOCK_OFFSET": str(clock_offset(self._given)),
            "DATA_DIR": str(self._places.data),
            "HOST": self._host,
            "PORT": str(self._port),
            "BASE_URL": self._given.get("BASE_URL", self._own_url()),
            "SECRET_KEY": key_file(keys, "secret").read_text(encoding="ascii").strip(),
            "MASTER_KEY_FILE": str(key_file(keys, "master")),
            "INDEX_KEY_FILE": str(key_file(keys, "index")),
        }

    def _own_url(self) -> str:
        """Return the address that links in mails lead to: one that a phone can follow when it may come in."""
        host = network_address() if self._host in _EVERYWHERE else "localhost"
        return f"http://{host}:{self._port}"

    def _start_servers(self, environ: dict[str, str]) -> tuple[str | None, Callable[[], None]]:
        """Start those that nobody gave an address for.

        Returns the administrator's URL of the embedded database, and how to wait until all of them answer.
        """
        waits: list[Callable[[], None]] = []
        administrator = None
        if not any(name.startswith("DATABASE_URL") for name in self._given):
            cluster = Cluster(self._places.database, self._places.sockets, self._places.account)
            cluster.make()
            waits.append(partial(cluster.wait_until_ready, self._add(cluster.child())))
            administrator = environ["DATABASE_URL"] = cluster.url()
        if not self._given.get("REDIS_URL"):
            queue = Queue(self._places.queue, self._places.sockets)
            waits.append(partial(queue.wait_until_ready, self._add(queue.child())))
            environ["REDIS_URL"] = queue.url
        if not self._given.get("SMTP_URL"):
            environ["SMTP_URL"] = f"smtp://{RELAY_HOST}:{free_port(str(self._places.data))}"
            environ["RELAY_JOURNAL"] = str(self._places.journal)

        def wait_for_all() -> None:
            for wait in waits:
                wait()

        return administrator, wait_for_all

    def _write_environment(self, environ: Mapping[str, str]) -> None:
        """Write down where the parts are, so that `flask …` in another window finds them (owner only)."""
        chosen = {name: environ[name] for name in _SHARED if name in environ}
        chosen |= {name: value for name, value in environ.items() if name.startswith("DATABASE_URL")}
        path = self._places.data / ENVIRONMENT_FILE
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            json.dump(chosen, handle)
        unfinished.rename(path)

    def _stamp(self) -> str:
        try:
            return (self._places.data / STAMP).read_text(encoding="ascii").strip()
        except OSError:
            return ""

    def _add(self, child: Child) -> Child:
        self._children.append(child)
        self._launch(child)
        return child

    def _launch(self, child: Child) -> None:
        child.start()
        if child.process is not None and child.process.stdout is not None:
            os.set_blocking(child.process.stdout.fileno(), False)
            self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _run_once(self, child: Child) -> None:
        self._launch(child)
        while child.is_running():
            try:
                self._tick(0.2)
            except Stopped:
                child.stop(patience=2.0)
                raise
        self._drain(child)
        if child.process is not None and child.process.returncode != 0:
            raise CannotStart(f"The step {child.name} did not succeed. Its last lines stand above.")

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        host = "127.0.0.1" if self._host in _EVERYWHERE else self._host
        while time.monotonic() < deadline:
            self._tick(0.05)
            fallen = next((child for child in self._children if child.falls >= _FALLS_BEFORE_READY), None)
            if fallen is not None:
                raise CannotStart(f"The part {fallen.name} keeps ending. Its last lines stand above.")
            if is_ready(host, self._port):
                return
        raise CannotStart(f"The site did not answer within {_READY_WITHIN:.0f} seconds.")

    def _tick(self, patience: float) -> None:
        """Wait for output, an end or a signal; pass lines on, start again what ended; raises Stopped."""
        for key, _ in self._selector.select(patience):
            if key.fd == self._wake_read:
                os.read(self._wake_read, 4096)
            else:
                self._read(key.fileobj, key.data)  # type: ignore[arg-type]
        if self._stopping or (self._parent and not catches(self._parent, signal.SIGINT)):
            raise Stopped
        now = time.monotonic()
        for child in self._children:
            if child.is_running():
                if child.falls and now - child.started_at > _STEADY_AFTER:
                    child.falls = 0
            elif child.next_start_at == 0.0:
                child.falls += 1
                child.stop()
                pause = min(_LONGEST_PAUSE, 0.25 * 2**child.falls)
                child.next_start_at = now + pause
                code = child.process.returncode if child.process else None
                say(f"{child.name} ended with code {code}; it starts again in {pause:.1f} seconds")
            elif now >= child.next_start_at:
                child.next_start_at = 0.0
                self._launch(child)

    def _read(self, stream: IO[bytes], child: Child) -> None:
        try:
            data = os.read(stream.fileno(), 65536)
        except BlockingIOError:
            return
        if not data:
            self._selector.unregister(stream)
            self._print(child, self._rests.pop(id(stream), b""))
            stream.close()
            return
        *lines, rest = (self._rests.get(id(stream), b"") + data).split(b"\n")
        self._rests[id(stream)] = rest
        for line in lines:
            self._print(child, line)

    def _drain(self, child: Child) -> None:
        """Print what a child still had to say when it ended."""
        stream = child.process.stdout if child.process else None
        while stream is not None and not stream.closed:
            before = self._rests.get(id(stream))
            self._read(stream, child)
            if not stream.closed and self._rests.get(id(stream)) == before:
                return

    @staticmethod
    def _print(child: Child, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip()
        if text:
            sys.stderr.write(f"[{child.name}] {text if text.startswith('{') else wrapped(child.name, text)}\n")
            sys.stderr.flush()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _stop(self) -> None:
        """Stop the processes first and the servers after them, the database last."""
        for child in reversed(self._children):
            child.stop()
            self._drain(child)
        (self._places.data / ENVIRONMENT_FILE).unlink(missing_ok=True)
        with suppress(OSError):  # not empty when a server was killed: the next start clears what it left
            self._places.sockets.rmdir()


def load_house() -> ModuleType:
    """Load the application, once, for every process that is forked from here; raises CannotStart when it cannot be."""
    try:
        house = import_module("jobs.local.house")
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
        raise CannotStart("The application could not be loaded. The reason stands above.") from error
    # What is loaded now stays for ever: kept out of the collector's way, its memory stays shared between the forks.
    gc.freeze()
    return house


def network_address() -> str:
    """Return this machine's address in its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "localhost"
        return str(probe.getsockname()[0])


def clock_offset(environ: Mapping[str, str]) -> float:
    """Return the seconds between the real time and the asked one, the same for every process of one run."""
    asked = environ.get("OPVANGLOKET_NOW", "")
    if not asked:
        return float(environ.get("OPVANGLOKET_CLOCK_OFFSET", "0"))
    try:
        instant = datetime.fromisoformat(asked)
    except ValueError as error:
        raise CannotStart("OPVANGLOKET_NOW is a local time such as 2027-01-15T09:00.") from error
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=BRUSSELS)
    return round((instant - datetime.now(UTC)).total_seconds(), 3)


def is_ready(host: str, port: int) -> bool:
    """Say whether the site answers and says that its database and queue do."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wrapped(process: str, text: str) -> str:
    """Return a line of a foreign program as one of our own."""
    time_text = datetime.now(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"time": time_text, "level": "info", "event": "output", "process": process, "text": text})


def say(text: str, out: IO[str] | None = None) -> None:
    """Tell the person at the keyboard something."""
    stream = out or sys.stderr
    stream.write(text + "\n")
    stream.flush()


def data_directory(environ: Mapping[str, str]) -> Path:
    """Return the directory that everything lies in."""
    return Path(environ.get("DATA_DIR") or ".data")
