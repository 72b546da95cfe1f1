"""The mail relay of a test: the demo's own relay, run in a thread, with a journal of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from app.core import journal
from jobs.local import relay


class Mailbox:
    """A running relay and the mails that it accepted."""

    def __init__(self, directory: Path) -> None:
        self.journal = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(relay.listen(0, directory))
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        """The URL for senders."""
        return f"smtp://{relay.HOST}:{self.port}"

    def accepted(self) -> list[journal.Accepted]:
        """Return the journal's entries, oldest first."""
        return list(journal.mails(self.journal))

    def messages(self, to: str = "") -> list[EmailMessage]:
        """Return the accepted mails, parsed, all or those to one address."""
        found = [entry for entry in self.accepted() if not to or to in entry.recipients]
        return [
            cast("EmailMessage", message_from_bytes(entry.source.encode(), policy=policy.default)) for entry in found
        ]

    def clear(self) -> None:
        """Forget every mail."""
        for path in self.journal.glob("*.json"):
            path.unlink()

    def close(self) -> None:
        """Stop accepting mail."""
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self, task: Coroutine[Any, Any, asyncio.Server]) -> asyncio.Server:
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(10)
