"""Starting processes that never outlive the one that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec nothing may be imported.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """An account of the operating system that a process runs under."""

    name: str
    uid: int
    gid: int


@dataclass
class Child:
    """One supervised process: how to start it, how to ask it to stop, and how often it fell."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None
    before_start: Callable[[], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    started_at: float = 0.0
    next_start_at: float = field(default=0.0)

    def start(self, *, output: int | IO[bytes] | None = subprocess.PIPE) -> None:
        """Start the process in a session of its own, bound to the life of this one."""
        if self.before_start is not None:
            self.before_start()
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=bound_to_parent(self.stop_signal),  # noqa: PLW1509  the supervisor has no threads
            **as_account(self.account),
        )

    def is_running(self) -> bool:
        """Say whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def stop(self, patience: float = 8.0) -> None:
        """Ask the process to stop; end it and whatever it left behind when it does not in time."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        kill_session(self.process.pid)


def as_account(account: Account | None) -> dict[str, Any]:
    """Return the arguments of `subprocess` that start a process under an account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def bound_to_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    """Return what a fresh child runs before its program: the kernel sends it `stop_signal` when this process ends."""
    parent = os.getpid()

    def bind() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(stop_signal))
        # The parent may have gone between the fork and the line above.
        if os.getppid() != parent:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())

    return bind


def stop_with_parent(stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send this very process a signal when its parent ends."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(stop_signal))


def kill_session(session: int) -> None:
    """End every process that still belongs to a session (Linux only; elsewhere the process group)."""
    if _LIBC is None:
        try:
            os.killpg(session, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _session_of(int(entry.name)) == session:
            try:
                os.kill(int(entry.name), signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue


def is_alive(pid: int) -> bool:
    """Say whether a process exists and is no zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        if _LIBC is not None:
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True
    return text.rpartition(")")[2].split()[0] not in ("Z", "X")


def command_of(pid: int) -> str:
    """Return the command line of a process, or an empty text."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return -1
