"""One request of one actor: who may come in where, what the doors share, and what a view may ask of its visit."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from urllib.parse import quote, urlencode
from uuid import UUID

from flask import g, redirect, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import operations as accounts
from app.accounts.operations.devices import bind_session
from app.accounts.rules import PENDING_TERM, SessionTerms, hash_of
from app.core.actor import WITH_SECOND_FACTOR, Actor, Kind
from app.core.clock import Clock
from app.core.db import Databases, call_signin
from app.core.errors import Refused
from app.core.settings import Settings
from app.organisations.profile import Profile
from app.organisations.rules import readable_groups
from app.web.i18n import Texts
from app.web.sessions import BrowserSession

VISITOR = frozenset({Kind.VISITOR})
DRAFT = frozenset({Kind.DRAFT})
PARENT = frozenset({Kind.PARENT})
FACILITY = frozenset({Kind.FACILITY})
STAFF = frozenset({Kind.STAFF})
COUNTER = frozenset({Kind.COUNTER})
HELPER = frozenset({Kind.HELPER})
OVERSIGHT = frozenset({Kind.OVERSIGHT})
# The password was right, and nothing opens before the second factor.
PENDING = frozenset({Kind.PENDING})
ANYONE = frozenset(Kind)
WITH_ACCOUNT = ANYONE - {Kind.VISITOR, Kind.DRAFT, Kind.PENDING}
SIGN_IN = "public.sign_in"
START = "family.start"
# A page of several kinds of worker asks the database through the login of who comes in.
LOGIN_OF_KIND = "kind"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Unfit(StrEnum):
    """Why somebody cannot sign in where they stand."""

    WORK_ON_DEVICE = "work_on_device"


@dataclass(frozen=True)
class Page:
    """The declaration of one route."""

    endpoint: str
    login: str
    who: frozenset[str]
    methods: tuple[str, ...]
    languages: Literal["family", "staff"] = "family"
    module: str = ""
    once: bool = False
    starts_draft: bool = False
    leads_on: frozenset[str] = frozenset()
    tokenless: bool = False
    assisted: bool = False

    def login_for(self, kind: str) -> str:
        """Return the database login through which an actor of this kind asks."""
        if self.login != LOGIN_OF_KIND:
            return self.login
        return kind if kind in WITH_SECOND_FACTOR else "family"


@dataclass
class House:
    """What the doors share in one process."""

    settings: Settings
    clock: Clock
    databases: Databases
    profiles: dict[str, Profile]
    pages: dict[str, Page] = field(default_factory=dict)
    # The path of each page and the names in it: a page names a dozen others, and asking the router for each is dear.
    shapes: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)


@dataclass
class Visit:
    """One request of one actor, inside its transaction."""

    session: Session
    actor: Actor
    profile: Profile
    language: str
    texts: Texts
    now: datetime
    house: House
    # The form was ours and fresh; only pages that lead some of their visitors elsewhere see one that is not.
    vouched: bool = True
    # A draft begins in this very post: nobody was busy with it before.
    begins: bool = False
    _after: list[Callable[[], None]] = field(default_factory=list)

    @property
    def device_id(self) -> UUID | None:
        """Return the public device that this visit is on."""
        device: UUID | None = g.get("device_id")
        return device

    @property
    def actor_id(self) -> UUID:
        """Return the id of an actor that has one."""
        assert self.actor.id is not None
        return self.actor.id

    def readable(self, reasons: Collection[str]) -> frozenset[str]:
        """Return the groups that this organisation's profile lets these reasons read."""
        return readable_groups(self.profile, reasons)

    def url(self, endpoint: str, **values: Any) -> str:
        """Return a path of this organisation in this language."""
        if endpoint not in self.house.shapes:
            return url_for(endpoint, **values)
        shape, names = self.house.shapes[endpoint]
        place = {"organisation": self.profile.key, "language": self.language}
        path = shape % (place | {name: quote(str(value)) for name, value in values.items() if name in names})
        query = [(name, value) for name, value in values.items() if name not in names and value is not None]
        return f"{path}?{urlencode(query, doseq=True)}" if query else path

    def go(self, endpoint: str, **values: Any) -> Response:
        """Answer a POST: see the other page."""
        return redirect(self.url(endpoint, **values), code=303)

    def begin_session(self, kind: str, actor_id: UUID, *, ends_old: bool = True) -> None:
        """After the commit, sign the browser in under a fresh id; the old one ends unless it may still be needed.

        Raises Refused for whoever works here on a public device: what they can open must never lie there.
        """
        device_id = self.device_id
        if device_id is not None and kind not in (Kind.DRAFT, Kind.PARENT):
            raise Refused(Unfit.WORK_ON_DEVICE)

        def begin() -> None:
            browser = browser_here()
            terms, old = session_terms(self.profile, kind), browser.id if ends_old else None
            browser.replace_id(
                accounts.open_session(self.house.databases, self.profile.key, kind, actor_id, self.now, terms, old)
            )
            if device_id is not None:
                bind_session(self.house.databases, browser.need_id(), device_id)

        self._after.append(begin)

    def assist(self, kind: str, actor_id: UUID, until: datetime) -> None:
        """After the commit, let this worker's session fill in beside one draft or one parent, until a moment.

        Of a draft the id is its own; a parent is named by the sitting that the family proved, never by an account.
        It replaces whomever it filled in beside before; the database refuses what the worker has no ground for.
        """

        def turn() -> None:
            browser = browser_here()
            if browser.id:
                call_signin(
                    self.house.databases,
                    "assist",
                    id_hash=hash_of(browser.id),
                    organisation=self.profile.key,
                    kind=kind,
                    id=actor_id,
                    until=until,
                    now=self.now,
                )

        self._after.append(turn)

    def stop_assisting(self) -> None:
        """After the commit, let this worker's session be their own again."""

        def turn() -> None:
            browser = browser_here()
            if browser.id:
                call_signin(self.house.databases, "stop_assisting", id_hash=hash_of(browser.id))

        self._after.append(turn)

    def end_session(self) -> None:
        """After the commit, sign the browser out."""

        def end() -> None:
            browser = browser_here()
            if browser.id:
                accounts.end_session(self.house.databases, browser.id, self.now)
            browser.forget()

        self._after.append(end)


def session_terms(profile: Profile, kind: str = Kind.PARENT) -> SessionTerms:
    """Return how long a session lives in this organisation; an application that is being written may rest longer."""
    term = profile.session
    if kind == Kind.PENDING:
        return SessionTerms(PENDING_TERM, PENDING_TERM)
    hours = term.draft_hours if kind == Kind.DRAFT else term.absolute_hours
    return SessionTerms(timedelta(minutes=term.idle_minutes), timedelta(hours=hours))


def browser_here() -> BrowserSession:
    """Return the browser of this request."""
    # Flask hands out a proxy; the object behind it is ours.
    browser: BrowserSession = session._get_current_object()  # type: ignore[attr-defined]
    return browser
