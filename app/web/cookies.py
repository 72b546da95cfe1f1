"""Every cookie of the site: the only place that sets one, and what a profile does not declare is never set.

Two are needed to do what is asked (the session's, and that of our own public device); an answer to the notice is
remembered so that it is not asked again. For comfort, and only after a yes, the language of a visitor. None of the last
two holds an id. The cookie page prints the same list.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, current_app, g, request
from werkzeug.wrappers import Response as BaseResponse

from app.organisations.profile import Profile

SESSION, DEVICE, CHOICE, LANGUAGE = "sid", "device", "cookie_choice", "language"
ACCEPTED, REFUSED = "accepted", "refused"
# A cookie without a term goes when the browser closes (KG-19).
TERMS = {DEVICE: timedelta(days=730), CHOICE: timedelta(days=182), LANGUAGE: timedelta(days=365)}
# What decides who somebody is: over https no other host can set it.
_OF_THIS_HOST = frozenset({SESSION, DEVICE})
# For comfort: kept only after a yes (KG-20, KL-19).
COMFORT = frozenset({LANGUAGE})


def declares(profile: Profile, name: str) -> bool:
    """Tell whether the organisation names this cookie in its list."""
    return any(cookie.name == name for cookie in profile.cookies)


def name_in_browser(name: str, *, https: bool) -> str:
    """Return the name that the browser shows."""
    return f"__Host-{name}" if https and name in _OF_THIS_HOST else name


def keep(answer: BaseResponse, name: str, value: str) -> None:
    """Set a cookie for its term, if the organisation declares it (LEU-47, KG-18)."""
    profile: Profile | None = g.get("profile")
    if profile is None or not declares(profile, name):
        return
    https = is_https()
    answer.set_cookie(
        name_in_browser(name, https=https),
        value,
        max_age=TERMS.get(name),
        secure=https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def drop(answer: BaseResponse, name: str) -> None:
    """Take a cookie from the browser."""
    https = is_https()
    answer.delete_cookie(name_in_browser(name, https=https), secure=https, httponly=True, samesite="Lax", path="/")


def is_https() -> bool:
    """Tell whether the site is served over https; only a demonstration is not."""
    return bool(getattr(current_app.session_interface, "https", True))


def choice_made() -> str:
    """Return what this visitor answered to the notice: accepted, refused, or nothing yet."""
    kept = request.cookies.get(CHOICE, "")
    return kept if kept in (ACCEPTED, REFUSED) else ""


def may_remember(profile: Profile) -> bool:
    """Tell whether what a visitor looks for may be remembered: where a notice asks, only after a yes (LEU-45).

    Never on a public device (LEU-49).
    """
    return not g.get("kiosk") and (not declares(profile, CHOICE) or choice_made() == ACCEPTED)


def has_accepted() -> bool:
    """Tell whether this visitor said yes to cookies for comfort: without an answer there are none (KG-20)."""
    return choice_made() == ACCEPTED


def preferred_language(profile: Profile) -> str:
    """Return the language that this visitor chose before, where the organisation remembers it (KL-16)."""
    kept = request.cookies.get(LANGUAGE, "")
    return kept if declares(profile, LANGUAGE) and kept in profile.languages.for_families else ""


def init_app(app: Flask) -> None:
    """Show the notice until it is answered, and remember the language after a yes, where that is declared."""

    @app.template_global()
    def asks_cookies() -> str:
        """Return what the notice asks for: the search of a visit, or the language as well; empty: nothing to ask."""
        profile: Profile | None = g.get("profile")
        is_public = (request.endpoint or "").startswith("public.")
        if not is_public or profile is None or g.get("kiosk") or not declares(profile, CHOICE) or choice_made():
            return ""
        return LANGUAGE if declares(profile, LANGUAGE) else "search"

    @app.template_global()
    def here() -> str:
        return request.path

    @app.after_request
    def remember_language(answer: Response) -> Response:
        profile: Profile | None = g.get("profile")
        if profile is None or g.get("kiosk") or answer.status_code != 200 or answer.mimetype != "text/html":
            return answer
        spoken: str = g.get("language", "")
        if has_accepted() and spoken and request.cookies.get(LANGUAGE) != spoken:
            keep(answer, LANGUAGE, spoken)
        return answer
