"""A line between a browser and the server that can be cut: before a post arrives, or after it was done."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, suppress

from tests.servers.web import HOST

CHUNK = 65_536
BEFORE, AFTER = "before", "after"


class Line:
    """Passes everything on; while it is cut, no post is answered. `url` is where a browser connects."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._cut = ""
        self.posts = 0
        self._listener = socket.create_server((HOST, 0))
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self, moment: str) -> None:
        """From now on posts are lost on their way (`before`), or their answers on the way back (`after`)."""
        self._cut = moment

    def mend(self) -> None:
        """Pass everything on again."""
        self._cut = ""

    def close(self) -> None:
        """Take the line away."""
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(caller,), daemon=True).start()

    def _carry(self, caller: socket.socket) -> None:
        with closing(caller), closing(socket.create_connection((HOST, self._to))) as server, suppress(OSError):
            while request := caller.recv(CHUNK):
                posting = request.startswith(b"POST ")
                self.posts += posting
                if posting and self._cut == BEFORE:
                    return
                request = _whole(caller, request)
                server.sendall(request)
                answer = server.recv(CHUNK)
                if posting and self._cut == AFTER:
                    return
                caller.sendall(_whole(server, answer, head=request.startswith(b"HEAD ")))


def _whole(sender: socket.socket, begun: bytes, *, head: bool = False) -> bytes:
    """Return a message with all of its body, by the length that it names."""
    while b"\r\n\r\n" not in begun and (more := sender.recv(CHUNK)):
        begun += more
    names, _, body = begun.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in names.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while not head and len(body) < length and (more := sender.recv(CHUNK)):
        body += more
    return names + b"\r\n\r\n" + body
