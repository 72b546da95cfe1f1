"""The cookie page: the list that the site obeys, and the answer to its notice."""

from __future__ import annotations

import re

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from app.core.clock import today_at
from app.web.cookies import ACCEPTED, CHOICE, LANGUAGE, REFUSED, choice_made, declares, drop, is_https, keep
from app.web.doors import ANYONE, Visit
from app.web.pages import render
from app.web.public.derived_lists import Source, cookie_rows
from app.web.public.door import public
from app.web.public.search import forget_search


@public.page("/cookies", who=ANYONE, methods=("GET", "POST"), tokenless=True)
def cookies(visit: Visit) -> ResponseReturnValue:
    """Show the cookies that the profile declares, which are all that this site sets (C17); take an answer to them."""
    asks = declares(visit.profile, CHOICE)
    if request.method == "POST":
        chosen = request.form.get("choice", "")
        if not asks or chosen not in (ACCEPTED, REFUSED):
            abort(400)
        answer = redirect(_way_back(visit, request.form.get("back", "")), code=303)
        if chosen == REFUSED:
            forget_search(visit)
            if LANGUAGE in request.cookies:
                drop(answer, LANGUAGE)
        keep(answer, CHOICE, chosen)
        return answer
    source = Source(visit.profile, visit.texts, today_at(visit.now), is_https())
    return render(
        "public/cookies.html",
        title=visit.texts.gettext("Cookies"),
        needed=cookie_rows(source, comfort=False),
        comfort=cookie_rows(source, comfort=True),
        counts=visit.profile.settings.analytics == "counters",
        asks=asks,
        chosen=choice_made(),
    )


def _way_back(visit: Visit, path: str) -> str:
    """Return the page that the answer was given on, if it is one of this organisation."""
    ours = re.fullmatch(rf"/{visit.profile.key}/[a-z]{{2}}/[\w/-]*", path, re.ASCII)
    return path if ours else visit.url("public.cookies")
