"""Cookies beside the session's: the answer to a notice, and the language of a visitor, where a profile declares them.

Both hold one word and no id. What a profile does not declare is never set; the cookie page prints the same list.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, current_app, g, request
from werkzeug.wrappers import Response as BaseResponse

from app.organisations.profile import Profile

CHOICE, LANGUAGE = "cookie_choice", "language"
ACCEPTED, REFUSED = "accepted", "refused"
TERMS = {CHOICE: timedelta(days=182), LANGUAGE: timedelta(days=365)}


def declares(profile: Profile, name: str) -> bool:
    """Tell whether the organisation names this cookie in its list."""
    return any(cookie.name == name for cookie in profile.cookies)


def choice_made() -> str:
    """Return what this visitor answered to the notice: accepted, refused, or nothing yet."""
    kept = request.cookies.get(CHOICE, "")
    return kept if kept in (ACCEPTED, REFUSED) else ""


def may_remember(profile: Profile) -> bool:
    """Tell whether what a visitor looks for may be remembered: where a notice asks, only after a yes (LEU-45).

    Never on a public device (LEU-49).
    """
    return not g.get("kiosk") and (not declares(profile, CHOICE) or choice_made() == ACCEPTED)


def preferred_language(profile: Profile) -> str:
    """Return the language that this visitor chose before, where the organisation remembers it (KL-16)."""
    kept = request.cookies.get(LANGUAGE, "")
    return kept if declares(profile, LANGUAGE) and kept in profile.languages.for_families else ""


def keep(answer: BaseResponse, name: str, value: str) -> None:
    """Set one of these cookies for its term."""
    https: bool = getattr(current_app.session_interface, "https", True)
    answer.set_cookie(name, value, max_age=TERMS[name], secure=https, httponly=True, samesite="Lax", path="/")


def init_app(app: Flask) -> None:
    """Show the notice until it is answered, and remember the language where that is declared."""

    @app.template_global()
    def asks_cookies() -> bool:
        profile: Profile | None = g.get("profile")
        is_public = (request.endpoint or "").startswith("public.")
        if not is_public or profile is None or g.get("kiosk"):
            return False
        return declares(profile, CHOICE) and not choice_made()

    @app.template_global()
    def here() -> str:
        return request.path

    @app.after_request
    def remember_language(answer: Response) -> Response:
        profile: Profile | None = g.get("profile")
        if profile is None or g.get("kiosk") or answer.status_code != 200 or answer.mimetype != "text/html":
            return answer
        spoken: str = g.get("language", "")
        if declares(profile, LANGUAGE) and spoken and request.cookies.get(LANGUAGE) != spoken:
            keep(answer, LANGUAGE, spoken)
        return answer
