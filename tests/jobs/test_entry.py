"""The one image and its four commands, each started as the image starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from app.core.settings import Settings
from jobs.entry import main
from jobs.local.places import free_port


@pytest.fixture
def environ(settings: Settings, tmp_path: Path) -> Mapping[str, str]:
    """Return the environment of a process beside the servers of the tests."""
    for name, key in (("master", settings.master_key), ("index", settings.index_key)):
        (tmp_path / name).write_text(key.hex())
        (tmp_path / name).chmod(0o600)
    return {
        "PATH": os.environ["PATH"],
        **{f"DATABASE_URL_{login.upper()}": url for login, url in settings.database_urls.items()},
        "OPVANGLOKET_PRODUCTION": "0",
        "REDIS_URL": settings.redis_url,
        "SMTP_URL": settings.smtp_url,
        "RELAY_JOURNAL": str(settings.relay_journal),
        "SECRET_KEY": settings.secret_key,
        "MASTER_KEY_FILE": str(tmp_path / "master"),
        "INDEX_KEY_FILE": str(tmp_path / "index"),
        "DATA_DIR": str(tmp_path),
        "BASE_URL": settings.base_url,
    }


def command(name: str, environ: Mapping[str, str], root: Path) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "jobs.entry", name],
        cwd=root,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@contextmanager
def running(name: str, environ: Mapping[str, str], root: Path) -> Iterator[subprocess.Popen[str]]:
    """Run one command beside the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "jobs.entry", name], cwd=root, env=environ, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shell"]) == 2
    assert "web, worker, scheduler, migrate" in capsys.readouterr().err


def test_migrate_can_run_again_and_again(environ: Mapping[str, str], root: Path) -> None:
    done = command("migrate", environ, root)
    assert done.returncode == 0, done.stderr


def test_a_production_start_refuses_unsafe_settings_and_names_them(environ: Mapping[str, str], root: Path) -> None:
    done = command("scheduler", {**environ, "OPVANGLOKET_PRODUCTION": "1", "OPVANGLOKET_DEMO": "1"}, root)
    assert done.returncode == 1
    assert "OPVANGLOKET_DEMO is on" in done.stderr
    assert "BASE_URL is not https" in done.stderr
    assert "Traceback" not in done.stderr


def test_web_answers_and_stops_when_asked(environ: Mapping[str, str], root: Path) -> None:
    port = free_port(f"{root}-entry")
    with running("web", {**environ, "PORT": str(port)}, root) as process:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=3) as answer:
                    assert json.load(answer) == {"database": True, "queue": True}
                    break
            except OSError:
                time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_worker_and_scheduler_run_and_stop_when_asked(
    environ: Mapping[str, str], settings: Settings, root: Path
) -> None:
    with running("worker", environ, root) as worker, running("scheduler", environ, root) as scheduler:
        deadline = time.monotonic() + 60
        while not (works(settings) and keeps_time(settings) and catches_the_end(worker) and catches_the_end(scheduler)):
            for process in (worker, scheduler):
                assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.1)
        for process in (worker, scheduler):
            process.send_signal(signal.SIGTERM)
        assert (worker.wait(60), scheduler.wait(60)) == (0, 0)


def works(settings: Settings) -> bool:
    """Say whether a worker stands at the queue."""
    with Redis.from_url(settings.redis_url) as queue:
        return bool(queue.scard("rq:workers"))


def keeps_time(settings: Settings) -> bool:
    """Say whether a scheduler holds the lock of the one that keeps the time."""
    with psycopg.connect(settings.database_urls["maintainer"]) as connection:
        held = connection.execute(
            "select from pg_locks join pg_database d on d.oid = database"
            " where locktype = 'advisory' and granted and datname = current_database()"
        )
        return held.fetchone() is not None


def catches_the_end(process: subprocess.Popen[str]) -> bool:
    """Say whether a process has something to do when it is asked to stop."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:")).split()[1]
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)
