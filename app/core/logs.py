"""Structured logs: one JSON object a line, from an allow-list of fields, so that no personal value can slip in.

A message is logged as its template; arguments, form values, query strings and texts of exceptions are never written.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

# Everything that a line may say beside time, level and event. All are ids, counts or names from our own code.
FIELDS = (
    "request_id",
    "method",
    "route",
    "status",
    "duration_ms",
    "door",
    "organisation",
    "job",
    "run_id",
    "message_id",
    "reason",
    "count",
    "attempt",
    "child",
    "exit_code",
    "seconds",
    "statements",
    "error_id",
)
# Libraries whose arguments are process ids and addresses of our own servers only.
_PLAIN_LIBRARIES = ("_granian", "alembic")
_FRAMES = 30
# Errors whose text speaks of code only.
_TELLING = (ImportError, SyntaxError, NameError, AttributeError)
requests = logging.getLogger("app.requests")


class JsonFormatter(logging.Formatter):
    """Write a record as one JSON object with allow-listed fields; an exception as its kinds and frames only."""

    def __init__(self, process: str = "", *, details: bool = False) -> None:
        super().__init__()
        self._process = process
        self._details = details

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of one record."""
        plain = self._details or record.name.partition(".")[0] in _PLAIN_LIBRARIES
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage() if plain else str(record.msg),
        }
        if self._process:
            line["process"] = self._process
        if not record.name.startswith(("app", "jobs")):
            line["logger"] = record.name
        line.update((name, _simple(value)) for name in FIELDS if (value := getattr(record, name, None)) is not None)
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe(record.exc_info[1])
            if self._details:
                line["details"] = "".join(traceback.format_exception(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def describe(error: BaseException) -> list[dict[str, Any]]:
    """Return the chain of an exception, outermost first: kinds and frames. The texts may hold values and stay out."""
    chain = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)[-_FRAMES:]
        link: dict[str, Any] = {
            "kind": f"{type(current).__module__}.{type(current).__qualname__}",
            "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        if isinstance(current, _TELLING):
            link["text"] = str(current)
        link.update(_place_in_the_database(current))
        chain.append(link)
        current = current.__cause__ or current.__context__
    return chain


def _place_in_the_database(error: BaseException) -> dict[str, str]:
    """Return what a database error says of the schema: its code and names, never a row's values."""
    diagnosis = getattr(error, "diag", None)
    names = ("sqlstate", "table_name", "column_name", "constraint_name")
    return {name: value for name in names if isinstance(value := getattr(diagnosis, name, None), str)}


def configure(process: str = "", *, level: int = logging.INFO, details: bool = False) -> None:
    """Send every logger of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(process, details=details))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Their information lines name parameters of jobs and paths of requests; warnings and errors still come through.
    for noisy in (
        "rq",
        "rq.worker",
        "werkzeug",
        "sqlalchemy.engine",
        "mail.log",
        "urllib3",
        "babel",
        "alembic.runtime.plugins",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_the_end


def log_request(
    *, request_id: str, method: str, route: str, status: int, duration_ms: float, door: str, organisation: str = ""
) -> None:
    """Log one answered request; `route` is the rule's pattern or its endpoint, never the path with a query string."""
    requests.info(
        "request",
        extra={
            "request_id": request_id,
            "method": method,
            "route": route,
            "status": status,
            "duration_ms": round(duration_ms, 1),
            "door": door,
            "organisation": organisation or None,
        },
    )


def granian_config() -> Mapping[str, Any]:
    """Return the logging configuration that lets the web server speak through the root logger."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {},
        "handlers": {},
        "loggers": {"_granian": {"level": "INFO"}, "granian.access": {"level": "WARNING"}},
    }


def _log_the_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what ended the process; the interpreter's own way would print the text of the error."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("app").critical("ended by an error", exc_info=(kind, error, trace))


def _simple(value: object) -> object:
    return value if isinstance(value, (str, int, float, bool)) else str(value)
