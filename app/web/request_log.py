"""One line for each answered request: its route, never its path, its query or its form."""

from __future__ import annotations

from time import perf_counter
from uuid import uuid4

from flask import Flask, Response, g, request

from app.core.logs import log_request


def init_app(app: Flask) -> None:
    """Name each request and log how it was answered."""

    @app.before_request
    def begin() -> None:
        g.request_id = uuid4().hex
        g.began = perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = str(request.url_rule) if request.url_rule else "unknown"
        log_request(
            request_id=g.request_id,
            method=request.method,
            route=route,
            status=response.status_code,
            duration_ms=(perf_counter() - g.began) * 1000,
            door=(request.endpoint or "").partition(".")[0],
            organisation=profile.key if (profile := g.get("profile")) else "",
        )
        return response
