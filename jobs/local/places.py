"""Where the parts of `make run` keep their data, their sockets and their keys."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from jobs.local.processes import Account, as_account

_ACCOUNT = "pgserver"  # the name that the wheel of the embedded server uses too
ROOT = Path(__file__).resolve().parents[2]
# Where a running demo writes down how to reach it; `app.core.settings` reads it under the same name. Nothing of `app`
# is imported on this side: loading the application would cost every start a second.
ENVIRONMENT_FILE = "environment.json"
STAMP = "prepared"
# What decides on the content of the database: any change here makes the next start prepare again.
_DECIDING = ("app/**/*.py", "app/**/*.toml", "jobs/**/*.py", "jobs/**/*.toml", "migrations/**/*.py")
_PORTS = range(20000, 30000)  # below the range from which the system picks ports for outgoing connections


class CannotStart(Exception):
    """Something in the surroundings forbids the start; the text says what, in a plain sentence."""


@dataclass(frozen=True)
class Places:
    """The directories of one installation of `make run`."""

    data: Path
    sockets: Path
    database: Path
    account: Account | None

    @property
    def queue(self) -> Path:
        """The directory of the queue server's append-only file."""
        return self.data / "valkey"

    @property
    def journal(self) -> Path:
        """The directory with one file for each mail that the relay accepted."""
        return self.data / "mail"

    @property
    def keys(self) -> Path:
        """The directory of the key files."""
        return self.data / "keys"


def prepare_places(data: Path) -> Places:
    """Make the directories; raises CannotStart when one cannot be made or belongs to somebody else."""
    data = data.absolute()
    try:
        if not data.exists():
            data.mkdir(parents=True)
            data.chmod(0o711)
    except OSError as error:
        raise CannotStart(f"The data directory {data} cannot be made: {error.strerror}.") from error
    if not os.access(data, os.W_OK | os.X_OK):
        raise CannotStart(f"The data directory {data} is not writable for this account.")
    account = unprivileged_account() if os.geteuid() == 0 else None
    sockets = _socket_directory(data, account)
    places = Places(data=data, sockets=sockets, database=_database_home(data, account), account=account)
    for directory in (places.queue, places.journal, places.keys):
        directory.mkdir(mode=0o700, exist_ok=True)
    return places


def lock(data: Path) -> IO[str]:
    """Hold the data directory for one supervisor; raises CannotStart when another one has it."""
    handle = (data / "lock").open("w", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.close()
        raise CannotStart(f"It already runs on {data}. Stop it first, or choose another DATA_DIR.") from error
    return handle


def fingerprint(root: Path = ROOT) -> str:
    """Return a hash of everything that decides on the content of the database."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _DECIDING for path in root.glob(pattern)}):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def key_file(keys: Path, name: str) -> Path:
    """Return the file of a key that was made at the first start: 64 hexadecimal digits, readable by the owner only."""
    path = keys / name
    if not path.exists():
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_hex(32) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        unfinished.rename(path)
    return path


def port_is_free(host: str, port: int) -> bool:
    """Say whether a port can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(seed: str) -> int:
    """Return a free local port; the same seed gives the same one as long as nobody else took it."""
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big")
    for step in range(len(_PORTS)):
        port = _PORTS[(start + step) % len(_PORTS)]
        if port_is_free("127.0.0.1", port):
            return port
    raise CannotStart("No free port was found between 20000 and 29999.")


def unprivileged_account() -> Account:
    """Return the account that PostgreSQL runs under when we are root, which it refuses; made when it is missing."""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if _account(_ACCOUNT) is None and useradd:
        options = ("--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "--user-group")
        subprocess.run([useradd, *options, _ACCOUNT], capture_output=True, check=False)
    found = _account(_ACCOUNT) or _account("nobody")
    if found is not None:
        return found
    raise CannotStart("PostgreSQL refuses to run as root, and no other account could be made. Run as an ordinary user.")


def _account(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def can_enter(account: Account | None, paths: Sequence[Path]) -> bool:
    """Say whether an account can read and enter all of the paths."""
    if account is None:
        return all(os.access(path, os.R_OK | os.X_OK) for path in paths)
    return all(
        subprocess.run(
            ["/usr/bin/env", "test", "-r", str(path), "-a", "-x", str(path)],
            check=False,
            cwd="/",
            **as_account(account),
        ).returncode
        == 0
        for path in paths
    )


def _database_home(data: Path, account: Account | None) -> Path:
    """Return the directory of the database cluster: under the data directory when its account can get there.

    Root often works below a directory that only root may enter. We do not open other people's directories; the
    cluster then lives under /var/lib, and a link in the data directory leads to it.
    """
    inside = data / "postgres"
    if account is None:
        if inside.exists() and inside.stat().st_uid != os.geteuid():
            raise CannotStart(f"{inside} belongs to another account. Run as that one, or choose another DATA_DIR.")
        return inside
    if not inside.is_symlink() and (inside.exists() or _could_enter_new(account, data)):
        return inside
    elsewhere = Path("/var/lib/opvangloket") / hashlib.sha256(str(data).encode()).hexdigest()[:12]
    if not inside.is_symlink():
        # No link means that the data directory is new: what lies there belonged to one that was removed.
        shutil.rmtree(elsewhere, ignore_errors=True)
        inside.symlink_to(elsewhere)
    elsewhere.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    return elsewhere


def _could_enter_new(account: Account, data: Path) -> bool:
    probe = data / ".enter"
    probe.mkdir(mode=0o755, exist_ok=True)
    try:
        return can_enter(account, [probe])
    finally:
        probe.rmdir()


def _socket_directory(data: Path, account: Account | None) -> Path:
    """Return a private directory with a short name: the path of a socket may not exceed about 107 characters."""
    name = hashlib.sha256(f"{data}:{data.stat().st_ino}".encode()).hexdigest()[:10]
    path = Path(f"/tmp/opvangloket-{os.geteuid()}-{name}")  # noqa: S108  made private and checked below
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    owners = {os.geteuid()} | ({account.uid} if account else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or stat.S_IMODE(found.st_mode) & 0o077:
        raise CannotStart(f"{path} is not a private directory of this account. Remove it and start again.")
    if account is not None:
        os.chown(path, account.uid, account.gid)
    return path
