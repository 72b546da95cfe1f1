"""Kills producers, workers and the relay at named points, and counts what arrived: lost, doubled, unresolved.

    python -m tests.trial.kill_driver 150 7      150 messages, seed 7; settings from the environment, result as JSON

Each message is produced as a person would: when the answer does not come, the same form is posted again. Nothing of the
house is replaced: a kill is added before or after one of its functions.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email import message_from_string
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from sqlalchemy import text

from app.core import journal
from app.core.actor import system
from app.core.db import transaction
from app.core.outbox import Message, enqueue
from app.core.settings import Settings
from jobs import outbox
from jobs.context import Context, make_context
from jobs.local import relay

SPACE = UUID("6f0f4a8e-7b0d-4a58-9c33-0d6c1a1b2c3d")
SHORT = timedelta(seconds=1)
PRODUCER_POINTS = ("producer before commit", "producer after commit")
WORKER_POINTS = ("after claim", "before hand-over", "after acceptance", "after settlement", "while settling")
RELAY_POINTS = ("relay before journal", "relay after journal")
PATIENCE_SECONDS = 20


def die() -> None:
    """Be killed, now."""
    os.kill(os.getpid(), signal.SIGKILL)


def forked(work: Callable[[], None]) -> int:
    """Run work in a child and return the child's process id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def was_killed(child: int) -> bool:
    """Wait for a child; tell whether a kill ended it."""
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def produce(surroundings: Context, number: int, point: str | None) -> None:
    """Cause one message in one transaction; die at the point."""
    owner = uuid5(SPACE, str(number))
    with transaction(surroundings.databases, "jobs", system("digest", "brussels"), surroundings.now()) as session:
        enqueue(
            session,
            Message(
                once_key=f"kill:{number}",
                kind="facility_digest",
                recipient=f"case{number}@example.org",
                language="nl",
                owner_id=owner,
                params={"facility": "De Regenboog", "new": 1, "waiting": 1, "due": 0, "unread": 0},
            ),
        )
        if point == "producer before commit":
            session.flush()
            die()
    if point == "producer after commit":
        die()


def work(surroundings: Context, point: str | None) -> None:
    """Drain the outbox; die at the point, the first time it is reached."""
    hooks: dict[str, tuple[str, bool]] = {
        "after claim": ("_deliver", True),
        "before hand-over": ("hand_over", True),
        "after acceptance": ("hand_over", False),
        "after settlement": ("_deliver", False),
        "while settling": ("reconcile", False),
    }
    if point:
        name, before = hooks[point]
        function: Callable[..., Any] = getattr(outbox, name)

        def dying(*args: Any, **named: Any) -> Any:
            if before:
                die()
            function(*args, **named)
            die()

        setattr(outbox, name, dying)
    outbox.drain_with(surroundings, lease=SHORT, settling=SHORT)


def run_relay(port: int, folder: Path, point: str | None) -> None:
    """Accept mail; die at the point with the first mail."""
    if point:
        write = journal.record

        def dying(*args: Any, **named: Any) -> int:
            if point == "relay after journal":
                write(*args, **named)
            die()
            return 0

        relay.record = dying  # type: ignore[attr-defined]
    asyncio.run(relay.serve(port, folder))


class Relay:
    """The relay's process, started again whenever it is gone."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder, self.child = port, folder, 0
        self.kills = 0

    def start(self, point: str | None = None) -> None:
        """Start, armed or not."""
        self.child = forked(lambda: run_relay(self.port, self.folder, point))
        time.sleep(0.15)

    def stop(self) -> None:
        """Stop the present process, whatever its state."""
        try:
            os.kill(self.child, signal.SIGTERM)
        except ProcessLookupError:
            return
        self.kills += was_killed(self.child) and 1

    def replace(self, point: str | None) -> None:
        """Start anew, armed."""
        gone, status = os.waitpid(self.child, os.WNOHANG)
        if gone:
            self.kills += os.WIFSIGNALED(status)
        else:
            os.kill(self.child, signal.SIGTERM)
            os.waitpid(self.child, 0)
        self.start(point)


def drive(settings: Settings, cases: int, seed: int) -> dict[str, Any]:
    """Run the cases and count."""
    dice = random.Random(seed)
    folder = settings.relay_journal
    assert folder is not None
    relay_process = Relay(urlsplit(settings.smtp_url).port or 0, folder)
    relay_process.start()
    kills: Counter[str] = Counter()
    for number in range(cases):
        point = dice.choice((*PRODUCER_POINTS, None, None, None))
        # A fresh context for each child: a pool that crosses a fork would be shared.
        while was_killed(forked(lambda n=number, p=point: produce(make_context(settings), n, p))):  # type: ignore[misc]
            kills["producer"] += 1
            point = None
        worker_point = dice.choice((*WORKER_POINTS, None))
        relay_point = dice.choice((*RELAY_POINTS, None, None, None, None))
        if relay_point:
            relay_process.replace(relay_point)
        children = [forked(lambda p=worker_point: work(make_context(settings), p))]  # type: ignore[misc]
        if dice.random() < 0.2:
            children.append(forked(lambda: work(make_context(settings), None)))
        kills["worker"] += sum(was_killed(child) for child in children)
        if relay_point:
            relay_process.replace(None)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while unresolved(settings) and time.monotonic() < deadline:
        time.sleep(0.5)
        was_killed(forked(lambda: hurry(make_context(settings))))
        was_killed(forked(lambda: work(make_context(settings), None)))
    left = unresolved(settings)
    relay_process.stop()
    arrived = Counter(str(message_from_string(mail.source)["To"]) for mail in journal.mails(folder))
    return {
        "cases": cases,
        "producer kills": kills["producer"],
        "worker kills": kills["worker"],
        "relay kills": relay_process.kills,
        "lost": sum(arrived[f"case{number}@example.org"] == 0 for number in range(cases)),
        "doubled": sum(count - 1 for count in arrived.values()),
        "unresolved": left,
        "errors": errors(settings) if left else [],
    }


def hurry(surroundings: Context) -> None:
    """Shorten the waits between attempts: the trial's patience is shorter than a relay's outage."""
    with surroundings.databases.engine("maintainer").begin() as connection:
        connection.execute(text("update outbox set due_at = :now where state = 'pending'"), {"now": surroundings.now()})


def unresolved(settings: Settings) -> int:
    """Count the messages that are neither sent nor dead."""
    surroundings = make_context(settings)
    with surroundings.databases.engine("maintainer").connect() as connection:
        count = connection.scalar(text("select count(*) from outbox where state <> 'sent'")) or 0
    surroundings.databases.dispose()
    return int(count)


def errors(settings: Settings) -> list[str]:
    """Return why messages did not leave."""
    surroundings = make_context(settings)
    with surroundings.databases.engine("maintainer").connect() as connection:
        found = connection.execute(
            text("select state || ': ' || coalesce(last_error, '') || ' ' || attempts from outbox")
        ).scalars()
        return sorted(set(found))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(drive(Settings.from_env(os.environ), int(sys.argv[1]), int(sys.argv[2]))) + "\n")
