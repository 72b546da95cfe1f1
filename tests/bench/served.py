"""The application and a bare Flask page behind one and the same server process, and what a request of each costs it.

The application runs as in production: row-level security, audit and compression on, every request logged, and without
the search for database objects in what a template gets, which only a development process pays for. What a production
start refuses (plain http, a queue without a password) is let through, because nothing here leaves the machine.
"""

from __future__ import annotations

import dataclasses
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from app.core.logs import configure
from app.core.settings import Settings
from jobs.local.places import free_port
from jobs.web import spare_the_collector

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 30
BARE = "/bare"


def bare() -> Flask:
    """Return the smallest Flask application: one page of a few words."""
    small = Flask("bare", static_folder=None)

    @small.get("/")
    def page() -> str:
        return "<!doctype html><title>Bare</title><p>Hello"

    return small


def both(environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Any:
    """Answer /bare with the bare page and everything else with the house."""
    application = _applications()[0 if str(environ["PATH_INFO"]).startswith(BARE) else 1]
    if application is _applications()[0]:
        environ = {**environ, "PATH_INFO": "/", "SCRIPT_NAME": BARE}
    return application(environ, start_response)


_made: list[Any] = []


def _applications() -> list[Any]:
    if not _made:
        from app import create_app

        configure("web")
        settings = dataclasses.replace(Settings.from_env(os.environ), demo=False, production=True)
        _made.extend([bare(), create_app(settings, serving=False)])
        spare_the_collector()
    return _made


@dataclass
class Server:
    """A granian process with one worker."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu_seconds(self) -> float:
        """Return the CPU time that the server's processes have used, without the database's."""
        return sum(_cpu(pid) for pid in (self.process.pid, *_children(self.process.pid)))

    def stop(self) -> None:
        """Stop the server."""
        self.process.terminate()
        self.process.wait(15)


def serve(settings: Settings) -> Server:
    """Start the server on the test's database."""
    keys = settings.data_dir / "bench-keys"
    keys.mkdir(exist_ok=True)
    for name, key in (("master", settings.master_key), ("index", settings.index_key)):
        (keys / name).write_text(key.hex(), encoding="ascii")
        (keys / name).chmod(0o600)
    port = free_port(f"bench-{os.getpid()}")
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": settings.secret_key,
        "REDIS_URL": settings.redis_url,
        "SMTP_URL": settings.smtp_url,
        "MASTER_KEY_FILE": str(keys / "master"),
        "INDEX_KEY_FILE": str(keys / "index"),
        "DATA_DIR": str(settings.data_dir),
        "BASE_URL": f"http://127.0.0.1:{port}",
        **{f"DATABASE_URL_{login.upper()}": url for login, url in settings.database_urls.items()},
    }
    command = ["granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "2", "--port", str(port)]
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / command[0]), *command[1:], "--no-ws", "tests.bench.served:both"],
        env=environ,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(process, port)
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            if Browser(server).get("/readyz").status == 200:
                return server
        except OSError:
            time.sleep(0.1)
    server.stop()
    raise RuntimeError("the server did not become ready")


@dataclass
class Answer:
    """A response."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Browser:
    """A connection that stays open, with one cookie."""

    def __init__(self, server: Server, session_id: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.session_id = session_id

    def get(self, path: str) -> Answer:
        """Ask for a page as a phone does, compressed."""
        return self._send("GET", path)

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> Answer:
        """Post a form."""
        return self._send("POST", path, urlencode(fields))

    def _send(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Accept-Encoding": "br, gzip", "Cookie": f"sid={self.session_id}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        answer = Answer(response.status, response.read(), dict(response.getheaders()))
        if set_cookie := answer.headers.get("Set-Cookie") or answer.headers.get("set-cookie"):
            self.session_id = set_cookie.partition("=")[2].partition(";")[0]
        return answer


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds per request: of the undisturbed turns (the tenth percentile), and of the middle one."""

    quiet: float
    median: float


def cpu_per_request(
    server: Server, works: Mapping[str, Callable[[], Answer]], *, rounds: int, each: int
) -> dict[str, Cost]:
    """Return what a request of each work costs, taken in short turns so that the machine's moods hit all alike.

    Other programs on the same cores cost a large page more than a bare one, in caches and not in work: the tenth
    percentile of many short turns is what the page itself needs, the median what it took on this machine just now.
    """
    turns: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        for _ in range(10 * each):
            work()
    for _ in range(rounds):
        for name, work in works.items():
            before = server.cpu_seconds()
            for _ in range(each):
                answer = work()
                assert answer.status in (200, 303), (name, answer.status)
            turns[name].append((server.cpu_seconds() - before) / each * 1000)
    return {name: Cost(quantiles(spent, n=10)[0], median(spent)) for name, spent in turns.items()}


def _cpu(pid: int) -> float:
    """Return the seconds that a process's threads have run, to the nanosecond: a clock tick is longer than a page."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        spent += int((task / "schedstat").read_text(encoding="ascii").split()[0])
    return spent / 1e9


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
    return found
