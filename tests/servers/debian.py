"""Run a command beside Debian's own PostgreSQL and Redis: `python -m tests.servers.debian COMMAND…`.

The cluster asks every login for a password over TCP, as an installation does. Both servers are thrown away afterwards.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from redis import Redis, RedisError

from jobs.local.places import free_port, unprivileged_account
from jobs.local.processes import Child, as_account

_PACKAGES = ("postgresql", "redis-server")
_PATIENCE = 30.0


def main() -> int:
    """Start both servers, run the command against them, stop them; returns the command's exit code."""
    programs = _postgres_programs()
    redis_program = shutil.which("redis-server")
    if (programs is None or redis_program is None) and os.geteuid() == 0 and shutil.which("apt-get"):
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *_PACKAGES]):
            subprocess.run(["apt-get", *step], env=environ, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
        programs, redis_program = _postgres_programs(), shutil.which("redis-server")
    if programs is None or redis_program is None:
        sys.stderr.write("This run needs Debian's packages postgresql and redis-server.\n")
        return 1
    state = Path(tempfile.mkdtemp(prefix="opvangloket-debian-"))
    state.chmod(0o711)
    children: list[Child] = []
    try:
        with (state / "log").open("wb") as log:
            database_url = _start_postgres(programs, state, children, log.fileno())
            queue_url = _start_redis(redis_program, state, children, log.fileno())
            environ = {**os.environ, "TEST_DATABASE_URL": database_url, "TEST_REDIS_URL": queue_url}
            return subprocess.run(sys.argv[1:], env=environ, check=False).returncode
    finally:
        for child in reversed(children):
            child.stop()
        shutil.rmtree(state, ignore_errors=True)


def _start_postgres(programs: Path, state: Path, children: list[Child], log: int) -> str:
    account = unprivileged_account() if os.geteuid() == 0 else None
    home, password = state / "postgres", secrets.token_hex(16)
    home.mkdir(mode=0o700)
    secret = state / "password"
    secret.write_text(password + "\n", encoding="ascii")
    secret.chmod(0o600)
    if account is not None:
        for path in (home, secret):
            os.chown(path, account.uid, account.gid)
    made = subprocess.run(
        [programs / "initdb", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--username=administrator",
         f"--pwfile={secret}", "--no-sync", f"--pgdata={home}"],
        cwd="/", env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False, **as_account(account),
    )  # fmt: skip
    secret.unlink()
    if made.returncode != 0:
        raise RuntimeError(made.stderr)
    port = free_port(str(state))
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    child = Child(
        "postgres",
        environ={"PATH": "/usr/bin:/bin"},
        command=[str(programs / "postgres"), "-D", str(home), *options],
        stop_signal=signal.SIGINT,
        account=account,
    )
    child.start(output=log)
    children.append(child)
    url = f"postgresql://administrator:{password}@127.0.0.1:{port}/postgres"
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return url


def _start_redis(program: str, state: Path, children: list[Child], log: int) -> str:
    port, password = free_port(f"{state}-queue"), secrets.token_hex(16)
    configuration = state / "redis.conf"
    configuration.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\ndir {state}\n', encoding="ascii"
    )
    child = Child("redis", environ={"PATH": "/usr/bin:/bin"}, command=[program, str(configuration)])
    child.start(output=log)
    children.append(child)
    url = f"redis://:{password}@127.0.0.1:{port}"
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            Redis.from_url(url).ping()
        except RedisError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return url


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


if __name__ == "__main__":
    sys.exit(main())
