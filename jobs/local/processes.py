"""Starting processes that never outlive the one that started them."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NoReturn, Protocol

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec nothing may be imported.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """An account of the operating system that a process runs under."""

    name: str
    uid: int
    gid: int


class Running(Protocol):
    """What the supervisor needs of a process that it started."""

    pid: int
    returncode: int | None
    stdout: IO[bytes] | None

    def poll(self) -> int | None:
        """Return the exit code, or nothing while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; raises subprocess.TimeoutExpired."""

    def send_signal(self, sig: int) -> None:
        """Send a signal, unless it has ended."""

    def kill(self) -> None:
        """End it at once."""


@dataclass
class Child:
    """One supervised process: how to start it, how to ask it to stop, and how often it fell.

    `command` is a program of the machine; `run` is a function of ours that runs in a fork of the supervisor, which has
    loaded the application once for all of them.
    """

    name: str
    environ: Mapping[str, str]
    command: Sequence[str] = ()
    run: Callable[[], int] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None
    before_start: Callable[[], None] | None = None
    process: Running | None = None
    falls: int = 0
    started_at: float = 0.0
    next_start_at: float = field(default=0.0)

    def start(self, *, output: int | IO[bytes] | None = subprocess.PIPE) -> None:
        """Start the process in a session of its own, bound to the life of this one."""
        if self.before_start is not None:
            self.before_start()
        self.started_at = time.monotonic()
        if self.run is not None:
            self.process = Fork(self.run, self.environ, self.stop_signal)
            return
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


class Fork:
    """A function running in a fork of this process, in a session and an environment of its own."""

    def __init__(self, run: Callable[[], int], environ: Mapping[str, str], stop_signal: signal.Signals) -> None:
        self.returncode: int | None = None
        bind = bound_to_parent(stop_signal)
        reading, writing = os.pipe()
        # No signal may reach the child while it still carries the supervisor's handlers.
        held = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
        self.pid = os.fork()
        if self.pid == 0:
            self._become(run, environ, bind, writing)
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        os.close(writing)
        self.stdout: IO[bytes] | None = os.fdopen(reading, "rb", buffering=0)

    @staticmethod
    def _become(run: Callable[[], int], environ: Mapping[str, str], bind: Callable[[], None], output: int) -> NoReturn:
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            # The lock on the data directory and the pipes of the others are not ours to hold.
            os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0] if _LIBC is None else _highest_descriptor())
            os.environ.clear()
            os.environ.update(environ)
            bind()
            code = run()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except KeyboardInterrupt:
            code = 130
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def poll(self) -> int | None:
        """Return the exit code, or nothing while it runs."""
        if self.returncode is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; raises subprocess.TimeoutExpired."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(0.01)
        return code

    def send_signal(self, sig: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


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


def catches(pid: int, number: signal.Signals) -> bool:
    """Say whether a process has a handler of its own for a signal (Linux only; elsewhere no)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    line = next((line for line in status.splitlines() if line.startswith("SigCgt:")), "SigCgt: 0")
    return bool(int(line.split()[1], 16) & (1 << (number - 1)))


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


def _highest_descriptor() -> int:
    return max(int(entry) for entry in os.listdir("/proc/self/fd")) + 1


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return -1
