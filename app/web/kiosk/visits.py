"""The visit on a public device: where it begins, whether somebody is still there, and its end."""

from __future__ import annotations

import re

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.web.devices import ATTRACT, END, QUESTION, cleared, require_device, wipe
from app.web.doors import ANYONE, START, Visit
from app.web.kiosk.door import kiosk
from app.web.pages import render

# How long the question stands before the screen is wiped.
ANSWER_SECONDS = 30


@kiosk.page("/kiosk/", who=ANYONE)
def attract(visit: Visit) -> ResponseReturnValue:
    """Invite the next visitor; whoever comes here, nothing of a visit before stays (LEU-49)."""
    require_device()
    if _from_elsewhere():
        return visit.go(QUESTION)
    page = render(
        "kiosk/attract.html",
        title=visit.texts.gettext("Ask for childcare here"),
        start=visit.url(START),
        resume=visit.url("public.resume"),
        sign_in=visit.url("public.sign_in"),
        search=visit.url("public.search"),
        wiped=visit.url("kiosk.wiped"),
    )
    return wipe(visit.house, page)


@kiosk.page("/kiosk/wiped", who=ANYONE)
def wiped(visit: Visit) -> ResponseReturnValue:
    """Wipe once more, as a style sheet that the first page of a visit waits for.

    A browser puts the page that is left aside for Back only when the next one is there: after that page's own wipe.
    """
    require_device()
    return cleared(Response(content_type="text/css; charset=utf-8"))


@kiosk.page("/kiosk/end", who=ANYONE, methods=("GET", "POST"), tokenless=True)
def end(visit: Visit) -> ResponseReturnValue:
    """Wipe everything: by the button on each page, after the question that nobody answered, or by a closed visit."""
    require_device()
    if _from_elsewhere():
        return visit.go(QUESTION)
    return wipe(visit.house, visit.go(ATTRACT, language=visit.profile.languages.for_families[0]))


@kiosk.page("/kiosk/still-there", who=ANYONE)
def still_there(visit: Visit) -> ResponseReturnValue:
    """Ask whether somebody still stands there, where no script can ask on the page itself."""
    require_device()
    page = render(
        "kiosk/still_there.html",
        title=visit.texts.gettext("Are you still there?"),
        seconds=ANSWER_SECONDS,
        back=_way_back(visit, request.args.get("to", "")),
    )
    page.headers["Refresh"] = f"{ANSWER_SECONDS}; url={visit.url(END)}"
    return page


@kiosk.page("/kiosk/here", who=ANYONE, methods=("POST",), tokenless=True)
def here(visit: Visit) -> ResponseReturnValue:
    """Take word that somebody is busy on a page: like every request from there, it keeps the session awake."""
    require_device()
    return "", 204


def _from_elsewhere() -> bool:
    """Say whether another site led here: it may not wipe what somebody is filling in without a question."""
    return request.method == "GET" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def _way_back(visit: Visit, path: str) -> str:
    """Return the page that somebody was busy on, if it is one of this organisation, else where they are to go on."""
    ours = re.fullmatch(rf"/{visit.profile.key}/[a-z]{{2}}/(?!kiosk(?:/|$))[\w/-]+", path, re.ASCII)
    return path if ours else visit.url(START)
