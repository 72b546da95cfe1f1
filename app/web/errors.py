"""Every failure gets a clear page in the person's language, without a word on what exists."""

from __future__ import annotations

from flask import Flask, current_app, g, request, url_for
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from app.accounts.operations import TooBusy
from app.catalogue.marking import N_
from app.core.errors import NotFound, Refused
from app.web.i18n import current_texts
from app.web.pages import NavLink, render_error

BUSY_SECONDS = "5"
# What the doors say of a form that they cannot take; other descriptions are the framework's own.
REASONS = ("form", "cookie", "contact_over")
# The browser was busy with something and no longer is.
LOST = frozenset({"cookie", "draft_gone"})
APPLYING = "family.apply_"


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
    reason = error.description if error.description in REASONS else None
    answer = render_error(error.code or 500, reason=reason, way_on=_way_on(reason))
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


def _not_found(_: NotFound) -> Response:
    return render_error(404)


def _refused(refused: Refused) -> Response:
    return render_error(409, reason=str(refused.reason), way_on=_way_on(str(refused.reason)))


def _way_on(reason: str | None) -> NavLink | None:
    """Return how to go on where a browser lost its session: with a code or link, or by signing in (KL-18)."""
    if reason not in LOST or "profile" not in g:
        return None
    if request.endpoint is not None and request.endpoint.startswith(APPLYING):
        return NavLink(url_for("public.resume"), current_texts().gettext(N_("Continue your application")))
    return NavLink(url_for("public.sign_in"), current_texts().gettext(N_("Sign in")))


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
