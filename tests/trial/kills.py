"""Starts the kill driver in a process of its own, with a relay of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.core.settings import Settings
from jobs.local.places import free_port


def drive_in_a_process(settings: Settings, *, cases: int, seed: int) -> dict[str, Any]:
    """Run the driver against the test's database and return its counts."""
    folder = settings.data_dir / f"kill-journal-{seed}"
    folder.mkdir()
    environ = environment_of(settings) | {
        "SMTP_URL": f"smtp://127.0.0.1:{free_port(f'kills-{os.getpid()}-{seed}')}",
        "RELAY_JOURNAL": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.trial.kill_driver", str(cases), str(seed)],
        env=environ,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=1500,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    sys.stderr.write(done.stderr[-4000:])
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which a process of the house has these settings."""
    keys = settings.data_dir / "job-keys"
    keys.mkdir(exist_ok=True)
    for name, key in (("master", settings.master_key), ("index", settings.index_key)):
        path = keys / name
        path.touch(mode=0o600)
        path.write_text(key.hex(), encoding="ascii")
    return {
        "PATH": os.environ["PATH"],
        "OPVANGLOKET_DEMO": "1",
        "SECRET_KEY": settings.secret_key,
        "REDIS_URL": settings.redis_url,
        "SMTP_URL": settings.smtp_url,
        "RELAY_JOURNAL": str(settings.relay_journal),
        "MASTER_KEY_FILE": str(keys / "master"),
        "INDEX_KEY_FILE": str(keys / "index"),
        "DATA_DIR": str(settings.data_dir),
        "BASE_URL": settings.base_url,
        **{f"DATABASE_URL_{login.upper()}": url for login, url in settings.database_urls.items()},
    }
