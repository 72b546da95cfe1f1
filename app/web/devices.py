"""The public device: a browser that an administrator registered, on which nothing of a visit outlives it.

Its cookie survives every wipe, so it is all that decides: each request that shows it is a kiosk's, whatever the browser
does. A page of the house is then kept in: nothing leads outside, nothing is filled in by the browser or stored by it.
"""

from __future__ import annotations

import re

from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.operations.devices import end_device_visit
from app.accounts.queries.devices import DeviceHere, device_here
from app.catalogue.marking import N_
from app.core.errors import NotFound
from app.web.cookies import CHOICE, DEVICE, LANGUAGE, drop, is_https, keep, name_in_browser
from app.web.i18n import current_texts
from app.web.pages import render, render_error
from app.web.visit import House, Page, browser_here

# The directive "cookies" would take the registration along, even one that is set again in the same answer.
WIPE = '"cache", "storage"'
ATTRACT, END, QUESTION, HOME = "kiosk.attract", "kiosk.end", "kiosk.still_there", "public.home"
# Doors behind which nobody stands who works for the organisation.
OPEN_DOORS = frozenset({"public", "family", "kiosk"})
_ANCHOR = re.compile(r'<a\b[^>]*\bhref="(?:[a-z]+:|//)[^"]*"[^>]*>(.*?)</a>', re.S | re.I)
_TAG = re.compile(r"<(a|form|input|select|textarea)\b([^>]*)>")
_ATTRIBUTE = re.compile(r' (?:autocomplete|target|download)(?:="[^"]*")?(?=\s|$)')
_TICKED = re.compile(r'type="(?:hidden|radio|checkbox)"')
_FORM = ' autocomplete="off" autocapitalize="off" spellcheck="false"'


def init_app(app: Flask) -> None:
    """Frame failures before the door as well, and keep every page of a kiosk in."""

    @app.before_request
    def suppose() -> None:
        # What stands in the cookie is judged at the door; until then the frame of a kiosk says less, not more.
        if _cookie() in request.cookies:
            g.kiosk = True

    @app.after_request
    def keep_in(answer: Response) -> Response:
        if not g.get("kiosk") or request.endpoint == "static":
            return answer
        if "Content-Disposition" in answer.headers:
            answer = render_error(404)
        if answer.mimetype == "text/html":
            answer.set_data(kept_in(answer.get_data(as_text=True)))
        answer.headers["Cache-Control"] = "no-store"
        return answer


def kept_in(page: str) -> str:
    """Return a page of ours from which nothing leads outside and in which no browser fills in or keeps anything."""
    page = _ANCHOR.sub(r"<span>\1</span>", page)
    return _TAG.sub(_closed, page)


def _closed(found: re.Match[str]) -> str:
    name, attributes = found[1], _ATTRIBUTE.sub("", found[2])
    if name == "form":
        attributes = _FORM + attributes
    elif name != "a" and not _TICKED.search(attributes):
        attributes = ' autocomplete="off"' + attributes
    return f"<{name}{attributes}>"


def meet(house: House, page: Page) -> ResponseReturnValue | None:
    """Recognise the device of this request before anything else; return the answer when it goes no further.

    Costs a browser without the cookie nothing. Raises NotFound for what a kiosk does not have: another organisation's
    pages, and every door of those who work here (KL-32).
    """
    token = request.cookies.get(_cookie())
    if token is None:
        return None
    is_busy = page.endpoint not in (ATTRACT, END, QUESTION)
    found = device_here(house.databases, token, browser_here().id, g.now, is_busy=is_busy)
    if found is None or not found.is_live:
        return _struck_off(house, found)
    if found.organisation != g.organisation:
        raise NotFound
    g.device_id = found.id
    if page.endpoint.partition(".")[0] not in OPEN_DOORS:
        raise NotFound
    if found.visit_is_over and page.endpoint not in (ATTRACT, END):
        return redirect(_place("end"), code=303)
    if page.endpoint == HOME:
        # Each way to the start page ends the visit; who is busy is asked first.
        return redirect(_place("still-there" if browser_here().id else ""), code=303)
    return None


def require_device() -> None:
    """Raise NotFound in a browser that is no registered device (KL-32)."""
    if g.get("device_id") is None:
        raise NotFound


def wipe(house: House, answer: BaseResponse) -> BaseResponse:
    """End the visit, whoever it was of: session, unsent answers, cookies, caches; the registration stays (LEU-49)."""
    require_device()
    _end(house)
    return cleared(answer)


def register_here(answer: BaseResponse, token: str) -> BaseResponse:
    """Make this browser a kiosk; whatever it kept is wiped."""
    keep(answer, DEVICE, token)
    return cleared(answer)


def _end(house: House) -> None:
    browser = browser_here()
    end_device_visit(house.databases, g.organisation, g.device_id, browser.id, g.now)
    browser.forget()


def cleared(answer: BaseResponse) -> BaseResponse:
    """Tell the browser to forget what it kept, but for the registration."""
    for name in (CHOICE, LANGUAGE):
        drop(answer, name)
    answer.headers["Clear-Site-Data"] = WIPE
    return answer


def _struck_off(house: House, found: DeviceHere | None) -> Response:
    """Say that this device is no longer registered; from the next request on it is a browser like any other."""
    if found is not None:
        g.device_id = found.id
        _end(house)
    g.kiosk, g.device_id = False, None
    answer = render(
        "kiosk/unregistered.html",
        status=410,
        title=current_texts().gettext(N_("This device is no longer registered")),
        start_url=_place("").removesuffix("kiosk/"),
    )
    drop(answer, DEVICE)
    return cleared(answer)  # type: ignore[return-value]


def _place(name: str) -> str:
    return f"/{g.organisation}/{g.language}/kiosk/{name}"


def _cookie() -> str:
    return name_in_browser(DEVICE, https=is_https())
