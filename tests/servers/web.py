"""The application behind a real socket, in a thread of the test, so that a test can turn its clock."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

HOST = "127.0.0.1"
# The system picks ports for outgoing connections from 32768 up: a fixed port there fails at random.
_PORTS = range(21000, 31000)


class QuietHandler(WSGIRequestHandler):
    """Serves without a line for each request."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  werkzeug's name
        """Say nothing."""


class LiveServer:
    """A threaded server; it listens from the start and answers once it is given an application."""

    def __init__(self) -> None:
        self._socket = _listen()
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self._stop: Callable[[], None] = self._socket.close

    def serve(self, application: Any) -> None:
        """Answer with this application from now on."""
        server = make_server(
            HOST, self.port, application, threaded=True, request_handler=QuietHandler, fd=self._socket.fileno()
        )
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()

        def stop() -> None:
            server.shutdown()
            thread.join(5)
            server.server_close()
            self._socket.close()

        self._stop = stop

    def close(self) -> None:
        """Stop listening."""
        self._stop()


def _listen() -> socket.socket:
    for port in random.sample(_PORTS, 200):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(128)
        except OSError:
            listener.close()
            continue
        return listener
    raise RuntimeError("No free port was found for the test server.")
