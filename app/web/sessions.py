"""The browser's session id and Flask's view of it: one cookie, no content; everything else is in the database."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin

from app.accounts.queries import LiveSession
from app.accounts.rules import SESSION_ID_BYTES
from app.web import cookies

MAX_ID_LENGTH = 64


class BrowserSession(dict[str, Any], SessionMixin):
    """The session id of one browser; a new one is made only when a page needs it."""

    def __init__(self, session_id: str | None) -> None:
        super().__init__()
        self.id = session_id
        self.to_set: str | None = None
        self.to_clear = False

    def need_id(self) -> str:
        """Return the id, making one that the answer will set."""
        if self.id is None:
            self.replace_id(secrets.token_urlsafe(SESSION_ID_BYTES))
        assert self.id is not None
        return self.id

    def replace_id(self, session_id: str) -> None:
        """Give the browser another id."""
        self.id = self.to_set = session_id
        self.to_clear = False

    def forget(self) -> None:
        """Take the id from the browser."""
        self.id = self.to_set = None
        self.to_clear = True


class CookieSessions(SessionInterface):
    """Reads and sets the one cookie; over https it carries the `__Host-` prefix."""

    def __init__(self, *, https: bool) -> None:
        self.https = https
        self.cookie = cookies.name_in_browser(cookies.SESSION, https=https)

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """Return the session id that the browser sent."""
        sent = request.cookies.get(self.cookie)
        usable = sent is not None and 0 < len(sent) <= MAX_ID_LENGTH and sent.isascii()
        return BrowserSession(sent if usable else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set or clear the cookie when this answer changed it."""
        assert isinstance(session, BrowserSession)
        if session.to_set:
            cookies.keep(response, cookies.SESSION, session.to_set)
        elif session.to_clear:
            cookies.drop(response, cookies.SESSION)


class SessionUser(UserMixin):
    """Who is signed in, for Flask-Login."""

    def __init__(self, live: LiveSession) -> None:
        self.live = live

    def get_id(self) -> str:
        """Return the actor's id."""
        return str(self.live.actor_id)


def make_login_manager(app: Flask) -> LoginManager:
    """Wire Flask-Login to our server-side sessions: no remember-me cookie, nothing kept in the browser."""
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app, add_context_processor=False)
    return manager
