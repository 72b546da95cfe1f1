"""An address without a language leads to the one that the browser asks for."""

from __future__ import annotations

from flask import Flask, Response, redirect, request, url_for

from app.web.cookies import preferred_language
from app.web.doors import House


def register(app: Flask, house: House) -> tuple[str, ...]:
    """Add one address for each organisation and return the endpoints added."""

    def choose_language() -> Response:
        profile = house.profiles[request.path.strip("/")]
        offered = profile.languages.for_families
        language = preferred_language(profile) or request.accept_languages.best_match(offered) or offered[0]
        answer = redirect(url_for("public.home", organisation=profile.key, language=language), code=302)
        answer.headers["Vary"] = "Accept-Language, Cookie"
        return answer  # type: ignore[return-value]

    for key in house.profiles:
        app.add_url_rule(f"/{key}/", "choose_language", choose_language, methods=("GET",))
    return ("choose_language",)
