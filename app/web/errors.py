"""Every failure gets a clear page in the person's language, without a word on what exists."""

from __future__ import annotations

from flask import Flask, current_app, g, request
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from app.accounts.operations import TooBusy
from app.core.errors import NotFound, Refused
from app.web.pages import render_error

BUSY_SECONDS = "5"
# What the doors say of a form that they cannot take; other descriptions are the framework's own.
REASONS = ("form", "cookie")


def init_app(app: Flask) -> None:
    """Attach the error pages."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(PoolExhausted, _busy)
    app.register_error_handler(TooBusy, _busy)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return error.get_response()
    answer = render_error(error.code or 500, reason=error.description if error.description in REASONS else None)
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


def _not_found(_: NotFound) -> Response:
    return render_error(404)


def _refused(refused: Refused) -> Response:
    return render_error(409, reason=str(refused.reason))


def _busy(_: Exception) -> Response:
    answer = render_error(503)
    answer.headers["Retry-After"] = BUSY_SECONDS
    return answer


def _database(error: DBAPIError) -> Response:
    current_app.logger.error("database error", exc_info=error, extra=_where())
    return _busy(error) if isinstance(error, OperationalError) else render_error(500)


def _unexpected(error: Exception) -> Response:
    if current_app.testing:
        raise error
    current_app.logger.error("unexpected error", exc_info=error, extra=_where())
    return render_error(500)


def _where() -> dict[str, str | None]:
    return {"request_id": g.get("request_id"), "route": request.endpoint}
