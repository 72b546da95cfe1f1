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
    keys = settings.data_dir / "kill-keys"
    keys.mkdir(exist_ok=True)
    for name, key in (("master", settings.master_key), ("index", settings.index_key)):
        path = keys / name
        path.touch(mode=0o600)
        path.write_text(key.hex(), encoding="ascii")
    folder = settings.data_dir / f"kill-journal-{seed}"
    folder.mkdir()
    environ = {
        "PATH": os.environ["PATH"],
        "OPVANGLOKET_DEMO": "1",
        "REDIS_URL": settings.redis_url,
        "SMTP_URL": f"smtp://127.0.0.1:{free_port(f'kills-{os.getpid()}-{seed}')}",
        "RELAY_JOURNAL": str(folder),
        "MASTER_KEY_FILE": str(keys / "master"),
        "INDEX_KEY_FILE": str(keys / "index"),
        "DATA_DIR": str(settings.data_dir),
        "BASE_URL": settings.base_url,
        **{f"DATABASE_URL_{login.upper()}": url for login, url in settings.database_urls.items()},
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
