"""Logs: one JSON object a line, and nothing in it that a person typed."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest

from app.core.logs import JsonFormatter, describe

CANARY = "Kanarie-Peeters"


def line(record: logging.LogRecord, *, details: bool = False) -> dict[str, Any]:
    """Return one formatted record."""
    text = JsonFormatter("web", details=details).format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def record(message: str, *args: object, name: str = "app.test", **extra: object) -> logging.LogRecord:
    """Return a record as a logger makes it."""
    return logging.getLogger(name).makeRecord(name, logging.INFO, __file__, 1, message, args, None, extra=extra)


def test_a_line_says_time_level_event_and_process() -> None:
    found = line(record("request", status=200, duration_ms=1.5, door="family", request_id="abc"))
    assert found.pop("time").endswith("+00:00")
    assert found == {
        "level": "info",
        "event": "request",
        "process": "web",
        "request_id": "abc",
        "status": 200,
        "duration_ms": 1.5,
        "door": "family",
    }


def test_arguments_and_unlisted_fields_are_never_written() -> None:
    found = line(record("saved %s", CANARY, form={"family_name": CANARY}, path=f"/?q={CANARY}"))
    assert CANARY not in json.dumps(found)
    assert found["event"] == "saved %s"


def test_an_error_is_its_kinds_and_frames_without_its_text() -> None:
    try:
        try:
            raise ValueError(CANARY)
        except ValueError as inner:
            raise RuntimeError(f"Key (email)=({CANARY})") from inner
    except RuntimeError as error:
        failing = logging.getLogger("app").makeRecord(
            "app", logging.ERROR, __file__, 1, "failed", (), (type(error), error, error.__traceback__)
        )
    found = line(failing)
    assert CANARY not in json.dumps(found)
    assert [link["kind"] for link in found["error"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert "test_logs.py" in found["error"][0]["frames"][0]
    assert CANARY in json.dumps(line(failing, details=True))


def test_an_error_that_speaks_of_code_keeps_its_text() -> None:
    error = ImportError("no module named nothing")
    assert describe(error)[0]["text"] == "no module named nothing"


def test_a_database_error_names_its_constraint_and_no_value() -> None:
    class Diagnosis:
        sqlstate, constraint_name, message_detail = "23505", "uq_account_login", f"Key (login)=({CANARY})"

    error = ValueError(CANARY)
    error.diag = Diagnosis()  # type: ignore[attr-defined]
    link = describe(error)[0]
    assert (link["sqlstate"], link["constraint_name"]) == ("23505", "uq_account_login")
    assert CANARY not in json.dumps(link)


def test_an_error_in_a_circle_of_causes_ends() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert len(describe(first)) == 2


def test_an_uncaught_error_is_logged_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    from app.core import logs

    root = logging.getLogger()
    before, level, hook = root.handlers[:], root.level, sys.excepthook
    try:
        logs.configure("web")
        sys.excepthook(ValueError, ValueError(CANARY), None)
    finally:
        root.handlers[:], sys.excepthook = before, hook
        root.setLevel(level)
        logging.captureWarnings(capture=False)
    written = capsys.readouterr().err
    assert CANARY not in written
    assert json.loads(written)["event"] == "ended by an error"
