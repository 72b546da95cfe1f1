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

import pytest

from app.core.settings import Settings
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
        timeout=60,
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


def test_an_unknown_command_is_named(environ: Mapping[str, str], root: Path) -> None:
    done = command("shell", environ, root)
    assert done.returncode == 2
    assert "web, worker, scheduler, migrate" in done.stderr


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


@pytest.mark.parametrize("name", ["worker", "scheduler"])
def test_worker_and_scheduler_run_and_stop_when_asked(environ: Mapping[str, str], root: Path, name: str) -> None:
    with running(name, environ, root) as process:
        time.sleep(6)
        assert process.poll() is None, process.communicate()[1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
