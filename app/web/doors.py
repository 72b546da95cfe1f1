"""Doors: every route is declared with who may come in; what is not declared is refused.

    family = Door("family", login="family", languages="family")

    @family.page("/my", who=PARENT)
    def dossier(visit: Visit) -> ResponseReturnValue: ...

The guard does, in this order: organisation and language, session, kind of actor, form token, one transaction around the
view, one commit before the answer leaves. A view takes a `Visit` and ids, and holds no rule.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal
from uuid import UUID

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound as NothingThere

from app.accounts.queries import live_session
from app.core.actor import Actor, Kind
from app.core.audit import note_before_sign_in
from app.core.db import transaction
from app.core.errors import NotFound
from app.organisations.profile import Profile
from app.web.assisting import banner, ground_now
from app.web.csrf import is_token_valid, masked_token
from app.web.devices import meet
from app.web.i18n import bind_language
from app.web.replay import FORM_KEY, replayed, settle
from app.web.sessions import SessionUser
from app.web.visit import (
    ANYONE,
    COUNTER,
    DRAFT,
    FACILITY,
    HELPER,
    LOGIN_OF_KIND,
    OVERSIGHT,
    PARENT,
    PENDING,
    SIGN_IN,
    STAFF,
    START,
    UNSAFE,
    VISITOR,
    WITH_ACCOUNT,
    House,
    Page,
    Visit,
    browser_here,
    session_terms,
)

__all__ = [
    "ANYONE",
    "COUNTER",
    "DRAFT",
    "FACILITY",
    "HELPER",
    "LOGIN_OF_KIND",
    "OVERSIGHT",
    "PARENT",
    "PENDING",
    "STAFF",
    "START",
    "VISITOR",
    "WITH_ACCOUNT",
    "Door",
    "House",
    "Visit",
    "declare",
    "house_of",
    "load_user",
    "register",
    "session_terms",
]

View = Callable[..., ResponseReturnValue]
# Whose refusals are noted: for a family an old link is no sign of anything.
WORKING = FACILITY | STAFF | COUNTER | HELPER | OVERSIGHT
_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


class Door(Blueprint):
    """A blueprint that takes only declared pages."""

    def __init__(
        self, name: str, *, login: str, languages: Literal["family", "staff"] = "family", module: str = ""
    ) -> None:
        super().__init__(name, f"{__package__}.{name}", url_prefix="/<organisation>/<language>")
        self.login = login
        self.languages = languages
        self.module = module
        self.pages: list[Page] = []

    def page(
        self,
        rule: str,
        *,
        who: frozenset[str],
        methods: tuple[str, ...] = ("GET",),
        once: bool = False,
        starts_draft: bool = False,
        leads_on: frozenset[str] = frozenset(),
        tokenless: bool = False,
        assisted: bool = False,
    ) -> Callable[[View], View]:
        """Declare a page: its rule, who may come in, and whether a form of it counts only once.

        The kinds in `leads_on` are led elsewhere when their form is not ours, instead of refused, so that a form sent
        again after its visitor was signed in still finds its way; the page changes nothing then. A `tokenless` page
        takes a post from a browser that has no session, from our own pages only: an answer that is worth no cookie of
        its own. An `assisted` page is also open to whoever fills in beside a family: it acts as the family, and the
        audit says who typed.
        """

        def declare(view: View) -> View:
            name = view.__name__
            page = Page(
                f"{self.name}.{name}",
                self.login,
                who,
                methods,
                self.languages,
                self.module,
                once,
                starts_draft,
                leads_on,
                tokenless,
                assisted,
            )
            self.pages.append(page)
            self.add_url_rule(rule, name, partial(_enter, page, view), methods=methods, provide_automatic_options=False)
            return view

        return declare


def register(app: Flask, house: House, *doors: Door) -> None:
    """Open the doors, and refuse every route that none of them declared."""
    for door in doors:
        app.register_blueprint(door)
        house.pages.update((page.endpoint, page) for page in door.pages)
    for rule in app.url_map.iter_rules():
        house.shapes[rule.endpoint] = (_CONVERTER.sub(r"%(\1)s", rule.rule), frozenset(rule.arguments))
    app.extensions["opvangloket"] = house

    @app.url_value_preprocessor
    def take_place(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if endpoint in house.pages and values and "organisation" in values:  # static files have other values
            g.organisation, g.language = values.pop("organisation"), values.pop("language")

    @app.url_defaults
    def give_place(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in house.pages:
            values.setdefault("organisation", g.get("organisation"))
            values.setdefault("language", g.get("language"))

    @app.before_request
    def refuse_undeclared() -> None:
        if request.endpoint is not None and request.endpoint not in house.pages:
            app.logger.error("undeclared route refused", extra={"route": request.endpoint})
            abort(404)

    @app.template_global()
    def csrf_token() -> str:
        return masked_token(house.settings.secret_key, browser_here().need_id())

    @app.template_global()
    def once_key() -> str:
        posted = request.form.get("once", "") if request.method in UNSAFE else ""
        return posted if FORM_KEY.fullmatch(posted) else secrets.token_urlsafe(16)


def declare(house: House, endpoint: str, *methods: str) -> None:
    """Declare a route outside the organisations (static files, health, demo), open to everyone."""
    house.pages[endpoint] = Page(endpoint, "", ANYONE, methods or ("GET",))


def house_of(app: Flask) -> House:
    """Return what the doors of this application share."""
    house: House = app.extensions["opvangloket"]
    return house


def load_user(house: House) -> SessionUser | None:
    """Return who is signed in in the organisation of this request (Flask-Login's loader)."""
    profile = house.profiles.get(g.get("organisation", ""))
    browser = browser_here()
    if profile is None or browser.id is None:
        return None
    live = live_session(house.databases, profile.key, browser.id, g.now, session_terms(profile).idle)
    # What began on a public device holds there, and nowhere else; what began elsewhere never counts on one.
    return SessionUser(live) if live and live.device_id == g.get("device_id") else None


def _enter(page: Page, view: View, **ids: Any) -> ResponseReturnValue:
    house = house_of(current_app)
    _read_head()
    g.now = house.clock.now()
    g.profile = profile = _profile(house, page)
    texts = bind_language(g.language)
    if (elsewhere := meet(house, page)) is not None:
        return elsewhere
    actor = _actor(page, profile)
    posting = request.method in UNSAFE
    if posting and actor.kind not in page.leads_on:
        _check_form(house, tokenless=page.tokenless)
    if actor.kind not in page.who:
        return _turn_away(page, actor)
    begins = posting and page.starts_draft and actor.kind == Kind.VISITOR
    if begins:
        actor = Actor(Kind.DRAFT, _draft_of_form(house), profile.key)
    with (
        _refusals_noted(house, actor, ids),
        transaction(house.databases, page.login_for(actor.kind), actor, g.now) as db,
    ):
        db.info["request_id"] = g.get("request_id")
        visit = Visit(db, actor, profile, g.language, texts, g.now, house)
        visit.vouched, visit.begins = not posting or page.tokenless or _is_ours(house), begins
        g.visit = visit
        if page.once and request.method in UNSAFE and (earlier := replayed(db, request.form.get("once"))) is not None:
            return redirect(earlier, code=303)
        answer = current_app.make_response(view(visit, **ids))
        if page.once and request.method in UNSAFE:
            settle(db, request.form["once"], answer.headers["Location"] if answer.status_code == 303 else None)
    if answer.status_code == 404:
        _note_refusal(house, actor, ids)
    for step in visit._after:
        step()
    if db.info.get("rings"):
        current_app.extensions["ring"]()
    return answer


@contextmanager
def _refusals_noted(house: House, actor: Actor, ids: Mapping[str, Any]) -> Iterator[None]:
    try:
        yield
    except (NotFound, NothingThere):
        _note_refusal(house, actor, ids)
        raise


def _note_refusal(house: House, actor: Actor, ids: Mapping[str, Any]) -> None:
    """Note that somebody who works here asked for what is not theirs, and not what it was (LEU-56)."""
    if ids and actor.kind in WORKING:
        note_before_sign_in(
            house.databases, actor.organisation, "refused", kind=actor.kind, actor_id=actor.id, now=g.now
        )


def _read_head() -> None:
    """A HEAD asks what a GET asks, without the body, which the server leaves out: no view may take it for a post."""
    if request.method == "HEAD":
        request.method = "GET"


def _profile(house: House, page: Page) -> Profile:
    profile = house.profiles.get(g.organisation)
    if profile is None or (page.module and page.module not in profile.modules):
        abort(404)
    offered = profile.languages.for_families if page.languages == "family" else profile.languages.staff
    if g.language not in offered:
        abort(404)
    return profile


def _actor(page: Page, profile: Profile) -> Actor:
    # A page that is open to everyone asks nothing about the session: public pages cost no look-up.
    if page.who == ANYONE or browser_here().id is None or not current_user.is_authenticated:
        return Actor(Kind.VISITOR, None, profile.key)
    live = current_user.live
    if page.assisted and live.assisting_id is not None:
        worker = Actor(live.actor_kind, live.actor_id, profile.key)
        if (ground := ground_now(house_of(current_app), profile, worker, g.now)) is not None:
            g.beside = banner(ground, profile, g.language, live.language)
            return ground.actor
    return Actor(live.actor_kind, live.actor_id, profile.key)


def _check_form(house: House, *, tokenless: bool) -> None:
    _refuse_files()
    if _is_cross_site():
        abort(400, "form")
    if tokenless:
        return
    if browser_here().id is None:
        abort(400, "cookie")
    if not _is_ours(house):
        abort(400, "form")


def _is_ours(house: House) -> bool:
    """Return whether the form that was posted began on a page of ours, in this very browser."""
    browser, token = browser_here(), request.form.get("csrf_token", "")
    return (
        not _is_cross_site() and browser.id is not None and is_token_valid(house.settings.secret_key, browser.id, token)
    )


def _is_cross_site() -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


def _draft_of_form(house: House) -> UUID:
    """Return the draft that this form begins: the same one when it is sent again, because its answer was lost.

    It takes the browser's id and the key of the form together: whoever plants the one does not know the other.
    """
    seed = f"{browser_here().id} {request.form.get('once', '')}"
    return UUID(bytes=house.databases.keyring.token("draft-of-form", seed)[:16], version=4)


def _refuse_files() -> None:
    """Refuse a file at every door: no page asks for one (BXL-23)."""
    if request.files:
        abort(415)


def _turn_away(page: Page, actor: Actor) -> ResponseReturnValue:
    """Send who is not signed in to the sign-in page; for anyone else the page does not exist."""
    if Kind.DRAFT in page.who and actor.kind == Kind.VISITOR:
        return redirect(url_for(START), code=303)
    if actor.kind in (Kind.VISITOR, Kind.DRAFT, Kind.PENDING) and page.who & (WITH_ACCOUNT | PENDING):
        if request.headers.get("HX-Request"):
            return "", 401, {"HX-Redirect": url_for(SIGN_IN)}
        return redirect(url_for(SIGN_IN), code=303)
    raise NotFound
