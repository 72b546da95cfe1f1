"""Files of JSON lines outside the database: a line is on disk when the call returns, and two writers never mix."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Longer than any line of heads: the last one is read from the end of the file, however long that has become.
TAIL = 4096


def append(path: Path, line: Mapping[str, Any]) -> None:
    """Add one line to the end."""
    written = json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"
    with _alone(path), path.open("ab+") as file:
        # A crash may have torn the line before: what follows it must stand on its own.
        if file.tell() and _last_byte(file.fileno()) != b"\n":
            written = b"\n" + written
        file.write(written)
        file.flush()
        os.fsync(file.fileno())


def lines(path: Path) -> list[dict[str, Any]]:
    """Return every line, the oldest first; what a crash tore was never relied upon and is left out."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        return list(_whole(file.read()))


def last_line(path: Path) -> dict[str, Any] | None:
    """Return the last whole line, without reading the file that stands before it; None of an empty one."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        start = max(file.seek(0, os.SEEK_END) - TAIL, 0)
        file.seek(start)
        tail = file.read()
    if start:
        tail = tail.partition(b"\n")[2]
    return next(iter(reversed(list(_whole(tail)))), None)


def keep(path: Path, wanted: Callable[[dict[str, Any]], bool]) -> int:
    """Write the file anew with the lines that are wanted; returns how many went."""
    if not path.exists():
        return 0
    with _alone(path):
        held = lines(path)
        kept = [line for line in held if wanted(line)]
        if len(kept) < len(held):
            fresh = path.with_suffix(".new")
            with fresh.open("wb") as file:
                file.writelines(json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n" for line in kept)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
    return len(held) - len(kept)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes from writing: beside the file, since a file that is written anew is another one."""
    with path.with_suffix(".lock").open("a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _last_byte(descriptor: int) -> bytes:
    return os.pread(descriptor, 1, os.fstat(descriptor).st_size - 1)


def _whole(text: bytes) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if isinstance(read, dict):
            yield read
