"""`make run` as a whole, with its real parts: start, fall, kill, start again."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from jobs.local.places import CannotStart, free_port
from jobs.local.supervisor import clock_offset

PATIENCE = 90.0


class Run:
    """One start of `make run`'s supervisor, with its output."""

    def __init__(self, root: Path, data: Path, port: int, *, by_make: bool = False, **environ: str) -> None:
        self.data, self.port = data, port
        self.sockets = str(data)
        self._log = (data.parent / "output").open("ab+")
        self._from = self._log.seek(0, os.SEEK_END)
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.process = subprocess.Popen(
            ["make", "run"] if by_make else [sys.executable, "-m", "jobs.local"],
            cwd=root,
            env={**kept, "DATA_DIR": str(data), "PORT": str(port), **environ},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            # A suite that runs in the background may be told to ignore interrupts, and would hand that on.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )

    def output(self) -> str:
        """Return what this start has said so far."""
        return (self.data.parent / "output").read_bytes()[self._from :].decode()

    def wait_until_ready(self) -> float:
        """Wait until it says so; return the seconds it took."""
        began = time.monotonic()
        until(lambda: "ready http://" in self.output() or self.process.poll() is not None, self.output)
        assert self.process.poll() is None, self.output()
        return time.monotonic() - began

    def answers(self) -> bool:
        """Say whether the site and its servers answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=3) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def processes(self) -> dict[int, str]:
        """Return every process that belongs to this data directory, wherever it hangs in the tree."""
        # The queue server shows its socket only.
        told = self.data / "environment.json"
        if told.exists():
            self.sockets = (
                json.loads(told.read_text())["REDIS_URL"].removeprefix("unix://").partition("/valkey.sock")[0]
            )
        marks = (str(self.data).encode(), self.sockets.encode())
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                words = (entry / "cmdline").read_bytes()
                text = words + b"\0" + (entry / "environ").read_bytes() if words else b""
                if any(mark in text for mark in marks):
                    found[int(entry.name)] = words.replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
        return found

    def process_of(self, program: str) -> int:
        """Return the process that runs a program."""
        return next(pid for pid, words in self.processes().items() if program in words)


def until(condition: Callable[[], bool], words: Callable[[], str] = str) -> None:
    """Wait for a condition; fail with some words when it does not come."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, words()
        time.sleep(0.05)


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Callable[..., Run]]:
    """Start `make run` on one data directory, as often as a test likes."""
    base = tmp_path_factory.mktemp("run")
    port = free_port(str(base))
    started: list[Run] = []

    def begin(*, by_make: bool = False, **environ: str) -> Run:
        run = Run(root, base / "data", port, by_make=by_make, **environ)
        started.append(run)
        return run

    yield begin
    for run in started:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()
    if started:
        until(lambda: not started[-1].processes(), lambda: str(started[-1].processes()))
        # Root's database lies elsewhere when only root may enter the directory of the tests.
        shutil.rmtree((base / "data" / "postgres").resolve(), ignore_errors=True)


def test_it_starts_survives_falls_and_leaves_nothing_behind(start: Callable[..., Run], root: Path) -> None:
    run = start(OPVANGLOKET_NOW="2027-01-15T09:00")
    first = run.wait_until_ready()
    assert run.answers()
    assert f"ready http://localhost:{run.port}/" in run.output()

    told = json.loads((run.data / "environment.json").read_text())
    assert (run.data / "environment.json").stat().st_mode & 0o777 == 0o600
    ahead = float(told["OPVANGLOKET_CLOCK_OFFSET"])
    assert abs(time.time() + ahead - 1_800_000_000) < 86_400  # 15 January 2027, in Brussels
    with psycopg.connect(told["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("create schema kept create table over_a_restart (number int)")

    # A second one on the same data is turned away in plain words and disturbs nothing.
    second = subprocess.run(
        [sys.executable, "-m", "jobs.local"],
        cwd=root,
        env={**os.environ, "DATA_DIR": str(run.data), "PORT": str(run.port + 1)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert run.answers()

    # The queue server falls; it comes back, and so does readiness.
    os.kill(run.process_of("valkey-server"), signal.SIGKILL)
    until(lambda: "valkey ended with code -9" in run.output(), run.output)
    until(run.answers, run.output)

    # The parent is killed without a word: nothing of it stays, the database included.
    run.process.kill()
    run.process.wait()
    until(lambda: not run.processes(), lambda: str(run.processes()))

    # The next start finds what they left, keeps the data, and is quick.
    again = start(by_make=(root / ".venv" / "running.lock").exists())
    took = again.wait_until_ready()
    assert again.answers()
    told = json.loads((again.data / "environment.json").read_text())
    with psycopg.connect(told["DATABASE_URL"]) as connection:
        connection.execute("select * from kept.over_a_restart")
    print(f"first start {first:.1f} s, start after a kill {took:.1f} s")

    # An interrupt ends it, even one that only its parent gets, as from a process manager.
    assert again.processes()
    assert Path(again.sockets).is_dir()
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(PATIENCE) in (0, 2, -signal.SIGINT)
    until(lambda: not again.processes(), lambda: str(again.processes()))
    assert not (again.data / "environment.json").exists()
    assert not Path(again.sockets).exists()
    assert [line for line in again.output().splitlines() if line.startswith("[") and not _is_json(line)] == []


def test_a_taken_port_is_said_plainly(start: Callable[..., Run]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = start(PORT=str(port))
        assert run.process.wait(PATIENCE) == 1
        assert f"Port {port} is taken" in run.output()


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_is_a_number(root: Path, tmp_path: Path, port: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jobs.local"],
        cwd=root,
        env={**os.environ, "DATA_DIR": str(tmp_path / "data"), "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "PORT is a number" in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_clock_offset_is_read_as_brussels_time() -> None:
    winter = clock_offset({"OPVANGLOKET_NOW": "2027-01-15T09:00"})
    same = clock_offset({"OPVANGLOKET_NOW": "2027-01-15T08:00+00:00"})
    assert abs(winter - same) < 1
    assert clock_offset({}) == 0
    with pytest.raises(CannotStart, match="2027-01-15T09:00"):
        clock_offset({"OPVANGLOKET_NOW": "tomorrow"})


def _is_json(line: str) -> bool:
    return bool(re.fullmatch(r"\[\w+\] \{.*\}", line))
