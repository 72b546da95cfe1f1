"""The journal of our own mail relay: one file for each mail that it accepted, on disk before it says so.

A sender that lost the line in the middle looks here: a Message-ID in the journal was accepted, one that is not was not.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Accepted:
    """One mail that the relay accepted; `repeat` counts from 0, so 1 is the same Message-ID a second time."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    received_at: str
    source: str
    repeat: int = 0


def record(
    journal: Path, *, message_id: str, sender: str, recipients: Sequence[str], received_at: str, source: str
) -> int:
    """Write one accepted mail and return how often its Message-ID was accepted before. On disk when this returns."""
    unfinished = journal / f".{os.getpid()}-{os.urandom(8).hex()}"
    repeat = 0
    while True:
        mail = Accepted(message_id, sender, tuple(recipients), received_at, source, repeat)
        with unfinished.open("w", encoding="utf-8") as handle:
            json.dump(asdict(mail), handle, ensure_ascii=False)
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(unfinished, journal / _name(message_id, repeat))
        except FileExistsError:
            repeat += 1
            continue
        finally:
            unfinished.unlink()
        break
    directory = os.open(journal, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return repeat


def forget(journal: Path, before: str) -> int:
    """Delete the mails that were accepted before a moment (ISO text, UTC); returns how many went."""
    gone = 0
    for path in journal.glob("*.json") if journal.is_dir() else ():
        if json.loads(path.read_text(encoding="utf-8"))["received_at"] < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def was_accepted(journal: Path, message_id: str) -> bool:
    """Say whether the relay accepted a mail with this Message-ID."""
    return (journal / _name(message_id, 0)).exists()


def mails(journal: Path) -> Iterator[Accepted]:
    """Return every accepted mail, oldest first."""
    found = []
    for path in journal.glob("*.json"):
        values = json.loads(path.read_text(encoding="utf-8"))
        found.append(Accepted(**{**values, "recipients": tuple(values["recipients"])}))
    yield from sorted(found, key=lambda mail: (mail.received_at, mail.message_id, mail.repeat))


def _name(message_id: str, repeat: int) -> str:
    stem = hashlib.sha256(message_id.strip().encode()).hexdigest()[:40]
    return f"{stem}.json" if repeat == 0 else f"{stem}-{repeat + 1}.json"
