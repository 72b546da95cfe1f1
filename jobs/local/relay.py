"""The demo's mail relay: accepts every mail, writes it in the journal, delivers to nobody.

The journal is written before the relay answers 250, so that "accepted" is never only a word on the wire.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from app.core.clock import Clock
from app.core.journal import record
from app.core.logs import configure

HOST = "127.0.0.1"
_SIZE_LIMIT = 10 * 1024 * 1024


class Journalist:
    """The part of the relay that decides what happens with a mail."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._clock = Clock()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Write the mail in the journal and accept it; refuse one that nobody could recognise later."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message_id = str(message_from_bytes(content, policy=policy.default)["Message-ID"] or "")
        if not message_id:
            return "550 5.6.0 A Message-ID is needed"
        await asyncio.to_thread(
            record,
            self._journal,
            message_id=message_id,
            sender=envelope.mail_from or "",
            recipients=[str(recipient) for recipient in envelope.rcpt_tos],
            received_at=self._clock.now().isoformat(),
            source=content.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode("utf-8"),
        )
        return "250 2.0.0 Accepted"


async def listen(port: int, journal: Path) -> asyncio.Server:
    """Start to accept mail; port 0 takes any free one."""
    loop = asyncio.get_running_loop()
    protocol = partial(
        SMTP, Journalist(journal), hostname="localhost", enable_SMTPUTF8=True, data_size_limit=_SIZE_LIMIT, loop=loop
    )
    return await loop.create_server(protocol, HOST, port)


async def serve(port: int, journal: Path) -> None:
    """Accept mail until this process is asked to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = await listen(port, journal)
    await stop.wait()
    server.close()


def run(port: int, journal: Path) -> int:
    """Run the relay; returns its exit code."""
    configure("relay")
    journal.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(serve(port, journal))
    return 0


def main() -> int:
    """Run the relay that the command line describes."""
    parser = argparse.ArgumentParser(prog="python -m jobs.local.relay")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    arguments = parser.parse_args()
    return run(arguments.port, arguments.journal)


if __name__ == "__main__":
    sys.exit(main())
